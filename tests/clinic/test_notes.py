"""Notes on clients: what is kept of them, who wrote and who put them right; and that the audit trail holds no words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic import notes
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, Note
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def ana() -> Client:
    return cast.a_client(cast.a_clinic("riverside"), "A1")


@pytest.fixture
def kay(ana: Client) -> Actor:
    return Actor.staff(cast.a_keyworker(ana.clinic, "kay"))


def test_a_note_keeps_its_lines_and_its_author(ana: Client, kay: Actor) -> None:
    note, new = notes.write(client=ana, text="  One.\r\nTwo. \r\n\r\nThree.\u202e\n ", by=kay, now=NOW)
    assert new
    assert note.text == "One.\nTwo.\n\nThree."
    assert (note.written_at, note.written_by, note.author, note.clinic) == (NOW, "kay", kay.user, ana.clinic)


def test_pressed_twice_it_is_one_note_and_said_again_another_day_it_is_two(ana: Client, kay: Actor) -> None:
    first, _ = notes.write(client=ana, text="Rang.", by=kay, now=NOW)
    assert notes.write(client=ana, text="Rang. ", by=kay, now=NOW + timedelta(minutes=9)) == (first, False)
    assert notes.write(client=ana, text="Rang.", by=cast.BY, now=NOW)[1], "somebody else's is another"
    assert notes.write(client=ana, text="Rang.", by=kay, now=LATER)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write what is to be noted."),
        (" \u200b\n", "Write what is to be noted."),
        ("x" * 2001, "The note has 2,001 characters: 2,000 is the most. Make two notes of it."),
    ],
)
def test_what_cannot_be_noted(ana: Client, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        notes.write(client=ana, text=text, by=cast.BY, now=NOW)
    assert (refused.value.sentence, refused.value.field) == (said, "text")
    assert not Note.objects.exists()


def test_a_line_break_counts_as_one_character(ana: Client) -> None:
    text = "\r\n".join(["x"] * 1000)
    assert len(notes.write(client=ana, text=text, by=cast.BY, now=NOW)[0].text) == 1999


def test_a_correction_is_a_row_in_the_same_place_that_points_at_what_was_wrong(
    ana: Client, kay: Actor
) -> None:
    wrong, _ = notes.write(client=ana, text="Sister Ruth.", pinned=True, by=cast.BY, now=NOW)
    right = notes.correct(note=wrong, text="Sister Rose.", reason="Misheard.", by=kay, now=LATER)
    wrong.refresh_from_db()
    assert (wrong.text, wrong.voided_at, wrong.voided_by, wrong.void_reason) == (
        "Sister Ruth.",
        LATER,
        "kay",
        "Misheard.",
    )
    assert (right.text, right.written_at, right.written_by, right.pinned, right.corrects) == (
        "Sister Rose.",
        NOW,
        "kay",
        True,
        wrong,
    )
    for again in (notes.correct, notes.void):
        more = {"text": "Ruth."} if again is notes.correct else {}
        if again is notes.void:
            assert not notes.void(note=wrong, reason="Twice.", by=kay, now=LATER)
        else:
            with pytest.raises(Refused, match="struck out already"):
                notes.correct(note=wrong, reason="Twice.", by=kay, now=LATER, **more)


def test_struck_out_it_stays_and_a_slip_of_the_hand_lets_it_stand_again(ana: Client, kay: Actor) -> None:
    note, _ = notes.write(client=ana, text="Rang.", by=kay, now=NOW)
    with pytest.raises(Refused, match="Say why"):
        notes.void(note=note, reason=" ", by=kay, now=LATER)
    assert notes.void(note=note, reason="Another client's.", by=kay, now=LATER)
    assert notes.restore(note=note, by=kay, now=LATER)
    assert not notes.restore(note=note, by=kay, now=LATER)
    note.refresh_from_db()
    assert (note.voided_at, note.voided_by, note.void_reason) == (None, "", "")


def test_what_was_corrected_does_not_stand_again_beside_its_correction(ana: Client, kay: Actor) -> None:
    note, _ = notes.write(client=ana, text="Rang.", by=kay, now=NOW)
    notes.correct(note=note, text="Wrote.", reason="It was a letter.", by=kay, now=LATER)
    with pytest.raises(Refused, match="corrected since"):
        notes.restore(note=note, by=kay, now=LATER)


def test_at_the_top_and_away_again(ana: Client, kay: Actor) -> None:
    note, _ = notes.write(client=ana, text="Rang.", by=kay, now=NOW)
    assert notes.pin(note=note, pinned=True, by=kay, now=NOW)
    assert not notes.pin(note=note, pinned=True, by=kay, now=NOW)
    assert notes.pin(note=note, pinned=False, by=kay, now=NOW)
    notes.void(note=note, reason="Another client's.", by=kay, now=LATER)
    assert not notes.pin(note=note, pinned=True, by=kay, now=LATER)


def test_the_audit_trail_says_who_and_when_and_none_of_the_words(ana: Client, kay: Actor) -> None:
    note, _ = notes.write(client=ana, text="Lighthouse.", by=kay, now=NOW)
    right = notes.correct(note=note, text="Lantern.", reason="Misheard.", by=kay, now=LATER)
    notes.pin(note=right, pinned=True, by=kay, now=LATER)
    notes.void(note=right, reason="Another client's.", by=kay, now=LATER)
    notes.restore(note=right, by=kay, now=LATER)
    trail = AuditEntry.objects.filter(verb__startswith="note.").order_by("id")
    assert [(entry.verb, entry.actor_name) for entry in trail] == [
        ("note.written", "kay"),
        ("note.voided", "kay"),
        ("note.corrected", "kay"),
        ("note.pinned", "kay"),
        ("note.voided", "kay"),
        ("note.restored", "kay"),
    ]
    held = str(list(AuditEntry.objects.values()))
    for word in ("Lighthouse", "Lantern", "Misheard", "Another"):
        assert word not in held
