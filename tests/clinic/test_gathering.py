"""Facts that change together are told of together."""

import pytest

from clinic import events
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What is told of changed facts: the clinic, and whose they were."""
    told = []

    def hear(sender, clinic, client_ids, now, **_):
        told.append((clinic.slug, client_ids))

    events.facts_changed.connect(hear)
    yield told
    events.facts_changed.disconnect(hear)


def change(clinic, *client_ids: int) -> None:
    events.facts_changed.send(sender=object, clinic=clinic, client_ids=list(client_ids), now=NOW)


def test_each_by_itself_at_once(clinic, heard):
    change(clinic, 1)
    change(clinic, 1)
    assert heard == [("riverside", [1]), ("riverside", [1])]


def test_gathered_once_a_client_and_clinic_at_the_end(clinic, other_clinic, heard):
    with events.gathered():
        change(clinic, 2, 1)
        change(other_clinic, 3)
        change(clinic, 1)
        assert heard == []
    assert heard == [("riverside", [1, 2]), ("hillside", [3])]


def test_a_block_within_a_block_ends_with_the_outer_one(clinic, heard):
    with events.gathered():
        with events.gathered():
            change(clinic, 1)
        assert heard == []
    assert heard == [("riverside", [1])]


def test_a_block_that_fails_tells_nothing_and_the_next_is_as_before(clinic, heard):
    def fail():
        with events.gathered():
            change(clinic, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    change(clinic, 2)
    assert heard == [("riverside", [2])]


def test_clients_taken_in_together_are_all_judged(clinic):
    with events.gathered():
        people = [cast.a_client(clinic, reference) for reference in ("S1", "S2")]
    assert {one.standing.standing for one in people} == {"not_started"}
