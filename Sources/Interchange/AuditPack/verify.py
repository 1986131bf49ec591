#!/usr/bin/env python3
"""Vérifie un dossier d’audit sans GrandLivre ni réseau. / Verifies an audit pack without GrandLivre or a network.

    python3 verify.py [DOSSIER/FOLDER] [--key CLÉ/KEY] [--witness CLÉ/KEY]... [--unsigned-index]

--key      la clé de vérification du journal, obtenue d'ailleurs que du dossier (nom+id+base64)
           the log's verifier key, got from elsewhere than the pack (name+id+base64)
--unsigned-index  avec --key, un index des fichiers que personne n'a signé est admis : rien alors ne lie l'exploitant
           aux imputations / with --key, allows an index of files that nobody signed: nothing then binds the operator to postings
--witness  la clé d'un témoin qui doit avoir cosigné (répétable) / the key of a witness who must have cosigned

Python 3.9, bibliothèque standard seule / standard library only. État 1 : quelque chose cloche / status 1: something is wrong.
"""
import argparse
import base64
import collections
import csv
import datetime
import decimal
import functools
import hashlib
import json
import os
import re
import sys

WRONG, SAID = [], []
MOST = 20


def wrong(french, english):
    WRONG.append((french, english))


def said(french, english):
    SAID.append((french, english))


# ---- Ed25519 (RFC 8032 5.1.7), RFC 6962, C2SP signed-note ----------------------------------------------------------

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def plus(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def times(number, point):
    sum_ = (0, 1, 1, 0)
    while number:
        if number & 1:
            sum_ = plus(sum_, point)
        point, number = plus(point, point), number >> 1
    return sum_


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2 ** 255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(key, message, signature):
    """Whether the signature of 64 bytes is the key's."""
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), plus(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The Merkle tree of RFC 6962, leaf by leaf."""

    def __init__(self):
        self.edge = []

    def add(self, leaf):
        level = 0
        while self.edge and self.edge[-1][0] == level:
            leaf = node(self.edge.pop()[1], leaf)
            level += 1
        self.edge.append((level, leaf))

    def root(self):
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            root = node(left, root)
        return root


ED25519, COSIGNATURE = 1, 4
KEY_TYPES = {ED25519: ("journal", "log"), COSIGNATURE: ("témoin", "witness")}


class Note:
    """A C2SP signed note: text, signatures (name, key id, bytes)."""

    def __init__(self, data, is_checkpoint=True):
        text = data.decode("utf-8")
        body, _, tail = text.rpartition("\n\n")
        self.text = body + "\n"
        self.signatures = []
        for line in tail.splitlines():
            dash, name, encoded = line.split(" ")
            raw = base64.b64decode(encoded, validate=True)
            if dash != "\u2014" or len(raw) < 5:
                raise ValueError(line)
            self.signatures.append((name, raw[:4], raw[4:]))
        lines = self.text.split("\n")
        if not is_checkpoint:
            return
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)

    def check(self, key, where, type_):
        """The verifier key, of the log (type 1) or of a witness (type 4), must have signed; says so."""
        name, number, encoded = key.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        if raw[0] != type_:
            return wrong(f"{where} : la clé {name} est du type {raw[0]}, il faut le type {type_} ({KEY_TYPES[type_][0]})",
                         f"{where}: the key {name} is of type {raw[0]}, type {type_} is needed ({KEY_TYPES[type_][1]})")
        if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != number:
            return wrong(f"{where} : la clé {name} n’a pas son id", f"{where}: the key {name} has not its id")
        mine = [raw_ for signer, id_, raw_ in self.signatures if (signer, id_.hex()) == (name, number)]
        if not mine:
            return wrong(f"{where} : non signé par {name}+{number}", f"{where}: not signed by {name}+{number}")
        time = ""
        for signature in mine:
            message = self.text.encode()
            if type_ == COSIGNATURE:
                seconds = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {seconds}\n".encode() + message
                time = " " + datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()
                signature = signature[8:]
            if not ed25519(raw[1:], message, signature):
                return wrong(
                    f"{where} : la signature de {name} ne tient pas", f"{where}: the signature of {name} does not hold")
        said(f"{where} : signé par {name}{time}", f"{where}: signed by {name}{time}")


# ---- Entries: the bytes that were hashed, read with schemas.proto -----------------------------------------------------

# SHA-256 of the schema that says what the bytes mean; Scripts/generate-schemas writes it.
SCHEMA = "132d0a0af316183c371bde8b6788a77eb5a98b2e1e3e3075f6e659dd54a378ed"


class Schema:
    """Messages and enums of proto3, as far as these schemas go: fields by number, values by number."""

    def __init__(self, text):
        messages, self.enums = {}, {}
        text = re.sub(r"//[^\n]*", "", text)
        for kind, name, body in re.findall(r"\b(message|enum)\s+(\w+)\s*\{((?:[^{}]|\{[^{}]*\})*)\}", text):
            if kind == "enum":
                self.enums[name] = {int(n): value for value, n in re.findall(r"(\w+)\s*=\s*(\d+)\s*;", body)}
                continue
            fields = re.findall(r"(repeated\s+|optional\s+)?([\w.]+)\s+(\w+)\s*=\s*(\d+)\s*;", body)
            messages[name] = {
                int(n): (re.sub(r"_+(\w)", lambda m: m.group(1).upper(), field), type_, label.strip() == "repeated")
                for label, type_, field, n in fields}
        self.readers = {name: {number: (key, type_, repeated, self.reader(type_)) for number, (key, type_, repeated) in fields.items()}
                        for name, fields in messages.items()}

    def read(self, name, data):
        """The proto3 JSON of a message."""
        fields, at, end, found = self.readers[name], 0, len(data), {}
        while at < end:
            tag, at = varint(data, at)
            key, type_, repeated, reader = fields[tag >> 3]
            wire = tag & 7
            if wire == 0:
                raw, at = varint(data, at)
            elif wire == 1 or wire == 5:
                width = 8 if wire == 1 else 4
                raw, at = int.from_bytes(data[at:at + width], "little"), at + width
            elif wire == 2:
                length, at = varint(data, at)
                raw, at = data[at:at + length], at + length
                if len(raw) != length:
                    raise ValueError("cut short")
            else:
                raise ValueError(f"wire type {wire}")
            if not repeated:
                found[key] = reader(raw)
            elif type_ in self.enums and wire == 2:
                inner, values = 0, found.setdefault(key, [])
                while inner < len(raw):
                    number, inner = varint(raw, inner)
                    values.append(reader(number))
            else:
                found.setdefault(key, []).append(reader(raw))
        return found

    def reader(self, type_):
        """What makes JSON of a field's raw value."""
        if type_ in READERS:
            return READERS[type_]
        if type_ in self.enums:
            return lambda raw: self.enums[type_].get(raw, raw)
        return functools.partial(self.read, type_)


def signed(raw):
    return raw - (1 << 64) if raw >> 63 else raw


def zigzag(raw):
    return raw >> 1 ^ -(raw & 1)


def varint(data, at):
    value = data[at]
    at += 1
    if value < 128:
        return value, at
    value, shift = value & 127, 7
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def timestamp(data):
    parts, at = {1: 0, 2: 0}, 0
    while at < len(data):
        tag, at = varint(data, at)
        parts[tag >> 3], at = varint(data, at)
    return instant(signed(parts[1]) * 1_000_000 + parts[2] // 1_000)


def instant(us):
    """RFC 3339 with as few groups of three decimals as it takes."""
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)
    part = f"{us % 1_000_000:06}"
    part = "" if part == "000000" else "." + (part[:3] if part.endswith("000") else part)
    return time.strftime("%Y-%m-%dT%H:%M:%S") + part + "Z"


# Numbers of 64 bits are strings in proto3 JSON.
READERS = {
    "string": lambda raw: raw.decode("utf-8"), "bytes": lambda raw: base64.b64encode(raw).decode(), "bool": bool,
    "int32": signed, "int64": lambda raw: str(signed(raw)), "sint32": zigzag, "sint64": lambda raw: str(zigzag(raw)),
    "uint32": int, "fixed32": int, "uint64": str, "fixed64": str, "google.protobuf.Timestamp": timestamp}


# ---- The pack -------------------------------------------------------------------------------------------------------

class Pack:
    def __init__(self, folder):
        self.folder = folder
        self.manifest = json.loads(self.bytes("manifest.json"))
        self.book, self.year = self.manifest["book"], self.manifest["year"]
        self.last = f"{self.year}-12-31"
        self.currency = self.manifest["currency"]
        self.offsets = [(comparable(change["from"]), change["seconds"]) for change in self.manifest["clocks"]]
        self.notes, self.postings, self.closing, self.manual = {}, [], set(), {}
        # Of every event, by sequence: kind, days, actor, whether it is the book's. Of few the body (with the effective time), or the amounts it states.
        self.kinds, self.days, self.recorded, self.actors, self.is_own = [], [], [], [], bytearray()
        self.bodies, self.stated, self.named, self.bases = {}, {}, {}, Bases(self.year)

    def path(self, name):
        return os.path.join(self.folder, name)

    def has(self, name):
        return os.path.exists(self.path(name))

    def bytes(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def lines(self, name):
        with open(self.path(name), "rb") as file:
            yield from file

    def rows(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            names = next(rows)
            for row in rows:
                # An apostrophe keeps spreadsheets from reading a formula; one that a text begins with is doubled.
                yield dict(zip(names, [cell.removeprefix("'") for cell in row]))

    def minor(self, text, currency=None):
        """An amount in minor units; exact, or an error."""
        exponent = EXPONENTS.get(currency or self.currency, 2)
        whole, _, part = text.partition(".")
        if not WHOLE(whole) or len(part) != exponent or (part and not part.isdigit()):
            raise ValueError(f"{text!r}")
        return int(whole + part)

    # -- files, log, signatures

    def check_files(self):
        listed = {}
        for line in self.bytes("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition("  ")
            listed[name] = digest
        there = {os.path.relpath(os.path.join(folder, name), self.folder).replace(os.sep, "/")
                 for folder, _, names in os.walk(self.folder) for name in names} - {"SHA256SUMS", "SHA256SUMS.note"}
        for name in sorted(listed.keys() - there):
            wrong(f"{name} : le fichier manque", f"{name}: the file is missing")
        for name in sorted(there - listed.keys()):
            wrong(f"{name} : pas à l’index SHA256SUMS", f"{name}: not in the index SHA256SUMS")
        for name in sorted(listed.keys() & there):
            digest = hashlib.sha256()
            with open(self.path(name), "rb") as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    digest.update(piece)
            if digest.hexdigest() != listed[name]:
                wrong(f"{name} : ce n’est pas le fichier de l’index (SHA-256)",
                      f"{name}: not the file of the index (SHA-256)")
        said(f"fichiers : {len(listed)}", f"files: {len(listed)}")

    def check_log(self):
        """Sequence, times, every leaf from the entry's bytes, the JSON beside it, and the roots."""
        digest = hashlib.sha256(self.bytes("schemas.proto")).hexdigest()
        if digest != SCHEMA:
            return wrong(f"schemas.proto : SHA-256 {digest}, ce verify.py attend {SCHEMA}",
                         f"schemas.proto: SHA-256 {digest}, this verify.py expects {SCHEMA}")
        said(f"schéma des événements : SHA-256 {digest}", f"schema of events: SHA-256 {digest}")
        schema = Schema(self.bytes("schemas.proto").decode())
        notes = {name: Note(self.bytes(name)) for name in sorted(os.listdir(self.folder)) if re.fullmatch(r"checkpoint.*\.note", name)}
        newest = notes["checkpoint.note"]
        roots = {}
        tree, count, before = Tree(), 0, ""
        sizes = {note.size for note in notes.values()}
        texts = iter(self.lines("log.jsonl"))
        if 0 in sizes:
            roots[0] = tree.root()
        for line in self.lines("entries.jsonl"):
            row = json.loads(line)
            text = next(texts, None)
            if row["sequence"] != count:
                wrong(f"entries.jsonl:{count + 1} : séquence {row['sequence']} au lieu de {count}",
                      f"entries.jsonl:{count + 1}: sequence {row['sequence']} instead of {count}")
                return
            if text is None:
                return wrong(f"log.jsonl : l’événement {count} manque", f"log.jsonl: event {count} is missing")
            leaf = bytes.fromhex(row["leafHash"])
            shown = json.loads(text, object_pairs_hook=no_twice)
            if shown.pop("leafHash", None) != row["leafHash"]:
                wrong(f"log.jsonl:{count + 1} : événement {count} : leafHash n’est pas celui d’entries.jsonl",
                      f"log.jsonl:{count + 1}: event {count}: leafHash is not that of entries.jsonl")
            if "entry" not in row:
                # By a hash alone nobody can tell what an event is.
                return wrong(f"entries.jsonl:{count + 1} : les octets de l’événement {count} manquent",
                             f"entries.jsonl:{count + 1}: the bytes of event {count} are missing")
            entry = base64.b64decode(row["entry"], validate=True)
            if hashlib.sha256(b"\0" + entry).digest() != leaf:
                wrong(f"entries.jsonl:{count + 1} : événement {count} : l’empreinte n’est pas celle des octets",
                      f"entries.jsonl:{count + 1}: event {count}: the hash is not that of the bytes")
            event = schema.read("Event", entry)
            if event != shown:
                wrong(f"log.jsonl:{count + 1} : événement {count} : {different(shown, event)}",
                      f"log.jsonl:{count + 1}: event {count}: {different(shown, event)}")
            if int(event["sequence"]) != count:
                wrong(f"événement {count} : porte la séquence {event['sequence']}",
                      f"event {count}: bears sequence {event['sequence']}")
            recorded = instant(int(event["recordedAtUs"]))
            if recorded != row["recordedAt"] or len(recorded) == len(before) and recorded < before:
                wrong(f"événement {count} : inscrit à {row['recordedAt']}", f"event {count}: recorded at {row['recordedAt']}")
            before = recorded
            self.take(count, event)
            tree.add(leaf)
            count += 1
            if count in sizes:
                roots[count] = tree.root()
        if next(texts, None) is not None:
            wrong("log.jsonl : des lignes de trop", "log.jsonl: too many lines")
        for name, note in notes.items():
            if note.origin != self.manifest["origin"]:
                wrong(f"{name} : d’un autre journal, {note.origin}", f"{name}: of another log, {note.origin}")
            if note.size > count:
                wrong(f"{name} : {note.size} événements, et {count} dans le dossier",
                      f"{name}: {note.size} events, and {count} in the pack")
            elif roots[note.size] != note.root:
                wrong(f"{name} : la racine de {note.size} événements est {roots[note.size].hex()}",
                      f"{name}: the root of {note.size} events is {roots[note.size].hex()}")
        if newest.size != count or newest.size != self.manifest["size"]:
            wrong(f"checkpoint.note : {newest.size} événements, le journal en a {count}",
                  f"checkpoint.note: {newest.size} events, the log has {count}")
        said(f"journal : {count} événements de toute la fédération, racine {newest.root.hex()}",
             f"log: {count} events of the whole federation, root {newest.root.hex()}")
        if len(notes) > 1:
            said(f"points de contrôle antérieurs prolongés : {len(notes) - 1}",
                 f"earlier checkpoints that it extends: {len(notes) - 1}")
        self.notes = notes

    def take(self, sequence, event):
        """Keeps of an event what later checks need."""
        kind = next((key for key, value in event.items() if isinstance(value, dict) and key not in ENVELOPE), "")
        body, day, is_own = event.get(kind, {}), self.day(event["effectiveAt"]), event.get("book") == self.book
        self.kinds.append(sys.intern(kind))
        self.days.append(sys.intern(day))
        self.recorded.append(sys.intern(self.day(instant(int(event["recordedAtUs"])))))
        self.actors.append(sys.intern(event.get("actor", "")))
        self.is_own.append(is_own)
        if kind == "viewsAttested" or is_own and kind in KEPT:
            self.bodies[sequence] = comparable(event["effectiveAt"]), body
        if not is_own:
            return
        if kind in NAMED:
            name, *fields = NAMED[kind]
            self.named[name, body.get(name)] = {field: body[field] for field in fields if field in body}
        amounts = stated(kind, body, self.named)
        if amounts:
            self.stated[sequence] = amounts
        self.bases.take(kind, int(day[:4]), body)

    def kept(self, kind):
        """Sequence, effective time and body of the events of a kind."""
        return [(sequence, *kept) for sequence, kept in self.bodies.items() if self.kinds[sequence] == kind]

    def check_signatures(self, key, witnesses, is_unsigned_allowed):
        is_given = key is not None
        if key is None and self.has("log.vkey"):
            key = self.bytes("log.vkey").decode().strip()
            said("ATTENTION : clé du journal prise dans le dossier; --key CLÉ, obtenue d’ailleurs, vaut mieux",
                 "NOTE: the log's key was taken from the pack; --key KEY, got from elsewhere, is better")
        if key is None:
            return wrong("checkpoint.note : --key CLÉ manque, la signature n’est pas vérifiée",
                         "checkpoint.note: --key KEY is missing, the signature is not verified")
        for name, note in self.notes.items():
            note.check(key, name, ED25519)
        if not self.has("SHA256SUMS.note"):
            tell = wrong if is_given and not is_unsigned_allowed else said
            tell("SHA256SUMS.note : l’index des fichiers n’est pas signé (--unsigned-index l’admet)",
                 "SHA256SUMS.note: the index of files is not signed (--unsigned-index allows it)")
        else:
            index = Note(self.bytes("SHA256SUMS.note"), is_checkpoint=False)
            digest = hashlib.sha256(self.bytes("SHA256SUMS")).hexdigest()
            mine = f"grandlivre/audit-pack/v1\n{self.manifest['origin']}\nSHA256SUMS {digest}\n"
            if index.text != mine:
                wrong("SHA256SUMS : ce n’est pas l’index qui est signé", "SHA256SUMS: not the index that is signed")
            index.check(key, "SHA256SUMS.note", ED25519)
        for witness in witnesses:
            self.notes["checkpoint.note"].check(witness, "checkpoint.note", COSIGNATURE)

    def check_views(self):
        attested = self.kept("viewsAttested")
        rows = list(self.rows("views.csv"))
        if not rows and not attested:
            return said("empreintes des vues : aucune n’est au journal", "digests of views: none is in the log")
        at, _, body = attested[-1] if attested else ("?", None, {"views": []})
        mine = [(view["view"], base64.b64decode(view["digest"]).hex(), view.get("rows", "0")) for view in body["views"]]
        if [(row["view"], row["digest"], row["rows"]) for row in rows] != mine:
            wrong("views.csv : ce ne sont pas les empreintes du dernier viewsAttested",
                  "views.csv: not the digests of the newest viewsAttested")
        said(f"empreintes des vues : {len(mine)}, inscrites par l’événement {at}",
             f"digests of views: {len(mine)}, recorded by event {at}")

    # -- journal and trial balance

    def day(self, us):
        """The local day of a time in UTC, by the book's clocks."""
        time = comparable(us)
        seconds = self.offsets[0][1]
        for since, offset in self.offsets:
            if since <= time:
                seconds = offset
        return (time + datetime.timedelta(seconds=seconds)).date().isoformat()

    def check_manifest(self):
        """Book, currency, clocks: as the log's newest events say. The days of all entries hang on the clocks."""
        founded = next((body for _, _, body in self.kept("cooperativeFounded")), {})
        clocks = [["1970-01-01T00:00:00Z", 0]]
        for _, _, policy in self.kept("policyAdopted"):
            if "calendar" in policy:
                clocks = [[change["from"], change.get("offsetSeconds", 0)] for change in policy["calendar"]["offsets"]]
        compare("manifest.json", {
            "legalName": self.manifest["legalName"], "currency": self.manifest["currency"], "year": [self.manifest["firstDate"], self.manifest["lastDate"]],
            "clocks": [[change["from"], change["seconds"]] for change in self.manifest["clocks"]],
            "currencies": self.manifest["currencies"],
        }, {"legalName": founded.get("name"), "currency": founded.get("currency"), "year": [f"{self.year}-01-01", self.last], "clocks": clocks,
            "currencies": {code: EXPONENTS.get(code, 2) for code in self.manifest["currencies"]}})

    def check_chart(self):
        """Class and control of each account: the class is in its name, control accounts are those of the chart."""
        self.classes = {}
        for row in self.rows("accounts.csv"):
            account = row["account"]
            self.classes[account] = account.split(":")[0]
            compare(f"accounts.csv {account}", {"class": row["class"], "isControl": row["isControl"]},
                    {"class": self.classes[account], "isControl": "true" if account in CONTROL else "false"})

    def check_journal(self):
        """Entries in order, balanced, of the event's kind and day, and equal to what the event says where it says amounts."""
        last, lines, entry, tied, seen = -1, 0, [], 0, set()
        self.check_chart()
        classes = self.classes

        def finish():
            nonlocal tied
            if not entry:
                return
            sums = collections.Counter()
            for posting in entry:
                sums[posting[4]] += posting[5]
            for currency, sum_ in sums.items():
                if sum_:
                    wrong(f"journal.csv : l’écriture de l’événement {last} ne balance pas : {sum_} ({currency})",
                          f"journal.csv: the entry of event {last} does not balance: {sum_} ({currency})")
            tied += self.tie(last, entry)

        for number, row in enumerate(self.rows("journal.csv"), 2):
            place = f"journal.csv:{number}"
            sequence = int(row["sequence"])
            if sequence != last:
                finish()
                if sequence < last:
                    wrong(f"{place} : événement {sequence} après {last}", f"{place}: event {sequence} after {last}")
                last, lines, entry = sequence, 0, []
                seen.add(sequence)
            lines += 1
            if int(row["line"]) != lines:
                wrong(f"{place} : événement {sequence} : ligne {row['line']} au lieu de {lines}",
                      f"{place}: event {sequence}: line {row['line']} instead of {lines}")
            if not 0 <= sequence < len(self.kinds):
                wrong(f"{place} : l’événement {sequence} n’est pas au journal", f"{place}: event {sequence} is not in the log")
                continue
            kind = self.kinds[sequence]
            if row["type"][:1].lower() + row["type"][1:] != kind:
                wrong(f"{place} : événement {sequence} : {row['type']} au lieu de {kind}",
                      f"{place}: event {sequence}: {row['type']} instead of {kind}")
            if self.days[sequence] != row["date"]:
                wrong(f"{place} : événement {sequence} : le {row['date']} au lieu du {self.days[sequence]}",
                      f"{place}: event {sequence}: on {row['date']} instead of {self.days[sequence]}")
            if row["account"] not in classes:
                wrong(f"{place} : compte inconnu {row['account']}", f"{place}: unknown account {row['account']}")
            amount = self.minor(row["debit"] or "-" + row["credit"], row["currency"])
            posting = (last, *(sys.intern(row[name]) for name in ("date", "account", "party", "currency")), amount)
            entry.append(posting)
            self.postings.append(posting)
        finish()
        # An entry of the book's own events that is not there at all.
        for sequence, amounts in self.stated.items():
            if sequence not in seen and any(amount for _, _, amount in amounts):
                wrong(f"journal.csv : l’écriture de l’événement {sequence} ({self.kinds[sequence]}) manque",
                      f"journal.csv: the entry of event {sequence} ({self.kinds[sequence]}) is missing")
        said(f"écritures : {len(seen)}, toutes en équilibre; montants tirés de l’événement même : {tied}",
             f"entries: {len(seen)}, all balanced; amounts drawn from the event itself: {tied}")

    def tie(self, sequence, entry):
        """1 where the event itself says the amounts of accounts of its entry, and they are those; 0 where it says none."""
        if not any(self.is_own[sequence:sequence + 1]):
            return 0
        kind, amounts = self.kinds[sequence], self.stated.get(sequence, ())
        sums = collections.Counter()
        for _, _, account, party, _, amount in entry:
            sums[account] += amount
            sums[account, party] += amount
        _, body = self.bodies.get(sequence, (None, {}))
        if kind == "fiscalYearClosed":
            before = collections.Counter()
            for at, date, account, party, currency, amount in self.postings:
                if at < sequence and date <= body["lastDate"] and currency == self.currency and account.split(":")[0] in (
                        "revenue", "expenses"):
                    before[account] += amount
            amounts = [(account, None, -sum_) for account, sum_ in before.items()]
            surplus = -sum(before.values())
            if surplus != int(body.get("surplusMinor", 0)):
                wrong(f"événement {sequence} : excédent de {body.get('surplusMinor', 0)}, les écritures donnent {surplus}",
                      f"event {sequence}: surplus of {body.get('surplusMinor', 0)}, the entries give {surplus}")
            self.closing.add(sequence)
        if kind in ("journalEntryPosted", "correctionPosted"):
            # A correction takes back the lines that the entry, or an earlier correction, put there.
            self.manual[sequence] = by_place(body.get("lines", body.get("replacement", [])))
            mine = collections.Counter(self.manual[sequence])
            mine.subtract(self.manual.get(int(body.get("correctedSequence", -1)), {}))
            for _, _, account, party, currency, amount in entry:
                mine[account, party, currency] -= amount
            for (account, party, currency), amount in mine.items():
                if amount:
                    wrong(f"journal.csv : événement {sequence} ({kind}), {account} {party} : {amount} ({currency}) d’écart",
                          f"journal.csv: event {sequence} ({kind}), {account} {party}: {amount} ({currency}) apart")
            return 1
        for account, party, amount in amounts:
            found = sums[account if party is None else (account, party)]
            if found != amount:
                wrong(f"journal.csv : événement {sequence} ({kind}), {account} {party or ''} : {found} au lieu de {amount}",
                      f"journal.csv: event {sequence} ({kind}), {account} {party or ''}: {found} instead of {amount}")
        return 1 if amounts else 0

    def check_trial_balance(self):
        """Opening, movements, balance before closing, closing, balance: from the journal's lines."""
        first = f"{self.year}-01-01"
        found = collections.defaultdict(lambda: [0, 0, 0, 0])
        parties = collections.Counter()
        for sequence, date, account, party, currency, amount in self.postings:
            if date > self.last:
                continue
            sums = found[account, currency]
            parties[account, party, currency] += amount
            if date < first:
                sums[0] += amount
            elif sequence in self.closing:
                sums[3] += amount
            else:
                sums[1 if amount > 0 else 2] += abs(amount)
        shown = {}
        for row in self.rows("trial-balance.csv"):
            cells = [self.minor(row[name], row["currency"]) for name in (
                "opening", "debits", "credits", "beforeClosing", "closingEntries", "closing")]
            shown[row["account"], row["currency"]] = cells
        for key in sorted(found.keys() | shown.keys()):
            opening, debits, credits, closing = found.get(key, [0, 0, 0, 0])
            before = opening + debits - credits
            mine = [opening, debits, credits, before, closing, before + closing]
            if shown.get(key, [0] * 6) != mine:
                wrong(f"trial-balance.csv : {key[0]} ({key[1]}) : {shown.get(key)}, les écritures donnent {mine}",
                      f"trial-balance.csv: {key[0]} ({key[1]}): {shown.get(key)}, the entries give {mine}")
        for currency in {key[1] for key in shown}:
            for at, name in ((0, "opening"), (3, "beforeClosing"), (5, "closing")):
                if sum(cells[at] for key, cells in shown.items() if key[1] == currency):
                    wrong(f"trial-balance.csv : {name} ne balance pas", f"trial-balance.csv: {name} does not balance")
        said(f"balance de vérification au {self.last} : {len(shown)} comptes, recalculée des écritures",
             f"trial balance at {self.last}: {len(shown)} accounts, computed again from the entries")
        mine = {key: sum_ for key, sum_ in parties.items() if sum_ and key[0] in CONTROL}
        theirs = {(row["account"], row["party"], row["currency"]): self.minor(row["balance"], row["currency"])
                  for row in self.rows("subledgers.csv")}
        for key in sorted(mine.keys() | theirs.keys()):
            if mine.get(key, 0) != theirs.get(key, 0):
                wrong(f"subledgers.csv : {key[0]} {key[1]} : {theirs.get(key)}, les écritures donnent {mine.get(key)}",
                      f"subledgers.csv: {key[0]} {key[1]}: {theirs.get(key)}, the entries give {mine.get(key)}")
        said(f"auxiliaires des comptes de contrôle : {len(theirs)} soldes, recalculés des écritures",
             f"sub-ledgers of control accounts: {len(theirs)} balances, computed again from the entries")

    # -- allocation

    def of_year(self, kind):
        return [(sequence, body) for sequence, _, body in self.kept(kind) if body.get("fiscalYear") == self.year]

    def check_allocation(self):
        """Pools, caps and every dividend by largest remainder, from the bases and the resolution."""
        resolved = self.of_year("allocationResolved")
        declared = {body["member"]: [minor(body, name) for name in ("baseMinor", "cashMinor", "sharesMinor")]
                    for _, body in self.of_year("patronageDividendDeclared")}
        summary = json.loads(self.bytes("allocation.json"))
        groups = list(self.rows("groups.csv"))
        bases = collections.defaultdict(dict)
        for row in self.rows("bases.csv"):
            bases[row["group"]][row["member"]] = int(row["base"])
        self.check_bases(bases)
        if not resolved:
            if summary["isResolved"] or declared or list(self.rows("dividends.csv")):
                wrong("allocation.json : aucune résolution n’est au journal", "allocation.json: no resolution is in the log")
            return said("excédents : pas d’affectation au journal", "surplus: no allocation in the log")
        sequence, plan = resolved[0]
        for name, value in summary["plan"].items():
            if value != minor(plan, name):
                wrong(f"allocation.json : {name} : {value}, la résolution {sequence} dit {minor(plan, name)}",
                      f"allocation.json: {name}: {value}, resolution {sequence} says {minor(plan, name)}")
        closed = minor(self.of_year("fiscalYearClosed")[0][1], "surplusMinor")
        interest = sum(minor(body, "amountMinor") for _, body in self.of_year("shareInterestAllocated"))
        parts = sum(minor(plan, name) for name in (
            "reserveMinor", "reserveForRebatesMinor", "dividendsCashMinor", "dividendsSharesMinor", "communityMinor",
            "deficitMinor"))
        by_hand = any(at in self.bodies and self.kinds[at] in ("journalEntryPosted", "correctionPosted") and account == "equity:surplus"
                      for at, _, account, *_ in self.postings)
        if parts != minor(plan, "surplusMinor") or not by_hand and parts != closed - interest:
            wrong(f"résolution {sequence} : ses parts font {parts}, l’exercice a laissé {closed - interest}",
                  f"resolution {sequence}: its parts make {parts}, the year left {closed - interest}")
        # The policy in force at the resolution's time, known by then.
        time = self.bodies[sequence][0]
        policies = [(since, at, body["allocation"]) for at, since, body in self.kept("policyAdopted")
                    if at < sequence and "allocation" in body and since <= time]
        policy = max(policies, key=lambda each: each[:2])[2] if policies else {}
        sharing = [(group["group"], group.get("sharePpm", 0)) for group in policy.get("groups", [])] or [
            ("GROUP_CONSUMER", 1_000_000)]
        if [(row["group"], int(row["sharePpm"])) for row in groups] != sharing:
            return wrong("groups.csv : ce ne sont pas les groupes de la politique", "groups.csv: not the policy's groups")
        cash, shares = minor(plan, "dividendsCashMinor"), minor(plan, "dividendsSharesMinor")
        left = minor(plan, "surplusMinor") - minor(plan, "deficitMinor")
        weights = [share for _, share in sharing]
        if policy.get("cappedByCategory"):
            caps = []
            for row in groups:
                members, total = int(row["membersBusiness"]), int(row["totalBusiness"])
                any_base = any(bases[row["group"]].values())
                cap = left * int(row["sharePpm"]) * members // (1_000_000 * total) if any_base and total else 0
                if self.minor(row["cap"]) != cap:
                    wrong(f"groups.csv : {row['group']} : plafond de {row['cap']}, le calcul donne {cap}",
                          f"groups.csv: {row['group']}: cap of {row['cap']}, computed {cap}")
                caps.append(cap)
            if cash + shares > sum(caps):
                wrong("ristournes au-dessus des plafonds", "dividends above the caps")
            weights = largest_remainder(cash + shares, caps)
            in_cash = largest_remainder(cash, weights)
            in_shares = [whole - part for whole, part in zip(weights, in_cash)]
        else:
            in_cash, in_shares = largest_remainder(cash, weights), largest_remainder(shares, weights)
        due = collections.defaultdict(lambda: [0, 0, 0])
        for row, pool, pool_shares in zip(groups, in_cash, in_shares):
            group = row["group"]
            if [self.minor(row["cash"]), self.minor(row["shares"])] != [pool, pool_shares]:
                wrong(f"groups.csv : {group} : {row['cash']} et {row['shares']}, le calcul donne {pool} et {pool_shares}",
                      f"groups.csv: {group}: {row['cash']} and {row['shares']}, computed {pool} and {pool_shares}")
            members = sorted(bases[group].items(), key=lambda pair: pair[0].encode())
            amounts = [base for _, base in members]
            for (member, base), part, part_shares in zip(
                    members, largest_remainder(pool, amounts), largest_remainder(pool_shares, amounts)):
                due[member][0] += base if group not in ("GROUP_WORKER", "GROUP_DEPOSITOR") else 0
                due[member][1] += part
                due[member][2] += part_shares
        due = {member: parts for member, parts in due.items() if parts[1] + parts[2]}
        shown = {row["member"]: [self.minor(row[name]) for name in ("base", "cash", "shares")]
                 for row in self.rows("dividends.csv")}
        compare("dividends.csv", shown, due)
        if declared:
            compare("journal/log (patronageDividendDeclared)", declared, due)
        said(f"affectation : {len(due)} ristournes, {sum(parts[1] + parts[2] for parts in due.values())} en unités mineures, "
             "recalculées des bases aux plus forts restes",
             f"allocation: {len(due)} dividends, {sum(parts[1] + parts[2] for parts in due.values())} in minor units, "
             "computed again from the bases by largest remainder")

    def check_bases(self, bases):
        """The bases and the business of groups, as the log gives them."""
        business, mine = self.bases.business, self.bases.bases
        for row in self.rows("groups.csv"):
            group = row["group"]
            if group in business:
                members, others = (max(0, amount) for amount in business[group])
                if [int(row["membersBusiness"]), int(row["totalBusiness"])] != [members, members + others]:
                    wrong(f"groups.csv : {group} : affaires de {row['membersBusiness']} sur {row['totalBusiness']}, "
                          f"le journal donne {members} sur {members + others}",
                          f"groups.csv: {group}: business of {row['membersBusiness']} of {row['totalBusiness']}, "
                          f"the log gives {members} of {members + others}")
            theirs = {member: base for member, base in bases[group].items() if base}
            if group not in Bases.KNOWN:
                said(f"bases de {group} : {len(theirs)}, prises telles quelles (à vérifier au journal)",
                     f"bases of {group}: {len(theirs)}, taken as given (to be checked in the log)")
                continue
            again = {member: base for (name, member), base in mine.items() if name == group and base > 0}
            compare(f"bases.csv {group}", theirs, again)
            said(f"bases de {group} : {len(theirs)}, recalculées du journal",
                 f"bases of {group}: {len(theirs)}, computed again from the log")

    # -- findings and samples

    def check_findings(self):
        """Each finding is of events that are there, of their kind, day and amount."""
        debits, result, places, balances = (collections.Counter() for _ in range(4))
        dealings = collections.defaultdict(lambda: [set(), 0, 0])
        for sequence, date, account, party, currency, amount in self.postings:
            if date <= self.last:
                balances[account, currency] += amount
            if currency != self.currency:
                continue
            debits[sequence] += max(0, amount)
            if self.classes[account] in ("revenue", "expenses"):
                result[sequence] -= amount
            if self.last[:4] == date[:4]:
                deal = dealings[party, self.kinds[sequence]]
                deal[0].add(sequence)
                deal[1 if amount > 0 else 2] += abs(amount)
        count = 0
        for name in ("tests", "duties", "cutoff", "ties", "related", "subsequent"):
            for number, row in enumerate(self.rows(f"findings-{name}.csv"), 2):
                count += 1
                self.check_finding(f"findings-{name}.csv:{number}", name, row, debits, result, balances, dealings)
        said(f"constats : {count} lignes, rattachées aux événements et aux écritures", f"findings: {count} lines, tied to events and entries")

    def check_finding(self, place, name, row, debits, result, balances, dealings):
        named = [int(row[key]) for key in ("sequence", "earlierSequence", "firstSequence", "lastSequence") if row.get(key)]
        named += json.loads(row.get("sequences") or "[]")
        for sequence in named:
            if not 0 <= sequence < len(self.kinds):
                return wrong(f"{place} : l’événement {sequence} n’est pas au journal", f"{place}: event {sequence} is not in the log")
        mine = {}
        if named and row.get("type"):
            # Of duties that are not kept apart, the last act; of the others, the event that is found.
            at = named[-1] if name == "duties" else named[0]
            kind = self.kinds[at]
            mine["type"] = kind[:1].upper() + kind[1:]
        if row.get("sequence"):
            mine.update({"date": self.days[at], "recordedDate": self.recorded[at], "actor": self.actors[at],
                         "amount": 0 if row.get("test") == "gaps" else debits[at], "result": result[at]})
        if name == "related":
            of, debit, credit = dealings[row["party"], kind]
            mine.update({"count": str(len(of)), "debits": debit, "credits": credit})
            if of and [min(of), max(of)] != named:
                wrong(f"{place} : {named} au lieu de {[min(of), max(of)]}", f"{place}: {named} instead of {[min(of), max(of)]}")
        if name == "ties":
            book, register = (self.minor(row[key], row["currency"]) for key in ("book", "register"))
            mine.update({"difference": book - register, "book": balances[row["subject"], row["currency"]] if row["tie"] == "subLedger" else book})
            if book != register:
                mine["ties"] = "false"
        for key, value in mine.items():
            if key not in row:
                continue
            shown = self.minor(row[key], row.get("currency")) if isinstance(value, int) else row[key]
            if shown != value:
                wrong(f"{place} : {key} : {shown}, le journal donne {value}", f"{place}: {key}: {shown}, the log gives {value}")

    def population(self, account, of, side):
        """What a sample is drawn from: (id, sequence, party, date, amount), and opening, debits, credits, items of the other side and their sum."""
        sums, parties, places, found = [0, 0, 0, 0, 0], collections.Counter(), collections.Counter(), []
        for sequence, date, name, party, currency, amount in self.postings:
            if name != account or currency != self.currency or date > self.last:
                continue
            place = places[sequence]
            places[sequence] += 1
            parties[party] += amount
            sums[0 if date < f"{self.year}-01-01" else 1 if amount > 0 else 2] += amount if date < f"{self.year}-01-01" else abs(amount)
            if date >= f"{self.year}-01-01":
                found.append((f"{sequence}.{place}", sequence, party, date, amount))
        if of == "balances":
            found = [(party, None, party, self.last, parties[party]) for party in sorted(parties, key=str.encode)]
        items = []
        for item in found:
            amount = item[4] if side == "debit" else -item[4]
            if amount > 0:
                items.append((*item[:4], amount))
            elif amount < 0:
                sums[3], sums[4] = sums[3] + 1, sums[4] - amount
        return items, sums

    def check_samples(self):
        """Every sample drawn again: the population from the entries, the seed from the root, the interval from materiality and confidence."""
        names = [name for name in sorted(os.listdir(self.folder)) if re.fullmatch(r"sample-.*\.json", name)]
        least, terms, count = None, None, 0
        for name in names:
            sample = json.loads(self.bytes(name))
            account, of, side = (sample[key] for key in ("account", "of", "side"))
            materiality, expected = self.minor(sample["materiality"]), self.minor(sample["expected"])
            if terms not in (None, (materiality, expected, sample["confidence"])):
                wrong(f"{name} : d’autres conditions que les autres échantillons", f"{name}: other terms than the other samples")
            least, terms = materiality, (materiality, expected, sample["confidence"])
            items, (opening, debits, credits, others, other_sum) = self.population(account, of, side)
            step, total = self.minor(sample["interval"]), sum(item[4] for item in items)
            if not (is_interval(step, *terms) and not is_interval(step + 1, *terms)):
                wrong(f"{name} : l’intervalle {sample['interval']} n’est pas celui du seuil", f"{name}: interval {sample['interval']} is not the materiality's")
            seed = int.from_bytes(hashlib.sha256(f"grandlivre-audit-sample/1 {self.manifest['root']} {account}".encode()).digest()[:8], "big")
            start, closing = 1 + below(seed, step), opening + debits - credits
            compare(name, {
                **{key: sample[key] for key in ("book", "year", "root", "logSize", "seed")}, "start": self.minor(sample["start"]),
                **{key: value if isinstance(value, (int, bool)) else self.minor(value) for key, value in sample["population"].items()},
                "interval": step,
            }, {"book": self.book, "year": self.year, "root": self.manifest["root"], "logSize": self.manifest["size"], "seed": str(seed),
                "start": start, "items": len(items), "total": total, "otherSideItems": others, "otherSideTotal": other_sum,
                "opening": opening, "debits": debits, "credits": credits, "closing": closing, "trialBalance": closing, "ties": True,
                "largest": max((item[4] for item in items), default=0),
                "interval": step})
            compare(name, {item["id"]: [item["sequence"], item["party"], item["date"], self.minor(item["amount"]), item["stratum"],
                                        item["unit"] and self.minor(item["unit"])] for item in sample["items"]},
                    {item[0]: [*item[1:], *hit] for item, hit in draw(items, step, start)})
            count += len(sample["items"])
        # An account that is large enough and has no sample.
        for account, class_ in self.classes.items() if least else ():
            of = "postings" if class_ in ("revenue", "expenses") else "balances" if class_ in ("assets", "liabilities") else None
            if of is None or f"sample-{account.replace(':', '-')}.json" in names:
                continue
            items, _ = self.population(account, of, "debit" if class_ in ("assets", "expenses") else "credit")
            if sum(item[4] for item in items) >= least and (of == "postings" or any(item[2] for item in items)):
                wrong(f"sample : {account} : l’échantillon manque", f"sample: {account}: the sample is missing")
        said(f"échantillons : {len(names)}, {count} éléments tirés de nouveau, graines tirées de la racine",
             f"samples: {len(names)}, {count} items drawn again, seeds drawn from the root")


class Bases:
    """The bases and the business of groups in a year, from purchases, hand-overs, refunds, rides and hours: event by event."""

    KNOWN = {"GROUP_CONSUMER", "GROUP_SELLER", "GROUP_WORKER", "GROUP_DRIVER", "GROUP_RIDER"}

    def __init__(self, year):
        self.year, self.bases, self.business = year, collections.Counter(), collections.defaultdict(lambda: [0, 0])
        self.groups_of, self.orders, self.rides = collections.defaultdict(set), {}, {}

    def add(self, group, member, amount, now):
        if now == self.year and group in self.groups_of.get(member, ()):
            self.bases[group, member] += amount

    def buy(self, now, order, seller, amount):
        self.add("GROUP_SELLER", seller, amount, now)
        if order["buyerStatus"] == "BUYER_STATUS_MEMBER":
            self.add("GROUP_CONSUMER", order["buyer"], amount, now)
        if now == self.year:
            self.business["GROUP_CONSUMER"][order["buyerStatus"] != "BUYER_STATUS_MEMBER"] += amount

    def take(self, kind, now, body):
        if kind == "memberAdmitted":
            self.groups_of[body["member"]] |= set(body.get("groups", []))
        elif kind == "memberReclassified":
            self.groups_of[body["member"]] |= set(body.get("groups", []))
        elif kind == "purchasePlaced":
            self.orders[body["order"]] = {
                "buyer": body.get("buyer", ""), "buyerStatus": body.get("buyerStatus", ""), "isDone": False,
                "lines": [[line["seller"], minor(line, "amountMinor")] for line in body["lines"]]}
        elif kind == "orderHandedOver" and body.get("order") in self.orders:
            order = self.orders[body["order"]]
            order["isDone"] = True
            for seller, amount in order["lines"]:
                self.buy(now, order, seller, amount)
        elif kind == "purchaseRefunded" and body.get("order") in self.orders:
            order = self.orders[body["order"]]
            for refund in body["lines"]:
                line = order["lines"][int(refund.get("line", 0))]
                line[1] -= minor(refund, "amountMinor")
                if order["isDone"]:
                    self.buy(now, order, line[0], -minor(refund, "amountMinor"))
        elif kind == "purchaseCancelled":
            self.orders.pop(body["order"], None)
        elif kind == "contributionRecorded":
            self.add(body["group"], body["member"], minor(body, "quantityThousandths"), now)
        elif kind == "rideRequested":
            self.rides[body["ride"]] = {"riders": [body["rider"]] + [
                other["rider"] for other in body.get("companions", [])]}
        elif kind == "rideAccepted":
            self.rides[body["ride"]]["driver"] = body["driver"]
        elif kind == "rideCompleted":
            ride = self.rides[body["ride"]]
            fare = sum(minor(body, part) for part in ("baseMinor", "distanceFareMinor", "timeFareMinor"))
            self.add("GROUP_DRIVER", ride["driver"], fare - minor(body, "platformMinor"), now)
            riders = sorted(ride["riders"], key=str.encode)
            parts = largest_remainder(fare - minor(body, "discountMinor"), [1] * len(riders))
            for rider, part in zip(riders, parts):
                if now == self.year:
                    self.business["GROUP_RIDER"][rider not in self.groups_of] += part
                self.add("GROUP_RIDER", rider, part, now)


ENVELOPE = {"cause"}
# The kinds whose events are needed whole once the log is read.
KEPT = {"cooperativeFounded", "policyAdopted", "journalEntryPosted", "correctionPosted", "fiscalYearClosed", "allocationResolved",
        "patronageDividendDeclared", "shareInterestAllocated"}
WHOLE = re.compile(r"-?\d+").fullmatch
# Decimals of the currencies of ISO 4217 (2026-01-01) that have other than two.
EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3), **dict.fromkeys("CLF UYW".split(), 4)}
# The accounts that registers of their own keep: subledgers.csv has their balances by party.
CONTROL = {f"{class_}:{name}" for class_, names in {
    "assets": "in-transit intercoop-receivable inventory platform-receivable receivable tax-recoverable",
    "liabilities": "accounts-payable deferred-commission dividends-payable driver-payable gift-cards gst-payable hst-payable intercoop-payable "
                   "interest-payable members-payable payouts-in-transit play-credits qst-payable ride-levy-payable royalties-payable seller-payable "
                   "shares-to-redeem withholding-payable",
    "equity": "deficit member-shares preferred-shares reserve reserve-for-rebates solidarity-fund surplus",
}.items() for name in names.split()}


# ---- Samples (CAS 530): Docs/audit-tests.md of GrandLivre says the same in words ------------------------------------------

def below(seed, bound):
    """The first number below the bound that SplitMix64 gives."""
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) % 2 ** 64
        mixed = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9 % 2 ** 64
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2 ** 64
        mixed ^= mixed >> 31
        if mixed < 2 ** 64 - 1 - (2 ** 64 - 1) % bound:
            return mixed % bound


def draw(items, step, start):
    """Every item of at least the interval, and those that hold a unit that is hit: (item, (stratum, unit))."""
    sum_ = 0
    for item in items:
        if item[4] >= step:
            yield item, ("top", None)
            continue
        sum_ += item[4]
        if start <= sum_:
            yield item, ("sample", start)
            start += step


@functools.lru_cache(None)
def factor(confidence, count):
    """The upper limit of a Poisson mean of which `count` were found, in millionths, rounded up."""
    low, high = 0, 200_000_000
    while high - low > 1:
        middle = (low + high) // 2
        mean = decimal.Decimal(middle) / 1_000_000
        chance = term = (-mean).exp()
        for at in range(1, count + 1):
            term = term * mean / at
            chance += term
        low, high = (middle, high) if chance > decimal.Decimal(100 - confidence) / 100 else (low, middle)
    return high


def is_interval(step, materiality, expected, confidence):
    """Whether the expected misstatement, were it found, would leave the upper limit within the materiality."""
    whole, part = divmod(expected * 1_000_000 // step, 1_000_000)
    low = factor(confidence, whole)
    return step * (low - (low - factor(confidence, whole + 1)) * part // 1_000_000) <= materiality * 1_000_000


def by_place(lines):
    """Debits less credits of a manual entry's lines."""
    sums = collections.Counter()
    for line in lines:
        sums[line["account"], line.get("party", ""), line["currency"]] += minor(line, "debitMinor") - minor(line, "creditMinor")
    return sums


# What events themselves say of their entry: account, party ("*": all of them), debits less credits. A party or an amount is a field, "payout.payee" one of
# the earlier event that the field names; "a|b": what field a names, else b.
STATED = {kind: [line.split() for line in lines.split(", ")] for kind, lines in {
    "purchasePlaced": "assets:receivable buyer totalMinor",
    "purchaseRefunded": "assets:receivable order.buyer -totalMinor",
    "paymentCaptured": "assets:in-transit institution amountMinor, assets:receivable order.buyer -amountMinor",
    "paymentRefunded": "assets:receivable order.buyer amountMinor",
    "fundsSettled": "assets:bank institution grossMinor-feesMinor, expenses:bank-fees * feesMinor, assets:in-transit institution -grossMinor",
    "payoutInstructed": "liabilities:payouts-in-transit institution -amountMinor, account|liabilities:seller-payable payee amountMinor",
    "payoutSettled": "liabilities:payouts-in-transit payout.institution payout.amountMinor, assets:bank payout.institution -payout.amountMinor",
    "payoutReturned": "payout.account|liabilities:seller-payable payout.payee -payout.amountMinor",
    "debtCollected": "assets:in-transit institution amountMinor, account|assets:receivable debtor -amountMinor",
    "giftCardSold": "assets:in-transit institution amountMinor, liabilities:gift-cards * -amountMinor",
    "giftCardRedeemed": "liabilities:gift-cards * amountMinor, assets:receivable order.buyer -amountMinor",
    "chargebackReceived": "expenses:bank-fees * feeMinor, assets:in-transit institution -amountMinor-feeMinor",
    "chargebackReversed": "assets:in-transit institution amountMinor",
    "supplierInvoiced": "liabilities:accounts-payable supplier -totalMinor",
    "taxRemitted": "liabilities:{tax}-payable * amountMinor, assets:bank institution recoveredMinor-amountMinor, "
                   "assets:tax-recoverable * -recoveredMinor",
    "creditsBought": "assets:in-transit institution totalMinor, liabilities:play-credits * -amountMinor",
    "stockReceived": "assets:inventory * costMinor, liabilities:accounts-payable supplier -costMinor",
    "ridePaid": "assets:in-transit institution amountMinor, assets:receivable rider -amountMinor",
    "rideCompleted": "assets:receivable * totalMinor, revenue:rides * -platformMinor, liabilities:ride-levy-payable * -levyMinor",
    "solidarityContributed": "expenses:solidarity * amountMinor",
    "rideCancelled": "assets:receivable ride.rider feeMinor",
    "expenseApproved": "liabilities:members-payable claim.member -claim.totalMinor",
    "expenseReimbursed": "liabilities:members-payable claim.member amountMinor, assets:bank institution -amountMinor",
    "sharesSubscribed": "assets:in-transit institution amountMinor, equity:shares member -amountMinor",
    "sharesRedeemed": "equity:shares member amountMinor, assets:bank institution -amountMinor",
    "sharesTransferred": "equity:shares from amountMinor, equity:shares to -amountMinor",
    "redemptionAccepted": "equity:shares member amountMinor, liabilities:shares-to-redeem member -amountMinor",
    "redemptionPaid": "liabilities:shares-to-redeem redemption.member amountMinor, assets:bank institution -amountMinor",
    "shareInterestAllocated": "equity:surplus * amountMinor, liabilities:interest-payable member -amountMinor",
    "shareInterestPaid": "liabilities:interest-payable member amountMinor, assets:bank institution -amountMinor",
    "allocationResolved": "equity:surplus * surplusMinor, equity:reserve * -reserveMinor, "
                          "liabilities:dividends-payable * -dividendsCashMinor-dividendsSharesMinor",
    "patronageDividendDeclared": "liabilities:dividends-payable member -cashMinor-sharesMinor",
    "patronageDividendPaid": "liabilities:dividends-payable member cashMinor+sharesMinor, assets:bank institution withheldMinor-cashMinor, "
                             "liabilities:withholding-payable * -withheldMinor, equity:member-shares member -sharesMinor",
}.items()}
# Which events are named by which field of later ones, and what these ask of them.
NAMED = {"purchasePlaced": ("order", "buyer"), "payoutInstructed": ("payout", "institution", "amountMinor", "account", "payee"),
         "redemptionAccepted": ("redemption", "member"), "expenseClaimed": ("claim", "member", "totalMinor"), "rideRequested": ("ride", "rider")}


def stated(kind, body, named):
    """What an event says of its entry: (account, party or None for all, debits less credits)."""

    def field(path):
        first, _, last = path.partition(".")
        return named.get((first, body.get(first)), {}).get(last) if last else body.get(first)

    amounts = []
    for account, party, terms in STATED.get(kind, ()):
        path, _, default = account.rpartition("|")
        account = (field(path) if path else None) or default.format(**body)
        if account == "equity:shares":
            account = "equity:preferred-shares" if body.get("shareClass") == "SHARE_CLASS_PREFERRED" else "equity:member-shares"
        sum_ = sum((-1 if sign == "-" else 1) * int(field(name) or 0) for sign, name in re.findall(r"([+-]?)([\w.]+)", terms))
        amounts.append((account, None if party == "*" else field(party) or "", sum_))
    return amounts


def minor(body, name):
    return int(body.get(name, 0))


def comparable(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))


def no_twice(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice in one object")
    return found


def different(shown, event, path=""):
    """The first place where two JSON values differ."""
    if isinstance(shown, dict) and isinstance(event, dict):
        for key in sorted(shown.keys() | event.keys()):
            if shown.get(key) != event.get(key):
                return different(shown.get(key), event.get(key), f"{path}.{key}" if path else key)
    if isinstance(shown, list) and isinstance(event, list) and len(shown) == len(event):
        for at, pair in enumerate(zip(shown, event)):
            if pair[0] != pair[1]:
                return different(pair[0], pair[1], f"{path}[{at}]")
    return f"{path} : {json.dumps(shown)} ≠ {json.dumps(event)}"


def compare(place, shown, mine):
    for key in sorted(shown.keys() | mine.keys()):
        if shown.get(key) != mine.get(key):
            wrong(f"{place} : {key} : {shown.get(key)}, le calcul donne {mine.get(key)}",
                  f"{place}: {key}: {shown.get(key)}, computed {mine.get(key)}")


def largest_remainder(pool, bases):
    """`pool` pro rata, to the last minor unit; ties to the first."""
    total = sum(bases)
    if pool == 0 or total == 0:
        if pool:
            wrong(f"{pool} à partager, et personne", f"{pool} to share, and nobody")
        return [0] * len(bases)
    parts = [pool * base // total for base in bases]
    order = sorted(range(len(bases)), key=lambda at: (-(pool * bases[at] % total), at))
    for at in order[:pool - sum(parts)]:
        parts[at] += 1
    return parts


def is_key(text):
    """Whether it has the form of a C2SP verifier key; whose it is, the signatures say."""
    parts = text.split("+", 2)
    try:
        return len(parts) == 3 and len(bytes.fromhex(parts[1])) == 4 and len(base64.b64decode(parts[2], validate=True)) == 33
    except ValueError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key")
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--unsigned-index", action="store_true")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.folder, "manifest.json")):
        sys.exit(f"{options.folder} : pas un dossier d’audit / not an audit pack")
    # Before a minute's work: a slip of the pen is not a bad pack.
    for key in ([options.key] if options.key is not None else []) + options.witness:
        if not is_key(key):
            parser.error(f"{key} : pas une clé de vérification, ORIGINE+1a2b3c4d+AbCd… / not a verifier key")
    pack = Pack(options.folder)
    steps = [
        ("SHA256SUMS", pack.check_files), ("log", pack.check_log),
        ("signatures", lambda: pack.check_signatures(options.key, options.witness, options.unsigned_index)), ("views", pack.check_views), ("manifest", pack.check_manifest),
        ("journal", pack.check_journal), ("trial-balance", pack.check_trial_balance),
        ("allocation", pack.check_allocation), ("findings", pack.check_findings), ("samples", pack.check_samples)]
    for name, step in steps:
        try:
            step()
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            wrong(f"{name} : illisible : {type(error).__name__} {error}", f"{name}: unreadable: {type(error).__name__} {error}")
    for french, english in SAID:
        print(f"{french}\n  {english}")
    for french, english in WRONG[:MOST]:
        print(f"NON : {french}\n  NO: {english}")
    if len(WRONG) > MOST:
        print(f"NON : et {len(WRONG) - MOST} autres\n  NO: and {len(WRONG) - MOST} more")
    print("Dossier refusé. / Pack refused." if WRONG else
          "Tout concorde. / Everything agrees." if options.key is not None else
          "Tout concorde, mais avec la clé que le dossier dit lui-même : --key CLÉ, obtenue d’ailleurs, en ferait une preuve.\n"
          "  Everything agrees, but by the key that the pack itself names: --key KEY, got from elsewhere, would make it a proof.")
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
