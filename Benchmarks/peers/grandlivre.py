"""Ours: what the program `Benchmarks` reports of itself, run here or read from a file it wrote."""

import glob
import json
import os
import re
import subprocess
import threading

import workload
from result import Result

NAME = "GrandLivre"


def absent(binary: str) -> str | None:
    return None if os.access(binary, os.X_OK) else f"absent: make benchmarks ({binary})"


def read(path: str, events: int) -> Result:
    """A row from the JSON of `Benchmarks`, for which nothing says the memory or the disk."""
    try:
        with open(path) as file:
            measurements = json.load(file)
    except (OSError, ValueError) as error:
        raise RuntimeError(f"{path}: {error}") from None
    if not isinstance(measurements, list):
        raise RuntimeError(f"{path}: not a report of Benchmarks --json, which is an array")
    result = Result(NAME, "", events)
    fill(result, measurements)
    return result


def measure(binary: str, events: int, directory: str) -> Result:
    """Runs `Benchmarks`, once for each size of commit: its own choice of sizes is another."""
    result = Result(NAME, version(binary), events)
    program = Program(binary, directory)
    measurements: list[dict] = []
    for size, count in workload.plan(events).items():
        measurements += program.run("ingest", "--events", str(count), "--commit", str(size))
    # The last one took every event.
    result.memory_bytes = program.peak_bytes
    folded = program.run("fold", "--events", str(events), "--rounds", "3")
    if folded:
        # The ledger also holds the founding: the cooperative, its members, sellers and products.
        result.disk_bytes_per_event = program.disk_bytes / folded[0]["events"]
    fill(result, measurements + folded + program.run("query", "--events", str(events)))
    found = re.search(r"(\d+) accounts with their parties", program.output)
    expected = workload.tally(events).balances
    if found and int(found.group(1)) != expected:
        raise RuntimeError(f"{NAME}: {found.group(1)} balances, the workload has {expected}")
    return result


class Program:
    """Runs of `Benchmarks`, and what the last of them printed and took."""

    def __init__(self, binary: str, directory: str) -> None:
        self._binary = binary
        self._directory = directory
        self.output = ""
        self.peak_bytes = 0
        # The largest that a ledger was, which is gone when the program ends.
        self.disk_bytes = 0

    def run(self, *arguments: str) -> list[dict]:
        report = self._directory + "/report.json"
        command = [self._binary, *arguments, "--json", report]
        # Its ledgers go where the other peers' data is, and are removed with it whatever happens.
        environment = os.environ | {"TMPDIR": self._directory}
        with open(self._directory + "/output", "w+") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
            watched = threading.Event()
            watcher = threading.Thread(target=self._watch, args=(watched,))
            self.disk_bytes = 0
            watcher.start()
            try:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            except BaseException:
                process.kill()
                process.wait()
                raise
            finally:
                watched.set()
                watcher.join()
            output.seek(0)
            self.output = output.read()
        self.peak_bytes = usage.ru_maxrss * 1024
        if process.returncode != 0:
            message = (self.output.strip().splitlines() or [f"status {process.returncode}"])[-1]
            raise RuntimeError(f"{NAME}: Benchmarks {arguments[0]}: {message}")
        with open(report) as file:
            return json.load(file)

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.05):
            for path in glob.glob(self._directory + "/grandlivre-benchmark-*/*/data.mdb"):
                try:
                    # Blocks: the file's length is the part of the map in use, holes and all.
                    self.disk_bytes = max(self.disk_bytes, os.stat(path).st_blocks * 512)
                except FileNotFoundError:
                    pass  # It ended meanwhile.


def version(binary: str) -> str:
    """The program has no number of its own: the revision of the tree it lies in, where git knows it."""
    try:
        found = subprocess.run(
            ["git", "-C", os.path.dirname(os.path.abspath(binary)), "describe", "--always", "--dirty"],
            capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip()


def fill(result: Result, measurements: list[dict]) -> None:
    """Takes what the table has a column for; a name that is not there leaves its column empty."""

    def first(*patterns: str) -> dict | None:
        for pattern in patterns:
            for each in measurements:
                if re.match(pattern, each.get("name", "")):
                    return each
        return None

    rates = {}
    for each in measurements:
        found = re.match(r"ingest, (\d+) a commit", each.get("name", ""))
        if found:
            rates[int(found.group(1))] = each["perSecond"]
    for size in (1, 100, 1_000, 10_000):
        # A report with sizes of its own: the nearest, named beside its rate.
        near = min(rates, key=lambda other: max(other, size) / min(other, size), default=None)
        if near is not None and max(near, size) / min(near, size) < 4:
            result.ingest[size] = rates[near]
            if near != size:
                result.notes[f"ingest {size}"] = f"at {near}"
    fold = first(r"fold.*all balances", r"fold into all views, in memory", r"fold")
    if fold:
        result.fold_events = fold["perSecond"]
        if "balances" not in fold["name"]:
            result.notes["fold_events"] = "all views"
    for column, pattern in [("point_us", r"point balance"), ("latest_us", r"latest 50")]:
        found = first(pattern)
        if found and "p50Us" in found:
            setattr(result, column, found["p50Us"])
