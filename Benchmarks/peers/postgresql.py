"""PostgreSQL: events, postings and balances in one transaction, on a server of its own in a temporary directory."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import time
from statistics import median

import libpq
import workload
from libpq import Connection, LibpqError, Parameters, documents, numbers, texts
from result import Result

NAME = "PostgreSQL"
ABSENT = "absent: apt-get install postgresql"

SCHEMA = """
CREATE TABLE events (
    id bigint PRIMARY KEY, key text NOT NULL UNIQUE, kind smallint NOT NULL, at bigint NOT NULL, body jsonb NOT NULL);
CREATE TABLE postings (event_id bigint NOT NULL, account smallint NOT NULL, party integer NOT NULL,
    amount bigint NOT NULL);
CREATE INDEX postings_of_party ON postings (account, party, event_id);
CREATE TABLE balances (account smallint, party integer, debits bigint NOT NULL, credits bigint NOT NULL,
    PRIMARY KEY (account, party)) WITH (fillfactor = 50);
"""

# One statement is one transaction and one round trip, whatever the number of events; a key that is already there
# refuses it whole. Postings go in the order of their index. Passing on only the events whose keys are new
# (ON CONFLICT DO NOTHING, RETURNING, a join) was measured a tenth slower.
INGEST = """
WITH recorded AS (
    INSERT INTO events (id, key, kind, at, body)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::bigint[], $5::jsonb[])
), posted AS (
    INSERT INTO postings (event_id, account, party, amount)
    SELECT * FROM unnest($6::bigint[], $7::smallint[], $8::integer[], $9::bigint[])
        AS posting (event_id, account, party, amount)
    ORDER BY account, party, event_id
)
INSERT INTO balances AS held (account, party, debits, credits)
SELECT account, party, sum(greatest(amount, 0)), sum(greatest(-amount, 0))
FROM unnest($7::smallint[], $8::integer[], $9::bigint[]) AS posting (account, party, amount) GROUP BY account, party
ON CONFLICT (account, party) DO UPDATE
SET debits = held.debits + excluded.debits, credits = held.credits + excluded.credits
"""

FOLD_POSTINGS = """
SELECT account, party, sum(greatest(amount, 0)), sum(greatest(-amount, 0)) FROM postings GROUP BY account, party
"""

# The postings of each body, derived again: rates, rounding and what is left for the seller. Each account reads only
# the fields it needs, which is faster than taking every body apart once, and leaves the scans to both cores.
FOLD_EVENTS = f"""
SELECT {workload.RECEIVABLE}, body ->> 'buyer',
    coalesce(sum((body ->> 'totalMinor')::bigint) FILTER (WHERE kind = {workload.PURCHASE}), 0),
    coalesce(sum((body ->> 'totalMinor')::bigint) FILTER (WHERE kind = {workload.PAYMENT}), 0)
FROM events GROUP BY 2
UNION ALL
SELECT {workload.IN_TRANSIT}, body ->> 'institution', sum((body ->> 'totalMinor')::bigint), 0
FROM events WHERE kind = {workload.PAYMENT} GROUP BY 2
UNION ALL
SELECT {workload.SELLER_PAYABLE}, seller, 0, sum(amount - (amount * {workload.COMMISSION_PPM} + 500000) / 1000000)
FROM (SELECT body ->> 'seller' AS seller, (body ->> 'amountMinor')::bigint AS amount
    FROM events WHERE kind = {workload.PURCHASE}) AS sale GROUP BY 2
UNION ALL
SELECT charge.account, '', 0, charge.credits
FROM (SELECT sum((body ->> 'gstMinor')::bigint) AS gst, sum((body ->> 'qstMinor')::bigint) AS qst,
    sum(((body ->> 'amountMinor')::bigint * {workload.COMMISSION_PPM} + 500000) / 1000000) AS commission
    FROM events WHERE kind = {workload.PURCHASE}) AS charged,
LATERAL (VALUES ({workload.GST_PAYABLE}, gst), ({workload.QST_PAYABLE}, qst), ({workload.COMMISSION}, commission))
    AS charge (account, credits)
"""

POINT = f"SELECT debits, credits FROM balances WHERE account = {workload.RECEIVABLE} AND party = $1::integer"
LATEST = f"""
SELECT events.id, events.kind, events.at, events.body FROM postings JOIN events ON events.id = postings.event_id
WHERE postings.account = {workload.RECEIVABLE} AND postings.party = $1::integer
ORDER BY postings.event_id DESC LIMIT 50
"""

# Durable as installed; with room, so that neither checkpoints nor sorting on disk are what is measured.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "max_wal_size": "8GB",
    "min_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "max_connections": "8",
    "client_min_messages": "warning",
}


def programs() -> str | None:
    """The folder of the newest server's programs: Debian keeps them out of the path."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda path: float(path.split("/")[4])))
    found = shutil.which("initdb")
    return os.path.dirname(found) if found else None


def absent() -> str | None:
    return None if programs() and libpq.load() else ABSENT


class Server:
    """A server that lives as long as the `with`; its directory is the caller's to remove."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._folder = programs()
        self._process: subprocess.Popen | None = None
        self.library = libpq.load()
        # PostgreSQL refuses to run as root.
        self._user: dict = {}
        if os.geteuid() == 0:
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                user = pwd.getpwnam("nobody")
            os.chown(directory, user.pw_uid, user.pw_gid)
            self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def __enter__(self) -> "Server":
        data = self._directory + "/data"
        made = subprocess.run(
            [self._folder + "/initdb", "--auth=trust", "--username=peer", "--encoding=UTF8", "--locale=C", "-D", data],
            cwd=self._directory, capture_output=True, text=True, **self._user)
        if made.returncode != 0:
            raise RuntimeError(f"initdb: {last_line(made.stderr)}")
        command = [self._folder + "/postgres", "-D", data, "-k", self._directory]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with open(self._directory + "/log", "w+") as log:
            self._process = subprocess.Popen(
                command, cwd=self._directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._user)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if not self._process:
            return
        # "Fast": it ends its sessions, writes a checkpoint and goes.
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.connect().close()
            except LibpqError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    with open(self._directory + "/log") as log:
                        raise RuntimeError(f"postgres: {last_line(log.read()) or error}") from None
                time.sleep(0.05)

    def connect(self) -> Connection:
        return Connection(self.library, f"host={self._directory} user=peer dbname=postgres")

    def memory_bytes(self) -> int:
        """Of all its processes; a page that several share counts once."""
        total = 0
        with open(f"/proc/{self._process.pid}/task/{self._process.pid}/children") as children:
            pids = [str(self._process.pid), *children.read().split()]
        for pid in pids:
            try:
                with open(f"/proc/{pid}/smaps_rollup") as rollup:
                    total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) * 1024
            except (FileNotFoundError, ProcessLookupError):
                pass  # It ended meanwhile.
        return total


def last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def measure(events: int, directory: str) -> Result:
    with Server(directory) as server:
        connection = server.connect()
        try:
            result = Result(NAME, connection.parameter("server_version").split()[0], events)
            tally = ingest(connection, workload.plan(events), result)
            connection.execute("VACUUM (ANALYZE) events, postings, balances")
            fold(connection, events, tally, result)
            query(connection, result)
            result.memory_bytes = server.memory_bytes()
            ((size,),) = connection.execute(
                "SELECT sum(pg_total_relation_size(name)) FROM unnest('{events,postings,balances}'::regclass[]) name")
            result.disk_bytes_per_event = int(size) / events
            return result
        finally:
            connection.close()


def packed(events: list[workload.Event]) -> Parameters:
    """The parameters of `INGEST`."""
    ids, keys, kinds, times, bodies, _ = zip(*events)
    of_event, accounts, parties, amounts = zip(
        *((made.number, *posting) for made in events for posting in made.postings))
    return Parameters([
        numbers("bigint", ids), texts(keys), numbers("smallint", kinds), numbers("bigint", times), documents(bodies),
        numbers("bigint", of_event), numbers("smallint", accounts), numbers("integer", parties),
        numbers("bigint", amounts),
    ])


def ingest(connection: Connection, plan: dict[int, int], result: Result) -> workload.Tally:
    # Planned once: planning costs more than a lone event.
    connection.execute("SET plan_cache_mode = force_generic_plan")
    # A first pass, not measured: a server that has run for a while writes over the files of its log instead of
    # making new ones.
    largest = max(plan)
    fill(connection, largest, plan[largest])
    for size, count in plan.items():
        elapsed, tally = fill(connection, size, count)
        result.ingest[size] = count / elapsed
    connection.execute("RESET plan_cache_mode")
    return tally


def fill(connection: Connection, size: int, count: int) -> tuple[float, workload.Tally]:
    """Makes the tables anew, with `count` events in them; the seconds that `size` a commit took."""
    connection.execute("DROP TABLE IF EXISTS events, postings, balances; DEALLOCATE ALL;" + SCHEMA)
    connection.prepare("ingest", INGEST)
    connection.execute("CHECKPOINT")
    tally = workload.Tally()
    elapsed = 0.0
    for chunk in workload.chunks(count):
        tally.add(chunk)
        ready = [packed(commit) for commit in workload.commits(chunk, size)]
        start = time.perf_counter()
        for parameters in ready:
            connection.run(b"ingest", parameters)
        elapsed += time.perf_counter() - start
    ((debits, balances),) = connection.execute("SELECT sum(debits), count(*) FROM balances")
    tally.check(f"{NAME}, {size} a commit", int(debits), int(balances))
    return elapsed, tally


def fold(connection: Connection, events: int, tally: workload.Tally, result: Result) -> None:
    def rate(name: str, statement: str) -> float:
        times = []
        # Fetching the rows is part of it; turning them into numbers to compare them is not.
        for _ in range(3):
            start = time.perf_counter()
            rows = connection.execute(statement)
            times.append(time.perf_counter() - start)
        tally.check(f"{NAME}, {name}", sum(int(row[2]) for row in rows), len(rows))
        return events / median(times)

    result.fold_postings = rate("summing postings", FOLD_POSTINGS)
    result.fold_events = rate("from the events", FOLD_EVENTS)


def query(connection: Connection, result: Result) -> None:
    def median_us(name: str, statement: str) -> float:
        connection.prepare(name, statement)
        times = []
        for party in workload.queried_members(1_200):
            parameters = Parameters([party.to_bytes(4, "big")])
            start = time.perf_counter_ns()
            connection.run(name.encode(), parameters)
            times.append(time.perf_counter_ns() - start)
        # The first ones fill caches and settle the plan.
        return median(times[200:]) / 1_000

    result.point_us = median_us("point", POINT)
    result.latest_us = median_us("latest", LATEST)
