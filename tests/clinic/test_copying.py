"""Rows that are copied are the rows that an INSERT would have written, up to the last letter."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from attendance.register.models import Attendance, Report, Source
from clinic.copying import LEAST_ROWS, as_copied
from clinic.models import AuditEntry
from clinic.writing import fresh, write_new, write_values
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.django_db

SAID = ("at", "actor_kind", "actor_name", "verb", "subject", "subject_id", "fields")
MOMENTS = (
    datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2))),
    datetime(1911, 3, 10, 23, 59, tzinfo=timezone(timedelta(minutes=9, seconds=21))),
    datetime(2200, 12, 31, tzinfo=UTC),
)
TEXTS = (
    "",
    "plain",
    "a\ttab",
    "a\nline",
    "both\r\n",
    "\\",
    r"\N",
    r"\.",
    r"\t \n \\ \x41 \101",
    "'single' \"double\" `back`",
    "{} %s % %% $1",
    "NULL",
    "Zażółć gęślą 日本 🙂 \u2028 \ufeff",
    "\x01\x08\x0b\x0c\x7f",
    " blanks around ",
)


def entry(number: int, text: str) -> tuple[object, ...]:
    fields = [text, "note"] if number % 3 else []
    kind = ("command", "system")[number % 2]
    return MOMENTS[number % 3], kind, text, "said", "client", (None, number, 2**62)[number % 3], fields


def test_every_letter_comes_back_as_from_an_insert():
    rows = [entry(number, TEXTS[number % len(TEXTS)]) for number in range(LEAST_ROWS + 20)]
    many = write_values(AuditEntry, SAID, rows)
    by_one = [number for row in rows for number in write_values(AuditEntry, SAID, [row])]
    held = AuditEntry.objects.in_bulk([*many, *by_one])
    for copied, inserted, row in zip(many, by_one, rows, strict=True):
        values = [getattr(held[copied], name) for name in SAID]
        assert values == [getattr(held[inserted], name) for name in SAID] == list(row)
        assert (held[copied].clinic, held[copied].user, held[copied].rows) == (None, None, None)


def test_the_numbers_are_in_the_order_of_the_rows_and_the_next_row_has_another(sam):
    def went(number: int) -> Attendance:
        return fresh(
            Attendance,
            clinic_id=sam.clinic_id,
            client_id=sam.pk,
            attended_on=TODAY - timedelta(days=number),
            self_only=bool(number % 2),
            recorded_at=NOW,
        )

    rows = [went(number) for number in range(LEAST_ROWS)]
    write_new(rows)
    numbers = [one.pk for one in rows]
    assert numbers == sorted(set(numbers))
    held = Attendance.objects.in_bulk(numbers)
    assert [(held[one.pk].attended_on, held[one.pk].self_only) for one in rows] == [
        (one.attended_on, one.self_only) for one in rows
    ]
    later = went(LEAST_ROWS)
    later.save()
    assert later.pk > numbers[-1]
    assert not any(one._state.adding for one in rows)


def attendance(sam) -> Attendance:
    return Attendance.objects.create(
        clinic=sam.clinic, client=sam, attended_on=TODAY, self_only=True, recorded_at=NOW
    )


def reports(of: int, source: str = Source.CLIENT, note: str = "") -> list[tuple[object, ...]]:
    return [(of, source, note, NOW, "kay")] * LEAST_ROWS


REPORT = ("attendance_id", "source", "note", "reported_at", "reported_by")


def test_what_the_database_refuses_is_refused_as_of_an_insert(sam):
    told = attendance(sam)
    for rows in (reports(told.pk), reports(told.pk, "nobody")):
        with pytest.raises(IntegrityError), transaction.atomic():
            write_values(Report, REPORT, rows)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_values(AuditEntry, ["actor_kind", "verb", "subject"], [("command", "said", "x")] * LEAST_ROWS)
    assert not Report.objects.exists()
    assert not AuditEntry.objects.filter(verb="said").exists()


@transaction.atomic
def write_and_check(rows: list[tuple[object, ...]]) -> None:
    """As at the end of a transaction."""
    write_values(Report, REPORT, rows)
    connection.check_constraints()


def test_a_row_that_refers_to_none_is_refused_when_the_transaction_ends():
    with pytest.raises(IntegrityError):
        write_and_check([(2**40 + row, *rest) for row, (_, *rest) in enumerate(reports(0))])
    assert not Report.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes any text, of any length")
def test_a_text_that_no_column_holds_is_refused_and_the_connection_is_none_the_worse(sam):
    told = attendance(sam)
    with pytest.raises(DataError), transaction.atomic():
        write_values(Report, REPORT, reports(told.pk, note="x" * 501))
    for rows in (reports(told.pk, note="a\0b"), reports(told.pk, note="a\0b")[:1]):
        with pytest.raises(ValueError, match="cannot contain NUL"), transaction.atomic():
            write_values(Report, REPORT, rows)
    for rows in (reports(told.pk, note="\ud800"), reports(told.pk, note="\ud800")[:1]):
        with pytest.raises(UnicodeEncodeError), transaction.atomic():
            write_values(Report, REPORT, rows)
    assert not Report.objects.exists()


def test_many_rows_cost_two_queries_on_postgresql(django_assert_max_num_queries):
    rows = [entry(number, "plain") for number in range(3 * LEAST_ROWS)]
    with django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 10):
        assert len(write_values(AuditEntry, SAID, rows)) == len(rows)


class TestAsCopied:
    def test_each_kind_of_value(self):
        columns = [
            [1, None],
            [True, False],
            [date(2026, 3, 2), None],
            ["a\tb\\c\r\n", ""],
            [Source.CLIENT] * 2,
        ]
        assert (
            as_copied(columns)
            == b"1\tTrue\t2026-03-02\ta\\tb\\\\c\\r\\n\tclient\n\\N\tFalse\t\\N\t\tclient\n"
        )

    def test_a_nul_is_refused_before_anything_is_sent(self):
        with pytest.raises(ValueError, match="NUL"):
            as_copied([["a\0b"]])
