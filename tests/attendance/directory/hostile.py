"""Lists that nobody publishes: as large as one may be, or as small as a bomb is. `python -m` reads one and tells.

What it tells is one line of JSON: read or refused (with the sentence), seconds, and the most memory the process had.
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

from tests.attendance.directory.sheets import NAWS_52, TEMPLATE

# As much as is ever fetched or read from a file.
LARGEST = 50 * 1024 * 1024
# So that a bound which broke ends this process and not the machine.
MOST_MEMORY = 4 * 1024**3

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


def workbook(**parts: Iterator[bytes] | bytes) -> bytes:
    """A workbook of nothing but these parts: sheet, strings, styles; or book, which names the others."""
    own: dict[str, Iterator[bytes] | bytes] = {
        "book": f'<workbook xmlns:r="{RELATED}"><sheets><sheet r:id="worksheet"/></sheets></workbook>'.encode(),
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
    lines += [
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip(names, names[1:], strict=False)
    ]
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


JSON_LISTS: dict[str, Callable[[], bytes]] = {
    "opening brackets alone": lambda: full(b"["),
    "arrays a hundred thousand deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects a hundred thousand deep": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "empty objects": lambda: full(b"{},", b"[", b"{}]"),
    "small objects, as many as are looked at": lambda: numbered('{"a":{}},', 900_000, "[", "{}]"),
    "short texts": lambda: full(b'"ab",', b"[", b'""]'),
    "numbers": lambda: full(b"1234,", b"[", b"1]"),
    "a number of millions of digits": lambda: full(b"7", b"[", b"]"),
    "a text without end": lambda: full(b"a", b'["'),
    "white space": lambda: full(b" "),
    "white space before a call": lambda: full(b" ", b"", b"cb([]);"),
    "one letter of another script": lambda: full(b"a", b'["', "\U0001f600".encode() + b'"]'),
    "a web page": lambda: full(b"<p>", b"<html>"),
    "keys without end": lambda: numbered('"k#":0,', 9_000_000, "[{", '"a":0}]'),
    "records without end": lambda: numbered('{"slug":"#","name":"a","id":#,"day":1},', 9_000_000, "[", "{}]"),
    "as many records as there may be": lambda: numbered(
        '{"slug":"#","name":"Lantern #","id":"#","day":1,"time":"7 pm","startTime":"19:00","types":["O","C"]},',
        499_999, "[", "{}]",
    ),
    "as many records that are none": lambda: b"[" + b"7," * 499_999 + b"7]",
    "types without end": lambda: numbered('"#",', 9_000_000, '[{"slug":"a","name":"a","id":1,"day":1,"types":[', '""]}]'),
    "days without end": lambda: numbered("#,", 9_000_000, '[{"slug":"a","name":"a","id":1,"day":[', "1]}]"),
    "formats without end": lambda: numbered('"#",', 9_000_000, '[{"id":1,"name":"a","day":1,"slug":"a","formats":[', '""]}]'),
    "a slug without end": lambda: full(b"a ", b'[{"id":"', b'","slug":"a","name":"a","day":1}]'),
    "a day without end": lambda: full(b"a", b'[{"slug":"a","id":1,"name":"a","day":"', b'"}]'),
    "notes without end": lambda: full(b"<!--<a &", b'[{"slug":"a","id":1,"name":"a","day":1,"notes":"', b'"}]'),
    "a name in bold without end": lambda: full(b"<b", b'[{"slug":"a","id":1,"name":"', b'","day":1}]'),
    "a latitude without end": lambda: full(b"1", b'[{"slug":"a","id":1,"name":"a","day":1,"longitude":1,"latitude":"', b'"}]'),
}  # fmt: skip
FORMATS: dict[str, Callable[[], bytes]] = {
    "formats without end": lambda: numbered('{"id":#},', 9_000_000, "[", "{}]"),
    "as many formats as are looked at": lambda: numbered(
        '{"id":#,"key_string":"k#","name":"n"},', 499_999, "[", "{}]"
    ),
    "languages without end": lambda: numbered('{"id":1,"key_string":"k#"},', 490_000, "[", "{}]"),
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
    "as many rows as there may be": lambda head: head + b"".join(
        _row(head, number) for number in range(499_000)
    ),
}  # fmt: skip
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "gigabytes of noughts": lambda: workbook(sheet=unpacked(b"\0" * 1024, size=2 * 1024**3)),
    "many sheets": many_sheets,
    "shared texts that are empty": lambda: workbook(strings=unpacked(b"<si/>", STRINGS, b"</sst>")),
    "shared texts": lambda: workbook(strings=unpacked(b"<si><t>abcdefg</t></si>", STRINGS, b"</sst>")),
    "one shared text": lambda: workbook(strings=unpacked(b"a" * 1024, STRINGS + b"<si><t>", b"</t></si></sst>")),
    "cells without end in a row": lambda: workbook(sheet=unpacked(b"<c/>", SHEET + b"<row>", b"</row>" + SHEET_END)),
    "a million empty rows": lambda: workbook(sheet=unpacked(b'<row ht="15" spans="1:5"/>', SHEET, SHEET_END, 26 * 2**20)),
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


def _row(head: bytes, number: int) -> bytes:
    cells = {"Committee": f"G{number}", "CommitteeName": "Early", "bmlt_id": str(number), "Day": "Sunday", "Time": "0730",
             "Slug": str(number), "Name": "Lunch", "id_bigint": str(number), "weekday_tinyint": "1", "meeting_name": "L"}  # fmt: skip
    return (",".join(cells.get(name, "") for name in head.decode().strip().split(",")) + "\n").encode()


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
        for name, made in SHEETS.items():
            found[parser][f"{name} in CSV"] = lambda made=made, head=head: made(head)  # type: ignore[misc]
    return found


def main() -> None:
    """Read one list, named by parser and name."""
    parser, name = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    data = lists()[parser][name]()
    from attendance.directory.feeds import bmlt, parser_of  # the settings are known only now
    from clinic.errors import Refused

    one = b'[{"id_bigint":"1","weekday_tinyint":"1","meeting_name":"a","formats":"O","format_shared_id_list":"1,2,3"}]'
    parse = (lambda formats: bmlt.parse(one, formats)) if parser == "formats" else parser_of(parser)
    told: dict[str, object] = {"bytes": len(data)}
    began = time.perf_counter()
    try:
        feed = parse(data)
        told |= {"meetings": len(feed.meetings), "rejected": len(feed.rejected)}
    except Refused as refusal:
        told["sentence"] = refusal.sentence
    told["seconds"] = round(time.perf_counter() - began, 2)
    told["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    main()
