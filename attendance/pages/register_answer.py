"""What the script of an open Register is told of a press: the entry that is new, or all that the row holds by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.template.loader import render_to_string

from attendance.reports import cells
from attendance.reports.cells import Entry
from attendance.reports.grid import row_of
from attendance.reports.wanted import tell_intakes
from clinic import clock
from clinic.access import Viewer
from clinic.models import Client
from clinic.weeks import WEEK, week_of


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press came to: what to say, and the press that takes it back, by name and value.

    taken_back: the entry to show as such. entries: those of the week, where the press has read them. alone: the one
    entry that is new, where all else in the row's days is as it was.
    """

    said: str
    undo: tuple[str, object] | None = None
    taken_back: int | None = None
    entries: list[Entry] | None = None
    alone: Entry | None = None


def one_entry(viewer: Viewer, client: Client, pressed: Pressed, entry: Entry) -> HttpResponse:
    """The cell of an entry that is new and alone, and what is to be said of it; no query."""
    clinic = viewer.clinic
    cells.put_in_words(clinic, [cells.Week(entries=[entry])], viewer.user)
    day = (entry.day - week_of(entry.day, clinic.week_starts_on)).days + 1
    context = {"client": client, "entry": entry, "day": day, "viewer": viewer} | _said(pressed, "")
    return HttpResponse(render_to_string("attendance/register_recorded.html", context))


def _said(pressed: Pressed | None, fault: str) -> dict[str, str]:
    """What is to be said of a press, and the press that undoes it."""
    undo = pressed.undo if pressed is not None else None
    return {
        "said": fault or (pressed.said if pressed is not None else ""),
        "tone": "error" if fault else "success",
        "undo": f"{undo[0]}={undo[1]}" if undo is not None else "",
    }


def whole_row(
    viewer: Viewer,
    client: Client,
    week_asked: date | None,
    pressed: Pressed | None,
    fault: str,
    now: datetime,
) -> HttpResponse:
    """What the row holds now, and what is to be said of the press."""
    clinic = viewer.clinic
    today = clock.local_date(now, clinic.time_zone)
    week = week_of(min(week_asked or today, today), clinic.week_starts_on)
    rows = []
    tell_intakes(client, today)
    if client.first_intake_on < week + WEEK:  # type: ignore[attr-defined]  # annotated
        entries = pressed.entries if pressed is not None else None
        if entries is None:
            taken_back = pressed.taken_back if pressed is not None else None
            entries = cells.entries_of([client.pk], week, taken_back)[client.pk]
        held, box = cells.week_and_box(clinic, client, week, today, entries)
        names = cells.put_in_words(clinic, [held], viewer.user)
        rows = [row_of(client, held, box, week, today, names)]
    context = {"rows": rows, "viewer": viewer} | _said(pressed, fault)
    # Without the request: none of what a whole page asks for stands in it.
    return HttpResponse(render_to_string("attendance/register_answer.html", context))
