#!/usr/bin/env python3
"""Checks a CPA Standard 005 file by the positions of DOMAIN.md §4, without GrandLivre.

    cpa005.py FILE [--unpadded] [--no-totals]

Prints one line per item: type, code, cents, due day, branch, account, trace, payee, cross reference (tab-separated), and a
last line with the counts and sums. Exit status 0 when the file is right; 1 with the reasons; 64 for wrong usage.
"""

import re
import sys
from datetime import date, timedelta

RECORD, HEAD, SEGMENT = 1464, 24, 240
PERMITTED = re.compile(rb"[A-Z0-9 .,\-'/&()]*\Z")


def field(bytes_, first, last):
    """Positions from 1, both included."""
    return bytes_[first - 1:last].decode("ascii")


def day(text):
    if not re.fullmatch(r"0\d{5}", text):
        raise ValueError(f"day {text!r}")
    result = date(2000 + int(text[1:3]), 1, 1) + timedelta(days=int(text[3:]) - 1)
    if result.year != 2000 + int(text[1:3]):
        raise ValueError(f"day {text!r}")
    return result.isoformat()


def main(arguments):
    names = [a for a in arguments if not a.startswith("--")]
    if len(names) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    unpadded = "--unpadded" in arguments
    errors = []
    with open(names[0], "rb") as file:
        content = file.read()
    records = [r.rstrip(b"\r") for r in content.split(b"\n")] if b"\n" in content else [
        content[i:i + RECORD] for i in range(0, len(content), RECORD)]
    if records and records[-1] == b"":
        records.pop()
    sums = {kind: [0, 0] for kind in "CDEFIJ"}
    traces, references = [], []
    for number, record in enumerate(records, 1):
        def wrong(reason):
            errors.append(f"record {number}: {reason}")
        if len(record) != RECORD and not unpadded:
            wrong(f"{len(record)} bytes")
        if not PERMITTED.match(record):
            wrong("a character that is not permitted")
        kind = field(record, 1, 1)
        if field(record, 2, 10) != f"{number:09d}":
            wrong(f"number {field(record, 2, 10)}")
        if record[10:24] != records[0][10:24]:
            wrong("another originator or file number")
        if (number == 1) != (kind == "A") or (number == len(records)) != (kind == "Z"):
            wrong(f"type {kind}")
        if kind == "A":
            day(field(record, 25, 30))
            if not re.fullmatch(r"\d{5}", field(record, 31, 35)) or field(record, 36, 55).strip():
                wrong("data centre or reserved field")
            if field(record, 56, 58) not in ("CAD", "USD") or record[58:].strip():
                wrong("currency or what follows")
        elif kind == "Z":
            for index, kinds in enumerate(("D", "C", "E", "F")):
                first = 25 + 22 * index
                value, count = int(field(record, first, first + 13)), int(field(record, first + 14, first + 21))
                if [value, count] != sums[kinds] and "--no-totals" not in arguments:
                    wrong(f"{kinds}: trailer {value} / {count}, items {sums[kinds][0]} / {sums[kinds][1]}")
            if record[112:].strip():
                wrong("something follows the totals")
        else:
            body = record[HEAD:]
            blank = False
            for index in range(0, len(body), SEGMENT):
                segment = body[index:index + SEGMENT]
                if not segment.strip():
                    blank = True
                    continue
                if blank:
                    wrong("a used segment after a blank one")
                cents = int(field(segment, 4, 13))
                sums[kind][0] += cents
                sums[kind][1] += 1
                if not re.fullmatch(r"0\d{8}", field(segment, 20, 28)) or not re.fullmatch(
                        r"0\d{8}", field(segment, 170, 178)):
                    if not unpadded:
                        wrong(f"branch {field(segment, 20, 28)} / {field(segment, 170, 178)}")
                if field(segment, 29, 29) == " ":
                    wrong("account not left-justified")
                if field(segment, 141, 150) != field(record, 11, 20) and not unpadded:
                    wrong("originator of the segment")
                if field(segment, 228, 229).strip() or field(segment, 230, 240) != "0" * 11:
                    if not unpadded:
                        wrong("settlement code or invalid elements")
                trace = field(segment, 41, 62)
                if trace.strip():
                    traces.append(trace)
                references.append(field(segment, 151, 169).strip())
                print("\t".join([
                    kind, field(segment, 1, 3), str(cents), day(field(segment, 14, 19)), field(segment, 20, 28),
                    field(segment, 29, 40).strip(), trace.strip(), field(segment, 81, 110).strip(), references[-1]]))
    if len(set(traces)) != len(traces):
        errors.append("two items have one trace number")
    if not unpadded and len(set(references)) != len(references):
        errors.append("two items have one cross reference")
    print("\t".join(f"{kind} {count} {value}" for kind, (value, count) in sums.items() if count))
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
