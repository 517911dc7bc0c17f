"""The spreadsheets of a clinic: which there were and what became of them, and the form that sends another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from attendance.pages import downloads as tables
from attendance.spreadsheets import browsing, uploading
from attendance.spreadsheets.kinds import KINDS
from clinic import clock, uploads
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.exports.table import in_portions
from clinic.models import Spreadsheet, SpreadsheetState
from clinic.pages import downloads
from clinic.pages.act import finished
from clinic.pages.wording import how_far

A_PAGE = 20
State = SpreadsheetState
# How a state looks: an icon and a tone of the badge.
LOOKS = {
    State.TO_MATCH: ("circle", "warn"),
    State.CHECKING: ("clock", "calm"),
    State.CHECKED: ("alert", "warn"),
    State.TAKING_IN: ("clock", "calm"),
    State.TAKEN_IN: ("check", "good"),
    State.STOPPED: ("alert", "danger"),
    State.PUT_ASIDE: ("slash", ""),
    State.FAILED: ("alert", "danger"),
    State.TAKING_BACK: ("clock", "calm"),
    State.TAKEN_BACK: ("undo", ""),
}


class UploadForm(forms.Form):
    """Which file, and what is in it."""

    kind = forms.ChoiceField(
        label="What is in it",
        widget=forms.RadioSelect,
        choices=[(name, kind.title) for name, kind in KINDS.items()],
        error_messages={"required": "Say what is in the file."},
    )
    file = forms.FileField(
        allow_empty_file=True,
        label="The file",
        help_text="CSV or a workbook (xlsx), up to 50 MB and 100,000 rows. Its first row names the columns.",
        widget=forms.FileInput(attrs={"hx-preserve": "true", "accept": ".csv,.txt,.tsv,.xlsx,.xlsm"}),
        error_messages={"required": "Choose a file."},
    )

    def __init__(self, *args: Any, too_large: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in too_large:
            self.fields["file"].error_messages["required"] = uploads.TOO_LARGE

    def content(self) -> bytes:
        """What was sent."""
        sent: UploadedFile = self.cleaned_data["file"]
        return sent.read()


@dataclass(frozen=True, slots=True)
class Line:
    """A spreadsheet of the list, with its words."""

    held: Spreadsheet
    title: str
    uploaded: str
    icon: str
    tone: str

    @property
    def is_counted(self) -> bool:
        """Whether its counts say what became of its rows, or would."""
        return self.held.rows is not None and self.held.state not in (State.PUT_ASIDE, State.FAILED)

    @classmethod
    def of(cls, held: Spreadsheet, now: datetime, time_zone: str) -> Line:
        """How it stands now."""
        icon, tone = LOOKS[State(held.state)]
        kind = KINDS.get(held.kind)
        title = kind.title if kind is not None else held.kind
        return cls(held, title, how_far(held.uploaded_at, now, time_zone), icon, tone)


@staff_page(Permission.TAKE_SPREADSHEETS)
def spreadsheets(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """What was uploaded, the latest first; and the form, which leads to the page of what was sent."""
    if downloads.is_asked(request):
        portions = in_portions(browsing.in_order(viewer.clinic))
        return downloads.download(request, viewer, tables.of_spreadsheets(_lines(portions, viewer)))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(
        *sent, too_large=uploads.too_large(request) if request.method == "POST" else frozenset()
    )
    if request.method == "POST" and form.is_valid():
        try:
            held = uploading.upload(
                clinic=viewer.clinic,
                kind=form.cleaned_data["kind"],
                content=form.content(),
                file_name=form.cleaned_data["file"].name or "",
                by=viewer.actor,
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.sentence)
        else:
            return finished(request, reverse("spreadsheet", args=[viewer.clinic.slug, held.pk]))
    if getattr(request, "htmx", False):
        return render(
            request, "attendance/spreadsheet_upload.html", {"form": form}, status=422 if form.errors else 200
        )
    return _list(request, viewer, form)


def _lines(portions: Iterable[Iterable[Spreadsheet]], viewer: Viewer) -> Iterator[Line]:
    now = clock.now()
    return (Line.of(held, now, viewer.clinic.time_zone) for portion in portions for held in portion)


def _list(request: HttpRequest, viewer: Viewer, form: UploadForm) -> HttpResponse:
    page = Paginator(browsing.in_order(viewer.clinic), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "attendance/spreadsheets.html",
        {
            "section": "clients",
            "form": form,
            "page_obj": page,
            "lines": list(_lines([page], viewer)),
            "kinds": KINDS,
        },
        status=422 if form.errors else 200,
    )
