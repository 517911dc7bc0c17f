"""Ana needs proof of where she goes: Kay prints a slip that the groups sign."""

from __future__ import annotations

from datetime import time

import pytest

from attendance.directory.models import Meeting
from attendance.register import meeting_choices, meeting_plans
from clinic.models import Client
from tests import cast
from tests.flows.browsing import Page, Staff

pytestmark = pytest.mark.django_db


def lines(page: Page) -> list[str]:
    """The filled lines of the slip."""
    return [line for line in page.texts("tr")[1:] if line]


def test_it_is_filled_from_what_is_planned_and_chosen_by_date(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    lantern.refresh_from_db()
    quay = cast.a_meeting("quay", name="Quay Side", day=0, starts_at=time(9, 30), city="Leeds")
    meeting_choices.choose(client=ana, meeting=lantern, by=cast.BY, now=cast.NOW)
    meeting_plans.plan_meeting(
        client=ana, meeting=lantern, held_on=cast.day("2026-03-03"), by=cast.BY, now=cast.NOW
    )
    meeting_plans.plan_meeting(
        client=ana, meeting=quay, held_on=cast.day("2026-03-09"), by=cast.BY, now=cast.NOW
    )
    assert lines(kay.opens("slip", ana, weeks="2", empty="0")) == [
        "Tue 3 Mar 2026 19:00 Lantern Street Lantern Hall",
        "Mon 9 Mar 2026 09:30 Quay Side Leeds",
        "Tue 10 Mar 2026 19:00 Lantern Street Lantern Hall",
    ]


def test_it_has_room_for_what_comes_up(kay: Staff, ana: Client) -> None:
    page = kay.opens("slip", ana)
    assert lines(page) == []
    assert len(page.elements("tr")) == 1 + 4
    assert "Nothing to sign for yet" in kay.opens("slip", ana, weeks="1", empty="0").text


def test_it_says_no_more_than_is_asked_for(kay: Staff, ana: Client) -> None:
    def named(**asked: str) -> list[str]:
        return kay.opens("slip", ana, weeks="1", empty="4", **asked).texts("p", class_="strong")

    assert kay.opens("slip", ana).texts("p", class_="strong") == ["Ana M."]
    assert named(called="full", clinic="on") == ["Ana Madeup, Riverside"]
    assert named(called="reference") == ["A1"]
    assert named(called="nobody") == []


def test_whatever_cannot_be_is_as_at_first(kay: Staff, ana: Client) -> None:
    page = kay.opens("slip", ana, weeks="99999999", empty="-1", called="<b>", clinic="?")
    assert page.status == 200
    assert len(page.elements("tr")) == 1 + 4


def test_what_is_held_no_more_needs_no_signature(kay: Staff, ana: Client, lantern: Meeting) -> None:
    meeting_choices.choose(client=ana, meeting=lantern, by=cast.BY, now=cast.NOW)
    lantern.closed_on = cast.TODAY
    lantern.save(update_fields=["closed_on"])
    assert lines(kay.opens("slip", ana)) == []
