"""The acts on a client that need all stages: spoke to them, not now, introduce, end an introduction."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.access import Permission
from clinic.errors import Refused
from clinic.pages.act import Act, ActForm, Context, act_urls
from clinic.pages.fields import DayField, ReasonField
from clinic.weeks import DAY, day_text
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.worklist import tasks
from reminders.worklist.models import KeyworkerTask


class SpokeForm(ActForm):
    """What came of speaking to them."""

    outcome = ReasonField(label="What came of it")


def spoke(context: Context, values: dict[str, Any]) -> str:
    """Finish what was asked for; a word with the client answers every open task about them."""
    for task in context.client.keyworker_tasks.filter(done_at__isnull=True).select_related(
        "clinic", "client"
    ):
        tasks.finish(task=task, outcome=values["outcome"], by=context.viewer.actor, now=context.now)
    _, new = tasks.note_call(
        client=context.client, outcome=values["outcome"], by=context.viewer.actor, now=context.now
    )
    return f"Noted: you spoke to {context.client}." if new else "That was noted a moment ago."


class NotNowForm(ActForm):
    """Until when, and why."""

    until = DayField(label="Until")
    reason = ReasonField(label="Why")

    def prepare(self) -> None:
        """A week is the likeliest."""
        self.fields["until"].initial = self.context.today + 7 * DAY


def not_now(context: Context, values: dict[str, Any]) -> str:
    """Put the client aside."""
    tasks.put_aside(
        client=context.client,
        until=values["until"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return f"{context.client} is off Today until {day_text(values['until'])}. Messages go on."


class ContactField(forms.ModelChoiceField):
    """A contact, by what helps to choose one."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, fellowship, area and when they can ring."""
        parts = (obj.first_name, str(obj.fellowship), obj.area, obj.can_ring)
        return " · ".join(part for part in parts if part)


class IntroduceForm(ActForm):
    """Which contact, and the client's consent. Nothing is ticked beforehand."""

    contact = ContactField(queryset=LocalContact.objects.none(), label="Local contact")
    given_on = DayField(label="Consent given on")
    how = ReasonField(label="How", help_text="Such as: signed form, in the session.", max_length=120)
    agreed = forms.BooleanField(
        label="The client agreed that their first name and number are shared with this contact.",
        help_text="So that the contact can ring them and go along. They can take it back at any time.",
    )

    def prepare(self) -> None:
        """The clinic's serving contacts."""
        field = self.fields["contact"]
        assert isinstance(field, ContactField)
        serving = self.context.viewer.clinic.local_contacts.filter(active=True)
        field.queryset = serving.select_related("fellowship")
        self.fields["given_on"].initial = self.context.today


def introduce(context: Context, values: dict[str, Any]) -> str:
    """Introduce them."""
    contact = values["contact"]
    introducing.introduce(
        client=context.client,
        contact=contact,
        how=values["how"],
        given_on=values["given_on"],
        by=context.viewer.actor,
        now=context.now,
    )
    tasks.settle_introduced(context.client, by=context.viewer.actor, now=context.now)
    return f"{context.client} is introduced to {contact}. Ring {contact} together now, if you can: it works best."


class EndIntroductionForm(ActForm):
    """Why it ends."""

    reason = ReasonField(label="Why")


def end_introduction(context: Context, values: dict[str, Any]) -> str:
    """End it; nothing more is shared."""
    introduction = context.client.introductions.filter(ended_at__isnull=True).first()
    if introduction is None:
        raise Refused(f"{context.client} has no introduction under way.")
    introducing.move(
        introduction=introduction,
        to=IntroductionState.ENDED,
        by=context.viewer.actor,
        now=context.now,
        reason=values["reason"],
    )
    return f"The introduction to {introduction.contact} is ended, and its consent taken back."


class TaskForm(ActForm):
    """Which task, and what came of it."""

    from_address = ("task",)

    task = forms.ModelChoiceField(
        queryset=KeyworkerTask.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose what was done on the client's page.",
            "invalid_choice": "Nothing of the kind waits for this client, or somebody was quicker.",
        },
    )
    outcome = ReasonField(label="What came of it")

    def prepare(self) -> None:
        """The client's own open tasks."""
        field = self.fields["task"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.context.client.keyworker_tasks.filter(done_at__isnull=True).select_related(
            "clinic", "client"
        )


def finish_task(context: Context, values: dict[str, Any]) -> str:
    """Finish it."""
    tasks.finish(task=values["task"], outcome=values["outcome"], by=context.viewer.actor, now=context.now)
    return "Done. It is off the list."


ACTS = [
    Act("spoke", "Spoke to them", "Note it", SpokeForm, spoke),
    Act("not_now", "Not now", "Put aside", NotNowForm, not_now,
        intro="Takes them off Today until a date. It changes nothing about their standing, and messages go on."),
    Act("introduce", "Introduce a local contact", "Introduce", IntroduceForm, introduce,
        permission=Permission.INTRODUCE,
        intro="Being rung by a group member who goes along brings people to meetings; being told of them does not."),
    Act("end_introduction", "End the introduction", "End it", EndIntroductionForm, end_introduction,
        permission=Permission.INTRODUCE, danger=True),
    Act("finish_task", "Done", "Done", TaskForm, finish_task),
]  # fmt: skip

urlpatterns = act_urls(ACTS)
