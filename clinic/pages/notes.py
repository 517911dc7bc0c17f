"""The acts on notes: write one, put one right, strike one out, keep one at the top."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic import notes
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.models import Note
from clinic.pages.act import NOTHING_TO_UNDO, Act, ActForm, Context, Done, number_of
from clinic.pages.fields import ReasonField, field_of

READ_BY = "Everybody who may see clients in this clinic can read it. The client may ask to see it."


class WordsField(forms.CharField):
    """A few lines of text. How many characters fit is the verb's to say: a browser counts line breaks otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), **kwargs)


class NoteForm(ActForm):
    """What is to be noted."""

    text = WordsField(label="Note", help_text=f"{notes.LONGEST:,} characters at most.")
    pinned = forms.BooleanField(required=False, label="Keep it at the top of the page")


def write(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down."""
    written, new = notes.write(
        client=context.client,
        text=values["text"],
        pinned=values["pinned"],
        by=context.viewer.actor,
        now=context.now,
    )
    return Done(f"Noted on {context.client}.", of=f"{written.pk}") if new else "That was noted a moment ago."


def their_note(context: Context, row: int) -> Note:
    """A note on the client, standing or not; raises Refused for any other."""
    found = context.client.notes.filter(pk=row).select_related("client__clinic", "clinic", "corrects").first()
    if found is None:
        raise Refused(NOTHING_TO_UNDO)
    return found


def undo_write(context: Context, of: str) -> str:
    """Strike it out."""
    note = their_note(context, number_of(of))
    if not notes.void(note=note, reason=UNDONE, by=context.viewer.actor, now=context.now):
        return "That note was struck out already."
    return "The note is taken back. It stays on record, struck out."


class OfNoteForm(ActForm):
    """Which note; it must be one on the client, and stand."""

    from_address: tuple[str, ...] = ("note",)

    note = forms.ModelChoiceField(
        queryset=Note.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the note on the client's page.",
            "invalid_choice": "There is no such note on this client, or it was struck out already.",
        },
    )

    def prepare(self) -> None:
        """Those on the client that stand."""
        held = self.context.client.notes.filter(voided_at__isnull=True)
        field_of(self, "note", forms.ModelChoiceField).queryset = held.select_related("client", "clinic")


class CorrectForm(OfNoteForm):
    """What is right instead."""

    text = WordsField(label="Note", help_text=f"{notes.LONGEST:,} characters at most.")
    reason = ReasonField(label="What was wrong")

    def prepare(self) -> None:
        """The words on record, so that only what is wrong needs typing."""
        super().prepare()
        try:
            self.fields["text"].initial = self.fields["note"].clean(self.initial.get("note")).text
        except forms.ValidationError:
            return


def correct(context: Context, values: dict[str, Any]) -> str | Done:
    """Put it right."""
    if notes.fit(values["text"]) == values["note"].text:
        return "Nothing was different."
    right = notes.correct(
        note=values["note"],
        text=values["text"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    return Done("Corrected. What the note said before stays on record.", of=f"{right.pk}")


def undo_correct(context: Context, of: str) -> str:
    """Put the words back that stood before; the correction stays on record as well."""
    right = their_note(context, number_of(of))
    before = right.corrects
    if before is None:
        raise Refused(NOTHING_TO_UNDO)
    notes.correct(note=right, text=before.text, reason=UNDONE, by=context.viewer.actor, now=context.now)
    return "The note says what it said before."


class VoidForm(OfNoteForm):
    """Why a note is struck out."""

    reason = ReasonField(label="Why")


def void(context: Context, values: dict[str, Any]) -> str | Done:
    """Strike it out."""
    note = values["note"]
    if not notes.void(note=note, reason=values["reason"], by=context.viewer.actor, now=context.now):
        return "That note was struck out already."
    return Done("The note is struck out. It stays on record.", of=f"{note.pk}")


def undo_void(context: Context, of: str) -> str:
    """Let it stand again."""
    note = their_note(context, number_of(of))
    again = notes.restore(note=note, by=context.viewer.actor, now=context.now)
    return "The note stands again." if again else "The note stood already."


class PinForm(OfNoteForm):
    """Which note, and whether it stays at the top."""

    from_address = ("note", "pinned")

    pinned = forms.TypedChoiceField(
        choices=[("yes", "At the top of the page"), ("no", "Only in its place in the story")],
        coerce=lambda told: told == "yes",
        label="Where it stands",
    )


def pin(context: Context, values: dict[str, Any]) -> str:
    """Keep it at the top, or let it go."""
    changed = notes.pin(
        note=values["note"], pinned=values["pinned"], by=context.viewer.actor, now=context.now
    )
    if not changed:
        return "It stood so already."
    return "The note stays at the top." if values["pinned"] else "The note is no longer kept at the top."


ACTS = [
    Act("note", "Write a note", "Keep the note", NoteForm, write, undo=undo_write, intro=READ_BY),
    Act("correct_note", "Correct a note", "Correct", CorrectForm, correct, undo=undo_correct),
    Act("void_note", "Strike out a note", "Strike out", VoidForm, void, danger=True, undo=undo_void),
    Act("pin_note", "Move a note", "Move it", PinForm, pin),
]  # fmt: skip
