"""Two people, or two workers, with spreadsheets at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from attendance.register.models import Attendance
from attendance.spreadsheets import uploading, working
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic, Spreadsheet, SpreadsheetState
from tests import cast
from tests.at_once import at_once
from tests.cast import NOW, TODAY
from tests.spreadsheets import a_sender, a_spreadsheet_checked, a_spreadsheet_taken_in, goes_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
COLUMNS = ["reference", "attended_on", "source"]
State = SpreadsheetState


@pytest.fixture(autouse=True)
def concurrent(require_postgresql: None) -> None:
    """Real transactions."""


@pytest.fixture
def senders(clinic: Clinic) -> list[Actor]:
    """Mo and Lena of Riverside."""
    return [a_sender(clinic, name) for name in ("mo", "lena")]


def rows(days: int = 30) -> list[list[str]]:
    """Twenty clients went on each of some days."""
    return [
        [f"C{number}", str(TODAY - timedelta(days=day)), "slip"]
        for number in range(20)
        for day in range(days)
    ]


@pytest.fixture
def crowd(clinic: Clinic) -> None:
    """They are clients."""
    for number in range(20):
        cast.a_client(clinic, f"C{number}")


def works(held: Spreadsheet) -> object:
    return lambda: working.work(held.pk, lambda: NOW, lambda: True)


def test_the_same_file_by_two_people_is_on_record_once(clinic, crowd, senders):
    held = [a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(), by=by) for by in senders]
    for one, by in zip(held, senders, strict=True):
        uploading.take_in(spreadsheet=one, by=by, now=NOW)
    at_once(*map(works, held))
    both = [goes_on(one) for one in held]
    assert Attendance.objects.count() == sum(one.added for one in both) == 600
    assert sum(one.already for one in both) == 600
    assert sum(one.effects.count() for one in both) == 600


def test_the_same_newcomers_by_two_people_are_taken_in_once(clinic, senders):
    columns = [["reference", "intake_on"], *([f"N{number}", "2026-01-07"] for number in range(50))]
    held = [a_spreadsheet_checked(clinic, "clients", *columns, by=by) for by in senders]
    for one, by in zip(held, senders, strict=True):
        uploading.take_in(spreadsheet=one, by=by, now=NOW)
    at_once(*map(works, held))
    both = [goes_on(one) for one in held]
    assert sorted(one.added for one in both) == [0, 50]
    assert clinic.clients.count() == 50


def test_two_workers_with_one_spreadsheet_do_each_row_once(clinic, crowd, senders):
    held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(), by=senders[0])
    uploading.take_in(spreadsheet=held, by=senders[0], now=NOW)
    at_once(works(held), works(held))
    goes_on(held)
    assert (held.state, held.added, held.done) == (State.TAKEN_IN, 600, 600)
    assert Attendance.objects.count() == held.effects.count() == 600


def test_of_two_who_take_it_back_one_wins_and_it_is_taken_back_once(clinic, crowd, senders):
    held = a_spreadsheet_taken_in(clinic, "attendance", COLUMNS, *rows(5), by=senders[0])

    def takes_back(by: Actor) -> object:
        def act() -> str:
            try:
                uploading.take_back(spreadsheet=Spreadsheet.objects.get(pk=held.pk), by=by, now=NOW)
            except Refused as refusal:
                return refusal.sentence
            return ""

        return act

    assert sorted(at_once(*map(takes_back, senders))) == ["", uploading.ELSEWHERE]
    at_once(works(held), works(held))
    goes_on(held)
    assert held.state == State.TAKEN_BACK
    assert Attendance.objects.filter(voided_at__isnull=False).count() == 100
    assert clinic.audit_entries.filter(verb="attendance.voided").count() == 100


def test_whoever_takes_it_in_and_whoever_puts_it_aside_at_once_cannot_both(clinic, crowd, senders):
    held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(1), by=senders[0])

    def tried(verb) -> object:
        def act() -> bool:
            try:
                verb(spreadsheet=Spreadsheet.objects.get(pk=held.pk), by=senders[0], now=NOW)
            except Refused:
                return False
            return True

        return act

    took_in, _ = at_once(tried(uploading.take_in), tried(uploading.stop))
    held.refresh_from_db()
    assert held.state == (State.STOPPED if took_in else State.PUT_ASIDE)
    assert not Attendance.objects.exists()
    assert connection.vendor == "postgresql"
