"""Log a meeting, and put one right: which day, which meeting, who says so."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict

from attendance.directory.fellowships import seen_by
from attendance.directory.models import Fellowship, Meeting
from attendance.directory.naming import another_day_text, option_text
from attendance.pages.fields import MeetingField, suggest_meetings
from attendance.register import correcting, recording, usual
from attendance.register.models import Attendance, Source
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, ReasonField, asked_day, field_of
from clinic.weeks import DAY, day_text, week_of


class MeetingForm(ActForm):
    """A form that asks for a day and a meeting; a meeting that is not held on that day needs a second word."""

    attended_on = DayField(label="Day")
    meeting = MeetingField(label="Meeting")
    anyway = forms.BooleanField(
        required=False, label="It was held on that day all the same", widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Ask where the meeting is not one of that day: the day or the meeting is likely to be a slip."""
        values = super().clean() or {}
        day, meeting = values.get("attended_on"), values.get("meeting")
        if day is None or meeting is None:
            return values
        if meeting.may_be_held_on(day, self.context.client.clinic.time_zone):
            # What was ticked for another day is not to be carried along unseen.
            self.data = cast(QueryDict, self.data).copy()
            self.data.pop("anyway", None)
            return values
        self.fields["anyway"].widget = forms.CheckboxInput()
        if not values.get("anyway"):
            question = another_day_text(meeting, day)
            self.add_error(
                "meeting", f"{question} Put the day or the meeting right, or tick that it was held."
            )
        return values


class LogForm(MeetingForm):
    """A meeting somebody went to."""

    field_order = ("attended_on", "meeting", "anyway", "fellowship", "source", "note")
    from_address = ("attended_on", "week")

    meeting = MeetingField(
        label="Meeting", help_text="Type a few letters of its name, place or day; or leave it empty."
    )
    fellowship = forms.ModelChoiceField(
        queryset=Fellowship.objects.none(),
        required=False,
        label="Or only the fellowship",
        empty_label="Not known",
    )
    source = forms.ChoiceField(choices=Source.choices, label="Who says so", initial=Source.KEYWORKER)
    note = ReasonField(required=False, label="Note")

    def clean(self) -> dict[str, Any]:
        """A fellowship beside a meeting of another says two things at once."""
        values = super().clean()
        meeting, fellowship = values.get("meeting"), values.get("fellowship")
        if meeting is not None and fellowship not in (None, meeting.fellowship):
            self.add_error(
                "fellowship", f"{meeting} is a meeting of {meeting.fellowship}: empty the one or the other."
            )
        return values

    def prepare(self) -> None:
        """Today, or the day that an address names; the meeting they usually go to on it; the fellowships of the clinic.

        Where the address names a week it is the day of their usual meeting in that, else its first day.
        """
        clinic = self.context.client.clinic
        known = suggest_meetings(self)
        day = self._day(known)
        meeting = usual.meeting_on(known, day, clinic.time_zone)
        field = field_of(self, "fellowship", forms.ModelChoiceField)
        field.queryset = seen_by(clinic)
        self.initial["attended_on"] = day
        if meeting is not None:
            self.fields["meeting"].initial = option_text(meeting)
        if asked_day(self.initial.get("week")) is not None:
            week = week_of(day, clinic.week_starts_on)
            self.instead = ("did_not_go", "Did not go that week", f"week={week}")

    def _day(self, known: list[Meeting]) -> date:
        """The likeliest day."""
        today, clinic = self.context.today, self.context.client.clinic
        on, week = asked_day(self.initial.get("attended_on")), asked_day(self.initial.get("week"))
        if on is not None:
            return on
        if week is None or week > today:
            return today
        first = week_of(week, clinic.week_starts_on)
        days = [one for one in (first + number * DAY for number in range(7)) if one <= today]
        there = (one for one in days if usual.meeting_on(known, one, clinic.time_zone) is not None)
        return next(there, days[0])


def log(context: Context, values: dict[str, Any]) -> str | Done:
    """Record the meeting."""
    receipt = recording.record(
        client=context.client,
        attended_on=values["attended_on"],
        source=Source(values["source"]),
        meeting=values["meeting"],
        fellowship=values["fellowship"],
        note=values["note"],
        by=context.viewer.actor,
        now=context.now,
    )
    day = day_text(values["attended_on"])
    if receipt.effect is recording.Effect.ALREADY:
        return f"That was recorded already: {context.client} on {day}."
    if receipt.effect is recording.Effect.CHANGED:
        return f"Added to the meeting already known on {day}."
    return Done(f"Recorded: {context.client} went on {day}.", of=f"{receipt.attendance.pk}")


def theirs(context: Context, row: int) -> Attendance:
    """An attendance of the client's own, standing or not; raises Refused for any other."""
    held = context.client.attendances.select_related("client__clinic", "clinic", "meeting", "corrects")
    found = held.filter(pk=row).first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_log(context: Context, of: str) -> str:
    """Take the entry back."""
    entry = theirs(context, number_of(of))
    taken = correcting.undo(attendance=entry, by=context.viewer.actor, now=context.now)
    who = f"{context.client}, {day_text(entry.attended_on)}"
    return f"Taken back: {who}." if taken else f"It was taken back already: {who}."


class AttendanceForm(ActForm):
    """Which attendance is meant; it must be the client's own."""

    from_address = ("attendance",)

    attendance = forms.ModelChoiceField(
        queryset=Attendance.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the meeting on the client's page.",
            "invalid_choice": "This client has no such meeting on record, or it was struck out already.",
        },
    )

    def prepare(self) -> None:
        """The client's own that stand."""
        held = self.context.client.attendances.filter(voided_at__isnull=True)
        field = field_of(self, "attendance", forms.ModelChoiceField)
        field.queryset = held.select_related("client__clinic", "clinic", "meeting__feed")


class VoidForm(AttendanceForm):
    """Why an attendance is struck out."""

    reason = ReasonField(label="Why")


def void(context: Context, values: dict[str, Any]) -> str | Done:
    """Strike it out."""
    attendance = values["attendance"]
    day = day_text(attendance.attended_on)
    if not correcting.void(
        attendance=attendance, reason=values["reason"], by=context.viewer.actor, now=context.now
    ):
        return f"The meeting on {day} was struck out already."
    return Done(
        f"Struck out: the meeting on {day}. It stays on record, and no longer counts.", of=f"{attendance.pk}"
    )


def undo_void(context: Context, of: str) -> str:
    """Let it count again."""
    entry = theirs(context, number_of(of))
    again = correcting.restore(attendance=entry, by=context.viewer.actor, now=context.now)
    day = day_text(entry.attended_on)
    return f"The meeting on {day} counts again." if again else f"The meeting on {day} counted already."


class CorrectForm(AttendanceForm, MeetingForm):
    """What is right instead."""

    field_order = ("attendance", "attended_on", "meeting", "anyway", "reason")

    attended_on = DayField(label="The right day")
    meeting = MeetingField(label="The right meeting", help_text="Empty where it is not known.")
    reason = ReasonField(label="Why")

    def prepare(self) -> None:
        """What is on record, so that only what is wrong needs typing."""
        super().prepare()
        suggest_meetings(self)
        try:
            held = self.fields["attendance"].clean(self.initial.get("attendance"))
        except forms.ValidationError:
            return
        self.fields["attended_on"].initial = held.attended_on
        self.fields["meeting"].initial = option_text(held.meeting) if held.meeting is not None else ""


def correct(context: Context, values: dict[str, Any]) -> str | Done:
    """Put it right."""
    held = values["attendance"]
    if (held.attended_on, held.meeting) == (values["attended_on"], values["meeting"]):
        return "Nothing was different."
    right = correcting.correct(
        attendance=held,
        attended_on=values["attended_on"],
        meeting=values["meeting"],
        fellowship=held.fellowship if values["meeting"] is None else None,
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return Done("Corrected. What stood before stays on record.", of=f"{right.pk}" if right.corrects else "")


def undo_correct(context: Context, of: str) -> str:
    """Put back what stood before; the correction stays on record as well."""
    entry = theirs(context, number_of(of))
    before = entry.corrects
    if before is None:
        raise Refused(NOTHING_TO_UNDO)
    correcting.correct(
        attendance=entry,
        attended_on=before.attended_on,
        meeting=before.meeting,
        fellowship=before.fellowship if before.meeting is None else None,
        reason=UNDONE,
        by=context.viewer.actor,
        now=context.now,
    )
    return f"As it was before: the meeting on {day_text(before.attended_on)}."


ACTS = [
    Act("log", "Log a meeting", "Log it", LogForm, log, undo=undo_log),
    Act("void", "Strike out a meeting", "Strike out", VoidForm, void, danger=True, undo=undo_void),
    Act("correct", "Correct a meeting", "Correct", CorrectForm, correct, undo=undo_correct),
]
