"""The Register: a click records a meeting, another takes it back, and a third puts it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from attendance.directory import finding
from attendance.directory.models import Meeting
from attendance.directory.naming import another_day_text, options
from attendance.pages import downloads as tables
from attendance.pages.fields import MeetingField, for_clinic
from attendance.register import correcting, pausing, recording
from attendance.register.models import Answer, Attendance, Source
from attendance.reports.grid import Grid, grid
from clinic import checks, clock
from clinic.access import Permission, Viewer, staff_page
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client, Clinic
from clinic.pages import downloads
from clinic.pages.caseload import Caseload, caseload_of
from clinic.pages.fields import DayField, field_of
from clinic.pages.wording import in_words
from clinic.weeks import day_text

SUGGESTIONS = 12
# What says where somebody is on the Register: kept from one press to the next.
KEPT = ("week", "day", "who", "page")


class WentField(forms.CharField):
    """What a + says: a day, and after a blank the number of the meeting that stands in its cell, where one does."""

    clinic: Clinic | None = None

    def clean(self, value: Any) -> tuple[date, Meeting | None] | None:
        """The day and the meeting; None where no + was pressed."""
        text = super().clean(value)
        if not text:
            return None
        day, _, number = text.partition(" ")
        on = DayField().clean(day)
        assert on is not None
        return on, finding.meeting_by_number(number, self.clinic)


class CellForm(forms.Form):
    """What a press in a client's row asks for: one of the buttons, with the meeting of the row."""

    week = DayField()
    meeting = MeetingField()
    went_on = WentField(required=False)
    take_back = forms.IntegerField(required=False)
    put_back = forms.IntegerField(required=False)
    did_not_go = forms.BooleanField(required=False)
    ask_again = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """What is typed for a meeting matters only to a press that records one."""
        values = super().clean() or {}
        if values.get("went_on") is None and "went_on" not in self.errors:
            self.errors.pop("meeting", None)
        return values


@staff_page(Permission.SEE_CLIENTS)
def register(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The week of a caseload."""
    caseload = caseload_of(request, viewer)
    if downloads.is_asked(request):
        whole = _grid(viewer, caseload, request.GET, clock.now(), a_page=downloads.ALL_ROWS)
        return downloads.download(request, viewer, tables.of_register(whole, caseload))
    return render(
        request,
        "attendance/register.html",
        _context(viewer, caseload, request.GET, clock.now()),
    )


@staff_page(Permission.WRITE_CLIENTS)
def register_row(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A press in a client's row; with htmx the row comes back, else the Register."""
    client = viewer.client(pk)
    if request.method != "POST":
        # Such as after signing in again, when what was pressed is forgotten.
        return redirect("register", viewer.clinic.slug)
    now = clock.now()
    form = CellForm(request.POST)
    for_clinic(form, viewer.clinic)
    field_of(form, "went_on", WentField).clinic = viewer.clinic
    taken_back = None
    if form.is_valid():
        try:
            messages.success(request, _press(viewer, client, form.cleaned_data, now))
            taken_back = form.cleaned_data["take_back"]
        except Refused as refusal:
            messages.error(request, in_words(refusal.sentence))
    else:
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
    if getattr(request, "htmx", False):
        who = "mine" if request.POST.get("who") == "mine" else "all"
        row = Caseload(who, viewer.clients().filter(pk=client.pk))
        return render(
            request, "attendance/register_answer.html", _context(viewer, row, request.POST, now, taken_back)
        )
    kept = {key: value for key in KEPT if (value := request.POST.get(key))}
    query = urlencode(kept | ({"undo": taken_back} if taken_back is not None else {}))
    return redirect(f"{reverse('register', args=[viewer.clinic.slug])}?{query}#client-{pk}")


def _press(viewer: Viewer, client: Client, values: dict[str, Any], now: datetime) -> str:
    """Do what the button says; the sentence that says so."""
    by = viewer.actor
    if values["went_on"] is not None:
        on, shown = values["went_on"]
        return _went(client, on, values["meeting"], shown, by, now)
    if values["take_back"] is not None:
        attendance = _entry(client, values["take_back"])
        taken = correcting.void(attendance=attendance, reason="Taken back on the Register.", by=by, now=now)
        return f"{_on(attendance)}: {'taken back' if taken else 'it was taken back already'}."
    if values["put_back"] is not None:
        attendance = _entry(client, values["put_back"])
        restored = correcting.restore(attendance=attendance, by=by, now=now)
        return f"{_on(attendance)}: {'put back' if restored else 'it stood already'}."
    week = day_text(values["week"])
    if values["did_not_go"]:
        _, new = pausing.check_in(
            client=client,
            week=values["week"],
            answer=Answer.DID_NOT_GO,
            source=Source.KEYWORKER,
            by=by,
            now=now,
        )
        return f"{client}: {'did not go' if new else '“did not go” was noted already'} in the week of {week}."
    if values["ask_again"]:
        held = client.checkins.filter(week=values["week"], voided_at__isnull=True)
        voided = [pausing.void_check_in(check_in=check_in, by=by, now=now) for check_in in held]
        return f"{client}: “did not go” {'taken back' if any(voided) else 'was taken back already'}."
    raise Refused("Press one of the buttons in the row.")


def _went(
    client: Client, on: date, typed: Meeting | None, shown: Meeting | None, by: Actor, now: datetime
) -> str:
    """Record the meeting typed, else the one that stood in the cell, else only that they went."""
    if typed is not None and not typed.may_be_held_on(on, client.clinic.time_zone):
        raise Refused(
            f"{another_day_text(typed, on)} Press its own day, or empty the field; if it was held all the same, "
            f"log it on {client}'s page."
        )
    receipt = recording.record(
        client=client,
        attended_on=on,
        source=Source.KEYWORKER,
        meeting=typed or shown,
        by=by,
        now=now,
    )
    already = receipt.effect is recording.Effect.ALREADY
    where = f" at {receipt.attendance.meeting}" if receipt.attendance.meeting is not None else ""
    return f"{client}, {day_text(on)}: {'recorded already' if already else 'recorded'}{where}."


def _entry(client: Client, pk: int) -> Attendance:
    """An entry of the client's own, standing or taken back; raises Refused where it is none."""
    attendance = client.attendances.filter(pk=pk).select_related("clinic", "client").first()
    if attendance is None:
        raise Refused("There is no such entry.")
    return attendance


def _on(attendance: Attendance) -> str:
    return f"{attendance.client}, {day_text(attendance.attended_on)}"


@staff_page(Permission.SEE_CLIENTS)
def meeting_options(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Suggestions for a meeting as it is typed."""
    found = finding.search(request.GET.get("meeting", "")[:100], SUGGESTIONS, viewer.clinic)
    return render(request, "attendance/meeting_options.html", {"options": options(found)})


def _asked(text: str | None) -> date | None:
    """A day from the address bar, or None where it is none that a register could be of."""
    try:
        return checks.iso_date(text or "")
    except Refused:
        return None


def _context(
    viewer: Viewer, caseload: Caseload, asked: QueryDict, now: datetime, taken_back: int | None = None
) -> dict[str, object]:
    page, undo = asked.get("page"), asked.get("undo", "")
    if taken_back is None and undo.isdecimal() and viewer.may(Permission.WRITE_CLIENTS):
        taken_back = int(undo)
    week = _grid(viewer, caseload, asked, now, page=page, taken_back=taken_back)
    return {
        "grid": week,
        "who": caseload.who,
        "viewer": viewer,
        "page": page if page and page.isdecimal() else "",
        "query": urlencode({"week": week.week, "day": week.shown, "who": caseload.who}),
    }


def _grid(viewer: Viewer, caseload: Caseload, asked: QueryDict, now: datetime, **how: Any) -> Grid:
    """The week that is asked for, for the page and for the file alike."""
    tracked: QuerySet[Client] = caseload.clients.filter(closed_on__isnull=True)
    day = _asked(asked.get("day"))
    return grid(viewer.clinic, tracked, _asked(asked.get("week")) or day, now, day, **how)
