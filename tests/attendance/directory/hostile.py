"""Lists that nobody publishes: as large as one may be, or as small as a bomb is.

`python -m tests.attendance.directory.hostile PARSER [NAME]` reads them and tells of each, in a line of JSON, what came
of it, in how many seconds of the processor, and with how much memory.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from tests.attendance.directory.sheets import NAWS_52, TEMPLATE

# As much as is ever fetched or read from a file.
LARGEST = 50 * 1024 * 1024
# So that a bound which broke ends this process and not the machine.
MOST_MEMORY = 3 * 1024**3
MOST_SECONDS = 300

NAWS_HEAD = (",".join(NAWS_52) + "\n").encode()
TSML_HEAD = (",".join(TEMPLATE) + "\n").encode()
BMLT_HEAD = b"id_bigint,weekday_tinyint,meeting_name\n"


def full(piece: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """The piece over and over, as large as a list may be."""
    return before + piece * ((LARGEST - len(before) - len(after)) // len(piece)) + after


def numbered(piece: str, count: int, before: str = "", after: str = "") -> bytes:
    """The piece with a number in it, so many times, as far as a list may go."""
    written = io.StringIO()
    written.write(before)
    for number in range(count):
        written.write(piece.replace("#", str(number)))
        if written.tell() > LARGEST - 1000:
            break
    written.write(after)
    return written.getvalue().encode()


RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def related(**targets: str) -> bytes:
    """A list of relationships, each known by its kind."""
    each = (
        f'<Relationship Id="{kind}" Type="{RELATED}/{kind}" Target="{to}"/>' for kind, to in targets.items()
    )
    return f"<Relationships>{''.join(each)}</Relationships>".encode()


def book(first: str) -> bytes:
    """The part that names the sheets: one, by the id of its relationship."""
    sheets = f'<sheets><sheet r:id="{first}"/></sheets>'
    return f'<workbook xmlns:r="{RELATED}">{sheets}</workbook>'.encode()


def workbook(**parts: Iterator[bytes] | bytes) -> bytes:
    """A workbook of nothing but these parts: sheet, strings, styles; or book, which names the others."""
    own: dict[str, Iterator[bytes] | bytes] = {
        "book": book("worksheet"),
        "sheet": SHEET + SHEET_END,
        "strings": STRINGS + b"</sst>",
        "styles": b"<styleSheet/>",
    } | parts
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.writestr("_rels/.rels", related(officeDocument="xl/book.xml"))
        names = {"worksheet": "sheet.xml", "sharedStrings": "strings.xml", "styles": "/xl/styles.xml"}
        target.writestr("xl/_rels/book.xml.rels", related(**names))
        for part, content in own.items():
            with target.open(f"xl/{part}.xml", "w", force_zip64=True) as written:
                for portion in [content] if isinstance(content, bytes) else content:
                    written.write(portion)
    return packed.getvalue()


SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
SHEET_END = b"</sheetData></worksheet>"
STRINGS = f'<sst xmlns="{MAIN}">'.encode()
UNPACKED = 240 * 1024 * 1024


def unpacked(piece: bytes, before: bytes = b"", after: bytes = b"", size: int = UNPACKED) -> Iterator[bytes]:
    """The piece over and over, in portions of a megabyte, as much as a workbook may unpack to."""
    yield before
    portion = piece * (2**20 // len(piece) or 1)
    for _ in range(size // len(portion)):
        yield portion
    yield after


def many_sheets() -> bytes:
    packed = io.BytesIO(workbook())
    with zipfile.ZipFile(packed, "a") as target:
        for number in range(20_000):
            target.writestr(f"xl/worksheets/sheet{number + 2}.xml", b"")
    return packed.getvalue()


def laughs(part: str) -> bytes:
    """A billion laughs: ten entities, each of ten of the one before."""
    names = "abcdefghij"
    lines = [f'<!ENTITY a "{"ha" * 50}">']
    lines += [f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)]
    prolog = f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>'.encode()
    bodies = {
        "sheet": SHEET + b'<row r="1"><c t="str"><v>&j;</v></c></row>' + SHEET_END,
        "strings": STRINGS + b"<si><t>&j;</t></si></sst>",
        "styles": b"<styleSheet>&j;</styleSheet>",
        "book": b"<workbook>&j;</workbook>",
    }
    return workbook(**{part: prolog + bodies[part]})


def outside() -> bytes:
    return workbook(
        sheet=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        + SHEET
        + b'<row r="1"><c t="str"><v>&e;</v></c></row>'
        + SHEET_END
    )


# The beginning of a record that either format of JSON can read.
ONE = '[{"slug":"a","id":1,"name":"a","day":1,'
SMALL = (
    '{"slug":"#","name":"Lantern #","id":"#","day":1,"time":"7 pm","startTime":"19:00","types":["O","C"]},'
)
JSON_LISTS: dict[str, Callable[[], bytes]] = {
    "opening brackets alone": lambda: full(b"["),
    "arrays a hundred thousand deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects a hundred thousand deep": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "empty objects": lambda: full(b"{},", b"[", b"{}]"),
    "small objects, as many as are looked at": lambda: numbered('{"a":{}},', 900_000, "[", "{}]"),
    "short texts": lambda: full(b'"ab",', b"[", b'""]'),
    "short texts, as many as are looked at": lambda: numbered('"#",', 4_999_990, "[", '""]'),
    "numbers": lambda: full(b"1234,", b"[", b"1]"),
    "a number of millions of digits": lambda: full(b"7", b"[", b"]"),
    "a text without end": lambda: full(b"a", b'["'),
    "white space": lambda: full(b" "),
    "white space before a call": lambda: full(b" ", b"", b"cb([]);"),
    "one letter of another script": lambda: full(b"a", b'["', "\U0001f600".encode() + b'"]'),
    "a web page": lambda: full(b"<p>", b"<html>"),
    "keys without end": lambda: numbered('"k#":0,', 4_999_990, "[{", '"a":0}]'),
    "records without end": lambda: numbered('{"slug":"#","name":"a","id":#,"day":1},', 600_000, "[", "{}]"),
    "as many records that are none": lambda: b"[" + b"7," * 499_999 + b"7]",
    "types without end": lambda: numbered('"#",', 4_999_990, f'{ONE}"types":[', '""]}]'),
    "days without end": lambda: numbered("#,", 4_999_990, f'{ONE}"day":[', "1]}]"),
    "formats without end": lambda: numbered('"#",', 4_999_990, f'{ONE}"formats":[', '""]}]'),
    "a slug without end": lambda: full(b"a ", b'[{"id":"', b'","slug":"a","name":"a","day":1}]'),
    "a day without end": lambda: full(b"a", f'{ONE}"day":"'.encode(), b'"}]'),
    "notes without end": lambda: full(b"<!--<a &", f'{ONE}"notes":"'.encode(), b'"}]'),
    "a name in bold without end": lambda: full(b"<b", b'[{"slug":"a","id":1,"name":"', b'","day":1}]'),
    "a latitude without end": lambda: full(b"1", f'{ONE}"longitude":1,"latitude":"'.encode(), b'"}]'),
}
FORMATS: dict[str, Callable[[], bytes]] = {
    "formats without end": lambda: numbered('{"id":#},', 9_000_000, "[", "{}]"),
    "languages without end": lambda: numbered('{"id":1,"key_string":"k#"},', 490_000, "[", "{}]"),
}
# What takes a minute to read and is refused by nothing, as it might be a list: measured, and no test.
LONG: dict[str, Callable[[], bytes]] = {
    "as many records as there may be": lambda: numbered(SMALL, 499_999, "[", "{}]"),
}
SHEETS: dict[str, Callable[[bytes], bytes]] = {
    "commas": lambda head: full(b",", head),
    "a heading of commas": lambda head: full(b",", head.strip()),
    "quotation marks": lambda head: full(b'"', head),
    "quotation marks on lines": lambda head: full(b'"\n', head),
    "lines": lambda head: full(b"\n", head),
    "carriage returns": lambda head: full(b"\r", head),
    "a quotation mark that stays open": lambda head: full(b"a", head + b'"'),
    "a quotation mark that stays open over lines": lambda head: full(b"a" * 120 + b"\n", head + b'"'),
    "letters": lambda head: full(b"a", head),
    "one letter of another script": lambda head: full(b"a", head, "\U0001f600".encode()),
    "rows that are too short": lambda head: head + b"a,b,c,d,e,f,g,h,i,j,k,l,m\n" * 499_000,
    "rows that are too long": lambda head: full(b"ab," * 60 + b"\n", head),
}  # fmt: skip
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "gigabytes of noughts": lambda: workbook(sheet=unpacked(b"\0" * 1024, size=2 * 1024**3)),
    "many sheets": many_sheets,
    "shared texts that are empty": lambda: workbook(strings=unpacked(b"<si/>", STRINGS, b"</sst>")),
    "shared texts": lambda: workbook(strings=unpacked(b"<si><t>abcdefg</t></si>", STRINGS, b"</sst>")),
    "one shared text": lambda: workbook(strings=unpacked(b"a" * 1024, STRINGS + b"<si><t>", b"</t></si>")),
    "cells without end in a row": lambda: workbook(sheet=unpacked(b"<c/>", SHEET + b"<row>", b"</row>")),
    "a million empty rows": lambda: workbook(sheet=unpacked(b'<row ht="15"/>', SHEET, SHEET_END, 14 * 2**20)),
    "empty rows without end": lambda: workbook(sheet=unpacked(b"<row/>", SHEET, SHEET_END)),
    "rows without end": lambda: workbook(sheet=unpacked(b"<row><c><v>1</v></c></row>", SHEET, SHEET_END)),
    "elements within each other": lambda: workbook(sheet=unpacked(b"<a>")),
    "one element": lambda: workbook(sheet=unpacked(b"a" * 1024, b"<")),
    "one attribute": lambda: workbook(sheet=unpacked(b"a" * 1024, b'<worksheet a="', b'"/>')),
    "attributes": lambda: workbook(sheet=unpacked(b" a" * 512, b"<worksheet ")),
    "one comment": lambda: workbook(sheet=unpacked(b"a" * 1024, b"<!--", b"-->")),
    "comments": lambda: workbook(sheet=unpacked(b"<!---->")),
    "styles": lambda: workbook(styles=unpacked(b"<xf/>", b"<styleSheet><cellXfs>", b"</cellXfs></styleSheet>")),
    "formats of numbers": lambda: workbook(styles=unpacked(b'<numFmt formatCode="&quot;["/>', b"<s>", b"</s>")),
    "sheets in the book": lambda: workbook(book=unpacked(b"<sheet/>", b"<workbook>", b"</workbook>")),
    "a billion laughs in the sheet": lambda: laughs("sheet"),
    "a billion laughs in shared texts": lambda: laughs("strings"),
    "a billion laughs in styles": lambda: laughs("styles"),
    "a billion laughs in the book": lambda: laughs("book"),
    "an entity from outside": outside,
}  # fmt: skip


def rows(head: bytes) -> bytes:
    """As many rows under these headings as there may be, each a meeting of its own."""
    names = head.decode().strip().split(",")
    known = {"CommitteeName": "Early", "Day": "Sunday", "Time": "0730", "Name": "Lunch", "weekday_tinyint": "1",
             "meeting_name": "Lantern"} | dict.fromkeys(("Committee", "bmlt_id", "Slug", "id_bigint"), "#")  # fmt: skip
    return numbered(",".join(known.get(name, "") for name in names) + "\n", 499_000, head.decode())


def lists() -> dict[str, dict[str, Callable[[], bytes]]]:
    """By parser, every list it is given, by name."""
    heads = {"naws": NAWS_HEAD, "tsml-sheet": TSML_HEAD, "bmlt": BMLT_HEAD}
    found: dict[str, dict[str, Callable[[], bytes]]] = {
        "meeting-guide": JSON_LISTS,
        "bmlt": dict(JSON_LISTS),
        "formats": JSON_LISTS | FORMATS,
        "naws": dict(WORKBOOKS),
        "tsml-sheet": {},
    }
    for parser, head in heads.items():
        found[parser] |= {f"{name} in CSV": partial(made, head) for name, made in SHEETS.items()}
    return found


def long_lists() -> dict[str, dict[str, Callable[[], bytes]]]:
    """The same of those that take long."""
    return {
        "meeting-guide": LONG,
        "bmlt": LONG | {"as many rows in CSV": partial(rows, BMLT_HEAD)},
        "formats": {
            "as many formats": lambda: numbered('{"id":#,"key_string":"k#","name":"n"},', 499_999, "[", "{}]")
        },
        "naws": {"as many rows in CSV": partial(rows, NAWS_HEAD)},
        "tsml-sheet": {"as many rows in CSV": partial(rows, TSML_HEAD)},
    }


def main() -> None:
    """Read the lists of one parser, or the one that is named as well; a line of JSON for each."""
    from attendance.directory.feeds import bmlt, parser_of  # the settings are known only now

    parser, *names = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    one = b'[{"id_bigint":"1","weekday_tinyint":"1","meeting_name":"a","format_shared_id_list":"1,2,3"}]'
    parse = partial(bmlt.parse, one) if parser == "formats" else parser_of(parser)
    known = lists()[parser]
    for name in names or known:
        print(json.dumps({"name": name} | read(parse, {**known, **long_lists()[parser]}[name]())), flush=True)


def read(parse: Callable[[bytes], Any], data: bytes) -> dict[str, Any]:
    """What came of it. mb: the most memory that the process has had so far."""
    from clinic.errors import Refused

    told: dict[str, Any] = {"bytes": len(data)}
    began = time.process_time()
    try:
        feed = parse(data)
        told |= {"meetings": len(feed.meetings), "rejected": len(feed.rejected)}
    except Refused as refusal:
        told["sentence"] = refusal.sentence
    seconds = round(time.process_time() - began, 2)
    return told | {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    main()
