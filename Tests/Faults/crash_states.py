"""Crash states: what a disk may hold when the power goes, for a recorded run.

A write is durable once a sync that began after it has returned (a write through an O_DSYNC descriptor: once it has
returned itself). At a moment chosen by the seed, everything durable is there; of what is not, any part may be: none,
all, some, some in another order, and of each write any of its 512-byte sectors. Whatever was acknowledged by then must
be found, and nothing of a batch without the rest of it.

A run that never waits for the disk (--nosync) must be caught by the same states, or they show nothing.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import struct
import sys

from harness import CLEAR, WRITER, Part, acked, run, scratch, verify

SECTOR = 512
RECORDER = os.environ.get("FAULTS_RECORDER", "")


def record(directory, trace, seed, events, *more):
    directory.parent.mkdir(exist_ok=True)
    done = run(WRITER, "write", directory, seed, "--events", events, *more, env={
        "LD_PRELOAD": RECORDER, "FAULTS_TRACE": str(trace)}, timeout=300)
    if done.returncode != 0:
        sys.exit(f"the run to record failed: {done.stderr}")
    operations, data, at = [], trace.read_bytes(), 0
    while at < len(data):
        kind, offset, length = struct.unpack_from("<cQI", data, at)
        operations.append((kind.decode(), offset, data[at + 13:at + 13 + length]))
        at += 13 + length
    return operations


class Disk:
    """The durable bytes of data.mdb, and the writes that wait."""

    def __init__(self):
        self.durable, self.pending, self.acked = bytearray(), [], None

    def take(self, operation):
        kind, offset, data = operation
        if kind == "A":
            sizes = acked(data.decode())
            self.acked = self.acked if sizes is None else sizes
        elif kind == "S":
            for waiting in self.pending:
                apply(self.durable, waiting)
            self.pending = []
        elif kind in "WT":
            self.pending.append(operation)
        elif kind == "M":
            # Durable by the time the next operation is seen; `settle` makes it so.
            self.pending.append(operation)

    def settle(self):
        """An O_DSYNC write that has returned is durable; it does not take others with it."""
        for waiting in [w for w in self.pending if w[0] == "M"]:
            apply(self.durable, waiting)
            self.pending.remove(waiting)


def apply(image, operation, sectors=None):
    kind, offset, data = operation
    if kind == "T":
        if len(image) > offset:
            del image[offset:]
        else:
            image.extend(bytes(offset - len(image)))
        return
    if len(image) < offset + len(data):
        image.extend(bytes(offset + len(data) - len(image)))
    if sectors is None:
        image[offset:offset + len(data)] = data
        return
    for sector in sectors:
        low = max(offset, sector * SECTOR)
        high = min(offset + len(data), (sector + 1) * SECTOR)
        image[low:high] = data[low - offset:high - offset]


def crash(disk, kind, chance):
    """One image that the disk may hold now."""
    image = bytearray(disk.durable)
    pending = list(disk.pending)
    if kind == "none":
        pending = []
    elif kind == "some":
        pending = [w for w in pending if chance.random() < 0.5]
    elif kind == "all but one" and pending:
        pending.pop(chance.randrange(len(pending)))
    elif kind == "only one" and pending:
        pending = [chance.choice(pending)]
    elif kind == "reordered":
        chance.shuffle(pending)
        pending = pending[:chance.randrange(len(pending) + 1)]
    for operation in pending:
        if kind == "torn" and operation[0] != "T":
            first, last = operation[1] // SECTOR, (operation[1] + len(operation[2]) - 1) // SECTOR
            apply(image, operation, [s for s in range(first, last + 1) if chance.random() < 0.7])
        else:
            apply(image, operation)
    return image


KINDS = ["none", "all", "some", "all but one", "only one", "reordered", "torn"]


def moments(operations, chance, count):
    """Where to crash: anywhere, and as often right around what was acknowledged and made durable, where it hurts."""
    edges = [i for i, o in enumerate(operations) if o[0] in "SMAT"]
    chosen = [chance.randrange(len(operations)) for _ in range(count // 2)]
    chosen += [chance.choice(edges) for _ in range(count - len(chosen))]
    return sorted(chosen)


def check(operations, seed, count, part, folder, workers):
    """Verifies `count` crash states; answers those that failed."""
    chance = random.Random(seed)
    wanted = moments(operations, chance, count)
    disk, at, failures, waiting = Disk(), 0, [], []

    def judge(number, image, size, what):
        directory = folder / f"state-{number}"
        directory.mkdir()
        (directory / "data.mdb").write_bytes(image)
        holds, _, said = verify(directory, seed, size)
        # Before anything was acknowledged a clear refusal will do.
        holds = holds or size is None and any(said.startswith(f"status {code}:") for code in CLEAR)
        for file in directory.iterdir():
            file.unlink()
        directory.rmdir()
        return holds, f"{what}, {'nothing' if size is None else size} acknowledged: {said}"

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for number, moment in enumerate(wanted):
            while at <= moment:
                disk.settle()
                disk.take(operations[at])
                at += 1
            kind = KINDS[number % len(KINDS)]
            what = f"seed {seed}, state {number}: operation {moment} of {len(operations)}, {kind} of {len(disk.pending)} pending"
            waiting.append(pool.submit(judge, number, crash(disk, kind, chance), disk.acked, what))
            # Images are large: no more of them at once than are being judged.
            while len([w for w in waiting if not w.done()]) > workers * 2:
                concurrent.futures.wait([w for w in waiting if not w.done()], return_when="FIRST_COMPLETED")
        for done in waiting:
            holds, what = done.result()
            if part:
                part.expect(holds, what)
            if not holds:
                failures.append(what)
    return failures


def directories_synced(operations):
    """Whether the folder was synced between the file's making and the first acknowledgement: else the name may be lost."""
    made = next(i for i, o in enumerate(operations) if o[0] == "O")
    first = next(i for i, o in enumerate(operations) if o[0] == "A")
    folder = os.path.dirname(operations[made][2].decode())
    synced = {o[2].decode() for o in operations[made:first] if o[0] == "D"}
    return folder in synced and os.path.dirname(folder) in synced


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--states", type=int, default=600)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    arguments.add_argument(
        "--events", type=int, nargs="+", default=[9_000, 30_000],
        help="events of each seed's run; the longer one merges runs")
    chosen = arguments.parse_args()
    part = Part("crash states")
    with scratch(on_memory=True) as name:
        folder = pathlib.Path(name)
        for seed, events in zip(chosen.seeds, chosen.events):
            operations = record(folder / f"run-{seed}" / "ledger", folder / f"trace-{seed}", seed, events)
            (folder / f"trace-{seed}").unlink()
            part.expect(directories_synced(operations), f"seed {seed}: the folder is synced before anything is acknowledged")
            check(operations, seed, chosen.states // len(chosen.seeds), part, folder, os.cpu_count() or 1)
        seed = chosen.seeds[0]
        operations = record(folder / "nosync" / "ledger", folder / "trace", seed, 3_000, "--nosync")
        caught = len(check(operations, seed, 40, None, folder, os.cpu_count() or 1))
        part.expect(caught > 0, "states of a run that never syncs are caught")
    part.end(f" (seeds {chosen.seeds}; without syncs {caught} of 40 states are caught)")


if __name__ == "__main__":
    main()
