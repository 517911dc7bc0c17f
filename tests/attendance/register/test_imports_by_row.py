"""Rows of pauses and check-ins taken in together leave what the verbs would have left, in far fewer queries."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.register import pausing
from attendance.register.models import Answer, Pause, Source
from clinic import events
from clinic.actors import Actor
from clinic.models import AuditEntry
from tests import cast
from tests.cast import NOW, day
from tests.spreadsheets import Spreadsheet, counts
from tests.stories import stories

pytestmark = pytest.mark.django_db

BY = Actor.command("import_csv")
PAUSES = [("2026-01-05", "2026-01-11"), ("2026-02-02", "2026-02-02"), ("2026-02-16", "2026-06-14")]
WEEKS = ["2026-01-05", "2026-02-09", "2026-03-02"]
PEOPLE = [f"S{number}" for number in range(12)]


@pytest.fixture
def people(clinic, other_clinic):
    """The same dozen in both clinics: by the first clinic's spreadsheet and by the second's verbs."""
    for one in (clinic, other_clinic):
        for reference in PEOPLE:
            cast.a_client(one, reference)
    return list(other_clinic.clients.all())


def test_pauses_leave_the_very_same(clinic, other_clinic, people, tmp_path):
    rows = [
        {"reference": reference, "starts_on": starts_on, "ends_on": ends_on, "reason": "holiday"}
        for reference in PEOPLE
        for starts_on, ends_on in PAUSES
    ]
    assert Spreadsheet("pauses", tmp_path).write(*rows).take_in().summary == counts(36, added=36)
    with transaction.atomic(), events.gathered():
        for client in people:
            for starts_on, ends_on in PAUSES:
                pausing.pause(
                    client=client,
                    starts_on=day(starts_on),
                    ends_on=day(ends_on),
                    reason="holiday",
                    by=BY,
                    now=NOW,
                )
    assert stories(clinic) == stories(other_clinic)


def test_check_ins_leave_the_very_same(clinic, other_clinic, people, tmp_path):
    rows = [
        {"reference": reference, "week": week, "answer": "did_not_go"}
        for reference in PEOPLE
        for week in WEEKS
    ]
    assert Spreadsheet("checkins", tmp_path).write(*rows).take_in().summary == counts(36, added=36)
    with transaction.atomic(), events.gathered():
        for client in people:
            for week in WEEKS:
                pausing.check_in(
                    client=client,
                    week=day(week),
                    answer=Answer.DID_NOT_GO,
                    source=Source.CLIENT,
                    by=BY,
                    now=NOW,
                )
    assert stories(clinic) == stories(other_clinic)


def test_the_same_fact_twice_in_a_file_is_one(sam, tmp_path):
    week = {"reference": "S1", "week": "2026-02-02", "answer": "did_not_go"}
    assert Spreadsheet("checkins", tmp_path).write(week, week).take_in().summary == counts(
        2, added=1, already=1
    )
    days = {"reference": "S1", "starts_on": "2026-02-02", "ends_on": "2026-02-08"}
    rows = [{**days, "reason": reason} for reason in ("holiday", "holiday", "custody", "custody", "holiday")]
    ran = Spreadsheet("pauses", tmp_path).write(*rows).take_in()
    assert ran.summary == counts(5, added=1, already=2, rejected=2)
    assert Pause.objects.get().reason == "holiday"


def test_a_file_that_says_two_things_of_one_pause_is_asked_which_and_settles_down(sam, tmp_path):
    """Each would undo the other at every import."""
    days = {"reference": "S1", "starts_on": "2026-02-02", "ends_on": "2026-02-08"}
    sheet = Spreadsheet("pauses", tmp_path).write(
        {**days, "reason": "holiday"}, {**days, "reason": "hospital"}
    )
    assert sheet.take_in().summary == counts(2, added=1, rejected=1)
    assert sheet.why == [
        "Row 3, reason 'hospital': row 2 says 'holiday' of the same days: keep one of the two."
    ]
    assert sheet.take_in().summary == counts(2, already=1, rejected=1)
    assert list(AuditEntry.objects.filter(subject="pause").values_list("verb", flat=True)) == [
        "pause.entered"
    ]


def test_a_row_that_is_refused_says_nothing_against_a_good_one(sam, tmp_path):
    days = {"reference": "S1", "starts_on": "2026-02-02", "ends_on": "2026-02-08"}
    sheet = Spreadsheet("pauses", tmp_path).write(
        {**days, "reason": "x" * 400}, {**days, "reason": "holiday"}
    )
    assert sheet.take_in().summary == counts(2, added=1, rejected=1)
    assert Pause.objects.get().reason == "holiday"


def test_what_is_refused_leaves_the_others_together(sam, tmp_path):
    days = [("2026-02-02", "2026-02-08"), ("2026-02-08", "2026-02-02"), ("2026-02-09", "2026-02-09")]
    rows = [
        {"reference": "S1", "starts_on": starts_on, "ends_on": ends_on, "reason": "x" * length}
        for starts_on, ends_on in days
        for length in (300, 301)
    ]
    sheet = Spreadsheet("pauses", tmp_path).write(*rows)
    assert sheet.take_in().summary == counts(6, added=2, rejected=4)
    assert [why.partition(",")[0] for why in sheet.why] == ["Row 3", "Row 4", "Row 5", "Row 7"]


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("pauses", {"starts_on": "2026-02-02", "ends_on": "2026-02-08", "reason": "holiday"}),
        ("checkins", {"week": "2026-02-02", "answer": "did_not_go"}),
    ],
)
def test_many_cost_the_queries_of_one(people, tmp_path, kind, cells):
    def queries_of(people: list[str], clinic: str) -> int:
        sheet = Spreadsheet(kind, tmp_path).write(*({"reference": one, **cells} for one in people))
        with CaptureQueriesContext(connection) as queries:
            assert sheet.take_in(clinic=clinic).summary["rejected"] == 0
        return len(queries)

    for _ in ("at first", "again"):
        assert queries_of(PEOPLE[:1], "riverside") == queries_of(PEOPLE, "hillside")
