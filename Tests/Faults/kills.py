"""SIGKILL at random moments: every acknowledged event is there, no half batch, and writing goes on."""

import argparse
import pathlib
import random
import select
import subprocess
import time

from harness import WRITER, Part, acked, kill, scratch, verify


def write_until_killed(directory, seed, chance):
    """Starts a writer and kills it a moment after it was ready, or after some acknowledgements; what it had told."""
    process = subprocess.Popen(
        [WRITER, "write", str(directory), str(seed), "--events", "1000000"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    # Half of the kills are counted in acknowledgements, so that they fall everywhere however fast the machine is.
    lines, told = chance.randrange(0, 12), b""
    delay = chance.random() * 0.04
    while told.count(b"\n") < lines and process.poll() is None:
        if select.select([process.stdout], [], [], 20)[0]:
            chunk = process.stdout.read1(65_536)
            if not chunk:
                break
            told += chunk
    time.sleep(delay)
    alive = process.poll() is None
    kill(process)
    told += process.stdout.read()
    complete = told[:told.rfind(b"\n") + 1]
    return alive, acked(complete.decode()), process.stderr.read().decode().strip()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=220)
    arguments.add_argument("--seed", type=int, default=21)
    chosen = arguments.parse_args()
    chance = random.Random(chosen.seed)
    part = Part("kills")
    with scratch() as name:
        directory, seed, size, rounds = None, 0, None, 0
        for number in range(chosen.kills):
            # Mostly go on with the same ledger; now and then begin a new one, also to kill its creation.
            if directory is None or rounds > 14 or chance.random() < 0.08:
                directory, seed, size, rounds = pathlib.Path(name) / f"ledger-{number}", 1_000 + number, None, 0
            rounds += 1
            alive, told, said = write_until_killed(directory, seed, chance)
            if not part.expect(alive, f"kill {number}, seed {seed}: the writer ended by itself: {said}"):
                directory = None
                continue
            size = told if told is not None else size
            holds, end, said = verify(directory, seed, size)
            if not part.expect(holds, f"kill {number}, seed {seed}, {size} acknowledged: {said}"):
                directory = None
                continue
            size = end
    part.end(f" (seed {chosen.seed}, {chosen.kills} kills)")


if __name__ == "__main__":
    main()
