"""What a timeline tells of words: messages, introductions, calls and notes."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from clinic.models import Client, Note
from clinic.weeks import day_text
from reminders.contacts.models import IntroductionState, IntroductionStep
from reminders.desk.timeline.items import Item, ItemAct, Kind, put_right
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask
from reminders.worklist.waiting_models import Escalation


def prompts(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The messages to them and about them, but for those still to come."""
    for prompt in (
        Prompt.objects.filter(client=client).exclude(state=PromptState.PLANNED).select_related("contact")
    ):
        at = (prompt.sent_at or prompt.planned_at).astimezone(zone)
        to = f"to {prompt.contact.first_name}, their contact" if prompt.contact else "to the client"
        yield Item(
            at=at,
            kind=Kind.MESSAGES,
            icon="send",
            what=f"Message {to}: {str(prompt.get_step_display()).lower()}",
            when=at,
            has_time=True,
            note=prompt.shown_body or prompt.reason,
            badge_state=prompt.state,
            like=f"{to}: {prompt.step}",
        )


def introductions(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """How far each introduction to a local contact got."""
    for step in IntroductionStep.objects.filter(introduction__client=client).select_related(
        "introduction__contact"
    ):
        at = step.at.astimezone(zone)
        why = step.introduction.ended_reason if step.state == IntroductionState.ENDED else ""
        yield Item(
            at=at,
            kind=Kind.INTRODUCTIONS,
            icon="person",
            what=f"Introduction to {step.introduction.contact}: {step.get_state_display().lower()}",
            when=at,
            who=step.by,
            note=why,
            has_time=True,
        )


def calls(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """What somebody dealt with, such as a call. What settled by itself is told by what settled it."""
    done = KeyworkerTask.objects.filter(client=client, done_at__isnull=False)
    for task in done.filter(by_itself=False):
        assert task.done_at is not None
        at = task.done_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.NOTES,
            icon="phone",
            what=task.get_kind_display(),
            when=at,
            who=task.done_by,
            note=task.outcome,
            voided=put_right("Taken back", task.taken_back_at, task.taken_back_by, "", zone),
            has_time=True,
        )


def waits(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """What nobody acted on in time, and what managers said who handed it back."""
    for told in Escalation.objects.filter(client=client).select_related("task"):
        named = told.task.get_kind_display()
        at = told.escalated_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.NOTES,
            icon="hourglass",
            what=f"Went to the managers: {named}",
            when=at,
            note=f"Nobody had acted on it since {day_text(told.since.astimezone(zone).date())}.",
            tone="warn",
            has_time=True,
        )
        if told.handed_back_at is not None:
            back = told.handed_back_at.astimezone(zone)
            yield Item(
                at=back,
                kind=Kind.NOTES,
                icon="undo",
                what=f"Handed back to the keyworker: {named}",
                when=back,
                who=told.handed_back_by,
                note=told.word,
                has_time=True,
            )


def notes(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """What staff wrote down in their own words."""
    held = list(Note.objects.filter(client=client))
    by_number = {note.pk: note for note in held}
    corrected = {note.corrects_id for note in held}
    for note in held:
        at = note.written_at.astimezone(zone)
        wrong = by_number.get(note.corrects_id or 0)
        word = "Corrected" if note.pk in corrected else "Struck out"
        row = f"note={note.pk}"
        stands = note.voided_at is None
        yield Item(
            at=at,
            kind=Kind.NOTES,
            icon="note",
            what="Note",
            when=at,
            who=note.written_by,
            note=note.text,
            has_time=True,
            voided=put_right(word, note.voided_at, note.voided_by, note.void_reason, zone),
            before=wrong.text if wrong is not None else "",
            acts=note_acts(row, pinned=note.pinned) if stands else (),
        )


def note_acts(row: str, *, pinned: bool) -> tuple[ItemAct, ...]:
    """What can be done with a note that stands."""
    move = (
        ItemAct("pin_note", "Let go", f"{row}&pinned=no")
        if pinned
        else ItemAct("pin_note", "To the top", f"{row}&pinned=yes")
    )
    return (ItemAct("correct_note", "Correct", row), ItemAct("void_note", "Strike out", row), move)
