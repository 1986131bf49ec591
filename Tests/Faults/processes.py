"""Several processes, and a clock that jumps back."""

import pathlib
import subprocess

from harness import WRITER, Part, acked, kill, missing, run, scratch, verify

SEED = 51


def start(*arguments, until):
    """A process that has told a line beginning with `until`."""
    process = subprocess.Popen(
        [str(a) for a in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith(until):
            return process
    raise SystemExit(f"{arguments} ended before it told {until}")


def second_writer(part, ledger):
    first = start(WRITER, "write", ledger, SEED, "--events", 2_000, "--hold", until="holding")
    done = run(WRITER, "write", ledger, SEED, "--events", 3_000)
    part.expect(done.returncode == 75, f"second writer: status {done.returncode} instead of 75: {done.stderr}")
    part.expect(str(first.pid) in done.stderr, f"second writer: it is told which process writes: {done.stderr.strip()}")
    told = [int(line[4:]) for line in done.stdout.splitlines() if line.startswith("ack ")]
    part.expect(len(told) <= 1, f"second writer: it acknowledges nothing more: {told}")
    # While it waits, a reader is served.
    holds, size, said = verify(ledger, SEED, 2_000, "--no-append")
    part.expect(holds, f"a reader beside a writer: {said}")
    first.stdin.close()
    part.expect(first.wait(20) == 0, "the first writer ends in order")
    holds, _, said = verify(ledger, SEED, size)
    part.expect(holds, f"after the first writer: {said}")


def killed_writer_lets_go(part, ledger):
    first = start(WRITER, "write", ledger, SEED, "--events", 3_000, "--hold", until="holding")
    kill(first)
    holds, _, said = verify(ledger, SEED, 3_000)
    part.expect(holds, f"a killed writer's locks are free: {said}")


def killed_reader(part, ledger):
    if missing("mdb_stat"):
        return part.skip("killed reader", "mdb_stat (lmdb-utils) is not installed")
    # The first process to open a ledger begins an empty table of readers; so another one stays all the while.
    staying = start(WRITER, "read", ledger, until="reading")
    reader = start(WRITER, "read", ledger, until="reading")

    def listed(process):
        return str(process.pid) in run("mdb_stat", "-r", ledger).stdout.split()

    part.expect(listed(reader), "a reader has a slot")
    kill(reader)
    part.expect(listed(reader), "a killed reader keeps its slot: there is something to clear")
    holds, _, said = verify(ledger, SEED, 1)
    part.expect(holds, f"after a killed reader: {said}")
    part.expect(not listed(reader), "the next to open clears a killed reader's slot")
    part.expect(listed(staying), "and no other one")
    kill(staying)


def clock_goes_back(part, ledger):
    if missing("faketime"):
        return part.skip("clock going back", "faketime is not installed")
    written = run(WRITER, "write", ledger, SEED, "--events", 300, "--machine-clock")
    size = acked(written.stdout)
    more = ["--events", size + 1, "--machine-clock"]
    done = run("faketime", "-f", "-1h", WRITER, "write", ledger, SEED, *more)
    part.expect(done.returncode == 74, f"clock going back: status {done.returncode} instead of 74: {done.stderr}")
    part.expect("clock is behind" in done.stderr, f"clock going back: the reason is told: {done.stderr.strip()}")
    part.expect(acked(done.stdout) == size, "clock going back: nothing is recorded")
    done = run("faketime", "-f", "-2s", WRITER, "write", ledger, SEED, *more)
    part.expect(done.returncode == 0 and acked(done.stdout) > size, f"two seconds are borne: {done.stderr.strip()}")


def main():
    part = Part("processes")
    with scratch() as name:
        folder = pathlib.Path(name)
        second_writer(part, folder / "ledger")
        killed_writer_lets_go(part, folder / "ledger")
        killed_reader(part, folder / "ledger")
        clock_goes_back(part, folder / "clock")
    part.end()


if __name__ == "__main__":
    main()
