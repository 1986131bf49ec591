"""ledger and hledger: the same events as a journal, and the time of `balance` over the whole file."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timezone
from statistics import median

import workload
from result import Result

CURRENCY = "CAD"

# What each is asked: all balances, and the total of debits alone for the check. Neither may read the user's settings.
PROGRAMS = {
    "ledger": (
        ["ledger", "--args-only", "-f", "{journal}", "balance", "--flat"],
        ["ledger", "--args-only", "-f", "{journal}", "balance", "--limit", "amount > 0", "--depth", "1"],
    ),
    "hledger": (
        ["hledger", "-f", "{journal}", "balance", "--flat"],
        ["hledger", "-f", "{journal}", "balance", "amt:>0", "--depth", "1"],
    ),
}


def absent(name: str) -> str | None:
    return None if shutil.which(name) else f"absent: apt-get install {name}"


def measurement(name: str) -> Callable[[int, str], Result]:
    """`measure` of one of the programs."""
    return lambda events, directory: measure(name, events, directory)


def measure(name: str, events: int, directory: str) -> Result:
    result = Result(name, version(name), events)
    journal = f"{directory}/w.journal"
    tally = write(journal, events)
    result.disk_bytes_per_event = os.stat(journal).st_size / events
    balance, debits = ([word.format(journal=journal) for word in command] for command in PROGRAMS[name])
    times = []
    # A long run needs no second one.
    while len(times) < 3 and sum(times) < 10:
        seconds, peak = run(balance, directory + "/balances", directory)
        times.append(seconds)
        result.memory_bytes = max(result.memory_bytes or 0, peak)
    result.fold_events = events / median(times)
    run(debits, directory + "/debits", directory)
    with open(directory + "/debits") as output:
        tally.check(name, total_minor(name, output.read()))
    whole = "the whole file again"
    result.notes |= {"point_us": whole, "latest_us": whole}
    return result


def version(name: str) -> str:
    output = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\d+(\.\d+)+", output)
    return found.group() if found else ""


def write(path: str, events: int) -> workload.Tally:
    """The journal: a transaction an event, its key as code."""
    tally = workload.Tally()
    parties = names()
    with open(path, "w") as journal:
        for chunk in workload.chunks(events):
            tally.add(chunk)
            for made in chunk:
                day = datetime.fromtimestamp(made.at_us // 1_000_000, timezone.utc).strftime("%Y-%m-%d")
                lines = [f"{day} * ({made.key}) {workload.KINDS[made.kind]}"]
                for account, party, amount_minor in made.postings:
                    lines.append(f"    {workload.ACCOUNTS[account]}{parties[party]}  {decimal(amount_minor)}")
                journal.write("\n".join(lines) + "\n\n")
    return tally


def names() -> list[str]:
    """The last part of an account, by party."""
    members = [f":m{number}" for number in range(workload.MEMBERS)]
    sellers = [f":s{number}" for number in range(workload.SELLERS)]
    return ["", *members, *sellers, *(f":i{institution}" for institution in workload.INSTITUTIONS)]


def decimal(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02} {CURRENCY}"


def run(command: list[str], output: str, home: str) -> tuple[float, int]:
    """Seconds from start to end, and the peak of resident memory."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LC_ALL": "C.UTF-8"}
    with open(output, "w") as out, open(output + ".errors", "w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, env=environment)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            message = (errors.read().strip().splitlines() or [f"status {process.returncode}"])[0]
            raise RuntimeError(f"{command[0]}: {message}")
    return seconds, usage.ru_maxrss * 1024


def total_minor(name: str, output: str) -> int:
    """The last line of a report, its total, in minor units: every amount has two decimals."""
    found = re.findall(rf"(-?[\d,]+\.\d\d) {CURRENCY}", output)
    if not found:
        raise RuntimeError(f"{name}: no total in its report")
    return int(re.sub(r"[.,]", "", found[-1]))
