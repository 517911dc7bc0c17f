"""Choosing a meeting in a form: whatever is suggested can be submitted, however long, whatever it holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms

from attendance.directory.kinds import AttendanceOption, FeedFormat
from attendance.directory.models import FEED_NAME_LIMIT, Feed, Meeting
from attendance.directory.naming import option_text
from attendance.pages.fields import LONGEST, MeetingField
from tests import cast

pytestmark = pytest.mark.django_db


def of_feed(feed_name: str, slug: str = "dawn", **told: object) -> Meeting:
    """A meeting that a feed of that name publishes."""
    by_hand = cast.a_meeting("by-hand-" + slug[:20])
    feed, _ = Feed.objects.get_or_create(
        name=feed_name,
        defaults={
            "format": FeedFormat.MEETING_GUIDE,
            "fellowship": by_hand.fellowship,
            "time_zone": "Europe/London",
            "last_read_at": datetime(2026, 1, 5, tzinfo=UTC),
        },
    )
    by_hand.delete()
    given = {"name": "Dawn", "attendance_option": AttendanceOption.IN_PERSON, "fingerprint": "x", **told}
    return Meeting.objects.create(
        feed=feed, fellowship=feed.fellowship, slug=slug, time_zone="Europe/London", **given
    )


@pytest.mark.parametrize(
    ("feed_name", "slug", "told"),
    [
        ("AA [South]", "dawn", {}),
        ("[AA] South", "dawn", {}),
        ("AA: South [x]:y", "dawn", {}),
        ("south", "dawn[2]", {}),
        ("south", "dawn", {"name": "Big [Book] study", "location": "Hall [rear]"}),
        ("south", "dawn", {"name": "Dawn [other:dawn]"}),
        ("]", "[", {}),
        (
            "F" * FEED_NAME_LIMIT,
            "s" * 64,
            {"name": "N" * 255, "location": "L" * 255, "day": 2, "starts_at": "19:00"},
        ),
    ],
)
def test_whatever_is_suggested_can_be_submitted(feed_name: str, slug: str, told: dict[str, object]) -> None:
    of_feed("other")
    meeting = of_feed(feed_name, slug, **told)
    meeting.refresh_from_db()
    text = option_text(meeting)
    assert MeetingField().clean(text) == meeting
    assert MeetingField().clean(f"  {text} ") == meeting


def test_a_suggestion_whose_words_were_changed_still_names_its_meeting() -> None:
    meeting = of_feed("AA [South]")
    assert MeetingField().clean("Dawn, the one by the river [AA [South]:dawn]") == meeting


def test_brackets_that_name_nothing_are_words_like_others() -> None:
    study = of_feed("south", name="Big Book [Study]")
    assert MeetingField().clean("big book [study]") == study
    with pytest.raises(forms.ValidationError, match="There is no meeting “Dawn \\[gone:dawn\\]”"):
        MeetingField().clean("Dawn [gone:dawn]")


@pytest.mark.parametrize("text", ["[" * (LONGEST - 1) + "]", "x " * (LONGEST // 2 - 1) + "x"])
def test_the_longest_nonsense_is_answered_with_a_sentence(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="There is no meeting"):
        MeetingField().clean(text)
