"""Several workers at the same moment, in real transactions: a list is fetched once, and told of once."""

from functools import partial

import pytest
from django.core import mail

from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep import refreshing, telling
from tests import cast
from tests.at_once import at_once
from tests.attendance.directory.upkeep.test_refreshing import import_list, leeds, listing, night
from tests.attendance.list_server import a_list, says

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]
NIGHTS = 5


def test_workers_that_find_the_same_list_due_fetch_it_once(site):
    feed = import_list(site.put("/list", a_list(listing("monday"))))
    for number in range(NIGHTS):
        site.put("/list", a_list(listing("monday", f"new-{number}")))
        now = leeds().refresh_due_at
        outcomes = at_once(*[partial(refreshing.refresh, feed.pk, now)] * 4)
        assert sorted(outcomes) == ["", "", "", "read"]
    assert len(site.requests) == 1 + NIGHTS
    assert set(Meeting.objects.open().values_list("slug", flat=True)) == {"monday", f"new-{NIGHTS - 1}"}


def test_a_list_that_fails_is_counted_once_a_try_and_told_of_once(site):
    cast.an_administrator(cast.a_clinic("riverside"), "david", "david@riverside.example")
    feed = import_list(site.put("/list", a_list(listing("monday")), says(503)))
    for _ in range(NIGHTS):
        now = leeds().refresh_due_at
        assert sorted(at_once(*[partial(refreshing.refresh, feed.pk, now)] * 3)) == ["", "", "failed"]
    assert (leeds().failures, len(mail.outbox)) == (NIGHTS, 1)
    Feed.objects.update(told_at=None)
    assert sorted(at_once(*[partial(telling.tell, feed.pk, now)] * 3)) == [0, 0, 1]


def test_reading_it_by_hand_beside_a_worker(site):
    """Whichever comes last, the list is whole, and has its next turn in another night."""
    feed = import_list(site.put("/list", a_list(listing("monday", "tuesday"))))
    for number in range(NIGHTS):
        now = leeds().refresh_due_at
        site.put("/list", a_list(listing("monday", f"new-{number}")))
        at_once(partial(refreshing.refresh, feed.pk, now), partial(import_list, feed.source))
        assert set(Meeting.objects.open().values_list("slug", flat=True)) == {"monday", f"new-{number}"}
        assert leeds().refresh_due_at in {night(1), night(2 + number)}
        Feed.objects.update(refresh_due_at=night(2 + number))
