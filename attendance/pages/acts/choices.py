"""Choose a meeting with a client, and say which did not suit; both may be taken back.

What one of them takes back besides is named with it, so that undoing it brings back just that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

from attendance.directory.models import Meeting
from attendance.directory.naming import when_text
from attendance.pages.fields import MeetingField, suggest_meetings
from attendance.register import meeting_choices, meeting_plans
from attendance.register.models import ChosenMeeting, PlannedMeeting, UnsuitedMeeting
from clinic.errors import Refused
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import ReasonField, field_of

RowT = TypeVar("RowT", bound=Model)
TYPE_A_FEW = "Type a few letters of its name, place or day."


class ChooseForm(ActForm):
    """Which meeting."""

    from_address = ("meeting",)

    meeting = MeetingField(required=True, label="Meeting", help_text=TYPE_A_FEW)

    def prepare(self) -> None:
        """Offer meetings as one types; at first those of the client's own that are held at present."""
        suggest_meetings(self, offered_only=True)


def named(*kinds: Iterable[Model]) -> str:
    """What an act wrote and took back, as numbers: rows parted by commas, kinds of them by semicolons."""
    return ";".join(",".join(f"{row.pk}" for row in rows) for rows in kinds)


def numbers_in(of: str, kinds: int) -> list[list[int]]:
    """The numbers in what was named so, of each kind; raises Refused where it names nothing, or other kinds."""
    found = [[number_of(number) for number in rows.split(",") if number] for rows in of.split(";")]
    if len(found) != kinds or not any(found):
        raise Refused(NOTHING_TO_UNDO)
    return found


def theirs(held: QuerySet[RowT], numbers: list[int]) -> list[RowT]:
    """The rows of these numbers among the client's own; raises Refused where there are any others."""
    found = held.filter(pk__in=numbers).in_bulk()
    if set(found) != set(numbers):
        raise Refused(NOTHING_TO_UNDO)
    return list(found.values())


def of_one_meeting(*rows: ChosenMeeting | UnsuitedMeeting | PlannedMeeting) -> Meeting:
    """The meeting that all of these are about; raises Refused where they are about several: no act wrote them."""
    first = rows[0]
    if any(row.meeting_id != first.meeting_id for row in rows):
        raise Refused(NOTHING_TO_UNDO)
    return first.meeting


def choose(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    chosen, new, instead = meeting_choices.choose(
        client=context.client, meeting=values["meeting"], by=context.viewer.actor, now=context.now
    )
    told = f"{context.client} goes to {chosen.meeting}, {when_text(chosen.meeting)}"
    if not new and not instead:
        return f"That was chosen already: {told}."
    return Done(f"Chosen: {told}.", of=named([chosen] if new else [], instead))


def undo_choose(context: Context, of: str) -> str:
    """Take the choice back; what had been said of the meeting before stands again."""
    client, by, now = context.client, context.viewer.actor, context.now
    numbers, instead = numbers_in(of, 2)
    choices = theirs(client.chosen_meetings.select_related("meeting"), numbers)
    words = theirs(client.unsuited_meetings.select_related("meeting"), instead)
    meeting = of_one_meeting(*choices, *words)
    voided = [meeting_choices.void_choice(chosen=chosen, by=by, now=now) for chosen in choices]
    if choices and not any(voided):
        return "That choice was taken back already."
    restored = [meeting_choices.restore_unsuited(unsuited=word, by=by, now=now) for word in words]
    if not any(voided + restored):
        return "That was undone already."
    return f"Undone: {meeting} is no longer chosen{', and did not suit, as before' if words else ''}."


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


def void_choice(context: Context, values: dict[str, Any]) -> str | Done:
    """Take it back."""
    chosen = values["chosen"]
    if not meeting_choices.void_choice(chosen=chosen, by=context.viewer.actor, now=context.now):
        return "That choice was taken back already."
    return Done(f"{chosen.meeting} is no longer chosen.", of=named([chosen]))


def undo_void_choice(context: Context, of: str) -> str:
    """Let it stand again."""
    (chosen,) = theirs(context.client.chosen_meetings.all(), [number_of(of)])
    again = meeting_choices.restore_choice(chosen=chosen, by=context.viewer.actor, now=context.now)
    return f"{chosen.meeting} is chosen again." if again else f"{chosen.meeting} stood as chosen already."


class DidNotSuitForm(ActForm):
    """Which meeting, and why."""

    from_address = ("meeting",)

    meeting = MeetingField(required=True, label="Meeting", help_text=TYPE_A_FEW)
    reason = ReasonField(required=False, label="Why", help_text="In a few words, as far as they say.")

    def prepare(self) -> None:
        """Offer meetings as one types; at first those that the client has been to."""
        suggest_meetings(self)


def did_not_suit(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    said, new, with_it = meeting_choices.did_not_suit(
        client=context.client,
        meeting=values["meeting"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    noted = f"Noted: {said.meeting} did not suit" if new else f"That was noted already of {said.meeting}"
    if with_it.chosen or with_it.planned:
        noted += "; what was chosen or planned there is taken back"
    of = named([said] if new else [], with_it.chosen, with_it.planned)
    return Done(f"{noted}.", of=of.strip(";") and of)


def undo_did_not_suit(context: Context, of: str) -> str:
    """Take the word back; just what was taken back with it is chosen and planned again."""
    client, by, now = context.client, context.viewer.actor, context.now
    numbers, chosen, planned = numbers_in(of, 3)
    words = theirs(client.unsuited_meetings.select_related("meeting"), numbers)
    choices = theirs(client.chosen_meetings.select_related("meeting"), chosen)
    plans = theirs(client.planned_meetings.select_related("meeting"), planned)
    meeting = of_one_meeting(*words, *choices, *plans)
    voided = [meeting_choices.suits_after_all(unsuited=word, by=by, now=now) for word in words]
    if words and not any(voided):
        return "That was taken back already."
    again = [meeting_choices.restore_choice(chosen=one, by=by, now=now) for one in choices]
    again += [meeting_plans.plan_again(planned=one, by=by, now=now) for one in plans]
    if not any(voided + again):
        return "That was undone already."
    if not words:
        return f"Undone: what was chosen or planned at {meeting} stands again."
    with_it = "; what was chosen or planned there stands again" if any(again) else ""
    return f"Undone: that {meeting} did not suit is taken back{with_it}."


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


def suits_after_all(context: Context, values: dict[str, Any]) -> str | Done:
    """Take it back."""
    said = values["unsuited"]
    if not meeting_choices.suits_after_all(unsuited=said, by=context.viewer.actor, now=context.now):
        return "That was taken back already."
    return Done(f"{said.meeting} is offered like any other again.", of=named([said]))


def undo_suits_after_all(context: Context, of: str) -> str:
    """Let the word stand again."""
    (said,) = theirs(context.client.unsuited_meetings.all(), [number_of(of)])
    again = meeting_choices.restore_unsuited(unsuited=said, by=context.viewer.actor, now=context.now)
    return (
        f"Noted again: {said.meeting} did not suit."
        if again
        else f"It stood already that {said.meeting} did not suit."
    )


ACTS = [
    Act("choose", "Choose a meeting", "Choose it", ChooseForm, choose, undo=undo_choose,
        intro="One they go to from now on; it can be put in their calendar."),
    Act("void_choice", "Take a choice back", "Take back", VoidChoiceForm, void_choice, undo=undo_void_choice),
    Act("did_not_suit", "Did not suit", "Note it", DidNotSuitForm, did_not_suit,
        undo=undo_did_not_suit,
        intro="It comes last among what is offered to them. If it was chosen or planned, that is taken back."),
    Act("suits_after_all", "Suits after all", "Take back", SuitsForm, suits_after_all,
        undo=undo_suits_after_all),
]  # fmt: skip
