"""SQLite in this process: write-ahead log, synchronous=FULL, the same tables as PostgreSQL's."""

import os
import resource
import time
from collections import defaultdict
from statistics import median

import workload
from result import Result

try:
    import sqlite3
except ImportError:  # Python can be built without it.
    sqlite3 = None

NAME = "SQLite"
ABSENT = "absent: apt-get install python3 (its sqlite3 module)"

# Postings lie in the order of what is asked of them, in one tree: SQLite's index that covers everything.
SCHEMA = """
CREATE TABLE events (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, at INTEGER NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE postings (account INTEGER, party INTEGER, event_id INTEGER, amount INTEGER NOT NULL,
    PRIMARY KEY (account, party, event_id)) WITHOUT ROWID;
CREATE TABLE balances (account INTEGER, party INTEGER, debits INTEGER NOT NULL, credits INTEGER NOT NULL,
    PRIMARY KEY (account, party)) WITHOUT ROWID;
"""

ADD_EVENT = "INSERT INTO events (id, key, kind, at, body) VALUES (?, ?, ?, ?, ?)"
ADD_POSTING = "INSERT INTO postings (account, party, event_id, amount) VALUES (?, ?, ?, ?)"
ADD_BALANCE = """
INSERT INTO balances (account, party, debits, credits) VALUES (?, ?, ?, ?)
ON CONFLICT (account, party) DO UPDATE SET debits = debits + excluded.debits, credits = credits + excluded.credits
"""

FOLD_POSTINGS = """
SELECT account, party, sum(max(amount, 0)), sum(max(-amount, 0)) FROM postings GROUP BY account, party
"""

# The postings of each body, derived again; every body is parsed once for each field, which is all that SQL offers.
FOLD_EVENTS = f"""
WITH purchase AS MATERIALIZED (
    SELECT body ->> 'buyer' AS buyer, body ->> 'seller' AS seller, body ->> 'amountMinor' AS amount,
        body ->> 'gstMinor' AS gst, body ->> 'qstMinor' AS qst, body ->> 'totalMinor' AS total
    FROM events WHERE kind = {workload.PURCHASE}
), payment AS MATERIALIZED (
    SELECT body ->> 'buyer' AS buyer, body ->> 'institution' AS institution, body ->> 'totalMinor' AS total
    FROM events WHERE kind = {workload.PAYMENT}
)
SELECT account, party, sum(debit), sum(credit) FROM (
    SELECT {workload.RECEIVABLE} AS account, buyer AS party, total AS debit, 0 AS credit FROM purchase
    UNION ALL SELECT {workload.RECEIVABLE}, buyer, 0, total FROM payment
    UNION ALL SELECT {workload.IN_TRANSIT}, institution, total, 0 FROM payment
    UNION ALL SELECT {workload.COMMISSION}, '', 0,
        sum((amount * {workload.COMMISSION_PPM} + 500000) / 1000000) FROM purchase
    UNION ALL SELECT {workload.GST_PAYABLE}, '', 0, sum(gst) FROM purchase
    UNION ALL SELECT {workload.QST_PAYABLE}, '', 0, sum(qst) FROM purchase
    UNION ALL SELECT {workload.SELLER_PAYABLE}, seller, 0,
        amount - (amount * {workload.COMMISSION_PPM} + 500000) / 1000000 FROM purchase
) GROUP BY account, party
"""

POINT = f"SELECT debits, credits FROM balances WHERE account = {workload.RECEIVABLE} AND party = ?"
LATEST = f"""
SELECT events.id, events.kind, events.at, events.body FROM postings JOIN events ON events.id = postings.event_id
WHERE postings.account = {workload.RECEIVABLE} AND postings.party = ? ORDER BY postings.event_id DESC LIMIT 50
"""


def absent() -> str | None:
    return None if sqlite3 else ABSENT


def measure(events: int, directory: str) -> Result:
    """Runs in a process of its own, whose peak of memory is the result's."""
    result = Result(NAME, sqlite3.sqlite_version, events)
    path = directory + "/ledger"
    tally = workload.Tally()
    for size, count in workload.plan(events).items():
        path = f"{directory}/ledger-{size}"
        connection = opened(path)
        try:
            connection.executescript(SCHEMA)
            tally = ingest(connection, size, count, result)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    result.disk_bytes_per_event = os.stat(path).st_size / events
    connection = opened(path)
    try:
        connection.execute("ANALYZE")
        fold(connection, events, tally, result)
        query(connection, result)
    finally:
        connection.close()
    result.memory_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return result


def opened(path: str) -> "sqlite3.Connection":
    # No transactions but ours.
    connection = sqlite3.connect(path, isolation_level=None)
    ((mode,),) = connection.execute("PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise RuntimeError(f"{NAME}: {path}: no write-ahead log here, the journal is {mode}")
    # A cache of 256 MiB, and a log of 40 MB before it is copied back.
    connection.executescript(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 10000;")
    return connection


def rows(commit: list[workload.Event]) -> tuple[list, list]:
    return (
        [made[:5] for made in commit],
        [(account, party, made.number, amount) for made in commit for account, party, amount in made.postings],
    )


def ingest(connection: "sqlite3.Connection", size: int, count: int, result: Result) -> workload.Tally:
    tally = workload.Tally()
    elapsed = 0.0
    for chunk in workload.chunks(count):
        tally.add(chunk)
        ready = [rows(commit) for commit in workload.commits(chunk, size)]
        start = time.perf_counter()
        for events, postings in ready:
            append(connection, events, postings)
        elapsed += time.perf_counter() - start
    result.ingest[size] = count / elapsed
    ((debits, balances),) = connection.execute("SELECT sum(debits), count(*) FROM balances")
    tally.check(f"{NAME}, {size} a commit", debits, balances)
    return tally


def append(connection: "sqlite3.Connection", events: list, postings: list) -> None:
    """One transaction. A key that is already there refuses it whole."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(ADD_EVENT, events)
        # In the order of their tree, which a large commit then walks once.
        connection.executemany(ADD_POSTING, sorted(postings))
        changes: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        for account, party, _, amount in postings:
            if amount > 0:
                changes[account, party][0] += amount
            else:
                changes[account, party][1] -= amount
        connection.executemany(ADD_BALANCE, ((*key, *change) for key, change in sorted(changes.items())))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def fold(connection: "sqlite3.Connection", events: int, tally: workload.Tally, result: Result) -> None:
    def rate(name: str, statement: str) -> float:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            folded = connection.execute(statement).fetchall()
            times.append(time.perf_counter() - start)
        tally.check(f"{NAME}, {name}", sum(row[2] for row in folded), len(folded))
        return events / median(times)

    result.fold_postings = rate("summing postings", FOLD_POSTINGS)
    result.fold_events = rate("from the events", FOLD_EVENTS)


def query(connection: "sqlite3.Connection", result: Result) -> None:
    def median_us(statement: str) -> float:
        times = []
        for party in workload.queried_members(1_200):
            start = time.perf_counter_ns()
            connection.execute(statement, (party,)).fetchall()
            times.append(time.perf_counter_ns() - start)
        # The first ones fill the cache.
        return median(times[200:]) / 1_000

    result.point_us = median_us(POINT)
    result.latest_us = median_us(LATEST)
