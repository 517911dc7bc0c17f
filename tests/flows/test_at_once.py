"""Buttons pressed by four people at the same moment: what is done is done once, and nobody meets a broken page."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from attendance.directory.models import Meeting
from clinic.models import AuditEntry, Client, Clinic
from reminders.contacts.models import LocalContact
from tests import cast
from tests.at_once import at_once
from tests.flows.acts import ACTS
from tests.flows.acts.told import World
from tests.flows.browsing import Page, Staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("require_postgresql")]


def four_of(staff: Staff) -> list[Staff]:
    """The same person in four windows, each with a connection of its own."""
    return [Staff(staff.user, staff.clinic) for _ in range(4)]


def test_every_act_pressed_by_four_at_once_is_done_once(
    riverside: Clinic, hillside: Clinic, kay: Staff, mo: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    hope = cast.a_contact(hillside, "Hope")
    trails = {}
    for told in ACTS:
        pair = [
            cast.a_client(
                riverside,
                f"{told.act}-{nth}",
                first_name="Ana",
                last_name="Madeup",
                mobile="07700 900111",
                keyworker=kay.user,
            )
            for nth in range(2)
        ]
        doer = {"kay": kay, "mo": mo}[told.by]
        for client, windows in zip(pair, ([doer], four_of(doer)), strict=True):
            world = World(ana=client, ben=client, hugo=client, joe=joe, hope=hope)
            told.before(world)
            values = told.sent(world)
            before = AuditEntry.objects.count()
            pages: list[Page] = at_once(*[partial(one.does, told.act, client, **values) for one in windows])
            assert {page.status for page in pages} <= {200, 422}, (told.act, pages)
            assert told.says in [notice for page in pages for notice in page.notices]
            entries = AuditEntry.objects.order_by("pk")[before:]
            trails[told.act, len(windows)] = Counter(entry.verb for entry in entries)
    for told in ACTS:
        assert trails[told.act, 4] == trails[told.act, 1], told.act


def test_four_presses_on_take_in_take_one_client_in(kay: Staff) -> None:
    values = {"first_name": "Cara", "last_name": "Madeup", "intake_on": "2026-03-01"}
    send = [partial(one.sends, one.address("new_client"), **values) for one in four_of(kay)]
    pages = at_once(*send)
    assert {page.status for page in pages} == {200}
    assert [client.reference for client in Client.objects.all()] == ["0001"]


def test_four_presses_on_the_register_record_one_meeting(kay: Staff, ana: Client, lantern: Meeting) -> None:
    at_once(
        *[
            partial(one.presses, ana, week="2026-02-23", went_on="2026-02-24", meeting="lantern")
            for one in four_of(kay)
        ]
    )
    assert ana.attendances.count() == 1


def test_an_undo_pressed_by_four_at_once_takes_back_once(kay: Staff, ana: Client, lantern: Meeting) -> None:
    values = {
        "log": {"attended_on": "2026-03-02", "source": "keyworker"},
        "spoke": {"said": "went"},
        "pause": {"starts_on": "2026-03-02", "ends_on": "2026-03-10", "kind": "holiday"},
        "not_now": {"until": "2026-03-09", "reason": "Away."},
        "plan": {"meeting": "lantern", "held_on": "2026-03-10"},
        "choose": {"meeting": "lantern"},
        "did_not_suit": {"meeting": "lantern"},
        "interview": {
            "kind": "8m",
            "held_on": "2026-03-01",
            "used_alcohol": "no",
            "used_drugs": "no",
            "attendance": "none",
        },
    }
    for act, sent in values.items():
        page = kay.does(act, ana, **sent)
        (undo,) = [link for link in page.links if f"/{act}/undo/?of=" in link]
        before = AuditEntry.objects.count()
        pages: list[Page] = at_once(*[partial(one.sends, undo) for one in four_of(kay)])
        notices = [notice for page in pages for notice in page.notices]
        too_late = [notice for notice in notices if "already" in notice or "any more" in notice]
        assert len(too_late) == 3, (act, notices)
        assert len(notices) == 4
        assert AuditEntry.objects.count() == before + 1, act
