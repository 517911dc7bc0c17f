"""Record a follow-up interview, put one right, strike one out."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic import interviews
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.interviews import Answers
from clinic.models import Interview, InterviewKind, ReportedAttendance
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.pages.new_client import scale
from clinic.weeks import day_text

NOT_KNOWN = ("unknown", "Not known")
YES_NO = [("yes", "Yes"), ("no", "No"), NOT_KNOWN]
AS_BOOLEAN = {"yes": True, "no": False, "unknown": None}
AS_WORD = {answer: word for word, answer in AS_BOOLEAN.items()}
NOT_THEIRS = "This client has no such interview on record, or it was struck out already."


class InterviewForm(ActForm):
    """What was said of the last six months. Nothing is ticked beforehand: that something is not known is said, too."""

    kind = forms.ChoiceField(choices=InterviewKind.choices, label="Interview at")
    held_on = DayField(label="Held on")
    used_alcohol = forms.ChoiceField(
        choices=YES_NO, label="Alcohol in the last six months", widget=forms.RadioSelect
    )
    used_drugs = forms.ChoiceField(
        choices=YES_NO, label="Illegal drugs in the last six months", widget=forms.RadioSelect
    )
    attendance = forms.ChoiceField(
        choices=[*ReportedAttendance.choices, NOT_KNOWN],
        label="Meetings in the last six months",
        widget=forms.RadioSelect,
    )
    controlled_use_impossible = scale(
        "controlled_use_impossible",
        "“For me, controlled use is impossible”",
        "As at intake: {} disagree to {} agree.",
    )

    def prepare(self) -> None:
        """Today, and the interview that is due, else the first that was not held."""
        self.fields["held_on"].initial = self.context.today
        self.fields["kind"].initial = self._likeliest()

    def _likeliest(self) -> str | None:
        client = self.context.client
        stand = interviews.follow_ups_of(
            client, client.episodes.all(), client.interviews.all(), self.context.now
        )
        open_ones = [one for one in stand if one.held_on is None]
        return next((one.kind for one in sorted(open_ones, key=lambda one: not one.is_due)), None)


def answers_in(values: dict[str, Any]) -> Answers:
    """What a form of these fields says."""
    attendance = values["attendance"]
    return Answers(
        used_alcohol=AS_BOOLEAN[values["used_alcohol"]],
        used_drugs=AS_BOOLEAN[values["used_drugs"]],
        attendance="" if attendance == NOT_KNOWN[0] else ReportedAttendance(attendance),
        controlled_use_impossible=values["controlled_use_impossible"],
    )


def record(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    kind = InterviewKind(values["kind"])
    held, new = interviews.record(
        client=context.client,
        kind=kind,
        held_on=values["held_on"],
        answers=answers_in(values),
        by=context.viewer.actor,
        now=context.now,
    )
    day = day_text(values["held_on"])
    if not new:
        return f"That was recorded already: the interview at {kind.label} on {day}."
    return Done(f"Recorded: {context.client}'s interview at {kind.label}, held on {day}.", of=f"{held.pk}")


def their_interview(context: Context, row: int) -> Interview:
    """An interview of the client's own, standing or not; raises Refused for any other."""
    held = context.client.interviews.filter(pk=row)
    found = held.select_related("client__clinic", "clinic", "corrects").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_record(context: Context, of: str) -> str:
    """Strike it out."""
    held = their_interview(context, number_of(of))
    day = day_text(held.held_on)
    if not interviews.void(interview=held, reason=UNDONE, by=context.viewer.actor, now=context.now):
        return f"The interview on {day} was struck out already."
    return f"Undone: the interview on {day} no longer counts. It stays on record, struck out."


class WhichForm(ActForm):
    """Which interview is meant; it must be the client's own."""

    from_address = ("interview",)

    interview = forms.ModelChoiceField(
        queryset=Interview.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the interview on the client's page.",
            "invalid_choice": NOT_THEIRS,
        },
    )

    def prepare(self) -> None:
        """The client's own that stand."""
        held = self.context.client.interviews.filter(voided_at__isnull=True)
        field_of(self, "interview", forms.ModelChoiceField).queryset = held.select_related(
            "client__clinic", "clinic"
        )


class CorrectForm(WhichForm, InterviewForm):
    """What is right instead."""

    field_order = (
        *("interview", "kind", "held_on", "used_alcohol", "used_drugs", "attendance"),
        *("controlled_use_impossible", "reason"),
    )

    reason = ReasonField(label="Why")

    def prepare(self) -> None:
        """What is on record, so that only what is wrong needs another answer."""
        super().prepare()
        try:
            held = self.fields["interview"].clean(self.initial.get("interview"))
        except forms.ValidationError:
            return
        on_record = {
            "kind": held.kind,
            "held_on": held.held_on,
            "used_alcohol": AS_WORD[held.used_alcohol],
            "used_drugs": AS_WORD[held.used_drugs],
            "attendance": held.attendance or NOT_KNOWN[0],
            "controlled_use_impossible": held.controlled_use_impossible,
        }
        for name, value in on_record.items():
            self.fields[name].initial = value


def correct(context: Context, values: dict[str, Any]) -> str | Done:
    """Put it right."""
    held, kind = values["interview"], InterviewKind(values["kind"])
    answers = answers_in(values)
    if (held.kind, held.held_on, interviews.answers_of(held)) == (kind, values["held_on"], answers):
        return "Nothing was different."
    right = interviews.correct(
        interview=held,
        kind=kind,
        held_on=values["held_on"],
        answers=answers,
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return Done("Corrected. What stood before stays on record.", of=f"{right.pk}")


def undo_correct(context: Context, of: str) -> str:
    """Put back what stood before; the correction stays on record as well."""
    right = their_interview(context, number_of(of))
    before = right.corrects
    if before is None:
        raise Refused(NOTHING_TO_UNDO)
    if right.voided_at is not None:
        return "It was taken back already, or put right anew since."
    interviews.correct(
        interview=right,
        kind=InterviewKind(before.kind),
        held_on=before.held_on,
        answers=interviews.answers_of(before),
        reason=UNDONE,
        by=context.viewer.actor,
        now=context.now,
    )
    return f"The interview on {day_text(before.held_on)} is on record as it was before."


class VoidForm(WhichForm):
    """Why it is struck out."""

    reason = ReasonField(label="Why")


def void(context: Context, values: dict[str, Any]) -> str | Done:
    """Strike it out."""
    held = values["interview"]
    day = day_text(held.held_on)
    if not interviews.void(interview=held, reason=values["reason"], by=context.viewer.actor, now=context.now):
        return f"The interview on {day} was struck out already."
    return Done(
        f"Struck out: the interview on {day}. It stays on record, and no longer counts.", of=f"{held.pk}"
    )


def undo_void(context: Context, of: str) -> str:
    """Let it stand again."""
    held = their_interview(context, number_of(of))
    day = day_text(held.held_on)
    again = interviews.restore(interview=held, by=context.viewer.actor, now=context.now)
    return f"The interview on {day} counts again." if again else f"The interview on {day} counted already."


ACTS = [
    Act("interview", "Record an interview", "Record it", InterviewForm, record, undo=undo_record,
        intro="On the telephone or in person. Ask about the last six months, and write down what they say."),
    Act("correct_interview", "Correct an interview", "Correct", CorrectForm, correct, undo=undo_correct),
    Act("void_interview", "Strike out an interview", "Strike out", VoidForm, void, danger=True,
        undo=undo_void),
]  # fmt: skip
