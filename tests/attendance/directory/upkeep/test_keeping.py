"""Ada looks after the lists: which there are, whether they are read by themselves, and the end of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from attendance.directory import browsing, mending, overlay
from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep import keeping
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Clinic
from tests.attendance.directory.lists import NOW, a_record, take_in
from tests.attendance.directory.readings import ADDRESS
from tests.tables import everything

pytestmark = pytest.mark.django_db

FAILING = {"failing_since": NOW, "failures": 3, "failure": "answered 404", "told_at": NOW, "held": True}


def a_feed(name: str = "leeds", count: int = 2, source: str = ADDRESS, **values: Any) -> Feed:
    take_in(*[a_record(f"meeting-{number}") for number in range(count)], feed=name, source=source)
    Feed.objects.filter(name=name).update(**values)
    return Feed.objects.get(name=name)


def test_all_lists_are_told_those_that_wait_for_somebody_first(
    clinic: Clinic, other_clinic: Clinic, django_assert_num_queries: Any
) -> None:
    a_feed("bath", 3, kept_by=clinic)
    a_feed("hull", 1, kept_by=other_clinic)
    a_feed("york", 2, **FAILING)
    Meeting.objects.filter(feed__name="bath", slug="meeting-0").update(closed_on=date(2026, 1, 1))
    with django_assert_num_queries(1):
        lists = keeping.kept_lists(clinic)
        told = [(one.feed.name, str(one.feed.kept_by), one.open_meetings, one.here) for one in lists]
    assert told == [("york", "None", 2, True), ("bath", "Riverside", 2, True), ("hull", "Hillside", 1, False)]
    assert not any(one.is_closed for one in lists)


def test_reading_by_itself_is_stopped_and_started_again(clinic: Clinic, ada: Actor) -> None:
    feed = a_feed(refresh_due_at=NOW + timedelta(hours=3))
    acts = {"feed": feed, "clinic": clinic, "by": ada, "now": NOW}
    assert [keeping.stop_reading(**acts), keeping.stop_reading(**acts)] == [True, False]
    assert Feed.objects.get().refresh_due_at is None
    assert [keeping.read_by_itself(**acts), keeping.read_by_itself(**acts)] == [True, False]
    assert Feed.objects.get().refresh_due_at == NOW
    assert list(AuditEntry.objects.filter(clinic=clinic, subject="feed").values_list("verb", flat=True)) == [
        "feed.refresh_stopped",
        "feed.refresh_started",
    ]


def test_a_list_without_an_address_cannot_be_read_by_itself(clinic: Clinic, ada: Actor) -> None:
    for source in ("leeds.json", "", "/srv/lists/leeds.json"):
        feed = a_feed(source=source)
        before = everything()
        with pytest.raises(Refused, match="has no address to read it from"):
            keeping.read_by_itself(feed=feed, clinic=clinic, by=ada, now=NOW)
        assert everything() == before


def test_a_closed_list_offers_nothing_and_keeps_everything(clinic: Clinic, ada: Actor) -> None:
    feed = a_feed(refresh_due_at=NOW, **FAILING)
    other = a_feed("york")
    before = set(Meeting.objects.values_list("pk", flat=True))
    assert keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW) == 2
    assert set(Meeting.objects.values_list("pk", flat=True)) == before
    assert set(Meeting.objects.open().values_list("feed", flat=True)) == {other.pk}
    assert set(feed.meetings.values_list("closed_on", flat=True)) == {date(2026, 1, 7)}
    feed.refresh_from_db()
    assert (feed.refresh_due_at, feed.held, feed.failing_since, feed.failure) == (None, False, None, "")
    (closed,) = [one for one in keeping.kept_lists(clinic) if one.is_closed]
    assert closed.feed == feed
    again = everything()
    assert keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW + timedelta(days=1)) == 0
    assert everything() == again


def test_read_in_again_a_closed_list_comes_back(clinic: Clinic, ada: Actor) -> None:
    feed = a_feed()
    keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW)
    assert take_in(a_record("meeting-0"), a_record("meeting-1")).changed == 2
    assert feed.meetings.open().count() == 2


def test_nobody_is_warned_of_a_closed_list_that_it_is_old(clinic: Clinic, ada: Actor) -> None:
    feed, late = a_feed(), NOW + timedelta(days=30)
    assert browsing.unwell(clinic, late).stale == [feed]
    keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW)
    assert browsing.unwell(clinic, late).stale == []


def test_closed_it_is_closed_for_a_clinic_that_mended_it_too(clinic: Clinic, ada: Actor) -> None:
    feed = a_feed()
    meeting = feed.meetings.order_by("slug")[0]
    values = {name: getattr(meeting, name) for name in overlay.EDITABLE} | {"name": "Ours"}
    mending.mend_meeting(clinic=clinic, meeting=meeting, values=values, by=ada, now=NOW)
    keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW)
    assert not Meeting.objects.seen_by(clinic).open().exists()


def test_once_closed_it_is_read_whole_when_it_is_read_again(clinic: Clinic, ada: Actor) -> None:
    feed = a_feed()
    Feed.objects.filter(pk=feed.pk).update(validators={"https://lists.example": {"etag": "7"}})
    feed.refresh_from_db()
    keeping.close_list(feed=feed, clinic=clinic, by=ada, now=NOW)
    assert Feed.objects.get().validators == {}


def test_what_only_its_own_administrators_should_know_is_not_shown(clinic: Clinic) -> None:
    feed = a_feed()
    Feed.objects.filter(pk=feed.pk).update(source="https://ada:secret@lists.example/a.json?key=secret")
    (kept,) = keeping.kept_lists(clinic)
    assert kept.shown_source == "https://lists.example/a.json?\u2026"
