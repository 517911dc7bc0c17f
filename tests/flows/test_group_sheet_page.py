"""Kay takes Ana and Ben along to Lantern Street, and ticks who came on one sheet."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from attendance.register import meeting_choices, meeting_plans, recording
from attendance.register.models import Attendance, Source
from clinic.actors import Actor
from clinic.effects import UNDONE
from clinic.models import AuditEntry, Client
from tests import cast
from tests.flows.browsing import Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

# Lantern Street is held on Tuesdays; today is Monday 2 March 2026.
TUESDAY, BEFORE = "2026-02-24", "2026-02-17"


@pytest.fixture
def zoe(kay: Staff) -> Client:
    """Zoe, Kay's client, who was taken in on the day before that Tuesday."""
    return cast.a_client(
        kay.clinic, "Z1", intake_on="2026-02-23", first_name="Zoe", last_name="Madeup", keyworker=kay.user
    )


def sends(by: Staff, meeting: Meeting, *ticks: tuple[Client, str], on: str = TUESDAY, **values: Any) -> Page:
    came = [f"{client.pk}-{source}" for client, source in ticks]
    return by.sends(by.address("group_sheet", meeting.pk), on=on, came=came, **values)


def sheet(by: Staff, meeting: Meeting, **query: Any) -> Page:
    return by.opens("group_sheet", meeting.pk, **query)


def names(page: Page) -> list[str]:
    return page.texts("th", scope="row")


def said(client: Client) -> list[list[str]]:
    """By standing attendance of the client's whose word there is."""
    held = client.attendances.filter(voided_at__isnull=True)
    return [[report.source for report in one.reports.all()] for one in held]


def test_it_opens_on_the_last_holding_and_leads_to_the_one_before(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    page = sheet(kay, lantern)
    assert "Tuesday 24 February 2026" in page.text
    address = kay.address("group_sheet", lantern.pk)
    assert f"{address}?on={BEFORE}&who=mine" in page.links
    assert f"{address}?on={TUESDAY}&who=mine" in sheet(kay, lantern, on=BEFORE).links
    assert address in kay.opens("group", lantern.pk).links


def test_kay_ticks_by_slip_and_by_word_and_undoes_the_sheet(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting
) -> None:
    page = sends(kay, lantern, (ana, "slip"), (ben, "client"), (ben, "keyworker"))
    assert "Lantern Street, 24 February 2026: recorded for 2." in page.text
    assert said(ana) == [["slip"]]
    assert said(ben) == [["client", "keyworker"]]
    assert [str(one.meeting) for one in ana.attendances.all()] == ["Lantern Street"]
    assert "Ana Madeup, signed slip: recorded by kay" in page.text
    assert len(page.elements("input", name="came")) == 3, (
        "what is known is ticked, and cannot be ticked again"
    )
    back = kay.sends(
        kay.address("group_sheet", lantern.pk),
        on=TUESDAY,
        take_back=[dict(one.attributes)["value"] for one in page.elements("input", name="take_back")],
    )
    assert "Taken back: 2." in back.text
    assert said(ana) == said(ben) == []
    assert Attendance.objects.filter(void_reason=UNDONE).count() == 2


def test_undoing_the_sheet_leaves_what_others_have_told_since(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting
) -> None:
    page = sends(kay, lantern, (ana, "slip"), (ben, "slip"))
    recording.record(
        client=ben,
        attended_on=cast.day(TUESDAY),
        source=Source.CLIENT,
        meeting=lantern,
        by=cast.BY,
        now=cast.NOW,
    )
    back = kay.sends(
        kay.address("group_sheet", lantern.pk),
        on=TUESDAY,
        take_back=[dict(one.attributes)["value"] for one in page.elements("input", name="take_back")],
    )
    assert "Taken back: 1." in back.text
    assert "Ben Madeup: Others have told of this meeting since" in back.text
    assert said(ana) == []
    assert said(ben) == [["slip", "client"]]


def test_the_same_ticks_twice_are_the_same_attendance(kay: Staff, ana: Client, lantern: Meeting) -> None:
    sends(kay, lantern, (ana, "slip"))
    before = everything()
    page = sends(kay, lantern, (ana, "slip"))
    assert "nothing new for 1" in page.text
    assert everything() == before
    assert page.elements("input", name="take_back") == [], "the first sheet's is not the second's to undo"


def test_a_slip_adds_its_word_to_what_the_client_said(kay: Staff, ana: Client, lantern: Meeting) -> None:
    recording.record(
        client=ana, attended_on=cast.day(TUESDAY), source=Source.CLIENT, by=cast.BY, now=cast.NOW
    )
    assert "Ana Madeup, their word: recorded by" in sheet(kay, lantern).text, (
        "a meeting not named may be this one"
    )
    page = sends(kay, lantern, (ana, "slip"))
    assert "one more word for 1 known already" in page.text
    assert said(ana) == [["client", "slip"]]
    assert page.elements("input", name="take_back") == []


def test_the_likely_ones_come_first_with_the_reason(
    kay: Staff, ana: Client, ben: Client, zoe: Client, lantern: Meeting
) -> None:
    ida = cast.a_client(kay.clinic, "I1", first_name="Ida", last_name="Madeup", keyworker=kay.user)
    lantern.refresh_from_db()
    recording.record(
        client=ben,
        attended_on=cast.day(BEFORE),
        source=Source.SLIP,
        meeting=lantern,
        by=cast.BY,
        now=cast.NOW,
    )
    meeting_choices.choose(client=zoe, meeting=lantern, by=cast.BY, now=cast.NOW)
    earlier = cast.NOW.replace(month=2, day=20)
    meeting_plans.plan_meeting(
        client=ida, meeting=lantern, held_on=cast.day(TUESDAY), by=cast.BY, now=earlier
    )
    assert names(sheet(kay, lantern)) == [
        "Ida Madeup meant to go",
        "Zoe Madeup chose this meeting",
        "Ben Madeup was here lately",
        "Ana Madeup",
    ]


def test_only_who_was_a_client_on_that_day(kay: Staff, ana: Client, zoe: Client, lantern: Meeting) -> None:
    assert names(sheet(kay, lantern)) == ["Ana Madeup", "Zoe Madeup"]
    assert names(sheet(kay, lantern, on=BEFORE)) == ["Ana Madeup"]
    page = sends(kay, lantern, (ana, "slip"), (zoe, "slip"), on=BEFORE)
    assert "Zoe Madeup: 17 February 2026 is before intake on 23 February 2026." in page.text
    assert "recorded for 1" in page.text


def test_another_day_of_the_week_needs_a_second_word(kay: Staff, ana: Client, lantern: Meeting) -> None:
    wednesday = "2026-02-25"
    assert "is a Wednesday" in sheet(kay, lantern, on=wednesday).text
    before = everything()
    page = sends(kay, lantern, (ana, "slip"), on=wednesday)
    assert page.status == 422
    assert "Lantern Street is held on Tuesdays, and 25 February 2026 is a Wednesday." in page.text
    assert everything() == before
    ticked = [dict(one.attributes)["value"] for one in page.elements("input", name="came", checked="")]
    assert ticked == [f"{ana.pk}-slip"], "what was ticked is not lost"
    sends(kay, lantern, (ana, "slip"), on=wednesday, anyway="on")
    assert said(ana) == [["slip"]]


@pytest.mark.parametrize(
    ("on", "came", "why"),
    [
        (TUESDAY, [], "Tick who came first."),
        ("2026-03-03", ["{ana}-slip"], "is in the future"),
        ("soon", ["{ana}-slip"], "Use a date such as"),
        ("", ["{ana}-slip"], "required"),
        (TUESDAY, ["{ana}-contact"], "no client here any more"),
        (TUESDAY, ["{ana}"], "no client here any more"),
        (TUESDAY, ["999999999-slip"], "no client here any more"),
        (TUESDAY, ["{hugo}-slip"], "no client here any more"),
        (TUESDAY, ["9" * 40 + "-slip"], "no client here any more"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    kay: Staff, ana: Client, hugo: Client, lantern: Meeting, on: str, came: list[str], why: str
) -> None:
    before = everything()
    named = [one.format(ana=ana.pk, hugo=hugo.pk) for one in came]
    page = kay.sends(kay.address("group_sheet", lantern.pk), on=on, came=named)
    assert why in page.text
    assert everything() == before


def test_nobody_takes_back_what_is_another_clinics(
    kay: Staff, hugo: Client, ana: Client, lantern: Meeting
) -> None:
    elsewhere = recording.record(
        client=hugo, attended_on=cast.day(TUESDAY), source=Source.SLIP, by=cast.BY, now=cast.NOW
    ).attendance
    page = kay.sends(kay.address("group_sheet", lantern.pk), on=TUESDAY, take_back=[elsewhere.pk, "x"])
    assert "That was taken back already." in page.text
    assert said(hugo) == [["slip"]]


def test_the_sheet_takes_back_what_was_ticked_on_it_and_nothing_else(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting
) -> None:
    """A number out of an address is nobody's word: another day's, another's, or another meeting's stays."""
    of_another_day, of_somebody_else, without_a_meeting = (
        recording.record(
            client=client, attended_on=cast.day(day), source=Source.SLIP, meeting=meeting, by=by, now=cast.NOW
        ).attendance
        for client, day, meeting, by in (
            (ana, "2026-02-17", lantern, Actor.staff(kay.user)),
            (ana, TUESDAY, lantern, cast.BY),
            (ben, TUESDAY, None, Actor.staff(kay.user)),
        )
    )
    before = everything()
    for row in (of_another_day, of_somebody_else, without_a_meeting):
        back = kay.sends(kay.address("group_sheet", lantern.pk), on=TUESDAY, take_back=[row.pk])
        assert "That was taken back already." in back.text
    assert (
        "Press the button of the sheet."
        in kay.sends(
            kay.address("group_sheet", lantern.pk), on="9999-01-01", take_back=[of_another_day.pk]
        ).text
    )
    assert everything() == before


def test_a_clinics_own_meeting_and_one_that_there_is_not(kay: Staff, hal: Staff, lantern: Meeting) -> None:
    assert hal.opens("group_sheet", lantern.pk).status == 200, "the directory is everybody's"
    assert kay.opens("group_sheet", 999_999).status == 404


def test_everybody_of_three_hundred_is_on_it_at_a_fixed_price(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as asked:
            sheet(kay, lantern)
        return len(asked)

    for_one = price()
    for number in range(30):
        cast.a_client(kay.clinic, f"M{number}", first_name=f"Many{number}", keyworker=kay.user)
    assert price() == for_one
    assert len(names(sheet(kay, lantern))) == 31


def test_each_tick_is_in_the_audit_trail(kay: Staff, ana: Client, ben: Client, lantern: Meeting) -> None:
    sends(kay, lantern, (ana, "slip"), (ben, "slip"))
    written = AuditEntry.objects.filter(verb="attendance.added", user=kay.user)
    assert sorted(one.client_id for one in written if one.client_id) == sorted([ana.pk, ben.pk])
