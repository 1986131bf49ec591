#!/usr/bin/env python3
"""Tax slips of a simulated economy, reckoned again from the exported log by code that shares nothing with the ledger.

    Tests/Independent/slips.py .build/release/grandlivre [LEDGER]

Without LEDGER a year of 2000 members is simulated. From the events' JSON: who was paid which dividend in which calendar
year (local days of the book's calendar) and what was withheld gives each T4A (ITA 135(3); tax, or above $500) and each
RL-1 (above $100); what was sold, handed over and taken back gives each seller's line of the platform report. All must
equal the tables and the XML that `slips` writes. Then single figures are altered: each alteration must be found out.
"""
import collections
import copy
import csv
import datetime
import io
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

RELEVE = "{http://www.mrq.gouv.qc.ca/T5}"


class Books:
    """What slips are made of, from the events."""

    def __init__(self, events):
        self.offsets = collections.defaultdict(list)
        self.commission = {}
        self.taxes = {}
        self.registered = collections.defaultdict(set)
        self.dividends = collections.defaultdict(lambda: [0, 0])
        self.sellers = collections.defaultdict(lambda: [0, 0, 0, 0])
        self.drivers = collections.defaultdict(lambda: [0, 0, 0, 0])
        self.orders, self.rides = {}, {}
        for event in events:
            book = event["book"]
            us = micros(event["effectiveAt"])
            for kind, body in event.items():
                take = getattr(self, "take_" + kind, None)
                if take:
                    take(book, us, body)

    def take_policyAdopted(self, book, us, body):
        for change in body.get("calendar", {}).get("offsets", []):
            self.offsets[book].append((micros(change["from"]), change["offsetSeconds"]))
        if "commission" in body:
            self.commission[book] = body["commission"].get("ratePpm", 0)
        if "taxes" in body:
            self.taxes[book] = body["taxes"]["rates"]

    def take_memberAdmitted(self, book, us, body):
        self.registered[book, body["member"]] = {mark["tax"] for mark in body.get("registrations", [])}

    def take_patronageDividendPaid(self, book, us, body):
        sums = self.dividends[book, self.day(book, us).year, body["member"]]
        sums[0] += int(body.get("cashMinor", 0)) + int(body.get("sharesMinor", 0))
        sums[1] += int(body.get("withheldMinor", 0))

    def take_purchasePlaced(self, book, us, body):
        assert not any("discounts" in line for line in body["lines"]), "discounts are not reckoned here"
        assert "jurisdiction" not in body, "supplies made elsewhere are not reckoned here"
        self.orders[book, body["order"]] = {
            "done": False, "lines": [[line["seller"], line["taxClass"], int(line["amountMinor"])] for line in body["lines"]]}

    def take_orderHandedOver(self, book, us, body):
        order = self.orders[book, body["order"]]
        order["done"] = True
        self.sell(book, us, self.parts(book, order), 1, 1)

    def take_purchaseRefunded(self, book, us, body):
        order = self.orders[book, body["order"]]
        before = self.parts(book, order)
        for refund in body["lines"]:
            order["lines"][int(refund.get("line", 0))][2] -= int(refund["amountMinor"])
        if order["done"]:
            after = self.parts(book, order)
            change = {seller: [now - then for now, then in zip(after[seller], before[seller])] for seller in after}
            self.sell(book, us, change, 1, 0)

    def take_rideAccepted(self, book, us, body):
        self.rides[book, body["ride"]] = body["driver"]

    def take_rideCompleted(self, book, us, body):
        fare = sum(int(body.get(part, 0)) for part in ("baseMinor", "distanceFareMinor", "timeFareMinor"))
        platform, tip = int(body.get("platformMinor", 0)), int(body.get("tipMinor", 0))
        self.drive(book, us, body["ride"], [fare - platform + tip, 1, platform, 0])

    def take_rideCancelled(self, book, us, body):
        if int(body.get("feeMinor", 0)):
            self.drive(book, us, body["ride"], [int(body["feeMinor"]), 0, 0, 0])

    def take_rideRefunded(self, book, us, body):
        # Without a discount what the rider gets back is the driver's but for the platform's part.
        fare, platform, tip = (int(body.get(name, 0)) for name in ("fareMinor", "platformMinor", "tipMinor"))
        self.drive(book, us, body["ride"], [platform - fare - tip, 0, -platform, 0])

    def drive(self, book, us, ride, change):
        self.add(self.drivers, book, us, self.rides[book, ride], change)

    def sell(self, book, us, parts, sign, activities):
        for seller, (owed, fees, taxes) in parts.items():
            self.add(self.sellers, book, us, seller, [sign * owed, activities, sign * fees, sign * taxes])

    def add(self, table, book, us, party, change):
        day = self.day(book, us)
        sums = table[book, day.year, party, (day.month - 1) // 3]
        for at, amount in enumerate(change):
            sums[at] += amount

    def day(self, book, us):
        """The book's own day, by the calendar that it adopted."""
        offset = 0
        for start, seconds in self.offsets[book]:
            if start <= us:
                offset = seconds
        return datetime.datetime.fromtimestamp(us // 1_000_000 + offset, datetime.timezone.utc).date()

    def parts(self, book, order):
        """What each seller of an order is owed, the commission, and the taxes on it. Half a cent counts as one."""
        names = list(dict.fromkeys(seller for seller, _, _ in order["lines"]))
        sums = {name: sum(amount for seller, _, amount in order["lines"] if seller == name) for name in names}
        rate = self.commission[book]
        whole = half_up(sum(sums.values()) * rate, 1_000_000)
        fees = dict(zip(names, largest_remainder(whole, [sums[name] for name in names])))
        owed = {name: sums[name] - fees[name] for name in names}
        rates = collections.defaultdict(dict)
        for entry in self.taxes[book]:
            rates[entry["tax"]][entry["taxClass"]] = entry["ratePpm"]
        on_fees = {name: 0 for name in names}
        for tax, by_class in rates.items():
            weights = [sum(amount * by_class.get(kind, 0) for seller, kind, amount in order["lines"] if seller == name)
                       for name in names]
            charged = sum(
                half_up(rate * sum(amount for _, kind, amount in order["lines"] if by_class.get(kind, 0) == rate), 1_000_000)
                for rate in set(by_class.values()))
            for name, part in zip(names, largest_remainder(charged, weights)):
                if tax in self.registered[book, name]:
                    owed[name] += part
            for name in names:
                if tax in self.registered[book, name]:
                    on_fees[name] += half_up(fees[name] * by_class.get("TAX_CLASS_STANDARD", 0), 1_000_000)
        return {name: [owed[name] - on_fees[name], fees[name], on_fees[name]] for name in names}

    def slips(self, book, year, form):
        """Paid and tax by member: whoever needs the slip."""
        found = {}
        for (of, when, member), (paid, tax) in self.dividends.items():
            if (of, when) != (book, year):
                continue
            if form == "t4a" and (tax > 0 or paid > 50_000):
                found[member] = (paid, tax)
            if form == "rl1" and paid > 10_000:
                found[member] = (paid, 0)
        return found

    def platform(self, book, year):
        found = collections.defaultdict(lambda: [[0, 0, 0, 0] for _ in range(4)])
        for table in (self.sellers, self.drivers):
            for (of, when, party, quarter), sums in table.items():
                if (of, when) == (book, year):
                    found[party][quarter] = [a + b for a, b in zip(found[party][quarter], sums)]
        return dict(found)


def micros(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1_000_000)


def half_up(amount, unit):
    return (2 * amount + unit) // (2 * unit) if amount >= 0 else -half_up(-amount, unit)


def largest_remainder(pool, bases):
    total = sum(bases)
    if pool == 0 or total == 0:
        return [0] * len(bases)
    parts = [pool * base // total for base in bases]
    order = sorted(range(len(bases)), key=lambda at: (-(pool * bases[at] % total), at))
    for at in order[:pool - sum(parts)]:
        parts[at] += 1
    return parts


def cents(text):
    return int(text.replace(".", ""))


def read(folder, form, year):
    """The slips of a folder: from its table, whose last row sums them, and from its XML."""
    with open(f"{folder}/{form}-{year}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    table = {row[3]: (cents(row[15]), cents(row[17])) for row in rows[:-1]}
    total = rows[-1]
    assert int(total[3]) == len(table), "count of the table"
    for at, column in ((0, 15), (1, 17)):
        assert cents(total[column]) == sum(amounts[at] for amounts in table.values()), "total of the table"
    root = ElementTree.parse(f"{folder}/{form}-{year}-original.xml").getroot()
    if form == "t4a":
        slips = {slip.findtext("rcpnt_nbr"): (
            cents(slip.findtext("OTH_INFO/ptrng_aloc_amt")), cents(slip.findtext("T4A_AMT/itx_ddct_amt") or "0.00"))
                 for slip in root.iter("T4ASlip")}
        summary = root.find("Return/T4A/T4ASummary")
        said = [int(summary.findtext("slp_cnt"))] + [
            cents(summary.findtext(f"T4A_TAMT/{name}")) for name in ("tot_ptrng_aloc_amt", "tot_itx_dedn_amt")]
        assert said == [len(slips)] + [sum(amounts[at] for amounts in slips.values()) for at in (0, 1)], "T4ASummary"
        assert slips == table, "the XML is not the table"
    else:
        slips = {slip.findtext(f"{RELEVE}Identification/{RELEVE}Employe/{RELEVE}No"): cents(
            slip.findtext(f"{RELEVE}Montants/{RELEVE}O_AutreRevenu/{RELEVE}MontantCaseO"))
                 for slip in root.iter(RELEVE + "R")}
        # Who has no name is listed, not written.
        assert all(table[member][0] == paid for member, paid in slips.items()), "the XML is not the table"
        assert int(root.find(f"{RELEVE}Groupe01/{RELEVE}T/{RELEVE}NbReleves").text) == len(slips), "NbReleves"
    return table


def read_platform(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:-1]
    found = {}
    for row in rows:
        figures = [[cents(row[at]), int(row[at + 1]), cents(row[at + 2]), cents(row[at + 3])] for at in range(16, 36, 4)]
        assert figures[4] == [sum(parts) for parts in zip(*figures[:4])], f"year of {row[1]}"
        found[row[1]] = figures[:4]
    return found


def left_out(quarters):
    """Sellers of goods with fewer than 30 sales and at most $2,800."""
    total = [sum(parts) for parts in zip(*quarters)]
    return total[1] < 30 and total[0] <= 280_000


def alterations(events):
    """Each of these is wrong by one cent or by one event."""
    def first(kind):
        return next(at for at, event in enumerate(events) if kind in event)

    def changed(kind, change):
        at = first(kind)
        event = copy.deepcopy(events[at])
        change(event[kind])
        return events[:at] + [event] + events[at + 1:]

    def more(name):
        return lambda body: body.update({name: str(int(body.get(name, 0)) + 1)})

    yield "a dividend in cash", changed("patronageDividendPaid", more("cashMinor"))
    taxed = next(at for at, event in enumerate(events) if int(event.get("patronageDividendPaid", {}).get("withheldMinor", 0)))
    event = copy.deepcopy(events[taxed])
    more("withheldMinor")(event["patronageDividendPaid"])
    yield "a tax withheld", events[:taxed] + [event] + events[taxed + 1:]
    yield "a dividend missing", events[:taxed] + events[taxed + 1:]
    handed = first("orderHandedOver")
    yield "never handed over", events[:handed] + events[handed + 1:]
    yield "a ride", changed("rideCompleted", more("tipMinor"))


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        ledger = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else folder + "/ledger"

        def run(*arguments, statuses=(0,)):
            answer = subprocess.run(
                [binary, "--ledger", ledger, "--lang", "en", *arguments], capture_output=True, encoding="utf-8")
            assert answer.returncode in statuses, f"{arguments}: {answer.returncode} {answer.stderr}"
            return answer.stdout

        if len(sys.argv) <= 2:
            run("simulate", "--members", "2000", "--days", "365")
        key = ["--ledger-key", ledger + "/simulation.key"] if os.path.exists(ledger + "/simulation.key") else []
        events = [json.loads(line) for line in run("export", "jsonl").splitlines()]
        books = Books(events)
        written = {}
        counts = collections.Counter()
        for book, year in sorted({key[:2] for key in books.dividends}):
            for form in ("t4a", "rl1"):
                out = f"{folder}/{book}-{year}-{form}"
                # Nobody's social insurance number is in the ledger: nothing is ready to be sent.
                summary = json.loads(run(
                    "slips", form, "--year", str(year), "--book", book, "--out", out, "--format", "json", *key,
                    statuses=(0, 1)))
                if not summary["slips"]:
                    assert not books.slips(book, year, form), f"{book} {year} {form}: no slips"
                    continue
                table = read(out, form, year)
                written[form, book, year] = table
                counts[form] += len(table)
                if form == "t4a":
                    account = list(csv.DictReader(io.StringIO(run(
                        "account", "liabilities:withholding-payable", "--book", book, "--format", "csv", "--from",
                        f"{year}-01-01", "--to", f"{year}-12-31"))))
                    credited = sum(cents(row["credits"]) for row in account)
                    slips = sum(tax for _, tax in table.values())
                    assert slips == credited == cents(summary["withheld"]), f"{book} {year}: {slips} of {credited}"
        for book, year in sorted({key[:2] for key in list(books.sellers) + list(books.drivers)}):
            out = f"{folder}/{book}-{year}-platform.csv"
            run("slips", "platform", "--year", str(year), "--book", book, "--out", out, statuses=(0, 1))
            written["platform", book, year] = read_platform(out)
            counts["platform"] += len(written["platform", book, year])

        def differing(books):
            """The first table that is not as reckoned; nothing where all are."""
            for (form, book, year), table in written.items():
                if form == "platform":
                    drivers = {key[2] for key in books.drivers if key[:2] == (book, year)}
                    right = {party: quarters for party, quarters in books.platform(book, year).items()
                             if any(map(any, quarters)) and (party in drivers or not left_out(quarters))}
                else:
                    right = books.slips(book, year, form)
                if table != right:
                    keys = [key for key in sorted(table.keys() | right.keys()) if table.get(key) != right.get(key)]
                    return f"{form} {book} {year}: {[(key, table.get(key), right.get(key)) for key in keys[:3]]}"
            return None

        assert all(counts[form] > 0 for form in ("t4a", "rl1", "platform")), f"nothing was reckoned: {counts}"
        wrong = differing(books)
        assert wrong is None, wrong
        for name, altered in alterations(events):
            if differing(Books(altered)) is None:
                sys.exit(f"altered and not found out: {name}")
        print(f"{counts['t4a']} T4A, {counts['rl1']} RL-1 and {counts['platform']} sellers: all as reckoned")


if __name__ == "__main__":
    main()
