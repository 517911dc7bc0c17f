"""Where a workbook keeps what: its sheets, the texts that cells share, and which of its styles are dates."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from attendance.directory.feeds.workbook_xml import Event, events
from clinic.errors import Refused

MOST_TEXTS = 2_000_000
# A workbook has at most 64,000 styles, and a format at most 255 characters.
MOST_STYLES = 65_536
LONGEST_FORMAT = 255
MOST_SHEETS = 1000
# Of every part but the sheet and the texts.
MOST_ELEMENTS = 1_000_000


# A number such as a telephone's or a reference's that is shown with its leading noughts.
NOUGHTS = re.compile(r"0{2,30}")


class Style(NamedTuple):
    """What a number in a cell of this style stands for; digits: with how many a whole one is written at least."""

    date: bool = False
    length_of_time: bool = False
    digits: int = 0


class Sheet(NamedTuple):
    """One of a workbook's sheets: its name, the name of its part, and whether it is kept from sight."""

    name: str
    part: str
    hidden: bool


class Parts(NamedTuple):
    """The sheets, and what their cells refer to by number; epoch is the day of number 0."""

    sheets: list[Sheet]
    texts: list[str]
    styles: list[Style]
    epoch: datetime


def find_parts(packed: zipfile.ZipFile) -> Parts:
    """What there is to know before a sheet can be read. Raises Refused, or KeyError where a part is missing."""
    book = dict(_related(packed, "").values())["officeDocument"]
    related = _related(packed, book)
    sheets: list[Sheet] = []
    epoch = WINDOWS_EPOCH
    for name, attributes, _ in _events(packed, book):
        if name == "workbookPr" and attributes and attributes.get("date1904") in ("1", "true"):
            epoch = MAC_EPOCH
        if name == "sheet" and attributes and len(sheets) < MOST_SHEETS:
            kind, target = related.get(_local(attributes, "id"), ("", ""))
            hidden = attributes.get("state", "visible") != "visible"
            if kind == "worksheet":
                sheets.append(Sheet(attributes.get("name", ""), target, hidden))
    by_kind = dict(related.values())
    return Parts(
        sheets=sheets,
        texts=_texts(packed, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else [],
        styles=_styles(packed, by_kind["styles"]) if "styles" in by_kind else [],
        epoch=epoch,
    )


def _events(packed: zipfile.ZipFile, part: str, most: int = MOST_ELEMENTS) -> Iterator[Event]:
    with packed.open(part) as content:
        yield from events(content, most)


def _related(packed: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """By id, the kind and the name of each part that one refers to."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}
    for element, attributes, _ in _events(packed, posixpath.join(folder, "_rels", f"{name}.rels")):
        if element == "Relationship" and attributes:
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def _local(attributes: Mapping[str, str], name: str) -> str:
    """The attribute of that name in a namespace, as the numbers of sheets have their own beside it."""
    return next((value for key, value in attributes.items() if key.endswith(f":{name}")), "")


def _texts(packed: zipfile.ZipFile, part: str) -> list[str]:
    """The shared texts, without how they are pronounced."""
    found: list[str] = []
    pieces: list[str] = []
    aloud = False
    for name, attributes, text in _events(packed, part, 5 * MOST_TEXTS):
        begins = attributes is not None
        if name == "si" and begins:
            pieces = []
        elif name == "si":
            found.append("".join(pieces))
            if len(found) > MOST_TEXTS:
                raise Refused(
                    f"The feed is a workbook of more than {MOST_TEXTS:,} texts. Nothing was changed."
                )
        elif name == "rPh":
            aloud = begins
        elif name == "t" and not begins and not aloud:
            pieces.append(text)
    return found


def _styles(packed: zipfile.ZipFile, part: str) -> list[Style]:
    """What each style of cells makes of a number."""
    formats: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    found: list[Style] = []
    of_cells = False
    for name, attributes, _ in _events(packed, part):
        if name == "cellXfs":
            of_cells = attributes is not None
        if attributes is None:
            continue
        if name == "numFmt" and len(formats) <= MOST_STYLES:
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:LONGEST_FORMAT]
        if name == "xf" and of_cells and len(found) <= MOST_STYLES:
            found.append(_style(formats.get(attributes.get("numFmtId", ""), "")))
    return found


def _style(code: str) -> Style:
    digits = len(code) if NOUGHTS.fullmatch(code) else 0
    return Style(bool(is_date_format(code)), bool(is_timedelta_format(code)), digits)
