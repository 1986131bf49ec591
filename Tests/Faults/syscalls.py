"""Every system call that writes fails in turn: a clear message, no acknowledgement, and a ledger that is whole."""

import argparse
import concurrent.futures
import os
import pathlib
import shutil

from harness import WRITER, Part, acked, missing, run, scratch, verify

EVENTS = 3_200


def inject(base, folder, seed, call, error, number):
    """Fails call `number`. Answers (was it met, what is wrong or None)."""
    directory = folder / f"{call}-{error}-{number}"
    log = folder / f"{call}-{error}-{number}.trace"
    if base is not None:
        shutil.copytree(base, directory)
    done = run(
        "strace", "-f", "--seccomp-bpf", "-o", log, "-e", f"trace={call}", "-e",
        f"inject={call}:error={error}:when={number}", WRITER, "write", directory, seed, "--plain", "--events", EVENTS)
    met = "(INJECTED)" in log.read_text()
    told = acked(done.stdout)
    if done.returncode == -999:
        wrong = "the writer hangs"
    elif done.returncode < 0 or done.returncode > 128:
        wrong = f"the writer died of status {done.returncode}: {done.stderr.strip()[-300:]}"
    elif not met and done.returncode != 0:
        wrong = f"nothing was injected, and the writer left with {done.returncode}: {done.stderr.strip()}"
    elif met and done.returncode not in (0, 74):
        wrong = f"status {done.returncode} instead of 74: {done.stderr.strip()}"
    elif met and done.returncode == 74 and not (";" in done.stderr and done.stderr.count("\n") == 1):
        wrong = f"not one line with a reason and a remedy: {done.stderr.strip()}"
    else:
        holds, _, said = verify(directory, seed, told)
        # A creation that failed may leave a folder that is refused, in clear words.
        unborn = told is None and "status 6" in said
        wrong = None if holds or unborn else f"{told} acknowledged, then {said}"
    shutil.rmtree(directory, ignore_errors=True)
    log.unlink()
    return met, done.returncode, wrong


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--limit", type=int, default=400, help="calls of a kind at most")
    arguments.add_argument("--seed", type=int, default=31)
    arguments.add_argument("--quick", action="store_true")
    chosen = arguments.parse_args()
    part = Part("system calls")
    lacking = missing("strace")
    if lacking:
        part.skip("all", f"{lacking} is not installed")
        part.end()
    workers, most = os.cpu_count() or 1, {}
    with scratch(on_memory=True) as name, concurrent.futures.ThreadPoolExecutor(workers) as pool:
        folder = pathlib.Path(name)
        for call in ["fdatasync", "pwrite64", "writev", "fsync", "ftruncate"]:
            for error in ["EIO", "ENOSPC"]:
                number, ended, refused = 1, False, 0
                step = 3 if chosen.quick else 1
                while not ended and number <= chosen.limit:
                    batch = [(n, pool.submit(inject, None, folder, chosen.seed, call, error, n))
                             for n in range(number, number + workers * 2 * step, step)]
                    for n, future in batch:
                        met, status, wrong = future.result()
                        part.expect(wrong is None, f"{call} {n} fails with {error}: {wrong}")
                        refused += status == 74
                        if not met:
                            ended = True
                        else:
                            most[call] = n
                    number += workers * 2 * step
                part.expect(ended, f"{call}: {chosen.limit} calls do not reach the end of the run")
                if call in ("fdatasync", "pwrite64"):
                    part.expect(refused > 0, f"{call}: no failure was told at all")
    part.end(f" (calls failed in turn: {', '.join(f'{c} {n}' for c, n in most.items())})")


if __name__ == "__main__":
    main()
