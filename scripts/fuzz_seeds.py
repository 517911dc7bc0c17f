"""Where fuzzing starts from: small made-up lists as the tests have them, and slices of really published ones."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from attendance.directory.feeds import tsml_sheet
from tests.attendance.directory import bmlt_lists, lists, sheets

# Records of a real list that go into one seed, and how many of such seeds.
RECORDS, SLICES = 3, 12
ODD = {"slug": "a:b", "day": [1, "monday", 9], "time": "7 pm", "end_time": "24:00", "types": "O, TC,ONL"}
PLACE = {"coordinates": "53.8,-1.5", "approximate": "yes", "regions": ["Leeds", "North"], "timezone": "UTC"}
TEXTS = {
    "notes": "<p>Ring &amp; wait</p><!-- x --><script>y</script>",
    "url": "example.org/a",
    "updated": "2025-01-02",
}


def meeting_guide() -> Iterator[bytes]:
    """Meeting Guide JSON."""
    yield _json([lists.a_record()])
    yield _json([lists.a_record(**ODD), lists.a_record(**PLACE), lists.a_record("z", **TEXTS)])
    yield _json(
        [lists.a_record(day=None, time=None), lists.a_record(conference_url="https://meet.example/1"), 7]
    )


def bmlt() -> Iterator[bytes]:
    """Each notation of a BMLT server."""
    record = bmlt_lists.a_meeting()
    told = bmlt_lists.a_meeting("2", comments="observer_only#@-@#a#@-@#b", formats="O,VM,Wo1", published="0")
    yield _json([record, told])
    yield b"/**/cb(" + _json([record]) + b");"
    yield _json({"meetings": [record, told], "formats": bmlt_lists.FORMATS})
    yield _json([bmlt_lists.of_the_api()])
    yield bmlt_lists.as_csv({key: value or "" for key, value in record.items()})
    yield b'id_bigint,weekday_tinyint,meeting_name\n1,2,Lantern\n2,3,"Quince, ""q"""\n'


def formats() -> Iterator[bytes]:
    """What a server answers to GetFormats, and the formats of the administration API."""
    only = bmlt_lists.a_format("4", "Wo1", "Only in week 1", description_string="held in the first week only")
    tongue = bmlt_lists.a_format("5", "es", "Español", "LANG", format_type_enum="LANG")
    yield _json([*bmlt_lists.FORMATS, only, tongue])
    entry = {"id": 2, "worldId": "OPEN", "type": "OPEN_OR_CLOSED"}
    translations = [{"key": "O", "name": "Open", "description": "", "language": "en"}]
    yield _json({"formats": [entry | {"translations": translations}]})
    yield b'cb([{"id":"33","key_string":"VM"}]);'


def naws() -> Iterator[bytes]:
    """The NAWS export as CSV and as a workbook."""
    row = sheets.a_naws_row()
    told = sheets.a_naws_row(bmlt_id="", Delete="D", Format1="VM", Format2="TC", Institutional="TRUE")
    yield sheets.a_sheet(sheets.NAWS_52, row, told)
    yield sheets.a_sheet(sheets.NAWS_48, {key: value for key, value in row.items() if key != "bmlt_id"})
    yield workbook(sheets.NAWS_52, row | {"Time": 730, "LastChanged": date(2018, 12, 22), "WheelChr": False})


def tsml() -> Iterator[bytes]:
    """The sheet of the 12-Step Meeting List as CSV and as a workbook."""
    row = sheets.a_template_row({})
    yield sheets.a_sheet(sheets.TEMPLATE, row, sheets.a_template_row({"Slug": "", "Day": "Monday, Friday"}))
    spec = [heading.replace("_", " ").title() for heading in tsml_sheet.COLUMNS]
    yield sheets.a_sheet(
        spec, {"Id": "7", "Name": "Lunch", "Day": "3", "Time": "7:30 pm", "Regions": "A > B"}
    )
    typed = row | {"Time": time(12, 30), "Updated": datetime(2020, 4, 4, 16, 50, 58)}  # noqa: DTZ001
    yield workbook(sheets.TEMPLATE, typed)


def slices(path: Path) -> Iterator[bytes]:
    """A real list cut into small ones, from all over it."""
    data = path.read_bytes()
    if path.suffix == ".csv":
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
        for some in _spread(rows):
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([header, *some])
            yield text.getvalue().encode()
        return
    value = json.loads(data)
    if isinstance(value, list):
        yield from map(_json, _spread(value))
    else:
        yield from (_json(value | {"meetings": some}) for some in _spread(value["meetings"]))


def workbook(headings: list[str], *rows: dict[str, Any]) -> bytes:
    """A workbook of one sheet, without the parts that say nothing of it."""
    book = Workbook()
    for cells in (headings, *([row.get(heading) for heading in headings] for row in rows)):
        book.active.append(cells)
    whole, packed = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(packed, "w") as target:
        for part in source.infolist():
            if "docProps" not in part.filename and "theme" not in part.filename:
                target.writestr(zipfile.ZipInfo(part.filename), source.read(part))
    return packed.getvalue()


def _spread(records: list[Any]) -> Iterator[list[Any]]:
    step = max(len(records) // SLICES, RECORDS)
    for start in range(0, len(records), step):
        yield records[start : start + RECORDS]


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
