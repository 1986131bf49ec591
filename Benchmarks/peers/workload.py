"""Workload W, the same events and postings as `Benchmarks/Workload.swift`, for programs that are not ours.

N purchases of five postings, each followed by a payment of two; 20 000 members, 500 sellers. Event number 2n is
purchase n, event number 2n + 1 its payment.
"""

from typing import Iterator, NamedTuple

MEMBERS = 20_000
SELLERS = 500
PRODUCTS = 1_000
START_US = 1_767_225_600_000_000

PURCHASE, PAYMENT = 1, 2
KINDS = {PURCHASE: "purchase", PAYMENT: "payment"}

RECEIVABLE, IN_TRANSIT, SELLER_PAYABLE, GST_PAYABLE, QST_PAYABLE, COMMISSION = range(1, 7)
ACCOUNTS = {
    RECEIVABLE: "assets:receivable",
    IN_TRANSIT: "assets:in-transit",
    SELLER_PAYABLE: "liabilities:seller-payable",
    GST_PAYABLE: "liabilities:gst-payable",
    QST_PAYABLE: "liabilities:qst-payable",
    COMMISSION: "income:commission",
}

GST_PPM, QST_PPM, COMMISSION_PPM = 50_000, 99_750, 40_000

# Parties are dense integers for every peer, as they are in our views; the bodies carry their names.
NO_PARTY = 0
FIRST_MEMBER = 1
FIRST_SELLER = FIRST_MEMBER + MEMBERS
FIRST_INSTITUTION = FIRST_SELLER + SELLERS
INSTITUTIONS = ("815", "006")

# Events in memory at once: a peer's memory should be its own, not the generator's.
CHUNK = 20_000


class Posting(NamedTuple):
    """A debit when the amount is positive, a credit when it is negative."""

    account: int
    party: int
    amount_minor: int


class Event(NamedTuple):
    number: int
    key: str
    kind: int
    at_us: int
    body: str
    postings: tuple[Posting, ...]


def _mixed(number: int) -> int:
    """A fixed permutation spreads members and amounts without a random number."""
    return number * 2_654_435_761 & 0x7FFF_FFFF


def _rate(ppm: int, minor: int) -> int:
    """Half a cent rounds up, as in `RatePpm`; nothing here is negative."""
    return (minor * ppm + 500_000) // 1_000_000


def event(number: int) -> Event:
    """Event `number` of W. Its postings balance."""
    order = number // 2
    mixed = _mixed(order)
    net = 500 + mixed % 20_000
    gst = _rate(GST_PPM, net)
    qst = _rate(QST_PPM, net)
    total = net + gst + qst
    member = mixed % MEMBERS
    at_us = START_US + order * 1_000_000
    if number % 2 == 0:
        seller = mixed // 7 % SELLERS
        commission = _rate(COMMISSION_PPM, net)
        body = (
            f'{{"order":"o{order}","buyer":"m{member}","product":"p{mixed % PRODUCTS}","seller":"s{seller}",'
            f'"quantity":1,"amountMinor":{net},"gstMinor":{gst},"qstMinor":{qst},"totalMinor":{total},'
            '"currency":"CAD"}'
        )
        postings = (
            Posting(RECEIVABLE, FIRST_MEMBER + member, total),
            Posting(COMMISSION, NO_PARTY, -commission),
            Posting(GST_PAYABLE, NO_PARTY, -gst),
            Posting(QST_PAYABLE, NO_PARTY, -qst),
            Posting(SELLER_PAYABLE, FIRST_SELLER + seller, commission - net),
        )
        made = Event(number, f"o{order}", PURCHASE, at_us, body, postings)
    else:
        institution = mixed % 2
        body = (
            f'{{"payment":"p{order}","order":"o{order}","buyer":"m{member}",'
            f'"institution":"{INSTITUTIONS[institution]}","totalMinor":{total},"currency":"CAD","book":"bench"}}'
        )
        postings = (
            Posting(IN_TRANSIT, FIRST_INSTITUTION + institution, total),
            Posting(RECEIVABLE, FIRST_MEMBER + member, -total),
        )
        made = Event(number, f"p{order}", PAYMENT, at_us, body, postings)
    assert sum(posting.amount_minor for posting in postings) == 0
    return made


def chunks(count: int) -> Iterator[list[Event]]:
    """The first `count` events, `CHUNK` at a time."""
    for start in range(0, count, CHUNK):
        yield [event(number) for number in range(start, min(start + CHUNK, count))]


def commits(events: list[Event], size: int) -> Iterator[list[Event]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]


def plan(events: int) -> dict[int, int]:
    """How many events are ingested at each number of events a commit: fewer where every one waits for the disk.

    A size that `events` does not fill once is left out. The last size takes every event, and is kept for the reads.
    """
    wanted = {1: min(events, 3_000), 100: events // 2, 1_000: events, 10_000: events}
    return {size: count for size, count in wanted.items() if count >= size}


class Tally:
    """What any ledger of W must come to: the total of debits, and how many balances there are."""

    def __init__(self) -> None:
        self.debits_minor = 0
        self._keys: set[tuple[int, int]] = set()

    def add(self, events: list[Event]) -> None:
        for made in events:
            for account, party, amount_minor in made.postings:
                self._keys.add((account, party))
                if amount_minor > 0:
                    self.debits_minor += amount_minor

    @property
    def balances(self) -> int:
        return len(self._keys)

    def check(self, what: str, debits_minor: int, balances: int | None = None) -> None:
        """Raises where a peer came to something else: its rate would be that of another workload."""
        if debits_minor != self.debits_minor:
            raise RuntimeError(f"{what}: debits come to {debits_minor}, the workload's to {self.debits_minor}")
        if balances is not None and balances != self.balances:
            raise RuntimeError(f"{what}: {balances} balances, the workload has {self.balances}")


def tally(count: int) -> Tally:
    made = Tally()
    for chunk in chunks(count):
        made.add(chunk)
    return made


def queried_members(count: int) -> list[int]:
    """The parties that point queries ask for: members in the order of `Benchmarks/Query.swift`."""
    return [FIRST_MEMBER + member * 7 % MEMBERS for member in range(count)]
