"""Notes on a client: written, put right, struck out, never deleted. The audit trail holds none of the words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from clinic import audit, checks, locking, texts
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client, Note

LONGEST = checks.longest(Note, "text")
LONGEST_REASON = checks.longest(Note, "void_reason")
# The same words of the same person within so long are one note: the button was pressed twice.
PRESSED_TWICE = timedelta(minutes=10)


@transaction.atomic
def write(*, client: Client, text: str, by: Actor, now: datetime, pinned: bool = False) -> tuple[Note, bool]:
    """Write a note on a client; the note, and whether it is new. Its line breaks are kept.

    Raises Refused where it says nothing or is too long.
    """
    text = fit(text)
    client = locking.client(client.pk)
    held = client.notes.filter(
        text=text, written_by=by.label, written_at__gt=now - PRESSED_TWICE, voided_at__isnull=True
    ).first()
    if held is not None:
        return held, False
    written = Note.objects.create(
        clinic=client.clinic,
        client=client,
        text=text,
        pinned=pinned,
        written_at=now,
        written_by=by.label,
        author=by.user,
    )
    audit.record(by=by, now=now, verb="note.written", subject=written, clinic=client.clinic, client=client)
    return written, True


@transaction.atomic
def correct(*, note: Note, text: str, reason: str, by: Actor, now: datetime) -> Note:
    """Put a note right: the old one is struck out with the reason, and another stands in its place and on its day.

    It keeps the day it was first written, so that the story keeps its order, and names whoever corrected it. Raises
    Refused without a reason, for a text that says nothing or is too long, and for a note that no longer stands.
    """
    text = fit(text)
    if not void(note=note, reason=reason, by=by, now=now):
        raise Refused("This note was struck out already.")
    right = Note.objects.create(
        clinic_id=note.clinic_id,
        client_id=note.client_id,
        text=text,
        pinned=note.pinned,
        written_at=note.written_at,
        written_by=by.label,
        author=by.user,
        corrects=note,
    )
    audit.record(by=by, now=now, verb="note.corrected", subject=right, clinic=note.clinic, client=note.client)
    return right


@transaction.atomic
def void(*, note: Note, reason: str, by: Actor, now: datetime) -> bool:
    """Strike a note out, keeping it with who, when and why; False where it was struck out already.

    Raises Refused without a reason, or for one that is too long.
    """
    reason = checks.reason(reason, LONGEST_REASON)
    client = locking.client(note.client_id)
    changed = Note.objects.filter(pk=note.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.label, void_reason=reason
    )
    note.refresh_from_db()
    if changed:
        audit.record(by=by, now=now, verb="note.voided", subject=note, clinic=client.clinic, client=client)
    return bool(changed)


@transaction.atomic
def restore(*, note: Note, by: Actor, now: datetime) -> bool:
    """Let a note stand again that was struck out by a slip of the hand; False where it stands.

    The audit trail keeps both. Raises Refused where it was corrected: another stands in its place.
    """
    client = locking.client(note.client_id)
    note.refresh_from_db()
    if note.voided_at is None:
        return False
    if Note.objects.filter(corrects=note).exists():
        raise Refused("It was corrected since: put the corrected note right instead.")
    note.voided_at, note.voided_by, note.void_reason = None, "", ""
    note.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.record(by=by, now=now, verb="note.restored", subject=note, clinic=client.clinic, client=client)
    return True


@transaction.atomic
def pin(*, note: Note, pinned: bool, by: Actor, now: datetime) -> bool:
    """Keep a note at the top of the client's page, or let it go its way; False where it stood so, or does not stand."""
    client = locking.client(note.client_id)
    changed = (
        Note.objects.filter(pk=note.pk, voided_at__isnull=True).exclude(pinned=pinned).update(pinned=pinned)
    )
    if changed:
        audit.record(
            by=by, now=now, verb="note.pinned", subject=note, clinic=client.clinic, client=client,
            fields=["pinned"],
        )  # fmt: skip
    return bool(changed)


def fit(text: str) -> str:
    """The words of a note as they are kept; raises Refused where they say nothing or are too many."""
    text = texts.lines(text)
    if not text:
        raise Refused("Write what is to be noted.", "text")
    if len(text) > LONGEST:
        raise Refused(
            f"The note has {len(text):,} characters: {LONGEST:,} is the most. Make two notes of it.", "text"
        )
    return text
