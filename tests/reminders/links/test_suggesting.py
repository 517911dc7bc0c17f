"""Which times come first on a client's page: what they chose, and what did not suit them."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.directory.models import Meeting
from attendance.register import meeting_choices, recording
from attendance.register.models import Source
from clinic.models import Client
from reminders.links.suggesting import Why, suggest
from tests.reminders.links import story

NOW = story.REACH_OUT


@pytest.fixture
def nearby(sam: Client) -> dict[str, Meeting]:
    """A meeting each evening of the week, from today, a Monday, on."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri")
    return {name: story.a_meeting(name, day=number, at="19:00") for number, name in enumerate(names)}


def choose(client: Client, meeting: Meeting) -> None:
    meeting_choices.choose(client=client, meeting=meeting, by=story.BY, now=NOW)


def did_not_suit(client: Client, meeting: Meeting) -> None:
    meeting_choices.did_not_suit(client=client, meeting=meeting, by=story.BY, now=NOW)


def went(client: Client, meeting: Meeting) -> None:
    recording.record(
        client=client,
        attended_on=date(2026, 1, 20),
        source=Source.KEYWORKER,
        meeting=meeting,
        by=story.BY,
        now=NOW,
    )


def offered(client: Client, contact=None, another_way: bool = False) -> list[str]:
    found = suggest(client, contact, NOW, another_way)
    return [f"{offer.meeting.name} {offer.why.name}" for offer in found.times]


def test_what_they_chose_comes_right_after_where_they_have_been(sam, joe, nearby):
    went(sam, nearby["Fri"])
    choose(sam, nearby["Thu"])
    joe.contact.meetings.add(nearby["Wed"])
    assert offered(sam, joe.contact) == [
        "Fri BEEN",
        "Thu CHOSEN",
        "Wed CONTACT_GOES",
        "Mon OTHER",
        "Tue OTHER",
    ]


def test_chosen_and_been_to_it_is_one_time(sam, nearby):
    went(sam, nearby["Fri"])
    choose(sam, nearby["Fri"])
    assert offered(sam) == ["Fri BEEN", "Mon OTHER", "Tue OTHER", "Wed OTHER", "Thu OTHER"]


def test_what_they_chose_is_offered_wherever_it_is_and_whatever_it_is(sam, nearby):
    far = story.a_meeting("Far", day=6, fellowship="SMART Recovery", latitude=50.8, longitude=-0.1)
    went(sam, nearby["Fri"])
    choose(sam, far)
    assert offered(sam)[:2] == ["Fri BEEN", "Far CHOSEN"]


def test_what_did_not_suit_comes_at_the_very_end_whatever_else_is_true_of_it(sam, joe, nearby):
    for name in ("Thu", "Fri"):
        went(sam, nearby[name])
    joe.contact.meetings.add(nearby["Mon"], nearby["Tue"])
    for name in ("Fri", "Mon"):
        did_not_suit(sam, nearby[name])
    assert offered(sam, joe.contact) == [
        "Thu BEEN",
        "Tue CONTACT_GOES",
        "Wed OTHER",
        "Fri BEEN",
        "Mon CONTACT_GOES",
    ]


def test_among_many_what_did_not_suit_is_not_offered_at_all(sam, nearby):
    did_not_suit(sam, nearby["Mon"])
    story.a_meeting("Sat", day=5)
    assert offered(sam) == [f"{name} OTHER" for name in ("Tue", "Wed", "Thu", "Fri", "Sat")]
    Meeting.objects.filter(name__in=["Sat", "Fri"]).delete()
    assert offered(sam) == [f"{name} OTHER" for name in ("Tue", "Wed", "Thu", "Mon")]


def test_another_way_begins_at_the_other_end_and_still_ends_with_what_did_not_suit(sam, nearby):
    story.a_meeting("Smart", day=6, fellowship="SMART Recovery")
    other = story.a_meeting("Other", day=5, fellowship="SMART Recovery")
    went(sam, nearby["Fri"])
    choose(sam, nearby["Thu"])
    did_not_suit(sam, other)
    assert offered(sam, another_way=True) == ["Smart OTHER", "Thu CHOSEN", "Fri BEEN", "Other OTHER"]


def test_what_was_taken_back_moves_nothing(sam, nearby):
    before = offered(sam)
    choose(sam, nearby["Fri"])
    did_not_suit(sam, nearby["Fri"])
    for said in meeting_choices.unsuited_of(sam):
        meeting_choices.suits_after_all(unsuited=said, by=story.BY, now=NOW)
    assert offered(sam) == before


def test_a_chosen_meeting_that_has_closed_is_not_offered(sam, nearby):
    choose(sam, nearby["Fri"])
    Meeting.objects.filter(pk=nearby["Fri"].pk).update(closed_on=NOW.date())
    assert Why.CHOSEN.name not in " ".join(offered(sam))


def test_whoever_went_can_say_that_it_was_where_they_chose_to_go(sam, nearby):
    choose(sam, nearby["Fri"])
    assert nearby["Fri"] in suggest(sam, None, NOW).known
