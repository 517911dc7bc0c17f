"""The spreadsheet of follow-up interviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic import interviews
from clinic.actors import Actor
from clinic.interviews import Answers
from clinic.models import Interview, InterviewKind
from tests import cast
from tests.cast import NOW, TODAY, day
from tests.spreadsheets import Spreadsheet, counts
from tests.stories import stories

pytestmark = pytest.mark.django_db

BY = Actor.command("import_csv")
HELD: dict[str, str] = {"reference": "S1", "kind": "8m", "held_on": "2026-02-10"}
FULL = {
    **HELD,
    "used_alcohol": "no",
    "used_drugs": "Yes",
    "attendance": "Weekly_or_more",
    "controlled_use_impossible": "4",
}
Write = Callable[..., Spreadsheet]


@pytest.fixture
def sheet(sam: Any, tmp_path: Any) -> Write:
    """Writes a spreadsheet of interviews."""
    return lambda *rows: Spreadsheet("interviews", tmp_path).write(*rows)


def on_record() -> Answers:
    return interviews.answers_of(Interview.objects.get(voided_at__isnull=True))


def test_every_column_arrives_and_again_changes_nothing(sheet: Write) -> None:
    rows = sheet(FULL, {**HELD, "kind": "24M", "held_on": "2026-02-11"})
    assert rows.take_in().summary == counts(2, added=2)
    assert interviews.answers_of(Interview.objects.get(kind="8m")) == Answers(
        False, True, "weekly_or_more", 4
    )
    assert interviews.answers_of(Interview.objects.get(kind="24m")) == Answers()
    assert rows.take_in().summary == counts(2, already=2)
    assert Interview.objects.count() == 2


def test_an_empty_cell_erases_nothing_and_a_new_answer_is_added(sheet: Write) -> None:
    sheet(FULL).take_in()
    assert sheet(HELD).take_in().summary == counts(1, already=1)
    more = sheet({**HELD, "used_alcohol": "yes"})
    assert more.take_in().summary == counts(1, changed=1)
    assert on_record() == Answers(True, True, "weekly_or_more", 4)
    assert more.take_in().summary == counts(1, already=1)
    # What stood stays on record, and an earlier file read again puts it back: each says what it says.
    assert Interview.objects.filter(voided_at__isnull=False).count() == 1
    assert sheet(FULL).take_in().summary == counts(1, changed=1)


def test_two_rows_may_complete_each_other_but_not_contradict(sheet: Write) -> None:
    parts = sheet({**HELD, "used_alcohol": "no"}, {**HELD, "used_drugs": "no"})
    first = parts.take_in()
    assert first.summary == counts(2, added=1, changed=1)
    assert on_record() == Answers(False, False)
    assert parts.take_in().summary == counts(2, already=2)
    against = sheet({**HELD, "used_alcohol": "no"}, {**HELD, "used_alcohol": "yes"})
    for _ in range(2):
        assert against.take_in().summary == counts(2, already=1, rejected=1)
        assert against.why == ["Row 3: row 2 says otherwise of the same interview: keep one of the two."]


def test_what_staff_have_struck_out_or_put_right_stays_so(sheet: Write) -> None:
    rows = sheet(FULL)
    rows.take_in()
    staff = {"by": cast.BY, "now": NOW}
    right = interviews.correct(
        interview=Interview.objects.get(),
        kind=InterviewKind.EIGHT_MONTHS,
        held_on=day("2026-02-10"),
        answers=Answers(used_alcohol=True),
        reason="Misheard.",
        **staff,
    )
    assert rows.take_in().summary == counts(1, already=1)
    assert on_record() == Answers(used_alcohol=True)
    interviews.void(interview=right, reason="It was Ben.", **staff)
    assert rows.take_in().summary == counts(1, already=1)
    assert not Interview.objects.filter(voided_at__isnull=True).exists()


def test_one_moved_to_another_day_does_not_come_back(sheet: Write) -> None:
    rows = sheet(FULL)
    rows.take_in()
    interviews.correct(
        interview=Interview.objects.get(),
        kind=InterviewKind.EIGHT_MONTHS,
        held_on=day("2026-02-12"),
        answers=Answers(used_alcohol=True),
        reason="Another day.",
        by=cast.BY,
        now=NOW,
    )
    assert rows.take_in().summary == counts(1, already=1)
    assert Interview.objects.get(voided_at__isnull=True).held_on == day("2026-02-12")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"reference": "X9"}, "Row 2, reference 'X9': There is no client 'X9' in this clinic."),
        ({"kind": "9m"}, "Row 2, kind '9m': '9m' is not one of 8m, 24m."),
        ({"kind": ""}, "Row 2, kind '': it is empty, and every row needs it."),
        ({"held_on": ""}, "Row 2, held_on '': it is empty, and every row needs it."),
        (
            {"held_on": "10/02/2026"},
            "Row 2, held_on '10/02/2026': '10/02/2026' is not a date: write it YYYY-MM-DD.",
        ),
        (
            {"held_on": "2026-03-03"},
            "Row 2, held_on '2026-03-03': 2026-03-03 is in the future: today is 2026-03-02.",
        ),
        (
            {"held_on": "2026-01-06"},
            "Row 2, held_on '2026-01-06': 2026-01-06 is before intake on 2026-01-07.",
        ),
        ({"used_alcohol": "maybe"}, "Row 2, used_alcohol 'maybe': 'maybe' is neither yes nor no."),
        ({"used_drugs": "1"}, "Row 2, used_drugs '1': '1' is neither yes nor no."),
        (
            {"attendance": "daily"},
            "Row 2, attendance 'daily': 'daily' is not one of none, less_than_weekly, weekly_or_more.",
        ),
        (
            {"controlled_use_impossible": "6"},
            "Row 2, controlled_use_impossible '6': Controlled use impossible is 6: it goes from 1 to 5.",
        ),
        ({"controlled_use_impossible": "4.5"}, "'4.5' is not a whole number."),
    ],
)
def test_rejected_with_row_column_and_value(sheet: Write, cells: dict[str, str], why: str) -> None:
    rows = sheet({**FULL, **cells}, {**FULL, "kind": "24m"})
    ran = rows.take_in()
    assert (ran.code, ran.summary) == (1, counts(2, added=1, rejected=1))
    assert why in rows.why[0]
    assert Interview.objects.get().kind == "24m"


def test_a_client_of_another_clinic_is_unknown_and_a_dry_run_writes_nothing(
    sheet: Write, other_clinic: Any
) -> None:
    cast.a_client(other_clinic, "H1")
    assert sheet({**FULL, "reference": "H1"}).take_in().summary == counts(1, rejected=1)
    assert sheet(FULL).take_in("--dry-run").summary == counts(1, added=1)
    assert not Interview.objects.exists()


def test_many_rows_leave_what_the_verb_leaves_in_the_queries_of_one(
    clinic: Any, other_clinic: Any, tmp_path: Any
) -> None:
    people = [f"S{number}" for number in range(12)]
    for one in (clinic, other_clinic):
        for reference in people:
            cast.a_client(one, reference)
    rows = [{**FULL, "reference": reference} for reference in people]
    ran = Spreadsheet("interviews", tmp_path).write(*rows).take_in()
    assert ran.summary == counts(12, added=12)
    with transaction.atomic():
        for client in other_clinic.clients.all():
            interviews.record(
                client=client,
                kind=InterviewKind.EIGHT_MONTHS,
                held_on=day("2026-02-10"),
                answers=Answers(False, True, "weekly_or_more", 4),
                by=BY,
                now=NOW,
            )
    assert stories(clinic) == stories(other_clinic)

    def queries_of(references: list[str]) -> int:
        again = [{**HELD, "reference": one, "held_on": TODAY.isoformat()} for one in references]
        with CaptureQueriesContext(connection) as queries:
            Spreadsheet("interviews", tmp_path).write(*again).take_in()
        return len(queries)

    assert queries_of(people[:1]) == queries_of(people[1:])
