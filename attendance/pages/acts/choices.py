"""Choose a meeting with a client, and say which did not suit; both may be taken back."""

from __future__ import annotations

from typing import Any

from django import forms

from attendance.directory.naming import when_text
from attendance.pages.fields import MeetingField, suggest_meetings
from attendance.register import meeting_choices
from attendance.register.models import ChosenMeeting, UnsuitedMeeting
from clinic.pages.act import Act, ActForm, Context
from clinic.pages.fields import ReasonField, field_of

TYPE_A_FEW = "Type a few letters of its name, place or day."


class ChooseForm(ActForm):
    """Which meeting."""

    from_address = ("meeting",)

    meeting = MeetingField(required=True, label="Meeting", help_text=TYPE_A_FEW)

    def prepare(self) -> None:
        """Offer meetings as one types; at first those of the client's own that are held at present."""
        suggest_meetings(self, offered_only=True)


def choose(context: Context, values: dict[str, Any]) -> str:
    """Write it down."""
    chosen, new = meeting_choices.choose(
        client=context.client, meeting=values["meeting"], by=context.viewer.actor, now=context.now
    )
    told = f"{context.client} goes to {chosen.meeting}, {when_text(chosen.meeting)}"
    return f"Chosen: {told}." if new else f"That was chosen already: {told}."


class OfMeetingField(forms.ModelChoiceField):
    """A choice, or a word on a meeting, by the meeting it is about."""

    def label_from_instance(self, obj: Any) -> str:
        """The meeting, and when it is held."""
        return f"{obj.meeting}, {when_text(obj.meeting)}"


class VoidChoiceForm(ActForm):
    """Which choice is taken back."""

    from_address = ("chosen",)

    chosen = OfMeetingField(
        queryset=ChosenMeeting.objects.none(),
        label="Which choice",
        empty_label=None,
        error_messages={
            "invalid_choice": "This client has not chosen such a meeting, or it was taken back already."
        },
    )

    def prepare(self) -> None:
        """The client's own that stand."""
        field = field_of(self, "chosen", OfMeetingField)
        field.queryset = meeting_choices.chosen_by_client(self.context.client)
        if not field.queryset.exists():
            self.nothing = f"{self.context.client} has chosen no meeting."


def void_choice(context: Context, values: dict[str, Any]) -> str:
    """Take it back."""
    if not meeting_choices.void_choice(chosen=values["chosen"], by=context.viewer.actor, now=context.now):
        return "That choice was taken back already."
    return f"{values['chosen'].meeting} is no longer chosen."


class DidNotSuitForm(ActForm):
    """Which meeting, and why."""

    from_address = ("meeting",)

    meeting = MeetingField(required=True, label="Meeting", help_text=TYPE_A_FEW)
    reason = ReasonField(required=False, label="Why", help_text="In a few words, as far as they say.")

    def prepare(self) -> None:
        """Offer meetings as one types; at first those that the client has been to."""
        suggest_meetings(self)


def did_not_suit(context: Context, values: dict[str, Any]) -> str:
    """Write it down."""
    said, new = meeting_choices.did_not_suit(
        client=context.client,
        meeting=values["meeting"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return f"Noted: {said.meeting} did not suit." if new else f"That was noted already of {said.meeting}."


class SuitsForm(ActForm):
    """Which word is taken back."""

    from_address = ("unsuited",)

    unsuited = OfMeetingField(
        queryset=UnsuitedMeeting.objects.none(),
        label="Which meeting",
        empty_label=None,
        error_messages={
            "invalid_choice": "Nothing of the kind was said of it, or it was taken back already."
        },
    )

    def prepare(self) -> None:
        """What was said of the client's meetings and stands."""
        field = field_of(self, "unsuited", OfMeetingField)
        field.queryset = meeting_choices.unsuited_of(self.context.client)
        if not field.queryset.exists():
            self.nothing = f"No meeting is known that did not suit {self.context.client}."


def suits_after_all(context: Context, values: dict[str, Any]) -> str:
    """Take it back."""
    said = values["unsuited"]
    if not meeting_choices.suits_after_all(unsuited=said, by=context.viewer.actor, now=context.now):
        return "That was taken back already."
    return f"{said.meeting} is offered like any other again."


ACTS = [
    Act("choose", "Choose a meeting", "Choose it", ChooseForm, choose,
        intro="One they go to from now on; it can be put in their calendar."),
    Act("void_choice", "Take a choice back", "Take back", VoidChoiceForm, void_choice),
    Act("did_not_suit", "Did not suit", "Note it", DidNotSuitForm, did_not_suit,
        intro="It comes last among what is offered to them. If it was chosen or planned, that is taken back."),
    Act("suits_after_all", "Suits after all", "Take back", SuitsForm, suits_after_all),
]  # fmt: skip
