"""The Register: the week of a caseload, and what a page asks for while it is open. Presses are register_press's."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from attendance.directory import finding
from attendance.directory.models import Meeting
from attendance.directory.naming import options, when_text
from attendance.pages import downloads as tables
from attendance.register import usual
from attendance.reports.grid import Asked, grid, rows_of
from attendance.reports.wanted import Sort, Wanted, with_intakes
from attendance.standing import evaluation
from attendance.standing.facts import Standing
from attendance.standing.models import STANDINGS
from clinic import checks, clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Phase
from clinic.numbers import row_number
from clinic.pages import downloads
from clinic.pages.caseload import caseload_of
from clinic.weeks import DAY, WEEK, week_of

SUGGESTIONS = 12
# Some of those found are held on other days.
LOOKED_AT = 100
# What says where somebody is on the Register: kept from one press to the next.
KEPT = ("week", "day", "who", "q", "phase", "standing", "missing", "sort", "page")
# As many rows as a page may ask news of; more stand on none.
MOST_ROWS = 100


@staff_page(Permission.SEE_CLIENTS)
def register(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The week of a caseload."""
    now = clock.now()
    caseload = caseload_of(request, viewer)
    wanted = wanted_by(request.GET)
    if wanted.standing or wanted.sort is Sort.STANDING:
        evaluation.catch_up(viewer.clinic, caseload.clients, now)
    undo = request.GET.get("undo", "")
    asked = Asked(
        week=day_in(request.GET.get("week")) or day_in(request.GET.get("day")),
        day=day_in(request.GET.get("day")),
        page=request.GET.get("page"),
        taken_back=row_number(undo) if viewer.may(Permission.WRITE_CLIENTS) else None,
    )
    tracked = caseload.clients.filter(closed_on__isnull=True)
    if downloads.is_asked(request):
        whole = grid(viewer.clinic, tracked, asked, wanted, viewer.user, now, a_page=downloads.ALL_ROWS)
        return downloads.download(request, viewer, tables.of_register(whole, caseload, wanted))
    week = grid(viewer.clinic, tracked, asked, wanted, viewer.user, now)
    kept = {
        "week": f"{week.week}",
        "day": f"{week.shown}",
        "who": caseload.who,
        "q": wanted.text,
        "phase": wanted.phase,
        "standing": wanted.standing,
        "missing": "1" if wanted.missing else "",
        "sort": "" if wanted.sort is Sort.NAME else wanted.sort.value,
    }
    kept = {name: value for name, value in kept.items() if value}
    number = week.page_obj.number
    context = {
        "grid": week,
        "who": caseload.who,
        "wanted": wanted,
        "kept": kept | ({"page": f"{number}"} if number > 1 else {}),
        "query": urlencode(kept),
        "phases": Phase.choices,
        "standings": STANDINGS,
        "sorts": [(sort.value, sort.label) for sort in Sort],
    }
    return render(request, "attendance/register.html", context)


def wanted_by(asked: QueryDict) -> Wanted:
    """Whom the address asks for, and in which order; what it cannot mean is left out."""
    phase, standing, sort = (asked.get(name, "") for name in ("phase", "standing", "sort"))
    return Wanted(
        # No name holds a NUL, and PostgreSQL would not even compare one.
        text=asked.get("q", "").replace("\0", "").strip()[:100],
        phase=phase if phase in Phase.values else "",
        standing=standing if standing in list(Standing) else "",
        missing=asked.get("missing") == "1",
        sort=Sort(sort) if sort in list(Sort) else Sort.NAME,
    )


@staff_page(Permission.SEE_CLIENTS)
def register_news(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The rows of which another stands on an open page than is written down: what colleagues recorded meanwhile.

    seen names the rows with the version that the page holds, such as 12:a1b2,13:0; where all hold the answer is 204.
    """
    held = dict(one.split(":", 1) for one in request.GET.get("seen", "").split(",") if ":" in one)
    asked = {pk: version for text, version in held.items() if (pk := row_number(text)) is not None}
    today = clock.local_date(clock.now(), viewer.clinic.time_zone)
    week = week_of(day_in(request.GET.get("week")) or today, viewer.clinic.week_starts_on)
    numbered = viewer.clients().select_related("clinic").filter(pk__in=list(asked)[:MOST_ROWS])
    people = with_intakes(numbered, min(week + WEEK - DAY, today), today)
    rows = [
        row
        for row in rows_of(viewer.clinic, people, week, today, viewer.user)
        if row.held.version != asked[row.client.pk]
    ]
    if not rows:
        return HttpResponse(status=204)
    return render(request, "attendance/register_answer.html", {"rows": rows})


@staff_page(Permission.WRITE_CLIENTS)
def register_meetings(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Suggestions as somebody types which meeting a client went to on a day: those they know at first."""
    client = viewer.client(pk)
    clinic = viewer.clinic
    today = clock.local_date(clock.now(), clinic.time_zone)
    day = day_in(request.GET.get("on")) or today
    text = request.GET.get("q", "")[:100].strip()
    known = usual.held_on(usual.meetings_of([client.pk], clinic)[client.pk], day, clinic.time_zone)
    found = [meeting for meeting in known if _holds(meeting, text)]
    own = {meeting.pk for meeting in found}
    if text:
        others = usual.held_on(finding.search(text, LOOKED_AT, clinic), day, clinic.time_zone)
        found += [meeting for meeting in others if meeting.pk not in own]
        found.sort(key=lambda meeting: (not _begins(meeting, text), meeting.pk not in own))
    context = {"meetings": [(one, when_text(one)) for one in found[:SUGGESTIONS]], "day": day, "text": text}
    return render(request, "attendance/register_meetings.html", context)


def _holds(meeting: Meeting, text: str) -> bool:
    """Whether every word typed stands in a meeting's name or place; nothing typed stands in each."""
    held = f"{meeting.name} {meeting.location} {meeting.city}".lower()
    return all(word in held for word in text.lower().split())


def _begins(meeting: Meeting, text: str) -> bool:
    """Whether a word of its name begins with what was typed, as it does where somebody types a name."""
    return f" {meeting.name}".lower().find(f" {text.lower()}") >= 0


@staff_page(Permission.SEE_CLIENTS)
def meeting_options(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Suggestions for a meeting as it is typed."""
    found = finding.search(request.GET.get("meeting", "")[:100], SUGGESTIONS, viewer.clinic)
    return render(request, "attendance/meeting_options.html", {"options": options(found)})


def day_in(text: str | None) -> date | None:
    """A day from the address bar, or None where it is none that a register could be of."""
    try:
        return checks.iso_date(text or "")
    except Refused:
        return None
