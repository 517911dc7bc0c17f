"""What is known of a client's days and weeks beside meetings: pauses, and weeks in which they did not go."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from attendance.register import mending_weeks, pausing
from attendance.register.models import Answer, CheckIn, Pause, PauseReason, Source
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, ReasonField, asked_day, field_of
from clinic.weeks import WEEK, day_text, week_of

WEEKS_TO_TELL_OF = 8
NO_PAUSE = "This client has no such pause, or it was taken back already."


class PauseForm(ActForm):
    """Days on which the weekly rule waits and nothing is sent."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Last day")
    kind = forms.ChoiceField(choices=PauseReason.choices, label="Why")
    detail = ReasonField(required=False, label="More", max_length=200)

    def prepare(self) -> None:
        """From today."""
        self.fields["starts_on"].initial = self.context.today


def pause(context: Context, values: dict[str, Any]) -> str | Done:
    """Enter the pause."""
    kind = PauseReason(values["kind"]).label
    reason = f"{kind}: {values['detail']}" if values["detail"] else kind
    entered, new = pausing.pause(
        client=context.client,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        reason=reason,
        by=context.viewer.actor,
        now=context.now,
    )
    until = day_text(values["ends_on"])
    if not new:
        return f"That pause, until {until}, was entered already."
    return Done(f"{context.client} is paused until {until}.", of=f"{entered.pk}")


def their_pause(context: Context, row: int) -> Pause:
    """A pause of the client's own, standing or not; raises Refused for any other."""
    found = context.client.pauses.filter(pk=row).select_related("client__clinic", "corrects").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_pause(context: Context, of: str) -> str:
    """Take it back."""
    entered = their_pause(context, number_of(of))
    if not pausing.void_pause(pause=entered, reason=UNDONE, by=context.viewer.actor, now=context.now):
        return "That pause was taken back already."
    return "The pause is taken back; the weeks count again."


class PauseField(forms.ModelChoiceField):
    """A pause, by its days and why."""

    def label_from_instance(self, obj: Any) -> str:
        """The days in words, and the reason."""
        return f"{day_text(obj.starts_on)} to {day_text(obj.ends_on)}: {obj.reason}"


class OfPauseForm(ActForm):
    """Which pause; it must be the client's own and stand."""

    from_address = ("pause",)

    pause = PauseField(
        queryset=Pause.objects.none(),
        label="Which pause",
        error_messages={"invalid_choice": NO_PAUSE},
    )

    def prepare(self) -> None:
        """The client's own pauses, the latest first, which is the likeliest."""
        field = field_of(self, "pause", PauseField)
        held = self.context.client.pauses.filter(voided_at__isnull=True).order_by("-starts_on", "-pk")
        field.queryset = held.select_related("client__clinic")
        latest = held.first()
        if latest is None:
            self.nothing = f"{self.context.client} has no pause that could be put right."
        else:
            field.initial = latest
            field.empty_label = None


class VoidPauseForm(OfPauseForm):
    """Which pause is taken back, and why."""

    reason = ReasonField(label="Why")


def void_pause(context: Context, values: dict[str, Any]) -> str | Done:
    """Take the pause back."""
    held = values["pause"]
    if not pausing.void_pause(pause=held, reason=values["reason"], by=context.viewer.actor, now=context.now):
        return "That pause was taken back already."
    return Done("The pause is taken back; the weeks count again.", of=f"{held.pk}")


def undo_void_pause(context: Context, of: str) -> str:
    """Let it stand again."""
    held = their_pause(context, number_of(of))
    again = mending_weeks.restore_pause(pause=held, by=context.viewer.actor, now=context.now)
    return "The pause stands again." if again else "The pause stood already."


class CorrectPauseForm(OfPauseForm):
    """The right days of a pause, and what was wrong."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Last day")
    reason = ReasonField(label="What was wrong")

    def prepare(self) -> None:
        """What is on record, so that only what is wrong needs typing."""
        super().prepare()
        field = self.fields["pause"]
        try:
            held = field.clean(self.initial["pause"]) if "pause" in self.initial else field.initial
        except forms.ValidationError:
            return
        if held is not None:
            self.fields["starts_on"].initial, self.fields["ends_on"].initial = held.starts_on, held.ends_on


def correct_pause(context: Context, values: dict[str, Any]) -> str | Done:
    """Put its days right."""
    held = values["pause"]
    if (held.starts_on, held.ends_on) == (values["starts_on"], values["ends_on"]):
        return "Nothing was different."
    right = mending_weeks.correct_pause(
        pause=held,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    days = f"{day_text(right.starts_on)} to {day_text(right.ends_on)}"
    return Done(
        f"Corrected: paused from {days}. What stood before stays on record.",
        of=f"{right.pk}" if right.corrects is not None else "",
    )


def undo_correct_pause(context: Context, of: str) -> str:
    """Put the days back that stood before; the correction stays on record as well."""
    right = their_pause(context, number_of(of))
    before = right.corrects
    if before is None:
        raise Refused(NOTHING_TO_UNDO)
    mending_weeks.correct_pause(
        pause=right,
        starts_on=before.starts_on,
        ends_on=before.ends_on,
        reason=UNDONE,
        by=context.viewer.actor,
        now=context.now,
    )
    return f"As it was before: paused from {day_text(before.starts_on)} to {day_text(before.ends_on)}."


class DidNotGoForm(ActForm):
    """A week for which the client told us that they did not go."""

    from_address = ("week",)

    week = forms.TypedChoiceField(label="Which week")

    def prepare(self) -> None:
        """The last week that is over, those before it back to that of intake, and at the end the running one.

        A week that the address names is there as well, however long ago.
        """
        client = self.context.client
        this_week = week_of(self.context.today, client.clinic.week_starts_on)
        first = week_of(client.episodes.order_by("intake_on")[0].intake_on, client.clinic.week_starts_on)
        over = [this_week - number * WEEK for number in range(1, WEEKS_TO_TELL_OF)]
        weeks = [*(week for week in over if week >= first), this_week]
        for asked in (self.initial.get("week"), self.data.get("week")):
            named = _first_day(asked, client.clinic.week_starts_on)
            if named is not None and first <= named < this_week and named not in weeks:
                weeks.insert(-1, named)
        called = {weeks[0]: "Last week"} | {this_week: "This week"}
        field = field_of(self, "week", forms.TypedChoiceField)
        field.choices = [
            (week.isoformat(), f"{called.get(week, 'Week')} of {day_text(week)}") for week in weeks
        ]
        field.coerce = lambda text: next(week for week in weeks if week.isoformat() == text)


def _first_day(text: Any, week_starts_on: int) -> date | None:
    """The first day of a week out of an address or a form; None where it is none."""
    day = asked_day(text)
    return day if day is not None and day == week_of(day, week_starts_on) else None


def did_not_go(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    noted, new = pausing.check_in(
        client=context.client,
        week=values["week"],
        answer=Answer.DID_NOT_GO,
        source=Source.KEYWORKER,
        by=context.viewer.actor,
        now=context.now,
    )
    week = day_text(values["week"])
    if not new:
        return f"That was noted already for the week of {week}."
    return Done(f"Noted: did not go in the week of {week}.", of=f"{noted.pk}")


def their_check_in(context: Context, row: int) -> CheckIn:
    """A check-in of the client's own, standing or not; raises Refused for any other."""
    found = context.client.checkins.filter(pk=row).select_related("client__clinic").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_did_not_go(context: Context, of: str) -> str:
    """Take it back."""
    noted = their_check_in(context, number_of(of))
    taken = pausing.void_check_in(check_in=noted, reason=UNDONE, by=context.viewer.actor, now=context.now)
    week = day_text(noted.week)
    return (
        f"Taken back: nothing is noted of the week of {week}."
        if taken
        else f"It was taken back already, for the week of {week}."
    )


class VoidCheckInForm(ActForm):
    """Which week they did go in after all, or of which nobody knows; and why that was noted."""

    from_address = ("check_in",)

    check_in = forms.ModelChoiceField(
        queryset=CheckIn.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the week on the client's page.",
            "invalid_choice": "Nothing of the kind is noted of this client, or it was taken back already.",
        },
    )
    reason = ReasonField(label="Why")

    def prepare(self) -> None:
        """The client's own that stand."""
        held = self.context.client.checkins.filter(voided_at__isnull=True)
        field_of(self, "check_in", forms.ModelChoiceField).queryset = held.select_related("client__clinic")


def void_check_in(context: Context, values: dict[str, Any]) -> str | Done:
    """Take it back."""
    noted = values["check_in"]
    week = day_text(noted.week)
    if not pausing.void_check_in(
        check_in=noted, reason=values["reason"], by=context.viewer.actor, now=context.now
    ):
        return f"It was taken back already, for the week of {week}."
    return Done(f"Taken back: “did not go” in the week of {week}. It stays on record.", of=f"{noted.pk}")


def undo_void_check_in(context: Context, of: str) -> str:
    """Let it stand again."""
    noted = their_check_in(context, number_of(of))
    again = mending_weeks.restore_check_in(check_in=noted, by=context.viewer.actor, now=context.now)
    week = day_text(noted.week)
    return f"Noted again: did not go in the week of {week}." if again else f"It stood already, for {week}."


ACTS = [
    Act("pause", "Pause", "Pause", PauseForm, pause, undo=undo_pause,
        intro="Paused weeks are stepped over, and nothing is sent meanwhile. A meeting always counts."),
    Act("void_pause", "Take a pause back", "Take back", VoidPauseForm, void_pause, undo=undo_void_pause),
    Act("correct_pause", "Correct a pause", "Correct", CorrectPauseForm, correct_pause,
        undo=undo_correct_pause),
    Act("did_not_go", "Did not go", "Note it", DidNotGoForm, did_not_go, undo=undo_did_not_go,
        intro="Knowing that somebody did not go is worth more than a week nobody asked about."),
    Act("void_check_in", "Take “did not go” back", "Take back", VoidCheckInForm, void_check_in,
        undo=undo_void_check_in, intro="The week counts as one of which nothing is known, unless a meeting is logged."),
]  # fmt: skip
