"""Statements that are written out read alike on either database."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from clinic import audit, locking, statements
from clinic.models import AuditEntry, Client
from tests import cast
from tests.cast import BY

pytestmark = pytest.mark.django_db

KNOWN = """
    SELECT reference, date_of_birth AS "born [date]", date_of_birth IS NULL AS "unknown [bool]" FROM clinic_client
    WHERE reference IN %s AND (date_of_birth IS NULL OR date_of_birth >= %s) ORDER BY reference
"""


def test_lists_days_and_truth_values_go_in_and_come_out(clinic):
    for reference, born in (("A", date(1990, 2, 28)), ("B", date(1899, 1, 1)), ("C", None), ("D", None)):
        Client.objects.filter(pk=cast.a_client(clinic, reference).pk).update(date_of_birth=born)
    assert statements.read(KNOWN, ["A", "B", "C", "x' OR '1'='1"], date(1900, 1, 1)) == [
        ("A", date(1990, 2, 28), False),
        ("C", None, True),
    ]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2))])
@pytest.mark.parametrize("microsecond", [0, 123456])
def test_moments_go_in_as_they_are_kept_and_come_out(clinic, zone, microsecond):
    at = datetime(2026, 3, 2, 14, 0, 0, microsecond, tzinfo=zone)
    sam = cast.a_client(clinic, "S")
    audit.record(by=BY, now=at, verb="said", subject=sam, clinic=clinic, client=sam)
    said = f"""
        SELECT at AS "at [timestamp]" FROM {AuditEntry._meta.db_table}
        WHERE verb = 'said' AND at BETWEEN %s AND %s
    """
    assert [statements.moment(kept) for (kept,) in statements.read(said, at, at)] == [at]
    assert statements.read(said, at + timedelta(microseconds=1), at + timedelta(days=1)) == []


def test_of_an_empty_list_nothing_is_asked(clinic, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(AssertionError, match="empty list"):
        statements.read(KNOWN, [], date(1900, 1, 1))


def test_only_a_clinics_own_clients_are_held(clinic, other_clinic):
    ben, ana = cast.a_client(clinic, "B"), cast.a_client(clinic, "A")
    elsewhere = cast.a_client(other_clinic, "C")
    assert locking.numbered(clinic, [ana.pk, elsewhere.pk, ben.pk]) == [ben.pk, ana.pk]
    assert locking.numbered(clinic, []) == []
