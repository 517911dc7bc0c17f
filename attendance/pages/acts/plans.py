"""Plan a meeting with a client, and take a plan back; each is undone by the other."""

from __future__ import annotations

from typing import Any

from django import forms

from attendance.pages.fields import MeetingField, suggest_meetings
from attendance.register import meeting_plans
from attendance.register.models import PlannedMeeting
from clinic.errors import Refused
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import DayField, field_of
from clinic.weeks import day_text


class PlanForm(ActForm):
    """Which meeting, and when."""

    from_address = ("meeting",)

    meeting = MeetingField(
        required=True, label="Meeting", help_text="Type a few letters of its name, place or day."
    )
    held_on = DayField(required=False, label="Day", help_text="Empty: the next time it is held.")

    def prepare(self) -> None:
        """Offer meetings as one types; at first those of the client's own that are held at present."""
        suggest_meetings(self, offered_only=True)


def plan(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    planned, new = meeting_plans.plan_meeting(
        client=context.client,
        meeting=values["meeting"],
        held_on=values["held_on"],
        by=context.viewer.actor,
        now=context.now,
    )
    told = f"{context.client} goes to {planned.meeting} on {_on(planned)}"
    return Done(f"Planned: {told}.", of=f"{planned.pk}") if new else f"That was planned already: {told}."


def _on(planned: PlannedMeeting) -> str:
    return f"{planned.held_on:%A} {day_text(planned.held_on)}"


def their_plan(context: Context, row: int) -> PlannedMeeting:
    """A plan of the client's own, standing or not; raises Refused for any other."""
    found = context.client.planned_meetings.filter(pk=row).select_related("meeting").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_plan(context: Context, of: str) -> str:
    """Take it back."""
    planned = their_plan(context, number_of(of))
    if not meeting_plans.void_plan(planned=planned, by=context.viewer.actor, now=context.now):
        return "That plan was taken back already."
    return f"Undone: {planned.meeting} on {_on(planned)} is no longer planned."


class PlannedField(forms.ModelChoiceField):
    """A plan, by its meeting and day."""

    def label_from_instance(self, obj: Any) -> str:
        """The meeting, and the day in words."""
        return f"{obj.meeting}, {_on(obj)}"


class VoidPlanForm(ActForm):
    """Which plan is taken back."""

    from_address = ("planned",)

    planned = PlannedField(
        queryset=PlannedMeeting.objects.none(),
        label="Which plan",
        empty_label=None,
        error_messages={"invalid_choice": "This client has no such plan, or it was taken back already."},
    )

    def prepare(self) -> None:
        """The client's own from today on, the soonest first."""
        field = field_of(self, "planned", PlannedField)
        field.queryset = meeting_plans.not_past(self.context.client, self.context.now)
        if not field.queryset.exists():
            self.nothing = f"{self.context.client} has no meeting planned that could be taken back."


def void_plan(context: Context, values: dict[str, Any]) -> str | Done:
    """Take it back."""
    planned = values["planned"]
    if not meeting_plans.void_plan(planned=planned, by=context.viewer.actor, now=context.now):
        return "That plan was taken back already."
    return Done("The plan is taken back.", of=f"{planned.pk}")


def undo_void_plan(context: Context, of: str) -> str:
    """Plan it again."""
    planned = their_plan(context, number_of(of))
    again = meeting_plans.plan_again(planned=planned, by=context.viewer.actor, now=context.now)
    told = f"{context.client} goes to {planned.meeting} on {_on(planned)}"
    return f"Planned again: {told}." if again else f"That is planned already: {told}."


ACTS = [
    Act("plan", "Plan a meeting", "Plan it", PlanForm, plan, undo=undo_plan,
        intro="Chosen together, with a day and who comes along, it is far likelier than an address on a list."),
    Act("void_plan", "Take a plan back", "Take back", VoidPlanForm, void_plan, undo=undo_void_plan),
]  # fmt: skip
