#!/usr/bin/env python3
"""Checks an imported ledger against the CSV files, by means of its own.

    complete_journey.py DATA_FOLDER GRANDLIVRE_BINARY LEDGER_DIR

Everything that the ledger must show is computed here straight from the files of "The Complete Journey", with the
standard library and integers only, and compared with what the binary prints as JSON. Exit status 0 when all figures
are equal; 1 with a list of the differences; 64 for wrong usage, 66 where the files are missing.
"""

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta

ZERO_RATED = {
    "GROCERY", "PRODUCE", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "NUTRITION", "SEAFOOD", "SEAFOOD-PCKGD",
    "FROZEN GROCERY",
}
BOOK = "grand-io"
GST_PPM, QST_PPM, COMMISSION_PPM, RESERVE_PPM, WITHHOLDING_PPM = 50_000, 99_750, 40_000, 200_000, 150_000
WITHHOLDING_EXEMPT = 10_000
SHARE = 1_000
# Toronto in 2017: daylight time from 2017-03-12T07:00Z to 2017-11-05T06:00Z.
SUMMER = ("2017-03-12T07:00:00Z", "2017-11-05T06:00:00Z")
YEAR = ("2017-01-01T05:00:00Z", "2018-01-01T05:00:00Z")


def rows(folder, name):
    for suffix, opener in ((".csv.gz", gzip.open), (".csv", open)):
        path = os.path.join(folder, name + suffix)
        if os.path.exists(path):
            with opener(path, "rt", encoding="utf-8", newline="") as file:
                reader = csv.reader(file)
                header = next(reader)
                yield header
                yield from reader
            return
    print(f"{folder}: no {name}.csv.gz and no {name}.csv", file=sys.stderr)
    sys.exit(66)


def columns(folder, name, *wanted):
    """The wanted columns of each row, in that order."""
    source = rows(folder, name)
    header = next(source)
    at = [header.index(column) for column in wanted]
    for row in source:
        yield [row[i] for i in at]


def cents(text):
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def rate(amount, ppm):
    """Half-up to the cent; amounts are never negative here."""
    return (amount * ppm * 2 + 1_000_000) // 2_000_000


def local_date(stamp):
    hours = 4 if SUMMER[0] <= stamp < SUMMER[1] else 5
    return (datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ") - timedelta(hours=hours)).strftime("%Y-%m-%d")


def decimal(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def largest_remainder(pool, bases):
    """Pro rata, the cents left over to the largest remainders, ties to the smaller id in byte order."""
    total = sum(bases.values())
    if total == 0:
        return {member: 0 for member in bases}
    parts = {member: pool * base // total for member, base in bases.items()}
    left = pool - sum(parts.values())
    order = sorted(bases, key=lambda m: (-(pool * bases[m] % total), m.encode()))
    for member in order[:left]:
        parts[member] += 1
    return parts


class Books:
    """Debits and credits by account and party."""

    def __init__(self):
        self.rows = defaultdict(lambda: [0, 0])

    def post(self, account, party, debit=0, credit=0):
        if debit or credit:
            row = self.rows[account, party]
            row[0] += debit
            row[1] += credit


def expect(folder):
    """All figures, from the files alone."""
    classes = {product: "Z" if department in ZERO_RATED else "S"
               for product, department in columns(folder, "products", "product_id", "department")}
    listed = len(classes)
    campaigns = {row[0] for row in columns(folder, "campaign_descriptions", "campaign_id")}
    unlisted, baskets = set(), {}
    lines = zero_value = zero_quantity = 0
    for basket, household, store, product, quantity, value, stamp in columns(
            folder, "transactions", "basket_id", "household_id", "store_id", "product_id", "quantity", "sales_value",
            "transaction_timestamp"):
        lines += 1
        amount = cents(value)
        zero_value += amount == 0
        zero_quantity += int(quantity) == 0
        if product not in classes:
            unlisted.add(product)
        entry = baskets.get(basket)
        if entry is None:
            entry = baskets[basket] = [household, store, stamp, 0, 0]
        entry[3] += amount
        if classes.get(product, "S") == "S":
            entry[4] += amount

    books = Books()
    sums = dict(orders=0, lines=lines, merchandise=0, gst=0, qst=0, total=0)
    by_type = defaultdict(int)
    by_type.update(
        cooperativeFounded=1, policyAdopted=5, productListed=listed + len(unlisted), campaignLaunched=len(campaigns))
    bases, order_days = defaultdict(int), set()
    captures, owed = defaultdict(int), defaultdict(int)
    members, zero_total, surplus = {}, 0, 0
    receivable, in_transit, bank = "assets:receivable", "assets:in-transit", "assets:bank"
    payable, deferred = "liabilities:seller-payable", "liabilities:deferred-commission"

    def subscribe(member, institution, day):
        if member in members:
            return
        members[member] = institution
        books.post("equity:member-shares", member, credit=SHARE)
        books.post(in_transit, institution, debit=SHARE)
        captures[institution, day] += SHARE

    for household, store, stamp, merchandise, taxable in baskets.values():
        assert YEAR[0] <= stamp < YEAR[1], stamp
        day = local_date(stamp)
        buyer, seller = f"household-{household}", f"store-{store}"
        institution = "815" if int(household) % 2 == 0 else "006"
        subscribe(buyer, institution, day)
        subscribe(seller, "815", day)
        gst, qst, commission = rate(taxable, GST_PPM), rate(taxable, QST_PPM), rate(merchandise, COMMISSION_PPM)
        total = merchandise + gst + qst
        for name, amount in (("orders", 1), ("merchandise", merchandise), ("gst", gst), ("qst", qst), ("total", total)):
            sums[name] += amount
        books.post(receivable, buyer, debit=total, credit=total)
        books.post(payable, seller, credit=merchandise - commission)
        books.post(deferred, seller, debit=commission, credit=commission)
        books.post("liabilities:gst-payable", "", credit=gst)
        books.post("liabilities:qst-payable", "", credit=qst)
        books.post("revenue:commission", seller, credit=commission)
        books.post(in_transit, institution, debit=total)
        captures[institution, day] += total
        owed[seller, day[:7]] += merchandise - commission
        bases[buyer] += merchandise
        order_days.add((household, day))
        surplus += commission
        zero_total += total == 0
    by_type["purchasePlaced"] = by_type["orderHandedOver"] = sums["orders"]
    by_type["paymentCaptured"] = sums["orders"] - zero_total
    for kind in ("identityRegistered", "memberAdmitted", "sharesSubscribed"):
        by_type[kind] = len(members)

    for (institution, _), amount in captures.items():
        by_type["fundsSettled"] += amount > 0
        books.post(in_transit, institution, credit=amount)
        books.post(bank, institution, debit=amount)
    paid_out = 0
    for (seller, _), amount in owed.items():
        if amount:
            by_type["payoutInstructed"] += 1
            by_type["payoutSettled"] += 1
            books.post(payable, seller, debit=amount)
            books.post("liabilities:payouts-in-transit", seller, debit=amount, credit=amount)
            books.post(bank, "815", credit=amount)
            paid_out += amount

    seen, attributed, listed_redemptions = set(), 0, 0
    for key in columns(folder, "coupon_redemptions", "household_id", "coupon_upc", "campaign_id", "redemption_date"):
        key = tuple(key)
        if key not in seen and key[2] in campaigns and (key[0], key[3]) in order_days:
            attributed += 1
        else:
            listed_redemptions += 1
        seen.add(key)
    by_type["purchaseAttributed"] = attributed

    # The year's end: revenue to surplus, the reserve, the dividends and their payment.
    reserve = rate(surplus, RESERVE_PPM)
    pool = surplus - reserve
    dividends = largest_remainder(pool, bases)
    by_type["fiscalYearClosed"] = by_type["allocationResolved"] = 1
    books.post("equity:surplus", "", debit=surplus, credit=surplus)
    books.post("equity:reserve", "", credit=reserve)
    books.post("liabilities:dividends-payable", "", debit=pool, credit=pool)
    shares, withheld_sum = [], 0
    for member in sorted(bases, key=str.encode):
        dividend = dividends[member]
        withheld = rate(max(0, dividend - WITHHOLDING_EXEMPT), WITHHOLDING_PPM)
        shares.append(dict(
            member=member, base=decimal(bases[member]), dividend=decimal(dividend), withheld=decimal(withheld),
            paid=decimal(dividend - withheld)))
        withheld_sum += withheld
        if dividend:
            by_type["patronageDividendDeclared"] += 1
            by_type["patronageDividendPaid"] += 1
            books.post("liabilities:dividends-payable", member, debit=dividend, credit=dividend)
            books.post(bank, "815", credit=dividend - withheld)
    books.post("liabilities:withholding-payable", "", credit=withheld_sum)
    return dict(
        sums=sums, by_type=dict(by_type), books=books, surplus=surplus, reserve=reserve, pool=pool, shares=shares,
        zero_value=zero_value, zero_quantity=zero_quantity, zero_total=zero_total, unlisted=len(unlisted),
        attributed=attributed, listed_redemptions=listed_redemptions, paid_out=paid_out, withheld=withheld_sum)


def ask(binary, ledger, *arguments):
    command = [binary, "--ledger", ledger, *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
        sys.exit(1)
    return json.loads(done.stdout)


class Differences:
    def __init__(self):
        self.found = []
        self.compared = 0

    def equal(self, what, expected, shown):
        self.compared += 1
        if expected != shown:
            self.found.append(f"{what}: the files give {expected}, the ledger shows {shown}")


def compare_balances(expected, shown, differences):
    """Every balance of every account; and per account the sums of debits and credits as far as they are pinned down."""
    found, currencies = defaultdict(int), set()
    account_sums = defaultdict(lambda: [0, 0])
    for row in shown:
        debits, credits, balance = (signed(row[k]) for k in ("debits", "credits", "balance"))
        differences.equal(f"balance {row['account']} {row['party']}: debits - credits", decimal(debits - credits),
                          decimal(balance))
        differences.equal(f"{row['account']}: book", BOOK, row["book"])
        differences.equal(f"{row['account']}: class", row["account"].split(":")[0], row["class"])
        currencies.add(row["currency"])
        found[row["account"], row["party"] or ""] += balance
        account_sums[row["account"]][0] += debits
        account_sums[row["account"]][1] += credits
    differences.equal("currencies", {"CAD"}, currencies)
    differences.equal("trial balance: sum of all balances", 0, sum(found.values()))

    wanted, wanted_sums = defaultdict(int), defaultdict(int)
    for (account, party), (debit, credit) in expected.rows.items():
        wanted[account, party] += debit - credit
        wanted_sums[account] += debit - credit
    # The close empties revenue into the surplus account, which the resolution empties in turn.
    for key in [key for key in wanted if key[0] == "revenue:commission"]:
        del wanted[key]
    wanted_sums["revenue:commission"] = 0
    shown_sums = {account: d - c for account, (d, c) in account_sums.items()}
    for account in sorted(set(wanted_sums) | set(shown_sums)):
        differences.equal(f"balance of account {account}", decimal(wanted_sums.get(account, 0)),
                          decimal(shown_sums.get(account, 0)))
    # By party where the contract or the chart says who the party is.
    for account in ("assets:receivable", "assets:in-transit", "assets:bank", "liabilities:seller-payable",
                    "liabilities:dividends-payable", "equity:member-shares"):
        parties = {p for a, p in wanted if a == account} | {p for a, p in found if a == account}
        for party in sorted(parties):
            differences.equal(f"balance of {account}, party {party or '(none)'}", decimal(wanted[account, party]),
                              decimal(found[account, party]))
    # Turnover of the accounts that only the import and the dividends move: captures and payouts by institution.
    for account in ("assets:in-transit", "liabilities:seller-payable", "liabilities:gst-payable",
                    "liabilities:qst-payable", "equity:member-shares"):
        debit = sum(d for (a, _), (d, _) in expected.rows.items() if a == account)
        credit = sum(c for (a, _), (_, c) in expected.rows.items() if a == account)
        shown_debit, shown_credit = account_sums.get(account, [0, 0])
        differences.equal(f"debits of {account}", decimal(debit), decimal(shown_debit))
        differences.equal(f"credits of {account}", decimal(credit), decimal(shown_credit))


def signed(text):
    return -cents(text[1:]) if text.startswith("-") else cents(text)


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    folder, binary, ledger = sys.argv[1:]
    expected = expect(folder)
    differences = Differences()

    summary = ask(binary, ledger, "orders", "--summary")
    for name in ("orders", "lines"):
        differences.equal(f"orders --summary: {name}", expected["sums"][name], summary[name])
    for name in ("merchandise", "gst", "qst", "total"):
        differences.equal(f"orders --summary: {name}", decimal(expected["sums"][name]), summary[name])

    stats = ask(binary, ledger, "stats")
    by_type = {name[:1].lower() + name[1:]: count for name, count in stats["byType"].items() if count}
    for name in sorted(set(expected["by_type"]) | set(by_type)):
        differences.equal(f"stats: {name}", expected["by_type"].get(name, 0), by_type.get(name, 0))
    differences.equal("stats: events", sum(expected["by_type"].values()), stats["events"])

    compare_balances(expected["books"], ask(binary, ledger, "balances"), differences)

    shown = ask(binary, ledger, "surplus", "show", "--year", "2017")
    for name in ("surplus", "reserve", "pool"):
        differences.equal(f"surplus show: {name}", decimal(expected[name]), shown[name])
    rows_shown = {row["member"]: row for row in shown["dividends"]}
    differences.equal("surplus show: rows", len(expected["shares"]), len(shown["dividends"]))
    for row in expected["shares"]:
        other = rows_shown.get(row["member"], {})
        for name in ("base", "dividend", "withheld", "paid"):
            differences.equal(f"surplus show: {row['member']} {name}", row[name], other.get(name))
    for member in sorted(set(rows_shown) - {row["member"] for row in expected["shares"]}):
        differences.equal(f"surplus show: {member}", None, rows_shown[member])

    for line in differences.found[:200]:
        print(line)
    if len(differences.found) > 200:
        print(f"... and {len(differences.found) - 200} more")
    sums = expected["sums"]
    print(
        f"{sums['lines']} lines ({expected['zero_value']} of value 0, {expected['zero_quantity']} of quantity 0), "
        f"{sums['orders']} orders ({expected['zero_total']} of total 0), {expected['unlisted']} unlisted products, "
        f"{expected['attributed']} redemptions attributed, {expected['listed_redemptions']} listed")
    print(
        f"merchandise {decimal(sums['merchandise'])}, gst {decimal(sums['gst'])}, qst {decimal(sums['qst'])}, "
        f"total {decimal(sums['total'])}; paid to stores {decimal(expected['paid_out'])}; surplus "
        f"{decimal(expected['surplus'])}, reserve {decimal(expected['reserve'])}, pool {decimal(expected['pool'])}, "
        f"withheld {decimal(expected['withheld'])}")
    print(f"{differences.compared} figures compared, {len(differences.found)} differ")
    return 1 if differences.found else 0


if __name__ == "__main__":
    sys.exit(main())
