"""What other systems post under ids of their own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.register import correcting
from attendance.register.external import Kept, Posted, record_posted
from attendance.register.models import Attendance, ExternalRecord, Source
from attendance.register.telling import Told
from clinic.errors import Conflict, Refused
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


def a_post(external_id: str = "x-1", on: str = "2026-02-03", reference: str = "S1", **named) -> Posted:
    return Posted(external_id, Told(reference, day(on), Source.SLIP, **named))


@pytest.fixture
def post(clinic, sam):
    """Posts for Riverside."""
    return lambda *posted, at=clinic: record_posted(clinic=at, posted=posted, by=BY, now=NOW)


def test_the_same_again_adds_nothing(post, counted):
    ((first,), (second,)) = post(a_post()), post(a_post())
    assert (first.new, second.new) == (True, False)
    assert first.attendance_id == second.attendance_id
    assert counted() == [("2026-02-03", "slip")]


def test_another_body_under_an_id_is_a_conflict(post, counted):
    post(a_post())
    (answer,) = post(a_post(on="2026-02-04"))
    assert isinstance(answer, Conflict)
    assert answer.sentence == "'x-1' was posted before with another body."
    assert counted() == [("2026-02-03", "slip")]


def test_what_staff_have_voided_is_not_added_again(post, counted):
    post(a_post())
    correcting.void(attendance=Attendance.objects.get(), reason="another Sam", by=BY, now=NOW)
    (answer,) = post(a_post())
    assert isinstance(answer, Kept)
    assert counted() == []


def test_the_same_fact_under_two_ids_is_one_attendance(post, counted):
    first, second = post(a_post("x-1"), a_post("x-2"))
    assert (first.new, second.new) == (True, True)
    assert first.attendance_id == second.attendance_id
    assert len(counted()) == 1


def test_twice_in_one_post(post, counted):
    answers = post(a_post(), a_post(), a_post(on="2026-02-04"))
    assert [getattr(one, "new", None) for one in answers] == [True, False, None]
    assert isinstance(answers[2], Conflict)
    assert len(counted()) == 1


def test_what_was_refused_may_be_mended(post, counted):
    (refused,) = post(a_post(reference="X9"))
    assert isinstance(refused, Refused)
    assert (refused.sentence, refused.field) == ("There is no client 'X9' in this clinic.", "reference")
    assert not ExternalRecord.objects.exists()
    assert post(a_post())[0].new


def test_what_was_refused_may_be_mended_further_on_in_the_same_post(post, counted):
    refused, added, again = post(a_post(reference="X9"), a_post(), a_post())
    assert isinstance(refused, Refused)
    assert (added.new, again.new) == (True, False)
    assert counted() == [("2026-02-03", "slip")]


def test_an_id_that_is_refused_again_and_again_costs_no_more_than_twice(post):
    def price(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            answers = post(*[a_post(reference=f"X{nth}") for nth in range(number)])
        assert all(isinstance(answer, Refused) for answer in answers)
        return len(asked)

    assert price(3) == price(30)
    last = post(*[a_post(reference=f"X{nth}") for nth in range(3)])[-1]
    assert last.sentence == "'x-1' was refused twice above: post it by itself."


def test_an_id_is_the_clinics_own(other_clinic, post):
    cast.a_client(other_clinic, "H1")
    post(a_post())
    assert post(a_post(reference="H1"), at=other_clinic)[0].new
    assert ExternalRecord.objects.count() == 2
