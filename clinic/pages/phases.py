"""The acts on the phases of treatment: a change, and putting one right."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic import checks, episodes, mending_phases
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.models import Phase, PhaseChange
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.weeks import day_text


class PhaseForm(ActForm):
    """A dated change of phase."""

    phase = forms.ChoiceField(choices=Phase.choices, label="Phase")
    changed_on = DayField(label="Since")
    reason = ReasonField(required=False, label="Why")

    def prepare(self) -> None:
        """Today is the likeliest date. Only what is on record of the end of treatment needs a reason to change."""
        self.fields["changed_on"].initial = self.context.today
        episode = episodes.latest_episode(self.context.client)
        if episode.discharged_on is None:
            del self.fields["reason"]
        else:
            stands = f"{episode.get_phase_display()} since {day_text(episode.discharged_on)}"
            self.fields["reason"].help_text = f"On record is: {stands}. What was wrong with that?"


def change_phase(context: Context, values: dict[str, Any]) -> str | Done:
    """Record the change on the latest episode."""
    closed_on = context.client.closed_on
    episode = episodes.latest_episode(context.client)
    phase = Phase(values["phase"])
    discharged_on = None if phase is Phase.IN_TREATMENT else values["changed_on"]
    same = (episode.phase, episode.discharged_on) == (phase, discharged_on)
    if episode.discharged_on is not None and not same:
        checks.reason(values.get("reason", ""), episodes.LONGEST_WHY)
    changed = episodes.change_phase(
        episode=episode,
        phase=phase,
        changed_on=values["changed_on"],
        why=values.get("reason", ""),
        by=context.viewer.actor,
        now=context.now,
    )
    if not changed:
        return f"{context.client} stands so already: {phase.label.lower()}."
    entry = episode.phase_changes.filter(voided_at__isnull=True).latest("pk")
    context.client.refresh_from_db(fields=["closed_on"])
    again = " They are tracked again." if closed_on is not None and context.client.closed_on is None else ""
    said = {
        Phase.TRANSFERRED: f"{context.client} is transferred. They stay on your list until you close them.",
        Phase.DIED: f"{context.client} is recorded as died. Everything unsent was cancelled.",
    }.get(phase, f"{context.client}: {phase.label.lower()} since {day_text(values['changed_on'])}.{again}")
    return Done(said, of=f"{entry.pk}")


def their_change(context: Context, row: int) -> PhaseChange:
    """A change of phase of the client's own, standing or not; raises Refused for any other."""
    held = PhaseChange.objects.filter(episode__client=context.client, pk=row)
    found = held.select_related("episode__client__clinic", "corrects").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_phase(context: Context, of: str) -> str:
    """Take the change back: what stood before stands again."""
    change = their_change(context, number_of(of))
    if not mending_phases.take_back(change=change, by=context.viewer.actor, now=context.now):
        return "That was undone already."
    return f"As it was before: {episodes.latest_episode(context.client).get_phase_display().lower()}."


class CorrectPhaseForm(ActForm):
    """The right day of a change of phase, and what was wrong."""

    from_address = ("change",)

    change = forms.ModelChoiceField(
        queryset=PhaseChange.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the entry on the client's page.",
            "invalid_choice": "This client has no such entry, or it was put right already.",
        },
    )
    changed_on = DayField(label="The right day")
    reason = ReasonField(label="What was wrong")

    def prepare(self) -> None:
        """The client's own entries that stand; the day on record, so that it need only be mended."""
        held = PhaseChange.objects.filter(episode__client=self.context.client, voided_at__isnull=True)
        field = field_of(self, "change", forms.ModelChoiceField)
        field.queryset = held.select_related("episode__client__clinic", "clinic")
        try:
            change = field.clean(self.initial.get("change"))
        except forms.ValidationError:
            return
        self.fields["changed_on"].initial = change.changed_on
        self.fields["changed_on"].help_text = f"Of: {change.get_phase_display().lower()}."


def correct_phase(context: Context, values: dict[str, Any]) -> str | Done:
    """Put the day right."""
    right = mending_phases.correct_date(
        change=values["change"],
        changed_on=values["changed_on"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    if right is None:
        return "Nothing was different."
    said = f"{right.get_phase_display()} since {day_text(right.changed_on)}"
    return Done(f"Corrected: {said}. What stood before stays on record.", of=f"{right.pk}")


def undo_correct_phase(context: Context, of: str) -> str:
    """Put the day back that stood before."""
    right = their_change(context, number_of(of))
    before = right.corrects
    if before is None:
        raise Refused(NOTHING_TO_UNDO)
    mending_phases.correct_date(
        change=right,
        changed_on=before.changed_on,
        reason=UNDONE,
        by=context.viewer.actor,
        now=context.now,
    )
    return f"As it was before: {before.get_phase_display().lower()} since {day_text(before.changed_on)}."


ACTS = [
    Act("phase", "Change phase", "Save the change", PhaseForm, change_phase, undo=undo_phase,
        intro="Discharge does not end the follow-up: going every week helps whether or not treatment was completed."),
    Act("correct_phase", "Correct a date", "Correct", CorrectPhaseForm, correct_phase,
        undo=undo_correct_phase),
]  # fmt: skip
