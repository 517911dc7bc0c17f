"""What is no list is one clear sentence beside the field at fault, and nothing is changed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from attendance.directory.models import FeedPreview
from clinic.uploads import LARGEST
from tests.attendance.directory.lists import a_record
from tests.flows.browsing import Staff
from tests.flows.feeds import ADDRESS, a_file, uploads
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'[{"slug": "a", "name": "A"}] and more', "after its end in line 1 another text follows"),
        (b'[{"slug": "a", "name": "A"', "The feed is not JSON"),
        ('[{"slug": "a"}]'.encode("utf-16"), "it looks like UTF-16"),
        ('[{"slug": "café"}]'.encode("latin-1"), "The feed is not UTF-8 text"),
        (b"<!doctype html><h1>Not found</h1>", "It is a web page or XML, and no list of meetings"),
        (b"", "The feed is empty"),
        (b"[]", "The list is empty, so that its format cannot be told"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text"),
        (b"[" + b"[" * 100_000, "its nesting goes on for ever"),
        (b"PK\x03\x04", "a workbook that cannot be read"),
    ],
)
def test_what_is_no_list(ada: Staff, content: bytes, why: str) -> None:
    before = everything()
    page = uploads(ada, SimpleUploadedFile("list.json", content))
    assert page.status == 422
    (fault,) = page.faults
    assert fault.startswith("A file – ")
    assert why in fault
    assert page.value("fellowship") == "Narcotics Anonymous"
    assert everything() == before


def test_a_workbook_that_unpacks_to_more_than_memory_holds(ada: Staff) -> None:
    book, packed = Workbook(), io.BytesIO()
    book.active.append(["Committee", "CommitteeName", "Day", "Time"])
    book.save(packed)
    bomb = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as other:
        for part in source.infolist():
            other.writestr(part, source.read(part))
        with other.open("xl/bomb.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(2**20))
    assert len(bomb.getvalue()) < 2**19
    page = uploads(ada, SimpleUploadedFile("list.xlsx", bomb.getvalue()))
    assert page.faults == [
        "A file – The feed is a workbook of more than 262,144,000 bytes unpacked. Nothing was changed."
    ]


def test_a_file_that_is_too_large(ada: Staff) -> None:
    before = everything()
    page = uploads(ada, SimpleUploadedFile("list.json", b" " * (LARGEST + 1)))
    assert (page.status, page.faults) == (
        422,
        ["A file – The file is larger than 50 MB. Nothing was changed."],
    )
    assert everything() == before


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"file": ""}, ["A file – Choose a file, or give an address."]),
        ({"url": ADDRESS}, ["Or an address on the web – Give a file or an address, not both."]),
        ({"fellowship": " "}, ["Fellowship – This field is required."]),
        (
            {"time_zone": "Mars"},
            ["Time zone – 'Mars' is not a time zone: use an IANA name such as Europe/London."],
        ),
        (
            {"file": "", "url": "/etc/passwd"},
            ["Or an address on the web – '/etc/passwd' is no http or https address."],
        ),
        (
            {"formats_file": SimpleUploadedFile("formats.json", b"[]")},
            ["Its formats, a file – Only a list of BMLT has formats of its own: leave them out."],
        ),
    ],
)
def test_what_will_not_do_is_said_beside_it(ada: Staff, said: dict[str, Any], faults: list[str]) -> None:
    page = uploads(ada, said.pop("file", a_file(a_record())), **said)
    assert (page.status, page.faults) == (422, faults)
    assert not FeedPreview.objects.exists()


def test_with_htmx_the_form_comes_back_in_its_place(ada: Staff) -> None:
    page = uploads(ada, SimpleUploadedFile("list.json", b"{}"), htmx=True)
    assert (page.status, page.elements("main")) == (422, [])
    assert page.faults
    done = uploads(ada, a_file(a_record()), htmx=True)
    reading = ada.address("feed_preview", FeedPreview.objects.get().pk)
    assert (done.status, done.headers["HX-Redirect"]) == (204, reading)
