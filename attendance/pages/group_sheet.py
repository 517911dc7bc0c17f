"""The page of a group's sheet: tick who came to one meeting on one day, and by whose word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from attendance.directory.finding import meeting_by_number
from attendance.directory.models import Meeting
from attendance.directory.naming import another_day_text
from attendance.register import group_sheets
from attendance.register.group_sheets import COLUMNS, TICKED, Recorded, Tick
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.numbers import row_number
from clinic.pages.caseload import Caseload, caseload_of
from clinic.pages.fields import DayField, asked_day
from clinic.pages.wording import in_words
from clinic.weeks import day_text


class DayForm(forms.Form):
    """Which day a sheet is of, and that the meeting was held on it though it usually is not."""

    on = DayField(label="Day")
    anyway = forms.BooleanField(required=False, label="It was held on that day all the same")


@staff_page(Permission.WRITE_CLIENTS)
def group_sheet(request: HttpRequest, viewer: Viewer, meeting: int) -> HttpResponse:
    """Who came: the clients of a caseload with what is known, and boxes to tick."""
    held = meeting_by_number(str(meeting), viewer.clinic)
    if held is None:
        raise Http404
    caseload, now = caseload_of(request, viewer), clock.now()
    if request.method != "POST":
        return _page(request, viewer, held, caseload, now)
    if "take_back" in request.POST:
        return _take_back(request, viewer, held, caseload, now)
    return _record(request, viewer, held, caseload, now)


def _take_back(
    request: HttpRequest, viewer: Viewer, meeting: Meeting, caseload: Caseload, now: datetime
) -> HttpResponse:
    day = asked_day(request.POST.get("on"))
    if day is None:
        return _page(request, viewer, meeting, caseload, now, faults=["Press the button of the sheet."])
    taken, stays = group_sheets.take_back_ticks(
        clients=viewer.clients(),
        meeting=meeting,
        day=day,
        attendances=_numbers(request.POST.getlist("take_back")),
        by=viewer.actor,
        now=now,
    )
    if taken or not stays:
        messages.success(request, f"Taken back: {taken}." if taken else "That was taken back already.")
    for client, why in stays:
        messages.error(request, f"{client}: {in_words(why)}")
    return redirect(f"{request.path}?{urlencode({'on': day.isoformat(), 'who': caseload.who})}")


def _record(
    request: HttpRequest, viewer: Viewer, meeting: Meeting, caseload: Caseload, now: datetime
) -> HttpResponse:
    form = DayForm(request.POST)
    day = form.cleaned_data["on"] if form.is_valid() else None
    if day is None:
        return _page(request, viewer, meeting, caseload, now, faults=[str(form.errors["on"][0])])
    if not meeting.may_be_held_on(day, viewer.clinic.time_zone) and not form.cleaned_data["anyway"]:
        question = f"{another_day_text(meeting, day)} Choose another day, or tick that it was held."
        return _page(request, viewer, meeting, caseload, now, day, [question], asks=True)
    try:
        recorded = group_sheets.record_ticks(
            clinic=viewer.clinic,
            meeting=meeting,
            day=day,
            ticks=_ticks(viewer, request.POST.getlist("came")),
            by=viewer.actor,
            now=now,
        )
    except Refused as refusal:
        return _page(request, viewer, meeting, caseload, now, day, [in_words(refusal.sentence)])
    for client, why in recorded.refused:
        messages.error(request, f"{client}: {in_words(why)}")
    if said := _said(recorded):
        messages.success(request, f"{meeting}, {day_text(day)}: {said}.")
    undo = [attendance.pk for attendance in recorded.added]
    query = urlencode({"on": day, "who": caseload.who, "undo": undo}, doseq=True)
    return redirect(f"{request.path}?{query}")


def _ticks(viewer: Viewer, texts: Iterable[str]) -> list[Tick]:
    """What was ticked, each as `client-source`; raises Refused for what no page offers."""
    told = [text.partition("-") for text in texts]
    known = viewer.clients().filter(pk__in=_numbers(number for number, _, _ in told))
    clients = {str(client.pk): client for client in known.select_related("clinic")}
    sources = {source.value: source for source in TICKED}
    if any(number not in clients or source not in sources for number, _, source in told):
        raise Refused("Somebody ticked is no client here any more: look at the sheet again.")
    return [Tick(clients[number], sources[source]) for number, _, source in told]


def _numbers(texts: Iterable[str]) -> list[int]:
    return [number for text in texts if (number := row_number(text)) is not None]


def _said(recorded: Recorded) -> str:
    """What came of it, in words; empty where nothing did."""
    return ", ".join(
        words
        for number, words in (
            (len(recorded.added), f"recorded for {len(recorded.added)}"),
            (recorded.told_more, f"one more word for {recorded.told_more} known already"),
            (recorded.already, f"nothing new for {recorded.already}"),
        )
        if number
    )


def _page(
    request: HttpRequest,
    viewer: Viewer,
    meeting: Meeting,
    caseload: Caseload,
    now: datetime,
    day: date | None = None,
    faults: Iterable[str] = (),
    asks: bool = False,
) -> HttpResponse:
    """The sheet; with what was ticked where there was something to put right."""
    zone = viewer.clinic.time_zone
    today = clock.local_date(now, zone)
    faults = list(faults)
    if day is None and not faults:
        form = DayForm(request.GET)
        day = form.cleaned_data.get("on") if form.is_valid() else None
    if day is None or day > today:
        day = group_sheets.last_held(meeting, today, zone)
    usual_day = meeting.may_be_held_on(day, zone)
    lines = group_sheets.lines_of(caseload.clients, meeting, day)
    return render(
        request,
        "attendance/group_sheet.html",
        {
            "meeting": meeting,
            "day": day,
            "today": today,
            "earlier": group_sheets.held_before(meeting, day, zone),
            "later": group_sheets.held_after(meeting, day, today, zone),
            "question": "" if usual_day else another_day_text(meeting, day),
            "asks": asks or not usual_day,
            "lines": lines,
            "headings": COLUMNS.values(),
            "ticked": set(request.POST.getlist("came")),
            "faults": faults,
            "undo": [] if request.method == "POST" else _numbers(request.GET.getlist("undo")),
            "who": caseload.who,
            "section": "groups",
        },
        status=422 if faults else 200,
    )
