#!/usr/bin/env python3
"""The year's end of a simulated economy, reckoned again from the log alone by code that shares nothing with the ledger.

    Tests/Independent/surplus.py .build/release/grandlivre [LEDGER]

Without LEDGER a year of 200 members is simulated. From the events' JSON: purchases, sales, hours and rides give each
member's base; caps, pools and largest remainders give each dividend (C-67.2 s.128.1, s.143, s.146, s.147); payments
give the tax withheld (ITA 135(3)). All must equal what the resolutions, declarations and `surplus groups` say. Then
single figures are altered, one at a time: each alteration must be found out.
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

KINDS = (
    "policyAdopted memberAdmitted purchasePlaced purchaseRefunded purchaseCancelled orderHandedOver contributionRecorded "
    "rideRequested rideAccepted rideCompleted fiscalYearClosed shareInterestAllocated allocationResolved patronageDividendDeclared "
    "patronageDividendPaid"
).split()
GROUPS = {name: "GROUP_" + name.upper() for name in ("consumer", "seller", "driver", "rider", "worker")}
FARES = ("baseMinor", "distanceFareMinor", "timeFareMinor")


class Year:
    """One year of all books, from its events."""

    def __init__(self, events, year):
        self.year = year
        self.groups_of = collections.defaultdict(set)
        self.bases = collections.defaultdict(int)
        self.business = collections.defaultdict(lambda: [0, 0])
        self.policies = {}
        self.withholding = {}
        self.closed = {}
        self.interest = collections.defaultdict(int)
        self.resolved = {}
        self.declared = collections.defaultdict(dict)
        self.paid = []
        orders, rides = {}, {}
        for event in events:
            book = event["book"]
            kind = next(kind for kind in KINDS if kind in event)
            body = event[kind]
            time = datetime.datetime.fromisoformat(event["effectiveAt"].replace("Z", "+00:00"))
            # Montréal at midnight of a new year: five hours behind.
            now = (time - datetime.timedelta(hours=5)).year
            if kind == "policyAdopted":
                if "allocation" in body:
                    self.policies[book] = body["allocation"]
                if "withholding" in body:
                    self.withholding[book] = body["withholding"]
            elif kind == "memberAdmitted":
                self.groups_of[book, body["member"]] = set(body.get("groups", []))
            elif kind == "purchasePlaced":
                assert not any("discounts" in line for line in body["lines"]), "discounts are not reckoned here"
                is_member = body["buyerStatus"] == "BUYER_STATUS_MEMBER"
                orders[book, body["order"]] = {
                    "buyer": body["buyer"], "isMember": is_member, "isConsumer":
                        GROUPS["consumer"] in self.groups_of.get((book, body["buyer"]), ()), "isDone": False,
                    "lines": [[line["seller"], int(line["amountMinor"])] for line in body["lines"]]}
            elif kind == "orderHandedOver":
                # Business is done once the buyer has paid and has what was bought.
                order = orders[book, body["order"]]
                order["isDone"] = True
                for seller, amount in order["lines"]:
                    self.buy(book, now, order, seller, amount)
            elif kind == "purchaseRefunded":
                order = orders[book, body["order"]]
                for refund in body["lines"]:
                    line = order["lines"][int(refund.get("line", 0))]
                    line[1] -= int(refund["amountMinor"])
                    if order["isDone"]:
                        self.buy(book, now, order, line[0], -int(refund["amountMinor"]))
            elif kind == "purchaseCancelled":
                assert not orders.pop((book, body["order"]))["isDone"], "cancelled, but handed over"
            elif kind == "contributionRecorded":
                self.add(book, now, body["group"], body["member"], int(body["quantityThousandths"]))
            elif kind == "rideRequested":
                rides[book, body["ride"]] = {"riders": [body["rider"]] + [
                    other["rider"] for other in body.get("companions", [])]}
            elif kind == "rideAccepted":
                rides[book, body["ride"]]["driver"] = body["driver"]
            elif kind == "rideCompleted":
                ride = rides[book, body["ride"]]
                fare = sum(int(body.get(part, 0)) for part in FARES)
                self.add(book, now, "GROUP_DRIVER", ride["driver"], fare - int(body.get("platformMinor", 0)))
                charged = fare - int(body.get("discountMinor", 0))
                riders = sorted(ride["riders"], key=str.encode)
                for rider, part in zip(riders, largest_remainder(charged, [1] * len(riders))):
                    is_member = (book, rider) in self.groups_of
                    if now == self.year:
                        self.business[book, "GROUP_RIDER"][not is_member] += part
                    self.add(book, now, "GROUP_RIDER", rider, part)
            elif kind == "fiscalYearClosed" and body["fiscalYear"] == year:
                self.closed[book] = int(body.get("surplusMinor", 0))
            elif kind == "shareInterestAllocated" and body["fiscalYear"] == year:
                self.interest[book] += int(body["amountMinor"])
            elif kind == "allocationResolved" and body["fiscalYear"] == year:
                assert book not in self.resolved, f"{book}: two resolutions"
                self.resolved[book] = body
            elif kind == "patronageDividendDeclared" and body["fiscalYear"] == year:
                assert body["member"] not in self.declared[book], f"{book}: {body['member']} twice"
                self.declared[book][body["member"]] = body
            elif kind == "patronageDividendPaid" and body["fiscalYear"] == year:
                self.paid.append((book, now, body))

    def add(self, book, now, group, member, amount):
        if now == self.year and group in self.groups_of.get((book, member), ()):
            self.bases[book, group, member] += amount

    def buy(self, book, now, order, seller, amount):
        self.add(book, now, "GROUP_SELLER", seller, amount)
        if order["isMember"] and order["isConsumer"] and now == self.year:
            self.bases[book, "GROUP_CONSUMER", order["buyer"]] += amount
        if now == self.year:
            self.business[book, "GROUP_CONSUMER"][not order["isMember"]] += amount

    def of_group(self, book, group):
        """Members and bases of a group, by the bytes of the ids."""
        found = [(key[2], max(0, base)) for key, base in self.bases.items() if key[:2] == (book, group)]
        return sorted(found, key=lambda pair: pair[0].encode())

    def pools(self, book):
        """What each group gets in cash and in shares."""
        policy, plan = self.policies[book], self.resolved[book]
        cash, shares = minor(plan, "dividendsCashMinor"), minor(plan, "dividendsSharesMinor")
        groups = [(group["group"], group["sharePpm"]) for group in policy["groups"]]
        left = minor(plan, "surplusMinor") - minor(plan, "deficitMinor")
        if not policy.get("cappedByCategory"):
            members, others = self.business[book, "GROUP_CONSUMER"]
            assert (cash + shares) * (members + others) <= left * members, f"{book}: more than business with members"
            weights = [share for _, share in groups]
            return zip(groups, largest_remainder(cash, weights), largest_remainder(shares, weights))
        caps = []
        for group, share in groups:
            members, others = self.business.get((book, group), (1, 0))
            any_base = any(base for _, base in self.of_group(book, group))
            caps.append(left * share * members // (1_000_000 * (members + others)) if any_base else 0)
        assert cash + shares <= sum(caps), f"{book}: more than the caps"
        weights = largest_remainder(cash + shares, caps)
        in_cash = largest_remainder(cash, weights)
        return zip(groups, in_cash, [whole - part for whole, part in zip(weights, in_cash)])

    def check(self):
        """Every resolution, declaration and payment."""
        for book, plan in self.resolved.items():
            surplus = minor(plan, "surplusMinor")
            parts = sum(minor(plan, part) for part in (
                "reserveMinor", "reserveForRebatesMinor", "dividendsCashMinor", "dividendsSharesMinor",
                "communityMinor", "deficitMinor"))
            # Interest on preferred shares comes first.
            left = self.closed[book] - self.interest[book]
            assert surplus == parts == left, f"{book}: {surplus}, {parts}, {left}"
            reserve, in_shares = minor(plan, "reserveMinor"), minor(plan, "dividendsSharesMinor")
            assert 10 * reserve >= surplus and 5 * (reserve + in_shares) >= surplus, f"{book}: s.146"
            due = collections.defaultdict(lambda: [0, 0, 0])
            for (group, _), cash, shares in self.pools(book):
                members = self.of_group(book, group)
                bases = [base for _, base in members]
                for (member, base), in_cash, as_shares in zip(
                        members, largest_remainder(cash, bases), largest_remainder(shares, bases)):
                    due[member][0] += base if group != GROUPS["worker"] else 0
                    due[member][1] += in_cash
                    due[member][2] += as_shares
            due = {member: parts for member, parts in due.items() if parts[1] + parts[2] > 0}
            said = {member: [minor(body, name) for name in ("baseMinor", "cashMinor", "sharesMinor")]
                    for member, body in self.declared[book].items()}
            assert said == due, f"{book}: declared {differing(said, due)}"
            for at, name in ((1, "dividendsCashMinor"), (2, "dividendsSharesMinor")):
                assert sum(parts[at] for parts in said.values()) == minor(plan, name), f"{book}: {name}"
        before = collections.Counter()
        for book, now, body in self.paid:
            member = body["member"]
            cash, shares = minor(body, "cashMinor"), minor(body, "sharesMinor")
            declared = self.declared[book].pop(member)
            left = minor(declared, "sharesMinor") % 1_000
            assert cash == minor(declared, "cashMinor") + left, f"{book}: cash of {member}"
            assert shares == minor(declared, "sharesMinor") - left, f"{book}: shares of {member}"
            rule = self.withholding.get(book, {"ratePpm": 0})
            earlier, paid = before[book, member, now], cash + shares
            before[book, member, now] += paid
            taxed = min(paid, max(0, earlier + paid - int(rule.get("exemptMinor", 0))))
            tax = (taxed * int(rule["ratePpm"]) * 2 + 1_000_000) // 2_000_000
            assert minor(body, "withheldMinor") == tax, f"{book}: tax of {member}"
        unpaid = {book: list(left) for book, left in self.declared.items() if left}
        assert not unpaid, f"never paid: {unpaid}"

    def check_groups(self, book, text):
        """The bases that `surplus groups --format csv` shows."""
        shown = {(row["group"], row["member"]): int(row["base"].replace(".", ""))
                 for row in csv.DictReader(io.StringIO(text))}
        policy = {group["group"] for group in self.policies[book]["groups"]}
        mine = {(name, member): base for name, group in GROUPS.items() if group in policy
                for member, base in self.of_group(book, group) if base > 0}
        assert shown == mine, f"{book}: bases {differing(shown, mine)}"
        return len(mine)


def minor(body, name):
    return int(body.get(name, 0))


def differing(a, b):
    keys = sorted(a.keys() | b.keys(), key=str)
    return [(key, a.get(key), b.get(key)) for key in keys if a.get(key) != b.get(key)][:5]


def largest_remainder(pool, bases):
    """`pool` by `bases`, to the last cent; ties to the first."""
    total = sum(bases)
    if pool == 0 or total == 0:
        assert pool == 0, "a pool for nobody"
        return [0] * len(bases)
    parts = [pool * base // total for base in bases]
    order = sorted(range(len(bases)), key=lambda at: (-(pool * bases[at] % total), at))
    for at in order[:pool - sum(parts)]:
        parts[at] += 1
    return parts


def alterations(events):
    """Each of these is wrong by one cent, or by one event."""
    def first(kind, where=lambda body: True):
        return next(at for at, event in enumerate(events) if kind in event and where(event[kind]))

    def raised(kind, name, where=lambda body: True):
        at = first(kind, where)
        event = copy.deepcopy(events[at])
        event[kind][name] = str(minor(event[kind], name) + 1)
        return events[:at] + [event] + events[at + 1:]

    declared = first("patronageDividendDeclared")
    yield "a dividend in cash", raised("patronageDividendDeclared", "cashMinor")
    yield "a dividend's base", raised("patronageDividendDeclared", "baseMinor")
    yield "a dividend missing", events[:declared] + events[declared + 1:]
    yield "a resolution", raised("allocationResolved", "dividendsCashMinor", lambda body: "dividendsCashMinor" in body)
    yield "a surplus", raised("fiscalYearClosed", "surplusMinor", lambda body: minor(body, "surplusMinor") > 0)
    yield "a tax withheld", raised("patronageDividendPaid", "withheldMinor")


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        ledger = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else folder + "/ledger"

        def run(*arguments):
            return subprocess.run(
                [binary, "--ledger", ledger, "--lang", "en", *arguments], check=True, capture_output=True,
                encoding="utf-8").stdout

        if len(sys.argv) <= 2:
            run("simulate", "--members", "200", "--days", "365")
        events = sorted((json.loads(line) for kind in KINDS
                         for line in run("log", "--type", kind, "--format", "json").splitlines()),
                        key=lambda event: int(event["sequence"]))
        number = next(event["fiscalYearClosed"]["fiscalYear"] for event in events if "fiscalYearClosed" in event)
        year = Year(events, number)
        assert len(year.closed) == 6, f"closed: {sorted(year.closed)}"
        lawful = {book for book, surplus in year.closed.items() if surplus > 0}
        assert set(year.resolved) == lawful, f"allocated: {sorted(year.resolved)}"
        asked = ["surplus", "groups", "--year", str(number), "--format", "csv", "--book"]
        bases = sum(year.check_groups(book, run(*asked, book)) for book in sorted(year.closed))
        dividends = len(year.paid)
        assert dividends > 0 and bases > 0, "nothing was reckoned"
        year.check()
        for name, altered in alterations(events):
            try:
                Year(altered, number).check()
            except AssertionError:
                continue
            sys.exit(f"altered and not found out: {name}")
        # A cent more in one purchase or ride, one purchase never handed over: the bases that are shown would be others.
        done = {(event["book"], event["orderHandedOver"]["order"]) for event in events if "orderHandedOver" in event}
        for kind, change in (
                ("purchasePlaced", lambda body: body["lines"][0].update(
                    amountMinor=str(int(body["lines"][0]["amountMinor"]) + 1))),
                ("rideCompleted", lambda body: body.update(baseMinor=str(minor(body, "baseMinor") + 1)))):
            at = next(at for at, event in enumerate(events) if kind in event and (
                kind != "purchasePlaced" or (event["book"], event[kind]["order"]) in done))
            altered = events[:at] + [copy.deepcopy(events[at])] + events[at + 1:]
            change(altered[at][kind])
            assert Year(altered, number).bases != year.bases, f"altered and not found out: {kind}"
        at = next(at for at, event in enumerate(events) if "orderHandedOver" in event)
        assert Year(events[:at] + events[at + 1:], number).bases != year.bases, "never handed over, and counted"
        print(f"{len(year.closed)} books closed, {len(lawful)} allocated, {bases} bases, {dividends} dividends: "
              "all as reckoned")


if __name__ == "__main__":
    main()
