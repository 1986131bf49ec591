#!/usr/bin/env python3
"""Compares the matches of a ledger with the truth that the simulator wrote beside its statements.

It knows nothing of how matching is done: it reads the ledger's events (`log --format json`) and `truth.csv`, and asks of every match whether its
entries and its items are one thing by the truth, and of every thing of the truth whether it was found.

Entries of one account that say the same of everything (day, amount, reference, code, mark of a reversal) cannot be told apart by anybody: one may
stand for the other.

Usage: Tests/Independent/reconciliation.py EVENTS.jsonl TRUTH.csv [--recall 98]
Status 1 where a match is false, or fewer percent of the entries than --recall were found.
"""
import argparse
import collections
import csv
import json
import sys


def bodies(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Log:
    """What the ledger's events say: entries, and which of them were dealt with together with which items."""

    def __init__(self, path):
        self.entries = {}
        self.places = {}
        self.groups = {}
        self.caused = {}
        for event in bodies(path):
            sequence = int(event.get("sequence", 0))
            book = event.get("book", "")
            if "statementEntryImported" in event:
                body = event["statementEntryImported"]
                place = (book, body["account"], body["reference"])
                if place in self.places:
                    raise SystemExit(f"reconciliation: {place} was imported twice")
                self.places[place] = sequence
                self.entries[sequence] = (
                    book, body["account"], body["bookingDate"], int(body["amountMinor"]), body.get("endToEnd", ""),
                    body.get("code", ""), body.get("returnCode", ""), body.get("reversal", False))
            elif "entryMatched" in event:
                body = event["entryMatched"]
                self.groups[sequence] = (
                    book, body["account"], [int(one["sequence"]) for one in body.get("entries", [])],
                    [int(one["sequence"]) for one in body.get("items", [])], body["rule"])
            elif "bankFeeCharged" in event:
                body = event["bankFeeCharged"]
                self.groups[sequence] = (book, body["account"], [int(body["entry"])], [], "fee")
            elif "entryUnmatched" in event:
                self.groups.pop(int(event["entryUnmatched"]["matchSequence"]), None)
            elif event.get("source") == "reconciliation" and ("fundsSettled" in event or "payoutSettled" in event):
                # What an entry proved: an item by what it is about, not by its sequence.
                body = event.get("fundsSettled") or event["payoutSettled"]
                self.caused[sequence] = body.get("payout") or f'{body["institution"]}/{body["captureDate"]}'


def truth_of(path, log):
    """By group of an account: its entries, its items and the kind of noise."""
    groups = collections.OrderedDict()
    missing = 0
    with open(path, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            sequence = log.places.get((row["book"], row["account"], row["reference"]))
            if sequence is None:
                missing += 1
                continue
            if log.entries[sequence][3] != int(row["amount_minor"]):
                raise SystemExit(f"reconciliation: {row['reference']}: the ledger has another amount than the truth")
            place = (row["book"], row["account"], row["group"])
            group = groups.setdefault(place, ([], row["items"].split(), row["noise"]))
            group[0].append(sequence)
    return groups, missing


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("events")
    arguments.add_argument("truth")
    arguments.add_argument("--recall", type=int, default=98)
    arguments.add_argument("--show", type=int, default=5)
    arguments.add_argument("--title", default="")
    arguments = arguments.parse_args()
    log = Log(arguments.events)
    groups, missing = truth_of(arguments.truth, log)

    def form(entries, items):
        return (tuple(sorted(log.entries[one] for one in entries)), tuple(sorted(map(str, items))))

    wanted = collections.Counter()
    kinds = {}
    total = collections.Counter()
    for entries, items, noise in groups.values():
        one = form(entries, items)
        kinds[one] = noise
        # Nobody's entry has nothing to be found.
        if noise != "stranger":
            wanted[one] += 1
            total[noise] += len(entries)
    wrong, found = [], collections.Counter()
    left = wanted.copy()
    for sequence, (book, account, entries, items, rule) in sorted(log.groups.items()):
        one = form(entries, [log.caused.get(item, item) for item in items])
        if left[one] > 0:
            left[one] -= 1
            found[kinds[one]] += len(entries)
        else:
            wrong.append((sequence, rule, book, account, [log.entries[e][2:] for e in entries], items))
    for one in wrong[:arguments.show]:
        print(f"  wrong: {one}")
    lost = [one for one, count in left.items() if count > 0]
    for one in lost[:arguments.show]:
        print(f"  not found ({kinds[one] or 'plain'}): {[entry[1:] for entry in one[0]]} items {' '.join(one[1])}")
    entries, matched = sum(total.values()), sum(found.values())
    right = len(log.groups) - len(wrong)
    precision = 100 * right / len(log.groups) if log.groups else 100.0
    recall = 100 * matched / entries if entries else 100.0
    by_kind = ", ".join(f"{kind or 'plain'} {found[kind]}/{count}" for kind, count in sorted(total.items()))
    print(
        f"{arguments.title}: {len(log.entries)} entries, {len(log.groups)} matches; precision {precision:.2f} %"
        f" ({len(wrong)} false), recall {recall:.2f} % ({matched}/{entries}; {by_kind})")
    if missing:
        print(f"  {missing} entries of the truth were not imported")
    if wrong or missing or matched * 100 < entries * arguments.recall:
        sys.exit(1)


main()
