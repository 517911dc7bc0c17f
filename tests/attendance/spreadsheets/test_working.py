"""The work on a spreadsheet: some rows at a time, by whichever worker, from where the last one left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.db import IntegrityError

from attendance import tasks
from attendance.register.imports import ATTENDANCE
from attendance.register.models import Attendance
from attendance.spreadsheets import browsing, uploading, working
from attendance.spreadsheets.kinds import KINDS
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client, Clinic, Spreadsheet, SpreadsheetFile, SpreadsheetProblem, SpreadsheetState
from tests import cast
from tests.cast import NOW, TODAY
from tests.spreadsheets import (
    a_spreadsheet_checked,
    a_spreadsheet_taken_in,
    a_spreadsheet_to_match,
    goes_on,
    is_matched,
    is_taken_back,
)

pytestmark = pytest.mark.django_db
COLUMNS = ["reference", "attended_on", "source"]
State = SpreadsheetState


@pytest.fixture
def crowd(clinic: Clinic) -> list[Client]:
    """Five clients, of whom a file may tell more rows than are taken in at once."""
    return [cast.a_client(clinic, f"C{number}") for number in range(5)]


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of two rows, so that a short file has several."""
    small = type(ATTENDANCE)(ATTENDANCE.columns, ATTENDANCE.take, rows_at_once=2)
    kind = KINDS["attendance"]
    monkeypatch.setitem(KINDS, "attendance", type(kind)(kind.title, kind.about, small, kind.ledger))
    monkeypatch.setattr(working, "UNDONE_AT_ONCE", 2)


def rows(clients: list[Client], days: int = 2) -> list[list[str]]:
    """Each client went on some days, the same for all."""
    return [
        [client.reference, str(TODAY - timedelta(days=day)), "slip"]
        for day in range(days)
        for client in clients
    ]


def a_portion(held: Spreadsheet) -> bool:
    """A worker that has time for one portion."""
    more = working.work(held.pk, lambda: NOW, lambda: False)
    held.refresh_from_db()
    return more


class TestAWorkerThatDied:
    """What it had committed stands, what it had not is nowhere; the next one begins where it ended."""

    def test_checking_goes_on_and_counts_each_row_once(self, clinic, crowd, mo, two_at_once):
        held = a_spreadsheet_to_match(
            clinic, "attendance", COLUMNS, *rows(crowd), ["C1", "soon", "slip"], by=mo
        )
        is_matched(held, mo)
        assert a_portion(held)
        assert (held.state, held.rows, held.added) == (State.CHECKING, 11, 2)
        goes_on(held)
        assert (held.state, held.added, held.rejected) == (State.CHECKED, 10, 1)
        assert not Attendance.objects.exists()

    def test_taking_in_goes_on_and_leaves_each_row_once(self, clinic, crowd, mo, two_at_once):
        held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
        uploading.take_in(spreadsheet=held, by=mo, now=NOW)
        assert a_portion(held)
        assert (held.added, Attendance.objects.count()) == (2, 2)
        goes_on(held)
        assert (held.state, held.added, Attendance.objects.count()) == (State.TAKEN_IN, 10, 10)
        assert held.effects.count() == 10

    def test_taking_back_goes_on(self, clinic, crowd, mo, two_at_once):
        held = a_spreadsheet_taken_in(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
        uploading.take_back(spreadsheet=held, by=mo, now=NOW)
        assert a_portion(held)
        assert Attendance.objects.filter(voided_at__isnull=True).count() == 8
        goes_on(held)
        assert held.state == State.TAKEN_BACK
        assert not Attendance.objects.filter(voided_at__isnull=True).exists()

    def test_in_the_middle_of_a_portion_nothing_of_it_stands(
        self, clinic, crowd, mo, two_at_once, monkeypatch
    ):
        held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
        uploading.take_in(spreadsheet=held, by=mo, now=NOW)
        a_portion(held)

        def dies(*_: object) -> None:
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(working, "_count", dies)
            with pytest.raises(SystemExit):
                a_portion(held)
        held.refresh_from_db()
        assert (held.added, Attendance.objects.count(), held.effects.count()) == (2, 2, 2)
        goes_on(held)
        assert (held.added, Attendance.objects.count()) == (10, 10)

    def test_the_next_tick_finds_what_it_left(self, clinic, crowd, mo, settings, tmp_path):
        settings.CLOCK_FILE = tmp_path / "clock"
        settings.CLOCK_FILE.write_text(NOW.isoformat())
        held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
        uploading.take_in(spreadsheet=held, by=mo, now=NOW)
        assert uploading.unfinished() == [held.pk]
        current_app.conf.task_always_eager = True
        try:
            tasks.go_on_with_spreadsheets()
        finally:
            current_app.conf.task_always_eager = False
        held.refresh_from_db()
        assert (held.state, Attendance.objects.count(), uploading.unfinished()) == (State.TAKEN_IN, 10, [])


def test_a_task_that_runs_twice_does_nothing_the_second_time(clinic, crowd, mo):
    held = a_spreadsheet_taken_in(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
    for _ in range(2):
        assert not a_portion(held)
    assert (held.added, Attendance.objects.count()) == (10, 10)


def test_stopped_half_way_what_went_in_stays_until_it_is_taken_back(clinic, crowd, mo, two_at_once):
    held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
    uploading.take_in(spreadsheet=held, by=mo, now=NOW)
    a_portion(held)
    assert uploading.stop(spreadsheet=held, by=mo, now=NOW)
    assert not a_portion(held)
    assert (held.state, held.added, Attendance.objects.count()) == (State.STOPPED, 2, 2)
    assert not SpreadsheetFile.objects.exists()
    is_taken_back(held, mo)
    assert not Attendance.objects.filter(voided_at__isnull=True).exists()


def test_a_fault_of_the_software_ends_it_with_a_sentence_and_no_values_in_the_log(
    clinic, crowd, mo, monkeypatch, caplog
):
    held = a_spreadsheet_to_match(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
    is_matched(held, mo)

    def breaks(*_: object) -> None:
        raise IntegrityError("Key (reference)=(C1) exists already")

    monkeypatch.setattr(working, "_count", breaks)
    assert not a_portion(held)
    assert (held.state, held.failure) == (State.FAILED, working.FAULT)
    assert "IntegrityError" in caplog.text
    assert "C1" not in caplog.text
    assert not SpreadsheetFile.objects.exists()


def test_a_file_that_goes_on_without_end_is_found_out_by_the_worker(clinic, crowd, mo, monkeypatch):
    monkeypatch.setattr("attendance.spreadsheets.opening.LOOKED_AT", 3)
    monkeypatch.setattr("attendance.spreadsheets.opening.MOST_ROWS", 8)
    held = a_spreadsheet_to_match(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
    is_matched(held, mo)
    assert goes_on(held).state == State.FAILED
    assert held.failure == "The file has more than 8 rows: take it in as several, or by the command."


def test_progress_says_where_nobody_works(clinic, crowd, mo, two_at_once):
    held = a_spreadsheet_to_match(clinic, "attendance", COLUMNS, *rows(crowd), by=mo)
    is_matched(held, mo)
    first = browsing.progress_of(held, NOW + timedelta(minutes=1))
    assert (first.doing, first.whole, first.share, first.silent) == ("Checking the rows", None, None, False)
    assert browsing.progress_of(held, NOW + timedelta(minutes=3)).silent
    a_portion(held)
    assert browsing.progress_of(held, NOW).share == 20


def test_files_go_after_a_week_and_so_do_rejected_rows(clinic, crowd, mo):
    waiting = a_spreadsheet_checked(clinic, "attendance", COLUMNS, ["C1", "x", "slip"], by=mo)
    through = a_spreadsheet_taken_in(clinic, "attendance", COLUMNS, ["C1", "x", "slip"], by=mo)
    uploading.forget_old(NOW + timedelta(days=6))
    assert (SpreadsheetFile.objects.count(), SpreadsheetProblem.objects.count()) == (1, 2)
    uploading.forget_old(NOW + timedelta(days=7))
    assert (SpreadsheetFile.objects.count(), SpreadsheetProblem.objects.count()) == (0, 0)
    waiting.refresh_from_db()
    through.refresh_from_db()
    assert (waiting.state, through.state) == (State.PUT_ASIDE, State.TAKEN_IN)
    with pytest.raises(Refused):
        uploading.take_in(spreadsheet=waiting, by=mo, now=NOW)


def test_ten_thousand_problems_are_sorted_and_paged(clinic, crowd, mo):
    bad = [["C1", f"2026-02-{31 + number % 60}", "slip"] for number in range(3000)]
    worse = [[f"Z{number}", "2026-02-01", "slip"] for number in range(7000)]
    held = a_spreadsheet_checked(clinic, "attendance", COLUMNS, *bad, *worse, by=mo)
    assert held.rejected == 10_000
    groups = browsing.problem_groups(held)
    assert (groups[0].column, groups[0].count) == ("reference", 7000)
    assert sum(group.count for group in groups) == 10_000
    assert browsing.problems_of(held, groups[0].key).count() == 7000
    assert len(list(browsing.rejected_csv(held))) == 10_001


def test_a_staff_member_is_who_did_it(clinic, crowd, mo):
    a_spreadsheet_taken_in(clinic, "attendance", COLUMNS, ["C1", "2026-02-03", "slip"], by=mo)
    (entry,) = clinic.audit_entries.filter(verb="attendance.added")
    assert (entry.actor_kind, entry.actor_name) == (Actor.staff(mo.user).kind, "mo")
