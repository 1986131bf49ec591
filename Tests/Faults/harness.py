"""What the parts of the fault tests have in common: running fault-writer, counting, telling."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WRITER = pathlib.Path(os.environ.get("FAULTS_WRITER", ROOT / ".build/release/fault-writer"))
# Statuses a program chooses; anything else is a trap or a signal.
CLEAR = (64, 65, 66, 70, 73, 74, 75)


def scratch(on_memory=False):
    """A folder that goes away with the process; in memory where many images are made."""
    base = "/dev/shm" if on_memory and os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="grandlivre-faults-", dir=base)


class Part:
    """Counts what passed, failed and was skipped under one name."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped = name, 0, 0, 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            if self.failed <= 20:
                print(f"FAILED {self.name}: {what}", flush=True)
        return holds

    def skip(self, what, why):
        self.skipped += 1
        print(f"skipped {self.name}: {what}: {why}", flush=True)

    def end(self, note=""):
        print(f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped{note}", flush=True)
        sys.exit(1 if self.failed else 0)


def run(*arguments, timeout=120, **options):
    """Runs a command to its end; a hang counts as a failure of status -999."""
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    environment.update(options.pop("env", {}))
    try:
        return subprocess.run(
            [str(a) for a in arguments], capture_output=True, text=True, timeout=timeout, env=environment, **options)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(late.cmd, -999, "", f"no end after {timeout} s")


def acked(output):
    """The last acknowledged size; None when not even the creation was."""
    sizes = [int(line.split()[1]) for line in output.splitlines() if line.startswith("ack ") and line[4:].isdigit()]
    return sizes[-1] if sizes else None


def verify(directory, seed, size, *more, **options):
    """fault-writer's verdict on a ledger: (holds, size at the end, what it said)."""
    done = run(WRITER, "verify", directory, seed, "none" if size is None else size, *more, **options)
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    end = int(done.stdout.split()[1]) if done.returncode == 0 else None
    return done.returncode == 0, end, f"status {done.returncode}: {said[-1] if said else 'silent'}"


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def missing(*tools):
    """The first of the tools that is not installed, or None."""
    return next((tool for tool in tools if shutil.which(tool) is None), None)
