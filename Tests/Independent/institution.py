#!/usr/bin/env python3
"""An institution that takes GrandLivre's payment files, without GrandLivre: it reads them by the positions of CPA Standard 005
and the elements of pain.001.001.09, checks their control totals, pays, and answers.

    institution.py read FILE
        prints {"format", "number", "message", "payments", "total_minor", "originator"}
    institution.py answer FILE FOLDER --account NUMBER --opening MINOR --day YYYY-MM-DD
        --booking single|batch --statement camt|ofx|mt940|bai2|csv
        [--reject CODE:COUNT,…] [--return CODE:COUNT,…] [--code-on-statement]
        writes into FOLDER: paid.* (the statement with the debits), back.* (the statement with what came back),
        returns.txt (CPA 005) or status.xml (pain.002), mapping (for csv), truth.json

What is rejected never left; what is returned left and comes back the next day. Standard library only. Exit status 0; 1 with the
reason where the file is wrong; 64 for wrong usage.
"""

import argparse
import json
import os
import re
import sys
import xml.etree.ElementTree as tree
from datetime import date, timedelta
from xml.sax.saxutils import escape

RECORD, HEAD, SEGMENT = 1464, 24, 240
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
INSTITUTION = "815"
# CPA's reasons as ISO says them.
ISO = {"901": "AM04", "902": "AC01", "903": "MS02", "905": "AC04", "907": "AC06", "912": "AC01", "914": "BE01"}


class Wrong(Exception):
    pass


def want(condition, reason):
    if not condition:
        raise Wrong(reason)


# What we are asked to pay.


def read_cpa(content):
    """Header, payments and raw segments of a file of credits."""
    records = content.split(b"\r\n")
    want(records and records[-1] == b"", "the last record does not end")
    records.pop()
    payments, sums = [], [0, 0]
    originator = number = None
    for place, record in enumerate(records, 1):
        want(len(record) == RECORD, f"record {place}: {len(record)} bytes")
        text = record.decode("ascii")
        want(re.fullmatch(r"[A-Z0-9 .,\-'/&()]*", text), f"record {place}: a character that is not permitted")
        kind = text[0]
        want(text[1:10] == f"{place:09d}", f"record {place}: its number is {text[1:10]}")
        if place == 1:
            want(kind == "A", "no header")
            originator, number = text[10:20], int(text[20:24])
            want(1 <= number <= 9999, f"file number {number}")
            want(re.fullmatch(r"0\d{5}", text[24:30]), "creation day")
            want(text[55:58] == "CAD", "currency")
            continue
        want(text[10:24] == records[0][10:24].decode(), f"record {place}: another originator or number")
        if kind == "Z":
            want(place == len(records), "records follow Z")
            totals = [(int(text[24 + 22 * i:38 + 22 * i]), int(text[38 + 22 * i:46 + 22 * i])) for i in range(4)]
            want(totals == [(0, 0), tuple(sums), (0, 0), (0, 0)], f"control totals {totals}, items {sums}")
            break
        want(kind == "C", f"record {place}: type {kind}")
        for at in range(HEAD, RECORD, SEGMENT):
            item = text[at:at + SEGMENT]
            if not item.strip():
                continue
            cents = int(item[3:13])
            want(re.fullmatch(r"0\d{8}", item[19:28]), "branch")
            want(re.fullmatch(r"\d{1,12} *", item[28:40]), "account")
            sums[0] += cents
            sums[1] += 1
            payments.append({
                "reference": item[150:169].strip(), "minor": cents, "name": item[80:110].strip(),
                "branch": item[19:28], "account": item[28:40].strip(), "raw": item, "code": item[:3]})
    else:
        raise Wrong("no trailer")
    want(len({p["reference"] for p in payments}) == len(payments), "a reference stands twice")
    return {"format": "cpa-005", "number": number, "message": "", "originator": originator, "payments": payments,
            "head": records[0].decode()}


def minor(text):
    want(re.fullmatch(r"\d+\.\d\d", text), f"amount {text!r}")
    return int(text.replace(".", ""))


def read_pain(content):
    root = tree.fromstring(content)
    want(root.tag == PAIN + "Document", f"root {root.tag}")
    head = root.find(f"{PAIN}CstmrCdtTrfInitn/{PAIN}GrpHdr")
    payments = []
    for batch in root.iter(PAIN + "PmtInf"):
        name = batch.findtext(PAIN + "PmtInfId")
        own = []
        for one in batch.iter(PAIN + "CdtTrfTxInf"):
            amount = one.find(f"{PAIN}Amt/{PAIN}InstdAmt")
            want(amount.get("Ccy") == "CAD", "currency")
            own.append({
                "reference": one.findtext(f"{PAIN}PmtId/{PAIN}EndToEndId"), "minor": minor(amount.text),
                "name": one.findtext(f"{PAIN}Cdtr/{PAIN}Nm"), "batch": name,
                "branch": one.findtext(f"{PAIN}CdtrAgt/{PAIN}FinInstnId/{PAIN}ClrSysMmbId/{PAIN}MmbId"),
                "account": one.findtext(f"{PAIN}CdtrAcct/{PAIN}Id/{PAIN}Othr/{PAIN}Id")})
        want(int(batch.findtext(PAIN + "NbOfTxs")) == len(own), f"{name}: number of payments")
        want(minor(batch.findtext(PAIN + "CtrlSum")) == sum(p["minor"] for p in own), f"{name}: control sum")
        payments += own
    want(int(head.findtext(PAIN + "NbOfTxs")) == len(payments), "number of payments")
    want(minor(head.findtext(PAIN + "CtrlSum")) == sum(p["minor"] for p in payments), "control sum")
    want(len({p["reference"] for p in payments}) == len(payments), "a reference stands twice")
    return {"format": "pain-001", "number": 0, "message": head.findtext(PAIN + "MsgId"), "originator": "",
            "payments": payments}


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    return read_pain(content) if content.lstrip()[:1] == b"<" else read_cpa(content)


# What we say of our account.


class Entry:
    """One line of the statement; what leaves the account is negative."""

    def __init__(self, day, amount, reference, ours="", batch="", code="", text=""):
        self.day, self.amount, self.reference = day, amount, reference
        self.ours, self.batch, self.code, self.text = ours, batch, code, text


def decimal(amount, mark="."):
    amount = abs(amount)
    return f"{amount // 100}{mark}{amount % 100:02d}"


def camt(account, number, day, opening, entries):
    closing = opening + sum(e.amount for e in entries)

    def balance(kind, amount):
        return (f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="CAD">{decimal(amount)}</Amt>'
                f'<CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n')

    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
           f'<BkToCstmrStmt><GrpHdr><MsgId>S{number}</MsgId><CreDtTm>{day}T23:00:00</CreDtTm></GrpHdr>\n'
           f'<Stmt><Id>{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T23:00:00</CreDtTm>'
           f'<FrToDt><FrDtTm>{day}T00:00:00</FrDtTm><ToDtTm>{day}T23:59:59</ToDtTm></FrToDt>'
           f'<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CAD</Ccy></Acct>\n',
           balance("OPBD", opening), balance("CLBD", closing)]
    for e in entries:
        references = "".join(
            f"<{tag}>{escape(value)}</{tag}>" for tag, value in (("PmtInfId", e.batch), ("EndToEndId", e.ours)) if value)
        reason = f"<RtrInf><Rsn><Cd>{ISO[e.code]}</Cd></Rsn></RtrInf>" if e.code else ""
        family = "RCDT</Cd><SubFmlyCd>RRTN" if e.amount > 0 else "ICDT</Cd><SubFmlyCd>OTHR"
        out.append(
            f'<Ntry><Amt Ccy="CAD">{decimal(e.amount)}</Amt><CdtDbtInd>{"DBIT" if e.amount < 0 else "CRDT"}</CdtDbtInd>'
            f'<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{e.day}</Dt></BookgDt><ValDt><Dt>{e.day}</Dt></ValDt>'
            f'<AcctSvcrRef>{e.reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</SubFmlyCd></Fmly></Domn>'
            f'</BkTxCd><NtryDtls><TxDtls>{"<Refs>" + references + "</Refs>" if references else ""}'
            f'<Amt Ccy="CAD">{decimal(e.amount)}</Amt><CdtDbtInd>{"DBIT" if e.amount < 0 else "CRDT"}</CdtDbtInd>'
            f'{"<RmtInf><Ustrd>" + escape(e.text) + "</Ustrd></RmtInf>" if e.text else ""}{reason}</TxDtls></NtryDtls></Ntry>\n')
    out.append("</Stmt></BkToCstmrStmt></Document>\n")
    return "xml", "".join(out)


def ofx(account, number, day, opening, entries):
    closing = opening + sum(e.amount for e in entries)
    compact = str(day).replace("-", "")
    out = ["OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
           "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
           f"<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{compact}<LANGUAGE>FRA"
           "</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>"
           f"<CURDEF>CAD<BANKACCTFROM><BANKID>{INSTITUTION}<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>"
           f"<BANKTRANLIST><DTSTART>{compact}<DTEND>{compact}\r\n"]
    for e in entries:
        kind = "CREDIT" if e.amount > 0 else "DEBIT"
        sign = "-" if e.amount < 0 else ""
        words = " ".join(w for w in (e.text, e.ours) if w)
        out.append(
            f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{str(e.day).replace('-', '')}<TRNAMT>{sign}{decimal(e.amount)}"
            f"<FITID>{e.reference}<NAME>DEPOT DIRECT<MEMO>{escape(words)}</STMTTRN>\r\n")
    out.append(
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{'-' if closing < 0 else ''}{decimal(closing)}<DTASOF>{compact}</LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n")
    return "ofx", "".join(out)


def mt940(account, number, day, opening, entries):
    closing = opening + sum(e.amount for e in entries)
    short = str(day).replace("-", "")[2:]

    def balance(amount):
        return f"{'D' if amount < 0 else 'C'}{short}CAD{decimal(amount, ',')}\r\n"

    out = [f":20:S{number}\r\n:25:{INSTITUTION}/{account}\r\n:28C:{number}/1\r\n:60F:{balance(opening)}"]
    for e in entries:
        ours = e.ours if 0 < len(e.ours) <= 16 else "NONREF"
        out.append(f":61:{short}{short[2:]}{'C' if e.amount > 0 else 'D'}{decimal(e.amount, ',')}NTRF{ours}//{e.reference}\r\n")
        details = "".join(
            f"{mark}{value}" for mark, value in (("/PREF/", e.batch), ("/RTRN/", ISO.get(e.code, "")), ("/REMI/", e.text)) if value)
        if details:
            out.append(f":86:{details[:65]}\r\n")
    out.append(f":62F:{balance(closing)}-\r\n")
    return "sta", "".join(out)


def bai2(account, number, day, opening, entries):
    closing = opening + sum(e.amount for e in entries)
    short = str(day).replace("-", "")[2:]
    credits = [e.amount for e in entries if e.amount > 0]
    debits = [-e.amount for e in entries if e.amount < 0]
    lines = [f"01,INST,COOP,{short},2300,{number},,,2/", f"02,COOP,{INSTITUTION},1,{short},2359,CAD,2/"]
    amounts = [opening, closing, sum(credits), sum(debits)]
    lines.append(
        f"03,{account},CAD,010,{opening},,,015,{closing},,,100,{amounts[2]},{len(credits)},,400,{amounts[3]},{len(debits)},/")
    total = sum(amounts)
    for e in entries:
        total += abs(e.amount)
        lines.append(f"16,{'699' if e.amount < 0 else '399'},{abs(e.amount)},Z,{e.reference},{e.ours},{e.text}/")
    lines.append(f"49,{total},{len(lines) - 1}/")
    lines.append(f"98,{total},1,{len(lines)}/")
    lines.append(f"99,{total},1,{len(lines) + 1}/")
    return "bai", "\n".join(lines) + "\n"


MAPPING = """institution = 815
account = {account}
date = date
amount = amount
balance = balance
reference = id
description = text
end-to-end = ours
batch = file
return-code = code
"""


def csv(account, number, day, opening, entries):
    out, balance = ["date,amount,balance,id,text,ours,file,code\n"], opening
    for e in entries:
        balance += e.amount
        sign = "-" if e.amount < 0 else ""
        out.append(
            f"{e.day},{sign}{decimal(e.amount)},{'-' if balance < 0 else ''}{decimal(balance)},{e.reference},{e.text},{e.ours},"
            f"{e.batch},{ISO.get(e.code, '')}\n")
    return "csv", "".join(out)


STATEMENTS = {"camt": camt, "ofx": ofx, "mt940": mt940, "bai2": bai2, "csv": csv}


# What we send back.


def cpa_day(day):
    return f"0{day.year % 100:02d}{day.timetuple().tm_yday:03d}"


def cpa_returns(sent, back, day):
    """Items I with the reason in place of the code, and the code where institutions keep it."""
    head = sent["head"]
    number = f"{sent['number'] % 9999 + 1:04d}"

    def start(kind, place):
        return f"{kind}{place:09d}{head[10:20]}{number}"

    records = [start("A", 1) + cpa_day(day) + head[30:58]]
    for at in range(0, len(back), 6):
        record = start("I", len(records) + 1)
        for payment, code in back[at:at + 6]:
            raw = payment["raw"]
            record += code + raw[3:62] + raw[:3] + raw[65:205] + raw[40:62] + raw[227:]
        records.append(record)
    total = sum(p["minor"] for p, _ in back)
    zero = "0" * 22
    records.append(start("Z", len(records) + 1) + zero + f"{total:014d}{len(back):08d}" + zero + zero)
    return "".join(r.ljust(RECORD) + "\r\n" for r in records)


def pain_status(sent, rejected, day):
    refused = {p["reference"]: code for p, code in rejected}
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12">'
           f"<CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr>"
           f"<OrgnlGrpInfAndSts><OrgnlMsgId>{sent['message']}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
           f"<GrpSts>{'PART' if refused else 'ACCP'}</GrpSts></OrgnlGrpInfAndSts>\n"]
    for batch in sorted({p["batch"] for p in sent["payments"]}):
        out.append(f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>")
        for p in sent["payments"]:
            if p["batch"] != batch:
                continue
            code = refused.get(p["reference"])
            reason = f"<StsRsnInf><Rsn><Cd>{ISO[code]}</Cd></Rsn></StsRsnInf>" if code else ""
            out.append(
                f"<TxInfAndSts><OrgnlEndToEndId>{p['reference']}</OrgnlEndToEndId><TxSts>{'RJCT' if code else 'ACSP'}</TxSts>{reason}"
                f'<OrgnlTxRef><Amt><InstdAmt Ccy="CAD">{decimal(p["minor"])}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n')
        out.append("</OrgnlPmtInfAndSts>")
    out.append("</CstmrPmtStsRpt></Document>\n")
    return "".join(out)


def chosen(payments, wanted, start):
    """(payment, code) spread over the file; none is chosen twice."""
    codes = [code for part in wanted.split(",") if part for code in [part.split(":")[0]] * int(part.split(":")[1])]
    if not codes:
        return []
    step = max(1, len(payments) // (len(codes) + 1))
    return [(payments[(start + i * step) % len(payments)], code) for i, code in enumerate(codes)]


def answer(options):
    sent = read(options.file)
    payments = sent["payments"]
    rejected = chosen(payments, options.reject, 1)
    gone = {p["reference"] for p, _ in rejected}
    paid = [p for p in payments if p["reference"] not in gone]
    back = chosen(paid, getattr(options, "return"), 2)
    day = date.fromisoformat(options.day)
    next_day = day + timedelta(days=1)
    name = f"FCN {sent['number']:04d}" if sent["format"] == "cpa-005" else sent["message"]
    debits = []
    if options.booking == "single":
        for place, p in enumerate(paid, 1):
            debits.append(Entry(day, -p["minor"], f"D{place:07d}", ours=p["reference"]))
    else:
        groups = {}
        for p in paid:
            groups.setdefault(p.get("batch", ""), []).append(p)
        for place, (batch, own) in enumerate(sorted(groups.items()), 1):
            number = batch or f"{sent['number']:04d}"
            text = f"{sent['originator']} {name}" if sent["originator"] else batch
            # Formats with a field for the batch have it there, others in their words.
            in_field = options.statement in ("camt", "mt940", "csv")
            debits.append(
                Entry(day, -sum(p["minor"] for p in own), f"B{place:07d}", batch=number if in_field else "", text=text))
    credits = [
        Entry(next_day, p["minor"], f"R{place:07d}", ours=p["reference"], code=code if options.code_on_statement else "",
              text="RETOUR")
        for place, (p, code) in enumerate(back, 1)]
    os.makedirs(options.folder, exist_ok=True)

    def save(file, text):
        with open(os.path.join(options.folder, file), "w", encoding="utf-8", newline="") as out:
            out.write(text)

    write = STATEMENTS[options.statement]
    end, text = write(options.account, 1, day, options.opening, debits)
    save(f"paid.{end}", text)
    end, text = write(options.account, 2, next_day, options.opening + sum(e.amount for e in debits), credits)
    save(f"back.{end}", text)
    if options.statement == "csv":
        save("mapping", MAPPING.format(account=options.account))
    if sent["format"] == "cpa-005":
        save("returns.txt", cpa_returns(sent, back, next_day))
    else:
        save("status.xml", pain_status(sent, rejected, day))
    save("truth.json", json.dumps({
        "paid": len(paid), "paid_minor": sum(p["minor"] for p in paid), "statement": end,
        "rejected": {p["reference"]: c for p, c in rejected}, "returned": {p["reference"]: c for p, c in back},
        "closing": options.opening + sum(e.amount for e in debits + credits)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("read")
    one.add_argument("file")
    two = commands.add_parser("answer")
    two.add_argument("file")
    two.add_argument("folder")
    two.add_argument("--account", required=True)
    two.add_argument("--opening", type=int, required=True)
    two.add_argument("--day", required=True)
    two.add_argument("--booking", choices=("single", "batch"), required=True)
    two.add_argument("--statement", choices=sorted(STATEMENTS), required=True)
    two.add_argument("--reject", default="")
    two.add_argument("--return", default="")
    two.add_argument("--code-on-statement", action="store_true")
    options = parser.parse_args()
    try:
        if options.command == "answer":
            return answer(options)
        sent = read(options.file)
        print(json.dumps({
            "format": sent["format"], "number": sent["number"], "message": sent["message"],
            "payments": len(sent["payments"]), "total_minor": sum(p["minor"] for p in sent["payments"]),
            "originator": sent["originator"]}))
    except (Wrong, ValueError, tree.ParseError) as error:
        sys.exit(f"{options.file}: {error}")


if __name__ == "__main__":
    try:
        main()
    except SystemExit as end:
        if end.code == 2:
            sys.exit(64)
        raise
