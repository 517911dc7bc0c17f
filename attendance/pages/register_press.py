"""A press on the Register: it says what it means, so that one sent twice or from a stale page does no harm."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from attendance.directory.models import Meeting
from attendance.directory.naming import another_day_text
from attendance.pages.fields import for_clinic
from attendance.pages.register import KEPT
from attendance.pages.register_answer import Pressed, one_entry, whole_row
from attendance.pages.register_form import CellForm, Went, WentField
from attendance.register import correcting, pausing, recording
from attendance.register.days import Overtaken
from attendance.register.models import Answer, Attendance, Source
from attendance.reports import cells
from attendance.reports.cells import Entry
from clinic import clock
from clinic.access import MergedAway, Permission, Viewer, staff_page
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import Client
from clinic.pages.fields import field_of
from clinic.pages.wording import how_long_ago, in_words
from clinic.weeks import day_text, week_of

SOMEBODY_ELSE = 409
# The answer to a press may be lost on its way: sent once more soon after, it is still the one that can be undone.
JUST_NOW = timedelta(minutes=10)
TAKEN_BACK = "Taken back on the Register."


@staff_page(Permission.WRITE_CLIENTS)
def register_row(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A press in a client's row; with the script what is new in the row comes back, else the Register.

    Of the commonest press, on an empty day, that is its one entry: it is written down, and said so, before anything
    else is read. What the week came to by it the page asks for when nobody presses any more (see register_news).
    """
    if request.method != "POST":
        viewer.client(pk)
        # Such as after signing in again, when what was pressed is forgotten.
        return redirect("register", viewer.clinic.slug)
    now = clock.now()
    client = _client(viewer, pk)
    data = request.POST.copy()
    # The whole page is one form, so that each row's field has a name of its own.
    data.setdefault("meeting", data.get(f"meeting-{pk}", ""))
    form = CellForm(data)
    for_clinic(form, viewer.clinic)
    field_of(form, "went_on", WentField).clinic = viewer.clinic
    scripted = bool(getattr(request, "htmx", False))
    pressed, fault = None, ""
    if not form.is_valid():
        fault = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
    elif form.cleaned_data["by"] not in (None, viewer.user.pk):
        fault = f"You are signed in as {viewer.user}, and this was pressed on somebody else's page."
        if scripted:
            return HttpResponse(fault, status=SOMEBODY_ELSE, content_type="text/plain; charset=utf-8")
    else:
        try:
            pressed = _press(viewer, client, form.cleaned_data, now)
        except Refused as refusal:
            fault = in_words(refusal.sentence)
    if scripted and pressed is not None and pressed.alone is not None:
        return one_entry(viewer, client, pressed, pressed.alone)
    if scripted:
        return whole_row(viewer, client, form.cleaned_data.get("week"), pressed, fault, now)
    if pressed is None:
        messages.error(request, fault)
    else:
        messages.success(request, pressed.said)
    kept = {key: value for key in KEPT if (value := request.POST.get(key))}
    if pressed is not None and pressed.taken_back is not None:
        kept["undo"] = f"{pressed.taken_back}"
    return redirect(f"{reverse('register', args=[viewer.clinic.slug])}?{urlencode(kept)}#client-{pk}")


def _client(viewer: Viewer, pk: int) -> Client:
    """The client of the row; another clinic's is a 404."""
    try:
        return viewer.client(pk)
    except MergedAway:
        # The script would take the way to the record that stays for the way to the sign-in.
        raise Http404("There is no such client here any more.") from None


def _press(viewer: Viewer, client: Client, values: dict[str, Any], now: datetime) -> Pressed:
    """Do what the button says; raises Refused where it cannot be."""
    by = viewer.actor
    if values["went_on"] is not None:
        return _went(viewer, client, values["week"], values["went_on"], values["meeting"], now)
    if values["take_back"] is not None:
        attendance = _entry(client, values["take_back"])
        if values["undone"]:
            taken = correcting.undo(attendance=attendance, by=by, now=now)
        else:
            taken = correcting.void(attendance=attendance, reason=TAKEN_BACK, by=by, now=now)
        said = f"{_on(attendance)}: {'taken back' if taken else 'it was taken back already'}."
        mine = taken or _just_now(by, attendance.voided_by, attendance.voided_at, now)
        return Pressed(said, ("put_back", attendance.pk) if mine else None, attendance.pk)
    if values["put_back"] is not None:
        attendance = _entry(client, values["put_back"])
        restored = correcting.restore(attendance=attendance, by=by, now=now)
        said = f"{_on(attendance)}: {'put back' if restored else 'it stood already'}."
        return Pressed(said, ("take_back", attendance.pk) if restored else None)
    week = day_text(values["week"])
    if values["did_not_go"]:
        noted, new = pausing.check_in(
            client=client,
            week=values["week"],
            answer=Answer.DID_NOT_GO,
            source=Source.KEYWORKER,
            by=by,
            now=now,
        )
        what = "did not go" if new else "“did not go” was noted already"
        mine = new or _just_now(by, noted.recorded_by, noted.recorded_at, now)
        return Pressed(f"{client}: {what} in the week of {week}.", ("ask_again", 1) if mine else None)
    if values["ask_again"]:
        held = client.checkins.filter(week=values["week"], voided_at__isnull=True)
        each = [
            pausing.void_check_in(check_in=check_in, reason=TAKEN_BACK, by=by, now=now) for check_in in held
        ]
        said = f"{client}: “did not go” {'taken back' if any(each) else 'was taken back already'}."
        return Pressed(said, ("did_not_go", 1) if any(each) else None)
    raise Refused("Press one of the buttons in the row.")


def _went(
    viewer: Viewer, client: Client, week: date, went: Went, typed: Meeting | None, now: datetime
) -> Pressed:
    """Record the meeting typed, else the one that stood in the cell, else only that they went.

    Raises Refused, with nothing written, where a colleague has recorded another in that cell since the page was read:
    it may be the same evening under another name, and only who presses knows.
    """
    clinic, on = viewer.clinic, went.on
    if typed is not None and not typed.may_be_held_on(on, clinic.time_zone):
        raise Refused(
            f"{another_day_text(typed, on)} Press its own day, or empty the field; if it was held all the same, "
            f"log it on {client}'s page."
        )
    meeting = typed or went.shown
    try:
        receipt = recording.record(
            client=client,
            attended_on=on,
            source=Source.KEYWORKER,
            meeting=meeting,
            by=viewer.actor,
            now=now,
            seen=went.seen,
        )
    except Overtaken as overtaken:
        also = f"record {meeting.name} as well" if meeting is not None else "record another"
        told = _told(viewer, _entry_of_week(client, on, overtaken.entry), now)
        raise Refused(f"{told} Nothing was added: press again to {also}.") from None
    shown = week_of(on, clinic.week_starts_on) == week_of(week, clinic.week_starts_on)
    if receipt.alone and shown:
        entry = cells.just_recorded(receipt.attendance, meeting, viewer.actor.label, now)
        where = f" at {meeting.name}" if meeting is not None else ""
        said = f"{client}, {day_text(on)}: recorded{where}."
        return Pressed(said, ("take_back", entry.pk), alone=entry)
    entries = cells.entries_of([client.pk], week_of(on, clinic.week_starts_on))[client.pk]
    mine = next((entry for entry in entries if entry.pk == receipt.attendance.pk), None)
    already = receipt.effect is Effect.ALREADY
    where = f" at {mine.label}" if mine is not None and mine.meeting_id is not None else ""
    said = f"{client}, {day_text(on)}: {'recorded already' if already else 'recorded'}{where}."
    by, said_by = viewer.actor, {one.by for one in mine.said} if mine is not None else set()
    if already and mine is not None and by.label not in said_by:
        said = f"{said} {_told(viewer, mine, now)}"
    lately = mine is not None and said_by == {by.label} and _just_now(by, by.label, mine.said[0].at, now)
    undone = receipt.effect is Effect.ADDED or (already and lately)
    undo = ("take_back", receipt.attendance.pk) if undone else None
    return Pressed(said, undo, entries=entries if shown else None)


def _just_now(by: Actor, name: str, at: datetime | None, now: datetime) -> bool:
    """Whether what stood already is somebody's own of a moment ago, so that it can be undone as if it were new."""
    return name == by.label and at is not None and now - at < JUST_NOW


def _entry_of_week(client: Client, on: date, pk: int) -> Entry | None:
    """An entry as its cell shows it; None where it has just been taken back."""
    week = week_of(on, client.clinic.week_starts_on)
    return next((one for one in cells.entries_of([client.pk], week)[client.pk] if one.pk == pk), None)


def _told(viewer: Viewer, entry: Entry | None, now: datetime) -> str:
    """Who recorded an entry and how long ago, such as: Amara recorded Lantern Street a minute ago."""
    if entry is None:
        return "Somebody recorded another meeting of that day, and took it back."
    if not entry.said:
        return f"{entry.label} was recorded."
    first = entry.said[0]
    names = cells.put_in_words(viewer.clinic, [cells.Week(entries=[entry])], viewer.user)
    ago = how_long_ago(first.at, now, viewer.clinic.time_zone)
    return f"{names.get(first.by, first.by)} recorded {entry.label} {ago}."


def _entry(client: Client, pk: int) -> Attendance:
    """An entry of the client's own, standing or taken back; raises Refused where it is none."""
    attendance = client.attendances.filter(pk=pk).select_related("clinic", "client").first()
    if attendance is None:
        raise Refused("There is no such entry.")
    return attendance


def _on(attendance: Attendance) -> str:
    return f"{attendance.client}, {day_text(attendance.attended_on)}"
