"""Statements that are written out read alike on either database."""

from datetime import date

import pytest

from clinic import locking, statements
from clinic.models import Client
from tests import cast

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


def test_only_a_clinics_own_clients_are_held(clinic, other_clinic):
    ben, ana = cast.a_client(clinic, "B"), cast.a_client(clinic, "A")
    elsewhere = cast.a_client(other_clinic, "C")
    assert locking.numbered(clinic, [ana.pk, elsewhere.pk, ben.pk]) == [ben.pk, ana.pk]
    assert locking.numbered(clinic, []) == []
