"""The stories of the demonstration, judged by the weekly rule without a database: on any day, with any seed."""

from datetime import date, timedelta
from random import Random

import pytest

from attendance.standing import rule
from attendance.standing.facts import Attended, Facts, Paused, Standing
from clinic.models import Phase
from clinic.policy import WeeklyPolicy
from clinic.weeks import DAY, add_months
from reminders.demo import lists, story
from reminders.demo.life import Calendar, Life, workday_from
from reminders.demo.parts import FEW_PARTS, NOT_TRACKED, PARTS, Part

HARBOUR = (WeeklyPolicy(), PARTS, lists.LONDON)
MEADOW = (WeeklyPolicy(week_starts_on=6, meetings_per_week=2), FEW_PARTS, lists.NEW_YORK)
A_FORTNIGHT = [date(2026, 2, 23) + n * DAY for n in range(14)]
OTHER_DAYS = [date(2024, 2, 29), date(2025, 12, 31), date(2026, 8, 31), date(2026, 11, 30)]


def told(part: Part, seed: int, today: date, policy: WeeklyPolicy, zone: str) -> Life:
    begins = workday_from(add_months(today, -9))
    calendar = Calendar(begins, today, policy)
    return story.tell(part, Random(seed), calendar, lists.lasting(zone), 3)


def facts_of(life: Life) -> Facts:
    right = [slip.right for slip in life.slips if slip.right is not None]
    return Facts(
        first_intake_on=life.intake_on,
        latest_intake_on=life.returned_on or life.intake_on,
        closed_on=life.until,
        attended=[Attended(day) for day in [*(visit.on for visit in life.visits), *right]],
        pauses=[Paused(one.starts_on, one.ends_on) for one in life.breaks if not one.mistaken],
    )


@pytest.mark.parametrize("today", [*A_FORTNIGHT, *OTHER_DAYS], ids=str)
@pytest.mark.parametrize(("policy", "parts", "zone"), [HARBOUR, MEADOW], ids=["harbour", "meadow"])
def test_everybody_stands_by_now_as_their_part_says(policy, parts, zone, today):
    for index, part in enumerate(parts):
        life = told(part, index, today, policy, zone)
        verdict = rule.judge(policy, facts_of(life), today)
        assert verdict.standing is part.standing, (part, life)
        if part.missed:
            assert verdict.missed_weeks == part.missed, (part, life)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_lies_ahead_or_before_intake_or_after_the_end(seed):
    today = A_FORTNIGHT[seed % 14]
    for part in PARTS:
        life = told(part, seed, today, WeeklyPolicy(), lists.LONDON)
        assert add_months(today, -9) <= life.intake_on < today
        assert all(life.intake_on < visit.on < today for visit in life.visits)
        assert all(life.intake_on < day < today for day, _ in life.phases)
        if life.closed is not None or part.ending is Phase.DIED:
            assert life.until is not None
            assert life.until < today
            assert all(visit.on <= life.until for visit in life.visits)
        assert (life.until is not None) == (part.standing is NOT_TRACKED)


def test_the_parts_hold_every_standing_and_sixty_people():
    assert len(PARTS) == 60
    assert {part.standing for part in PARTS} == set(Standing)
    assert sum(part.standing is Standing.WEEKLY for part in PARTS) == 28


def test_meetings_are_on_the_day_they_are_held():
    life = told(PARTS[0], 1, A_FORTNIGHT[0], WeeklyPolicy(), lists.LONDON)
    days = lists.lasting(lists.LONDON)
    assert life.visits
    assert all(visit.on.weekday() == days[visit.meeting] for visit in life.visits)
    assert max(visit.on for visit in life.visits) - life.intake_on > timedelta(weeks=30)


def test_another_seed_tells_other_stories_and_the_same_seed_the_same():
    first, again, other = (
        told(PARTS[0], seed, A_FORTNIGHT[0], WeeklyPolicy(), lists.LONDON) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.visits != other.visits
