"""Choices made and files given out at the same moment, in real transactions."""

from __future__ import annotations

import re
from datetime import time
from functools import partial
from typing import Any

import pytest

from attendance.directory.models import Meeting
from attendance.register import calendars, meeting_choices, meeting_plans
from attendance.register.models import ChosenMeeting
from clinic.models import AuditEntry, Client, Clinic
from tests import cast
from tests.at_once import at_once
from tests.cast import BY, NOW

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]
TIMES = 5


@pytest.fixture
def riverside(transactional_db: None) -> Clinic:
    return cast.a_clinic("riverside")


@pytest.fixture
def tuesdays(transactional_db: None) -> Meeting:
    return cast.a_meeting("tuesdays", day=1, starts_at=time(19))


def verb(does: Any, client: Client, meeting: Meeting) -> Any:
    return partial(does, client=client, meeting=meeting, by=BY, now=NOW)


def test_chosen_by_three_at_once_it_is_one_choice(riverside, tuesdays):
    for number in range(TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        choose = verb(meeting_choices.choose, sam, tuesdays)
        chosen = at_once(choose, choose, choose)
        assert sorted(new for _, new, _ in chosen) == [False, False, True]
        assert len({row.pk for row, _, _ in chosen}) == 1
        assert AuditEntry.objects.filter(client_id=sam.pk, verb="meeting.chosen").count() == 1


def test_taken_back_by_three_at_once_it_is_taken_back_once(riverside, tuesdays):
    for number in range(TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        chosen, *_ = meeting_choices.choose(client=sam, meeting=tuesdays, by=BY, now=NOW)
        void = partial(meeting_choices.void_choice, chosen=chosen, by=BY, now=NOW)
        assert sorted(at_once(void, void, void)) == [False, False, True]
        assert AuditEntry.objects.filter(client_id=sam.pk, verb="meeting.not_chosen").count() == 1


def test_restored_by_three_at_once_it_stands_again_once(riverside, tuesdays):
    for number in range(TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        chosen, *_ = meeting_choices.choose(client=sam, meeting=tuesdays, by=BY, now=NOW)
        meeting_choices.void_choice(chosen=chosen, by=BY, now=NOW)
        # A row each, as every request reads its own.
        rows = [ChosenMeeting.objects.get(pk=chosen.pk) for _ in range(3)]
        again = [partial(meeting_choices.restore_choice, chosen=row, by=BY, now=NOW) for row in rows]
        assert sorted(at_once(*again)) == [False, False, True]
        assert AuditEntry.objects.filter(client_id=sam.pk, verb="meeting.choice_restored").count() == 1


def test_planned_again_by_three_at_once_it_is_one_plan(riverside, tuesdays):
    for number in range(TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        planned, _ = meeting_plans.plan_meeting(client=sam, meeting=tuesdays, by=BY, now=NOW)
        meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
        again = partial(meeting_plans.plan_again, planned=planned, by=BY, now=NOW)
        assert sorted(at_once(again, again, again)) == [False, False, True]
        assert sam.planned_meetings.filter(voided_at__isnull=True).count() == 1


def test_said_by_three_at_once_it_is_said_once_and_taken_back_once(riverside, tuesdays):
    for number in range(TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        say = verb(meeting_choices.did_not_suit, sam, tuesdays)
        said = at_once(say, say, say)
        assert sorted(new for _, new, _ in said) == [False, False, True]
        back = partial(meeting_choices.suits_after_all, unsuited=said[0][0], by=BY, now=NOW)
        assert sorted(at_once(back, back, back)) == [False, False, True]


def test_chosen_planned_and_said_not_to_suit_at_once_the_two_words_never_stand_side_by_side(
    riverside, tuesdays
):
    for number in range(2 * TIMES):
        sam = cast.a_client(riverside, f"S{number}")
        verbs = (meeting_choices.choose, meeting_choices.did_not_suit, meeting_plans.plan_meeting)
        at_once(*(verb(does, sam, tuesdays) for does in verbs))
        chosen = meeting_choices.chosen_by_client(sam).count()
        assert chosen + meeting_choices.unsuited_of(sam).count() == 1


def sequences(given: list[bytes]) -> list[int]:
    return [int(found) for file in given for found in re.findall(rb"SEQUENCE:(\d+)", file)]


def test_given_out_to_four_at_once_a_change_raises_the_sequence_once(riverside, tuesdays):
    sam = cast.a_client(riverside, "S1")
    chosen, *_ = meeting_choices.choose(client=sam, meeting=tuesdays, by=BY, now=NOW)
    give = partial(calendars.give_out, sam, NOW)
    assert sequences(at_once(give, give, give, give)) == [0, 0, 0, 0]
    for number in range(1, 1 + TIMES):
        Meeting.objects.filter(pk=tuesdays.pk).update(starts_at=time(19, number))
        assert sequences(at_once(give, give, give, give)) == [number] * 4
    chosen.refresh_from_db()
    assert chosen.sequence == TIMES
