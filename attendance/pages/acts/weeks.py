"""What is known of a client's days and weeks beside meetings: pauses, and weeks in which they did not go."""

from __future__ import annotations

from typing import Any

from django import forms

from attendance.register import pausing
from attendance.register.models import Answer, Pause, PauseReason, Source
from clinic.errors import Refused
from clinic.pages.act import Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.weeks import WEEK, day_text, week_of

WEEKS_TO_TELL_OF = 8


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
    written, new = pausing.pause(
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
    return Done(f"{context.client} is paused until {until}.", of=str(written.pk))


def undo_pause(context: Context, of: str) -> str:
    """Take back the pause that was entered."""
    held = context.client.pauses.filter(pk=number_of(of)).select_related("client").first()
    if held is None:
        raise Refused("There is no such pause on record.")
    if not pausing.void_pause(pause=held, by=context.viewer.actor, now=context.now):
        return "That pause was taken back already."
    return f"Undone: the pause of {context.client} until {day_text(held.ends_on)} is taken back."


class DidNotGoForm(ActForm):
    """A week for which the client told us that they did not go."""

    week = forms.TypedChoiceField(label="Which week")

    def prepare(self) -> None:
        """The last week that is over, those before it back to that of intake, and at the end the running one."""
        client = self.context.client
        this_week = week_of(self.context.today, client.clinic.week_starts_on)
        first = week_of(client.episodes.order_by("intake_on")[0].intake_on, client.clinic.week_starts_on)
        over = [this_week - number * WEEK for number in range(1, WEEKS_TO_TELL_OF)]
        weeks = [*(week for week in over if week >= first), this_week]
        called = {weeks[0]: "Last week"} | {this_week: "This week"}
        field = field_of(self, "week", forms.TypedChoiceField)
        field.choices = [
            (week.isoformat(), f"{called.get(week, 'Week')} of {day_text(week)}") for week in weeks
        ]
        field.coerce = lambda text: next(week for week in weeks if week.isoformat() == text)


def did_not_go(context: Context, values: dict[str, Any]) -> str:
    """Write it down."""
    _, new = pausing.check_in(
        client=context.client,
        week=values["week"],
        answer=Answer.DID_NOT_GO,
        source=Source.KEYWORKER,
        by=context.viewer.actor,
        now=context.now,
    )
    week = day_text(values["week"])
    return (
        f"Noted: did not go in the week of {week}."
        if new
        else f"That was noted already for the week of {week}."
    )


class PauseField(forms.ModelChoiceField):
    """A pause, by its days and why."""

    def label_from_instance(self, obj: Any) -> str:
        """The days in words, and the reason."""
        return f"{day_text(obj.starts_on)} to {day_text(obj.ends_on)}: {obj.reason}"


class VoidPauseForm(ActForm):
    """Which pause is taken back."""

    pause = PauseField(
        queryset=Pause.objects.none(),
        label="Which pause",
        error_messages={"invalid_choice": "This client has no such pause, or it was taken back already."},
    )

    def prepare(self) -> None:
        """The client's own pauses, the latest first, which is the likeliest."""
        field = field_of(self, "pause", PauseField)
        held = self.context.client.pauses.filter(voided_at__isnull=True).order_by("-starts_on", "-pk")
        field.queryset = held
        latest = held.first()
        if latest is None:
            self.nothing = f"{self.context.client} has no pause that could be taken back."
        else:
            field.initial = latest
            field.empty_label = None


def void_pause(context: Context, values: dict[str, Any]) -> str:
    """Take the pause back."""
    if not pausing.void_pause(pause=values["pause"], by=context.viewer.actor, now=context.now):
        return "That pause was taken back already."
    return "The pause is taken back; the weeks count again."


ACTS = [
    Act("pause", "Pause", "Pause", PauseForm, pause, undo=undo_pause,
        intro="Paused weeks are stepped over, and nothing is sent meanwhile. A meeting always counts."),
    Act("void_pause", "Take a pause back", "Take back", VoidPauseForm, void_pause),
    Act("did_not_go", "Did not go", "Note it", DidNotGoForm, did_not_go,
        intro="Knowing that somebody did not go is worth more than a week nobody asked about."),
]  # fmt: skip
