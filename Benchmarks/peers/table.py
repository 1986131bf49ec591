"""The report: the machine, what was measured, and by how much ours is ahead."""

from result import Result

RATE, TIME, SIZE = "rate", "time", "size"

# Column, heading, what it is.
COLUMNS = [
    ("ingest 1", "1", RATE),
    ("ingest 100", "100", RATE),
    ("ingest 1000", "1 000", RATE),
    ("ingest 10000", "10 000", RATE),
    ("fold_postings", "fold, summing postings", RATE),
    ("fold_events", "fold, from the events", RATE),
    ("point_us", "point balance, µs", TIME),
    ("latest_us", "latest 50, µs", TIME),
    ("memory_bytes", "memory, MB", SIZE),
    ("disk_bytes_per_event", "disk, B/event", SIZE),
]
NONE = "–"


def grouped(number: float) -> str:
    """1234567 → 1 234 567, with no-break spaces; small numbers keep a decimal."""
    return f"{number:,.0f}".replace(",", "\u00a0") if number >= 100 else f"{number:.1f}"


def rounded(number: float) -> str:
    """A rate to three digits: the machine's noise is larger than the rest."""
    digits = max(0, len(str(int(number))) - 3)
    return grouped(round(number, -digits) if digits else number)


def cell(result: Result, column: str, kind: str) -> str:
    value, note = result.value(column), result.notes.get(column)
    if value is None:
        return note or NONE
    if column == "memory_bytes":
        value /= 1e6
    text = rounded(value) if kind == RATE else grouped(value)
    return f"{text} ({note})" if note else text


def ratio(ours: Result, peer: Result, column: str, kind: str) -> str:
    """Ratios: above 1, ours is ahead."""
    mine, theirs = ours.value(column), peer.value(column)
    if column == "fold_postings":
        # Ours has one fold, from the log: a balance is never summed from postings kept apart.
        mine = ours.fold_events
    if column == "memory_bytes" and ours.events != peer.events:
        return NONE
    if not mine or not theirs:
        return NONE
    value = mine / theirs if kind == RATE else theirs / mine
    return f"{value:,.0f}".replace(",", "\u00a0") if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.0f}"


def row(name: str, cells: list[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


def heading(first: str) -> list[str]:
    return [row(first, [title for _, title, _ in COLUMNS]), row("---", ["---:"] * len(COLUMNS))]


def absence(result: Result) -> str:
    return row(result.name, [result.absent or NONE, *[""] * (len(COLUMNS) - 1)])


def title(result: Result) -> str:
    version = f" {result.version}" if result.version else ""
    return f"{result.name}{version}, {grouped(result.events)} events"


def machine_line(machine: dict) -> str:
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memoryBytes'] / 2**30:.0f} GiB, "
        f"Linux {machine['kernel']}, {machine['fileSystem']}; 4 KiB write + fdatasync: {machine['syncUs']:.0f} µs, "
        f"{machine['syncGrowingUs']:.0f} µs where the file grows."
    )


def render(results: list[Result], machine: dict) -> str:
    """Markdown. The first result is ours."""
    ours, *peers = results
    lines = ["## Workload W beside its peers", "*La charge W à côté de ses pairs*", "", machine_line(machine), ""]
    lines += ["Ingest in events a second, by events a commit, each durable; folds to all balances in events a second."]
    lines += [""]
    lines += heading("peer")
    for result in results:
        if result.absent:
            lines.append(absence(result))
        else:
            lines.append(row(title(result), [cell(result, column, kind) for column, _, kind in COLUMNS]))
    lines += ["", "### Ratios", "*Rapports*", ""]
    lines += ["Rates as ours over the peer's; times, memory and disk as the peer's over ours. Above 1, ours is ahead."]
    lines += [""]
    lines += heading("ours beside")
    for peer in peers:
        if peer.absent or ours.absent:
            lines.append(absence(peer if peer.absent else Result(peer.name, absent=f"ours: {ours.absent}")))
        else:
            lines.append(row(peer.name, [ratio(ours, peer, column, kind) for column, _, kind in COLUMNS]))
    return "\n".join(lines)
