"""Where Sam usually goes: what a press on a day stands for."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.register import correcting, usual
from clinic.models import Client
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db

LONDON = "Europe/London"


@pytest.fixture
def tuesdays(db: None) -> Meeting:
    return cast.a_meeting("tuesdays", day=1, starts_at=time(19))


@pytest.fixture
def new_on_tuesdays(db: None) -> Meeting:
    return cast.a_meeting("new-on-tuesdays", day=1, starts_at=time(12))


def names(client: Client) -> list[str]:
    return [meeting.slug for meeting in usual.meetings_of([client.pk], client.clinic)[client.pk]]


def test_the_last_comes_first_each_once(sam, went, tuesdays, new_on_tuesdays):
    went("2026-02-03", meeting=tuesdays)
    went("2026-02-10", meeting=new_on_tuesdays)
    assert names(sam) == ["new-on-tuesdays", "tuesdays"]
    went("2026-02-17", meeting=tuesdays)
    assert names(sam) == ["tuesdays", "new-on-tuesdays"]


def test_what_was_recorded_last_counts_where_two_were_on_one_day(sam, went, tuesdays, new_on_tuesdays):
    went("2026-02-03", meeting=tuesdays)
    went("2026-02-03", meeting=new_on_tuesdays)
    assert names(sam) == ["new-on-tuesdays", "tuesdays"]


def test_what_was_struck_out_is_forgotten(sam, went, tuesdays):
    went("2026-02-03")
    held = went("2026-02-10", meeting=tuesdays).attendance
    assert names(sam) == ["tuesdays"]
    correcting.void(attendance=held, reason="It was Ben.", by=BY, now=NOW)
    assert names(sam) == []


def test_two_queries_however_many_clients(went, tuesdays, clinic):
    clients = [cast.a_client(clinic, f"U{number}") for number in range(5)]
    for client in clients:
        went("2026-02-03", client=client, meeting=tuesdays)
    for asked in ([clients[0].pk], [client.pk for client in clients]):
        with CaptureQueriesContext(connection) as queries:
            found = usual.meetings_of(asked, clinic)
        assert (len(queries), [len(found[pk]) for pk in asked]) == (2, [1] * len(asked))


def test_a_day_stands_for_the_last_meeting_held_on_it(tuesdays, new_on_tuesdays):
    fridays = cast.a_meeting("fridays", day=4)
    known = [fridays, new_on_tuesdays, tuesdays]
    assert usual.meeting_on(known, day("2026-03-03"), LONDON) == new_on_tuesdays
    assert usual.meeting_on(known, day("2026-03-06"), LONDON) == fridays, "its day is known, its time is not"
    assert usual.meeting_on(known, day("2026-03-04"), LONDON) is None
    assert usual.meeting_on([], day("2026-03-03"), LONDON) is None


def test_one_by_appointment_stands_for_no_day(noon, tuesdays):
    assert usual.meeting_on([noon, tuesdays], day("2026-03-03"), LONDON) == tuesdays
    assert usual.meeting_on([noon], day("2026-03-03"), LONDON) is None


def test_one_that_is_not_held_at_present_stands_for_none(tuesdays, new_on_tuesdays):
    new_on_tuesdays.attendance_option = AttendanceOption.INACTIVE
    assert usual.meeting_on([new_on_tuesdays, tuesdays], day("2026-03-03"), LONDON) == tuesdays


def test_one_that_has_left_its_feed_stands_only_for_days_before(tuesdays):
    tuesdays.closed_on = day("2026-02-24")
    assert usual.meeting_on([tuesdays], day("2026-02-17"), LONDON) == tuesdays
    assert usual.meeting_on([tuesdays], day("2026-02-24"), LONDON) is None


def test_of_a_day_are_those_that_may_be_held_then_and_those_by_appointment(tuesdays, new_on_tuesdays):
    asked = cast.a_meeting("asked")
    left = cast.a_meeting("left", day=1, starts_at=time(9), closed_on=day("2026-02-17"))
    rests = cast.a_meeting("rests", day=1, starts_at=time(9), attendance_option=AttendanceOption.INACTIVE)
    all_of_them = [asked, left, rests, tuesdays, new_on_tuesdays]
    assert usual.held_on(all_of_them, day("2026-02-10"), LONDON) == [asked, left, tuesdays, new_on_tuesdays]
    assert usual.held_on(all_of_them, day("2026-02-17"), LONDON) == [asked, tuesdays, new_on_tuesdays]
    assert usual.held_on(all_of_them, day("2026-02-18"), LONDON) == [asked]
    assert usual.meeting_on(all_of_them, day("2026-02-10"), LONDON) == left, (
        "an appointment stands for no day"
    )
