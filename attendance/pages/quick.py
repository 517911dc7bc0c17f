"""The quick log: find a client from anywhere, and log with one press. A dialog with script, a page without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from attendance.directory import finding
from attendance.directory.models import Meeting
from attendance.pages import acts
from attendance.register import pausing, recording, usual
from attendance.register.models import Answer, Source
from attendance.standing import evaluation, strips
from attendance.standing.facts import Outcome
from attendance.standing.models import StandingRecord
from clinic import clock, searching
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Client, User
from clinic.pages import notices
from clinic.pages.act import Act, Context, Done, Told, safe_next, takes_acts, told_of
from clinic.pages.fields import DayField
from clinic.pages.wording import in_words
from clinic.weeks import DAY, WEEK, day_text, week_of

# As many as one sees at a glance, and on a telephone above its keyboard.
FOUND = 8
STRIP_WEEKS = 12
LONGEST_TEXT = 100
# What can be logged at a press, and so undone right after.
LOGGED: dict[str, Act] = {act.name: act for act in acts.ACTS if act.name in ("log", "did_not_go")}


@staff_page(Permission.SEE_CLIENTS)
def quick(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Whom a text may mean, as it is typed; one query for everybody's names, however many letters."""
    text = request.GET.get("q", "")[:LONGEST_TEXT]
    found = _found(viewer, text)
    htmx = bool(getattr(request, "htmx", False))
    template = "attendance/quick_found.html" if htmx else "attendance/quick.html"
    return render(request, template, {"found": found, "text": text, "htmx": htmx, "section": "clients"})


def _found(viewer: Viewer, text: str) -> list[searching.Listed]:
    names = viewer.clients().values_list(
        "pk", "first_name", "last_name", "reference", "keyworker", "closed_on"
    )
    listed = (
        searching.Listed(pk, first, last, reference, keyworker == viewer.user.pk, closed_on is not None)
        for pk, first, last, reference, keyworker, closed_on in names.order_by()
    )
    return searching.found(listed, text, FOUND)


@dataclass(frozen=True, slots=True)
class Press:
    """A day on which they may have gone: the meeting that a press stands for, as ADR 0020 has it."""

    on: date
    called: str
    key: str
    meeting: Meeting | None

    @property
    def value(self) -> str:
        """What the button says: the day, and the number of the meeting where one is meant."""
        return f"{self.on.isoformat()} {self.meeting.pk}" if self.meeting else self.on.isoformat()


@dataclass(frozen=True, slots=True)
class Panel:
    """One client, and what a press logs of them."""

    client: Client
    standing: StandingRecord
    weeks: list[strips.StripWeek]
    presses: list[Press]
    week: date

    @property
    def last_week(self) -> bool:
        """Whether "did not go" is said of the week before this one."""
        return self.weeks[-1].starts_on != self.week if self.weeks else False


def _panel(client: Client, now: Any) -> Panel:
    clinic = client.clinic
    today = clock.local_date(now, clinic.time_zone)
    known = usual.meetings_of([client.pk], clinic)[client.pk]
    boxes = strips.last_weeks(clinic, [client.pk], today, STRIP_WEEKS).get(client.pk, [])
    days = ((today, "today", "l"), (today - DAY, "yesterday", "y"))
    presses = [
        Press(on, called, key, usual.meeting_on(known, on, clinic.time_zone)) for on, called, key in days
    ]
    this_week = week_of(today, clinic.week_starts_on)
    # Of the week that is just over, as long as nothing is recorded of it.
    unknown = {box.starts_on for box in boxes if box.outcome == Outcome.UNKNOWN}
    week = this_week - WEEK if this_week - WEEK in unknown else this_week
    return Panel(client, evaluation.standing_of(client, now), boxes, presses, week)


class PressForm(forms.Form):
    """What was pressed: a day with the meeting it stands for, or the week in which they did not go."""

    went = forms.CharField(required=False, max_length=40)
    did_not_go = DayField(required=False)


def in_the_dialog(request: HttpRequest, viewer: Viewer, told: Told) -> HttpResponse:
    """What an act came to that was opened in the dialog: the notice, with its undo and what may come next."""
    notices.add(request, told.sentence, undo=told.undo, offers=told.offers)
    return render(request, "attendance/quick_done.html", {"client": told.client})


@takes_acts(in_the_dialog)
@staff_page(Permission.SEE_CLIENTS)
def quick_client(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The buttons that log something of one client; and a press of one, after which the next client is looked for."""
    client = viewer.client(pk)
    htmx = bool(getattr(request, "htmx", False))
    if request.method == "POST":
        if not viewer.may(Permission.WRITE_CLIENTS):
            raise PermissionDenied(
                f"Your role in {viewer.clinic} does not let you {Permission.WRITE_CLIENTS}."
            )
        back = request.path if htmx else safe_next(request, reverse("quick", args=[viewer.clinic.slug]))
        _press(request, Context(viewer, client, clock.now()), back)
        if htmx:
            return render(request, "attendance/quick_done.html", {"client": client})
        return HttpResponseRedirect(back)
    panel = _panel(client, clock.now())
    template = "attendance/quick_panel.html" if htmx else "attendance/quick_client.html"
    return render(request, template, {"panel": panel, "client": client, "htmx": htmx, "section": "clients"})


def _press(request: HttpRequest, context: Context, back: str) -> None:
    """Do what the button says, and leave the sentence that says so, with its undo."""
    form = PressForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Press one of the buttons.")
        name, done = _log(context, form.cleaned_data)
    except Refused as refusal:
        messages.error(request, in_words(refusal.sentence))
    else:
        told = told_of(LOGGED[name], context, done, back)
        notices.add(request, told.sentence, undo=told.undo, offers=told.offers)


def _log(context: Context, values: dict[str, Any]) -> tuple[str, str | Done]:
    """Log it; the name of the act that does the same, and what came of it."""
    client, by, now = context.client, context.viewer.actor, context.now
    if values["did_not_go"] is not None:
        week = values["did_not_go"]
        noted, new = pausing.check_in(
            client=client, week=week, answer=Answer.DID_NOT_GO, source=Source.KEYWORKER, by=by, now=now
        )
        of = f"in the week of {day_text(week)}"
        return "did_not_go", (
            Done(f"{client}: did not go {of}.", of=f"{noted.pk}")
            if new
            else f"{client}: “did not go” was noted already {of}."
        )
    on, meeting = _went(context, values["went"])
    receipt = recording.record(
        client=client, attended_on=on, source=Source.KEYWORKER, meeting=meeting, by=by, now=now
    )
    held = receipt.attendance
    where = f" at {held.meeting}" if held.meeting is not None else ""
    if receipt.effect is recording.Effect.ADDED:
        return "log", Done(f"{client}, {day_text(on)}: recorded{where}.", of=f"{held.pk}")
    return "log", f"{client}, {day_text(on)}: recorded already{where}."


def _went(context: Context, text: str) -> tuple[date, Meeting | None]:
    """The day that a button says, and the meeting it stands for."""
    day, _, number = text.partition(" ")
    try:
        on = DayField().clean(day)
    except forms.ValidationError as error:
        raise Refused("Press one of the buttons.") from error
    assert on is not None
    return on, finding.meeting_by_number(number, context.client.clinic) if number else None


@staff_page(Permission.SEE_CLIENTS)
def quick_keys(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Turns the single keys of whoever is signed in off, or on again."""
    back = safe_next(request, reverse("quick", args=[viewer.clinic.slug]))
    if request.method == "POST" and request.POST.get("keys") in ("on", "off"):
        on = request.POST["keys"] == "on"
        cast(User, request.user).single_keys = on
        cast(User, request.user).save(update_fields=["single_keys"])
        told = "are on: / finds a client from anywhere" if on else "are off: the buttons do the same"
        messages.success(request, f"Single keys {told}.")
    return redirect(back)
