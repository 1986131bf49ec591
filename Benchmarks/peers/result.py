"""What is measured of one peer."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Result:
    """A row of the table. A value that a peer does not have stays `None` or out of its dictionary."""

    name: str
    version: str = ""
    events: int = 0
    # Why there is nothing else in the row, and what would change that.
    absent: str | None = None
    # Events a second by events a commit.
    ingest: dict[int, float] = field(default_factory=dict)
    fold_postings: float | None = None
    fold_events: float | None = None
    point_us: float | None = None
    latest_us: float | None = None
    memory_bytes: float | None = None
    disk_bytes_per_event: float | None = None
    # A few words beside a value, by the name of its column.
    notes: dict[str, str] = field(default_factory=dict)

    def value(self, column: str) -> float | None:
        """The value of a column: a field's name, or `ingest 100`."""
        if column.startswith("ingest "):
            return self.ingest.get(int(column.split()[1]))
        return getattr(self, column)


def medians(rounds: list[Result]) -> Result:
    """One row of several rounds, value by value. A round that failed is what the row says."""

    def middle(values: list[float | None]) -> float | None:
        present = [value for value in values if value is not None]
        return median(present) if present else None

    first = next((each for each in rounds if each.absent), rounds[0])
    if first.absent:
        return first
    columns = ["fold_postings", "fold_events", "point_us", "latest_us", "memory_bytes", "disk_bytes_per_event"]
    return Result(
        first.name,
        first.version,
        first.events,
        first.absent,
        {size: median(each.ingest[size] for each in rounds) for size in first.ingest},
        *(middle([getattr(each, column) for each in rounds]) for column in columns),
        first.notes,
    )
