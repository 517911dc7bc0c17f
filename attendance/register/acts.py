"""The acts on a client that belong to this stage: log a meeting, put it right, pause, 'did not go'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from attendance.directory.fellowships import seen_by
from attendance.directory.models import Fellowship, Meeting
from attendance.register import correcting, pausing, recording
from attendance.register.fields import MeetingField, option_text, options
from attendance.register.models import Answer, Attendance, Pause, PauseReason, Source
from clinic.pages.act import Act, ActForm, Context, act_urls
from clinic.pages.fields import DayField, ReasonField
from clinic.weeks import WEEK, day_text, week_of

WEEKS_TO_TELL_OF = 8


def meetings_of(client_id: int, limit: int = 10) -> list[Meeting]:
    """The meetings a client has been to, latest first."""
    ids = (
        Attendance.objects.filter(client=client_id, voided_at__isnull=True, meeting__isnull=False)
        .order_by("-attended_on", "-id")
        .values_list("meeting", flat=True)[:50]
    )
    latest_first = list(dict.fromkeys(ids))[:limit]
    found = Meeting.objects.select_related("feed").in_bulk(latest_first)
    return [found[pk] for pk in latest_first if pk in found]


def suggest_meetings(form: ActForm) -> list[Meeting]:
    """Let the field 'meeting' of a form offer meetings as one types; the client's own, which it offers at first."""
    known = meetings_of(form.context.client.pk)
    offered = f"meetings-{form.context.client.pk}"
    form.suggestions[offered] = options(known)
    form.fields["meeting"].widget.attrs |= {
        "list": offered,
        "hx-get": reverse("meeting_options", args=[form.context.viewer.clinic.slug]),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": f"#{offered}",
        "hx-swap": "innerHTML",
    }
    return known


class LogForm(ActForm):
    """A meeting somebody went to."""

    attended_on = DayField(label="Day")
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

    def prepare(self) -> None:
        """Today, the meeting they went to last, and the fellowships that the clinic sees."""
        known = suggest_meetings(self)
        field = self.fields["fellowship"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = seen_by(self.context.viewer.clinic)
        self.fields["attended_on"].initial = self.context.today
        if known:
            self.fields["meeting"].initial = option_text(known[0])


def log(context: Context, values: dict[str, Any]) -> str:
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
    return f"Recorded: {context.client} went on {day}."


class PauseForm(ActForm):
    """Days on which the weekly rule waits and nothing is sent."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Last day")
    kind = forms.ChoiceField(choices=PauseReason.choices, label="Why")
    detail = ReasonField(required=False, label="More", max_length=200)

    def prepare(self) -> None:
        """From today."""
        self.fields["starts_on"].initial = self.context.today


def pause(context: Context, values: dict[str, Any]) -> str:
    """Enter the pause."""
    kind = PauseReason(values["kind"]).label
    reason = f"{kind}: {values['detail']}" if values["detail"] else kind
    _, new = pausing.pause(
        client=context.client,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        reason=reason,
        by=context.viewer.actor,
        now=context.now,
    )
    until = day_text(values["ends_on"])
    return (
        f"{context.client} is paused until {until}."
        if new
        else f"That pause, until {until}, was entered already."
    )


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
        field = self.fields["week"]
        assert isinstance(field, forms.TypedChoiceField)
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
        field = self.fields["attendance"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = held.select_related("client__clinic", "clinic", "meeting__feed")


class VoidForm(AttendanceForm):
    """Why an attendance is struck out."""

    reason = ReasonField(label="Why")


def void(context: Context, values: dict[str, Any]) -> str:
    """Strike it out."""
    attendance = values["attendance"]
    day = day_text(attendance.attended_on)
    if not correcting.void(
        attendance=attendance, reason=values["reason"], by=context.viewer.actor, now=context.now
    ):
        return f"The meeting on {day} was struck out already."
    return f"Struck out: the meeting on {day}. It stays on record, and no longer counts."


class CorrectForm(AttendanceForm):
    """What is right instead."""

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


def correct(context: Context, values: dict[str, Any]) -> str:
    """Put it right."""
    held = values["attendance"]
    if (held.attended_on, held.meeting) == (values["attended_on"], values["meeting"]):
        return "Nothing was different."
    correcting.correct(
        attendance=held,
        attended_on=values["attended_on"],
        meeting=values["meeting"],
        fellowship=held.fellowship if values["meeting"] is None else None,
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return "Corrected. What stood before stays on record."


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
        field = self.fields["pause"]
        assert isinstance(field, PauseField)
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
    Act("log", "Log a meeting", "Log it", LogForm, log),
    Act("pause", "Pause", "Pause", PauseForm, pause,
        intro="Paused weeks are stepped over, and nothing is sent meanwhile. A meeting always counts."),
    Act("did_not_go", "Did not go", "Note it", DidNotGoForm, did_not_go,
        intro="Knowing that somebody did not go is worth more than a week nobody asked about."),
    Act("void", "Strike out a meeting", "Strike out", VoidForm, void, danger=True),
    Act("correct", "Correct a meeting", "Correct", CorrectForm, correct),
    Act("void_pause", "Take a pause back", "Take back", VoidPauseForm, void_pause),
]  # fmt: skip

urlpatterns = act_urls(ACTS)
