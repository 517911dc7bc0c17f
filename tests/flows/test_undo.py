"""Right after an act there is an undo: a press takes it back, and everything is told as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.html import Element

from attendance.directory.models import Meeting
from clinic.models import Client
from tests.flows.browsing import Page, Staff

pytestmark = pytest.mark.django_db

Row = Callable[[Client], int]


def standing(client: Client) -> dict[str, Any]:
    """What holds of a client, whatever rows say so."""
    held = {"voided_at__isnull": True}
    return {
        "went": sorted(client.attendances.filter(**held).values_list("attended_on", "meeting")),
        "paused": sorted(client.pauses.filter(**held).values_list("starts_on", "ends_on", "reason")),
        "did not go": sorted(client.checkins.filter(**held).values_list("week")),
        "noted": sorted(client.notes.filter(**held).values_list("text", "pinned")),
        "treatment": sorted(client.episodes.values_list("intake_on", "phase", "discharged_on")),
        "phases": sorted(
            client.episodes.filter(phase_changes__voided_at__isnull=True).values_list(
                "phase_changes__phase", "phase_changes__changed_on"
            )
        ),
        "closed": type(client).objects.get(pk=client.pk).closed_on,
    }


def presses_undo(kay: Staff, page: Page, htmx: bool = False) -> Page:
    """Press the button beside what was just done."""
    (form,) = undos(page)
    told = Page.of_element(form)
    return kay.sends(told.links[0], htmx=htmx, next=told.value("next"))


def undos(page: Page) -> list[Element]:
    """The forms that undo what was just done."""
    return [
        form
        for acts in page.elements("div", class_="notice-acts")
        for form in Page.of_element(acts).elements("form")
    ]


LOG = {"attended_on": "2026-02-24", "source": "keyworker"}
PAUSE = {"starts_on": "2026-03-01", "ends_on": "2026-03-14", "kind": "holiday"}
WEEK = {"week": "2026-02-23"}
NOTE = {"text": "Works nights.", "pinned": "on"}
ENDED = {"phase": "completed", "changed_on": "2026-02-20"}


def attendance(client: Client) -> dict[str, Any]:
    return {"attendance": client.attendances.get(voided_at__isnull=True).pk, "reason": "A slip."}


def pause(client: Client) -> dict[str, Any]:
    return {"pause": client.pauses.get(voided_at__isnull=True).pk, "reason": "A slip."}


def check_in(client: Client) -> dict[str, Any]:
    return {"check_in": client.checkins.get(voided_at__isnull=True).pk, "reason": "A slip."}


def note(client: Client) -> dict[str, Any]:
    return {"note": client.notes.get(voided_at__isnull=True).pk, "reason": "A slip."}


def change(client: Client) -> dict[str, Any]:
    changes = client.episodes.get().phase_changes.filter(voided_at__isnull=True)
    return {"change": changes.latest("pk").pk, "reason": "A slip."}


@pytest.mark.parametrize(
    ("before", "act", "sent"),
    [
        ([], "log", lambda client: LOG),
        ([("log", LOG)], "void", attendance),
        (
            [("log", LOG)],
            "correct",
            lambda c: attendance(c) | {"attended_on": "2026-02-17", "meeting": "lantern"},
        ),
        ([], "pause", lambda client: PAUSE),
        ([("pause", PAUSE)], "void_pause", pause),
        (
            [("pause", PAUSE)],
            "correct_pause",
            lambda c: pause(c) | {"starts_on": "2026-03-01", "ends_on": "2026-03-07"},
        ),
        ([], "did_not_go", lambda client: WEEK),
        ([("did_not_go", WEEK)], "void_check_in", check_in),
        ([], "note", lambda client: NOTE),
        ([("note", NOTE)], "void_note", note),
        ([("note", NOTE)], "correct_note", lambda c: note(c) | {"text": "Works mornings."}),
        ([], "phase", lambda client: ENDED),
        ([], "phase", lambda client: {"phase": "died", "changed_on": "2026-02-20"}),
        (
            [("phase", ENDED)],
            "phase",
            lambda client: {"phase": "dropped_out", "changed_on": "2026-02-13", "reason": "By the letter."},
        ),
        (
            [("phase", ENDED)],
            "phase",
            lambda client: {"phase": "in_treatment", "changed_on": "2026-03-01", "reason": "They came."},
        ),
        ([("phase", ENDED)], "correct_phase", lambda c: change(c) | {"changed_on": "2026-02-13"}),
        ([], "correct_phase", lambda c: change(c) | {"changed_on": "2026-01-05"}),
    ],
)
def test_undone_right_after_everything_holds_as_before(
    kay: Staff, ana: Client, lantern: Meeting, before: list[Any], act: str, sent: Callable[[Client], Any]
) -> None:
    for name, values in before:
        assert kay.does(name, ana, **values).faults == []
    held = standing(ana)
    done = kay.does(act, ana, **sent(ana), next=kay.address("today"))
    assert done.faults == []
    assert standing(ana) != held
    undone = presses_undo(kay, done)
    assert undone.went_to == kay.address("today"), "on the page where it was done"
    assert len(undone.notices) == 1
    assert not undone.notices[0].startswith("Error")
    assert standing(ana) == held


def test_undone_twice_is_undone_once(kay: Staff, ana: Client) -> None:
    done = kay.does("log", ana, **LOG)
    presses_undo(kay, done)
    assert presses_undo(kay, done).notices == ["It was taken back already: Ana Madeup, 24 February 2026."]


def test_what_was_there_already_offers_no_undo(kay: Staff, ana: Client) -> None:
    for name, values in (
        ("log", LOG),
        ("pause", PAUSE),
        ("did_not_go", WEEK),
        ("note", NOTE),
        ("phase", ENDED),
    ):
        assert undos(kay.does(name, ana, **values))
        assert undos(kay.does(name, ana, **values)) == []


def test_what_somebody_did_meanwhile_is_not_undone_unseen(kay: Staff, ana: Client) -> None:
    done = kay.does("phase", ana, **ENDED)
    kay.does("return", ana, intake_on="2026-02-27")
    assert presses_undo(kay, done).faults == [
        "A later course of treatment has begun: record the change there."
    ]
    struck = kay.does("log", ana, attended_on="2026-02-25", source="keyworker")
    struck = kay.does("void", ana, **attendance(ana))
    kay.does("log", ana, attended_on="2026-02-25", source="keyworker")
    assert presses_undo(kay, struck).faults == ["The same was recorded again since: put that right instead."]


def test_a_reader_cannot_undo(kay: Staff, mo: Staff, ana: Client) -> None:
    kay.does("log", ana, **LOG)
    row = ana.attendances.get().pk
    assert mo.sends(mo.address("undo_log", ana), of=row).status == 403
    assert ana.attendances.get().voided_at is None
