#!/usr/bin/env python3
"""The EPCIS export against GS1's own JSON schema, read by a library that nobody here wrote.

    pip install jsonschema==4.26.0
    Tests/Independent/epcis.py .build/release/grandlivre [EPCIS-JSON-Schema.json]

Records Docs/sample/delivery, exports it, validates it, compares it with the custody that `parcels show` tells, and
checks that spoiled documents fail, so that a schema that accepts everything would be found out.
The schema is GS1's (its $id is https://gs1.github.io/EPCIS/EPCIS-JSON-Schema.json); where it is not named its path
stands in $EPCIS_SCHEMA, else it is Tests/Independent/EPCIS-JSON-Schema.json.
"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHECKS = jsonschema.FormatChecker(formats=[])


@CHECKS.checks("uri")
def is_uri(text):
    """A scheme and something behind it, of RFC 3986's characters only."""
    return not isinstance(text, str) or re.fullmatch(
        r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", text) is not None


@CHECKS.checks("date-time")
def is_time(text):
    return not isinstance(text, str) or re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text) is not None


def main():
    binary = os.path.abspath(sys.argv[1])
    schema = sys.argv[2] if len(sys.argv) > 2 else os.environ.get(
        "EPCIS_SCHEMA", os.path.join(ROOT, "Tests/Independent/EPCIS-JSON-Schema.json"))
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file), format_checker=CHECKS)
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            return subprocess.run(
                [binary, "--ledger", folder + "/ledger", "--lang", "en", *arguments], check=True, capture_output=True,
                encoding="utf-8").stdout

        run("init")
        run("record", os.path.join(ROOT, "Docs/sample/delivery/livraison.jsonl"))
        text = run("parcels", "export", "--epcis")
        run("parcels", "export", "--epcis", folder + "/epcis.json")
        with open(folder + "/epcis.json", encoding="utf-8") as file:
            assert file.read() == text, "the file is not what standard output is"
        document = json.loads(text)
        errors = [error.message[:300] for error in validator.iter_errors(document)]
        assert not errors, errors
        parcels = json.loads(run("parcels", "--limit", "all", "--format", "json"))
        chains = {row["parcel"]: json.loads(run("parcels", "show", row["parcel"], "--format", "json"))["custody"]
                  for row in parcels}
    events = document["epcisBody"]["eventList"]
    compare(events, chains)
    for name, spoil in SPOILED.items():
        changed = copy.deepcopy(document)
        spoil(changed)
        assert any(validator.iter_errors(changed)), f"the schema accepts a document with {name}"
    print(f"EPCIS 2.0: {len(events)} events of {len(chains)} parcels are valid; {len(SPOILED)} spoiled ones are not")


def compare(events, chains):
    """Every scan but reminders once, and once more where it was voided; custody as the ledger tells it."""
    wanted = []
    for parcel, chain in chains.items():
        for link in chain:
            if link["event"] == "scanVoided":
                # The one it voided, declared an error.
                wanted += [(parcel, old["at"], True) for old in chain if old["voidedBy"] == link["sequence"]]
            elif link["event"] != "pickupReminded":
                wanted.append((parcel, link["at"], False))
    found = [(event["epcList"][0].rsplit(":", 1)[1], event["eventTime"], "errorDeclaration" in event)
             for event in events]
    assert sorted(found) == sorted(wanted), (found, wanted)
    ids = [event["eventID"] for event in events if "errorDeclaration" not in event]
    assert len(set(ids)) == len(ids), "two events have the same id"
    for event in events:
        if "errorDeclaration" in event:
            assert event["errorDeclaration"]["reason"] == "did_not_occur"
            first = dict(next(other for other in events if other["eventID"] == event["eventID"]))
            second = {key: value for key, value in event.items() if key != "errorDeclaration"}
            first.pop("recordTime"), second.pop("recordTime")
            assert first == second, "the declaration is not the event that it declares"
    # Custody: whoever takes a parcel is whoever gives it next.
    for parcel in chains:
        holder = None
        voided = {event["eventID"] for event in events if "errorDeclaration" in event}
        for event in events:
            if not event["epcList"][0].endswith(":" + parcel) or event["eventID"] in voided:
                continue
            if "sourceList" in event:
                giver = event["sourceList"][0]["source"]
                assert holder is None or giver == holder, (parcel, giver, holder)
                holder = event["destinationList"][0]["destination"]


def first(document):
    return document["epcisBody"]["eventList"][0]


SPOILED = {
    "an unknown business step": lambda d: first(d).update(bizStep="teleporting"),
    "an unknown disposition": lambda d: first(d).update(disposition="gone"),
    "an unknown action": lambda d: first(d).update(action="MOVE"),
    "an event without time": lambda d: first(d).pop("eventTime"),
    "a time that is none": lambda d: first(d).update(eventTime="yesterday"),
    "an offset of fifteen hours": lambda d: first(d).update(eventTimeZoneOffset="-15:00"),
    "a parcel that is no URI": lambda d: first(d).update(epcList=["parcel one"]),
    "a field that the schema does not know": lambda d: first(d).update(colour="red"),
    "a source without type": lambda d: d["epcisBody"]["eventList"][1]["sourceList"][0].pop("type"),
    "no schema version": lambda d: d.pop("schemaVersion"),
    "no context": lambda d: d.pop("@context"),
}

if __name__ == "__main__":
    main()
