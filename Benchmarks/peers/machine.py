"""The machine a table comes from, and what its disk takes for the smallest durable write."""

import os
import platform
import time
from statistics import median

PAGE = 4_096
WRITES = 200


def describe(directory: str) -> dict[str, object]:
    """Everything a reader needs to judge the absolute figures."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "fileSystem": file_system(directory),
        "syncUs": sync_us(directory, growing=False),
        "syncGrowingUs": sync_us(directory, growing=True),
    }


def cpu_model() -> str:
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def file_system(directory: str) -> str:
    """The type of the file system that holds a directory: on tmpfs, no sync means anything."""
    device = os.stat(directory).st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    with open("/proc/self/mountinfo") as mounts:
        for line in mounts:
            fields = line.split()
            if fields[2] == wanted:
                return fields[fields.index("-") + 1]
    return "unknown"


def sync_us(directory: str, growing: bool) -> float:
    """Microseconds to write 4 KiB and `fdatasync` it: the median, over pages there already or at the end of a file."""
    path = directory + "/sync"
    page = os.urandom(PAGE)
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    try:
        if not growing:
            os.pwrite(file, page * WRITES, 0)
            os.fsync(file)
        times = []
        for number in range(WRITES):
            start = time.perf_counter_ns()
            os.pwrite(file, page, number * PAGE)
            os.fdatasync(file)
            times.append(time.perf_counter_ns() - start)
    finally:
        os.close(file)
        os.unlink(path)
    return median(times) / 1_000
