"""Rows written together are the rows that the ORM would have written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now
from django.test.utils import isolate_apps

from attendance.register.models import Attendance, Report
from clinic import audit
from clinic.models import AuditEntry
from clinic.writing import fresh, write_new, write_values
from tests.cast import BY, NOW, TODAY

pytestmark = pytest.mark.django_db

ELSEWHERE = datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))


def test_they_read_as_those_of_the_orm_do(sam, keyworker):
    entries = [
        audit.entry(by=BY, now=moment, verb="said", subject=sam, clinic=sam.clinic, client=sam, fields=fields)
        for moment in (NOW, ELSEWHERE)
        for fields in ((), ("note", 'it\'s "quoted" \\ % %s'))
    ]
    last = AuditEntry.objects.order_by("pk").last()
    AuditEntry.objects.bulk_create(entries)
    write_new([entry for entry in entries if setattr(entry, "pk", None) is None])
    rows = list(AuditEntry.objects.filter(pk__gt=last.pk if last else 0).values())
    by_the_orm, by_us = rows[:4], rows[4:]
    assert [row | {"id": 0} for row in by_the_orm] == [row | {"id": 0} for row in by_us]
    assert [row["at"] for row in by_us][2] == ELSEWHERE.astimezone(UTC)


def test_each_is_given_its_number_and_can_be_saved_again(sam):
    went = [
        fresh(
            Attendance,
            clinic_id=sam.clinic_id,
            client_id=sam.pk,
            attended_on=TODAY - timedelta(days=number),
            meeting_id=None,
            fellowship_id=None,
            self_only=bool(number % 2),
            recorded_at=NOW,
            corrects_id=None,
            voided_at=None,
            voided_by="",
            void_reason="",
        )
        for number in range(250)
    ]
    write_new(went)
    held = Attendance.objects.in_bulk([one.pk for one in went])
    assert [held[one.pk].attended_on for one in went] == [one.attended_on for one in went]
    went[0].self_only = True
    went[0].save(update_fields=["self_only"])
    assert Attendance.objects.get(pk=went[0].pk).self_only
    assert Attendance.objects.count() == 250


def test_a_column_left_out_has_its_default(sam):
    """As one has that a later version adds."""
    went = fresh(
        Attendance,
        clinic_id=sam.clinic_id,
        client_id=sam.pk,
        attended_on=TODAY,
        self_only=True,
        recorded_at=NOW,
    )
    write_new([went])
    assert Attendance.objects.filter(pk=went.pk, meeting=None, voided_at=None, void_reason="").exists()
    (number,) = write_values(
        AuditEntry, ["at", "actor_kind", "verb", "subject"], [(NOW, "command", "said", "client")]
    )
    said = AuditEntry.objects.get(pk=number)
    assert (said.clinic, said.actor_name, said.client_id, said.fields) == (None, "", None, [])


def test_what_must_be_told_and_is_not_is_refused_by_the_database(sam):
    with pytest.raises(IntegrityError), transaction.atomic():
        write_values(AuditEntry, ["actor_kind", "verb", "subject"], [("command", "said", "client")])
    with pytest.raises(AssertionError):
        fresh(Report, somebody="kay")


@pytest.mark.parametrize(
    "given", [{"auto_now": True}, {"auto_now_add": True}, {"db_default": Now()}], ids=str
)
def test_a_column_that_is_filled_elsewhere_is_refused(given):
    with isolate_apps("clinic"):
        told = {"__module__": "clinic.models", "at": models.DateTimeField(**given)}
        model = type("Told", (models.Model,), told)
    for write in (fresh, lambda model: write_values(model, ["at"], [(NOW,)])):
        with pytest.raises(AssertionError, match=r"clinic\.Told\.at is no plain column"):
            write(model)


def test_of_nothing_nothing_is_written(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_new([])
        assert write_values(AuditEntry, audit.COLUMNS, []) == []
