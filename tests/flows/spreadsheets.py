"""Spreadsheets as members of staff send them, match them and decide about them."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from attendance.spreadsheets import working
from clinic import clock
from clinic.models import Spreadsheet
from tests.flows.browsing import Page, Staff


def a_csv(*rows: list[str], name: str = "rows.csv", delimiter: str = ",", encoding: str = "utf-8") -> Any:
    """A CSV file of these rows, the first of them the headings."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def a_workbook(*rows: list[Any], name: str = "rows.xlsx", **sheets: list[list[Any]]) -> Any:
    """A workbook whose first sheet has these rows; others by their names."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "First"
    for row in rows:
        book.active.append(row)
    for title, held in sheets.items():
        other = book.create_sheet(title)
        for row in held:
            other.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return SimpleUploadedFile(name, packed.getvalue())


def sends(one: Staff, file: Any, kind: str = "attendance", htmx: bool = False) -> Page:
    """Send a file."""
    return one.sends(one.address("spreadsheets"), htmx=htmx, file=file, kind=kind)


def latest(one: Staff) -> Spreadsheet:
    """The spreadsheet that was sent last."""
    held = one.clinic.spreadsheets.first()
    assert held is not None
    return held


def presses(one: Staff, then: str, htmx: bool = False, **said: str) -> Page:
    """Press a button on the page of the latest spreadsheet; what the form holds already is sent along."""
    return one.sends(one.address("spreadsheet", latest(one).pk), htmx=htmx, then=then, **said)


def matches(one: Staff, htmx: bool = False, **said: str) -> Page:
    """Send the form that matches columns as it stands on the page, with what is said besides."""
    page = one.opens("spreadsheet", latest(one).pk)
    held = {dict(select.attributes)["name"] or "": _chosen(select) for select in page.elements("select")}
    return presses(one, "match", htmx=htmx, **{**held, **said})


def _chosen(select: Any) -> str:
    for option in Page.of_element(select).elements("option"):
        if any(name == "selected" for name, _ in option.attributes):
            return dict(option.attributes).get("value") or ""
    return ""


def takes_back(one: Staff) -> Page:
    """Press the button that takes the latest spreadsheet back."""
    return one.sends(one.address("spreadsheet_take_back", latest(one).pk), then="take_back")


def goes_on(one: Staff) -> None:
    """A worker goes on with the latest spreadsheet to its end."""
    while working.work(latest(one).pk, clock.now, lambda: True):
        pass
