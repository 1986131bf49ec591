"""A full disk and a limit on file sizes: a clear message, status 74, nothing lost, and work goes on when there is room."""

import os
import pathlib
import resource
import subprocess

from harness import WRITER, Part, acked, missing, run, scratch, verify

SEED = 41


def told_clearly(part, done, words, what):
    part.expect(done.returncode == 74, f"{what}: status {done.returncode} instead of 74: {done.stderr.strip()[-300:]}")
    lines = done.stderr.strip().splitlines()
    part.expect(
        len(lines) == 1 and any(word in lines[0] for word in words), f"{what}: the message does not say so: {lines}")


def fill(part, directory, what, words, **options):
    """Writes until there is no room, and checks what was said and what is left."""
    done = run(WRITER, "write", directory, SEED, "--events", 1_000_000, **options)
    told_clearly(part, done, words, what)
    size = acked(done.stdout)
    part.expect(size is not None and size > 0, f"{what}: something was recorded before")
    holds, end, said = verify(directory, SEED, size, "--no-append")
    part.expect(holds, f"{what}: while there is no room: {said}")
    return size


def goes_on(part, directory, size, what):
    holds, end, said = verify(directory, SEED, size)
    if part.expect(holds, f"{what}: with room again: {said}"):
        done = run(WRITER, "write", directory, SEED, "--events", end + 5_000)
        part.expect(done.returncode == 0 and acked(done.stdout) >= end + 5_000, f"{what}: writing goes on: {done.stderr}")


def mounted(command, target):
    done = run("mount", *command, target)
    return done.returncode == 0, done.stderr.strip()


def full_memory_disk(part, folder):
    target = folder / "tmpfs"
    target.mkdir()
    possible, why = mounted(["-t", "tmpfs", "-o", "size=16m", "tmpfs"], target)
    if not possible:
        return part.skip("full tmpfs", why)
    try:
        size = fill(part, target / "ledger", "full tmpfs", ["full", "No space"])
        run("mount", "-o", "remount,size=200m", target)
        goes_on(part, target / "ledger", size, "full tmpfs")
    finally:
        run("umount", "-l", target)


def full_ext4(part, folder):
    lacking = missing("mkfs.ext4")
    if lacking:
        return part.skip("full ext4", f"{lacking} is not installed")
    image, target, ballast = folder / "ext4.img", folder / "ext4", folder / "ext4" / "ballast"
    target.mkdir()
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    run("mkfs.ext4", "-q", "-F", image)
    possible, why = mounted(["-o", "loop", image], target)
    if not possible:
        return part.skip("full ext4", why)
    try:
        # Something else takes the room, and gives it back.
        ballast.write_bytes(bytes(36 << 20))
        size = fill(part, target / "ledger", "full ext4", ["full", "No space"])
        ballast.unlink()
        goes_on(part, target / "ledger", size, "full ext4")
    finally:
        run("umount", "-l", target)


def read_only_mount(part, folder):
    source, target = folder / "source", folder / "read-only"
    source.mkdir()
    target.mkdir()
    size = acked(run(WRITER, "write", source / "ledger", SEED, "--events", 2_000).stdout)
    possible, why = mounted(["--bind", source], target)
    if possible:
        possible, why = mounted(["-o", "remount,bind,ro"], target)
    if not possible:
        run("umount", "-l", target)
        return part.skip("read-only mount", why)
    try:
        done = run(WRITER, "write", target / "ledger", SEED, "--events", 9_000)
        told_clearly(part, done, ["read-only", "Read-only"], "read-only mount")
        part.expect(acked(done.stdout) in (None, size), "read-only mount: nothing more is acknowledged")
    finally:
        run("umount", "-l", target)
    holds, _, said = verify(source / "ledger", SEED, size)
    part.expect(holds, f"read-only mount: mounted for writing again: {said}")


def main():
    part = Part("limits")
    with scratch() as name:
        folder = pathlib.Path(name)
        ledger = folder / "limited" / "ledger"
        limit = 6 << 20
        size = fill(
            part, ledger, "RLIMIT_FSIZE", ["RLIMIT_FSIZE"],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        goes_on(part, ledger, size, "RLIMIT_FSIZE")
        if os.geteuid() == 0:
            full_memory_disk(part, folder)
            full_ext4(part, folder)
            read_only_mount(part, folder)
        else:
            for what in ["full tmpfs", "full ext4", "read-only mount"]:
                part.skip(what, "needs root")
    part.end()


if __name__ == "__main__":
    main()
