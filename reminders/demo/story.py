"""Tells each client's months from their part: pure, so that the same seed and day tell the same story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from attendance.register.models import Source
from clinic.models import ClosedReason, Phase
from clinic.weeks import DAY, WEEK
from reminders.demo import twists
from reminders.demo.life import Calendar, Life, Visit, is_workday, workday_from
from reminders.demo.parts import (
    CHANCES,
    NOT_STARTED,
    NOT_TRACKED,
    PAUSED,
    SETTLING_IN,
    WEEKLY,
    WRITTEN_TO,
    Part,
    Reach,
    Tie,
)

FRIDAY = 4
WORDS = ("secular", "women", "online", "evenings", "wheelchair", "beginners")


def tell(part: Part, rng: Random, calendar: Calendar, meetings: Mapping[str, int], programmes: int) -> Life:
    """One client's story; meetings by slug with their day of the week, programmes are so many."""
    life = Life(part, _intake(part, rng, calendar))
    _describe(life, rng, programmes)
    _treat(life, rng, calendar)
    _say_what_they_agreed_to(life, rng, calendar)
    _introduce(life, rng, calendar)
    if part.standing is PAUSED:
        life.breaks.append(twists.present_break(rng, calendar))
    went = _weeks_they_go(life, rng, calendar)
    twists.take_a_break(life, rng, calendar, went)
    _go(life, rng, calendar, went, meetings)
    twists.write_it_down_wrongly(life, rng, calendar)
    return life


def _intake(part: Part, rng: Random, calendar: Calendar) -> date:
    least, most = part.ago
    if part.standing is SETTLING_IN:
        days = [calendar.today - ago * DAY for ago in range(1, 14)]
        near = [day for day in days if is_workday(day) and least <= (calendar.today - day).days <= most]
        return rng.choice(near or [day for day in days if is_workday(day)][:1])
    monday = calendar.this_week - rng.randint(least, most) * WEEK
    return workday_from(max(monday + rng.randint(0, 4) * DAY, calendar.begins))


def _describe(life: Life, rng: Random, programmes: int) -> None:
    life.born_on = life.intake_on - timedelta(days=rng.randint(20 * 365, 64 * 365))
    life.severity = rng.choice([None, *range(4, 16)])
    life.motivation = rng.choice([None, *range(2, 11)])
    life.controlled_use_impossible = rng.choice([None, *range(1, 6)])
    life.isolated = life.part.isolated if life.part.isolated is not None else rng.random() < 0.08
    life.programme = rng.randrange(programmes)
    life.preferences = sorted(rng.sample(WORDS, rng.choice((0, 0, 1, 1, 2))))
    life.plain_wording = rng.random() < 0.15


def _treat(life: Life, rng: Random, calendar: Calendar) -> None:
    """How treatment ends, where it does; whether they come back, and whether they are closed."""
    part = life.part
    if part.returned:
        left = workday_from(life.intake_on + rng.randint(30, 50) * DAY)
        life.returned_on = workday_from(left + rng.randint(40, 65) * DAY)
        life.phases = [(left, Phase.DROPPED_OUT)]
        again = workday_from(life.returned_on + rng.randint(84, 110) * DAY)
        if again < calendar.today - 3 * DAY:
            life.phases.append((again, Phase.COMPLETED))
        return
    ending, after = part.ending, rng.randint(30, 80)
    if ending is None and part.standing is not SETTLING_IN:
        chance = rng.random()
        if chance < 0.5:
            ending, after = Phase.COMPLETED, rng.randint(84, 119)
        elif chance < 0.7:
            ending, after = Phase.DROPPED_OUT, rng.randint(21, 70)
    if ending is None:
        return
    if ending is Phase.COMPLETED and part.standing is NOT_TRACKED:
        after = rng.randint(84, 100)
    ended_on = workday_from(life.intake_on + after * DAY)
    if part.ending is not None:
        ended_on = min(ended_on, _workday_before(calendar.today - 2 * DAY))
    if ended_on < calendar.today - DAY:
        life.phases = [(ended_on, ending)]
        if part.closed is not None:
            later = 0 if part.closed is ClosedReason.WITHDREW else rng.randint(3, 40)
            life.closed = (workday_from(ended_on + later * DAY), part.closed)


def _workday_before(day: date) -> date:
    while not is_workday(day):
        day -= DAY
    return day


def _say_what_they_agreed_to(life: Life, rng: Random, calendar: Calendar) -> None:
    """When messages were stopped, and when they were consented to later than at intake."""
    weeks = (calendar.today - life.intake_on).days // 7
    if life.part.reach is Reach.CONFIRMED:
        life.consents_on = workday_from(life.intake_on + rng.randint(18, 40) * DAY)
    if life.part.reach in (Reach.STOPPED, Reach.RESUMED):
        life.stops_on = life.intake_on + rng.randint(4, max(5, weeks // 2)) * WEEK
    if life.part.reach is Reach.RESUMED and life.stops_on is not None:
        life.consents_on = workday_from(life.stops_on + rng.randint(20, 35) * DAY)


def _introduce(life: Life, rng: Random, calendar: Calendar) -> None:
    """When they are introduced to a contact, and when that comes to its end."""
    part, today = life.part, calendar.today
    tie = part.tie
    by_chance = tie is Tie.NONE and part.standing is WEEKLY and part.ago[0] >= 12 and rng.random() < 0.3
    if tie is Tie.NONE and not by_chance:
        return
    early = workday_from(life.intake_on + rng.randint(2, 9) * DAY)
    if tie is Tie.AGREED:
        first = max(life.intake_on + DAY, today - 6 * DAY)
        days = [first + n * DAY for n in range(max(1, (today - first).days))]
        life.introduced_on = next((day for day in days if is_workday(day)), _workday_before(today - DAY))
    elif tie in (Tie.ASKED, Tie.ACCEPTED):
        # Before the weeks they miss, so that the contact is first asked about these.
        life.introduced_on = workday_from(
            calendar.this_week - (part.missed + 1) * WEEK + rng.randint(0, 4) * DAY
        )
    else:
        life.introduced_on = early
    if tie is Tie.ENDED or by_chance:
        life.introduction_ends_on = workday_from(early + rng.randint(45, 80) * DAY)
    if tie is Tie.DECLINED:
        life.introduction_ends_on = early + rng.randint(2, 5) * DAY


def _weeks_they_go(life: Life, rng: Random, calendar: Calendar) -> dict[date, bool]:
    """The weeks from intake to the present one, and whether they go in each; the last ones as the part says."""
    part = life.part
    weeks = calendar.weeks(life.intake_on, min(life.until or calendar.today, calendar.today))
    expected_from = calendar.expected_from(life.intake_on)
    after_going, after_missing = CHANCES[part.habit]
    went: dict[date, bool] = {}
    before = True
    for week in weeks:
        if part.standing is NOT_STARTED or not part.starts:
            went[week] = False
        elif week < expected_from:
            went[week] = rng.random() < 0.6
        else:
            went[week] = before = rng.random() < (after_going if before else after_missing)
    done = [week for week in weeks if week < calendar.this_week]
    if part.standing in (NOT_STARTED, NOT_TRACKED, SETTLING_IN):
        return went
    away = [week for week in done if any(one.starts_on < week + WEEK for one in life.breaks)]
    rest = [week for week in done if week not in away]
    for week in away + [calendar.this_week] * (part.standing is not WEEKLY):
        went[week] = False
    for week in rest[len(rest) - part.missed :]:
        went[week] = False
    for week in rest[: len(rest) - part.missed][-2:]:
        went[week] = week >= expected_from or went[week]
    return went


def _go(
    life: Life, rng: Random, calendar: Calendar, went: Mapping[date, bool], meetings: Mapping[str, int]
) -> None:
    """Choose the days and meetings of the weeks they go, and what they say of the weeks they do not."""
    written_to = life.part.reach in WRITTEN_TO
    # Of a Friday or a weekend the clinic hears in time only from those it writes to.
    known = [slug for slug, day in meetings.items() if written_to or day < FRIDAY]
    early = [slug for slug in known if meetings[slug] < FRIDAY]
    home = list(dict.fromkeys((rng.choice(early), rng.choice(known))))
    asked_from = calendar.expected_from(life.intake_on)
    last = min(life.until or calendar.today, calendar.today) - DAY
    for week, goes in went.items():
        wanted = calendar.policy.meetings_per_week if goes else 0
        if goes and calendar.policy.meetings_per_week == 1 and rng.random() < 0.2:
            wanted = 2
        if not goes and calendar.policy.meetings_per_week > 1 and week < calendar.this_week:
            wanted = rng.randint(0, calendar.policy.meetings_per_week - 1)
        others = rng.sample(known, len(known))
        held = {
            slug: week + ((meetings[slug] - calendar.policy.week_starts_on) % 7) * DAY
            for slug in (*home, *others)
        }
        possible = [slug for slug in held if life.intake_on < held[slug] <= last]
        for slug in possible[:wanted]:
            # Where two are wanted, nobody is asked about a week of which one is known.
            asked = written_to and week >= asked_from and calendar.policy.meetings_per_week == 1
            told = _told(rng, held[slug], asked, recent=week >= calendar.this_week - WEEK)
            life.visits.append(Visit(held[slug], slug, told, _again(rng, told, life.part.tie)))
        if not wanted and rng.random() < 0.4:
            life.absences.add(week)


def _told(rng: Random, on: date, asked: bool, recent: bool) -> Source:
    """By whom the clinic hears first; what decides the present standing mostly from its own people."""
    if asked and (on.weekday() >= FRIDAY or rng.random() < (0.12 if recent else 0.22)):
        return Source.CLIENT
    return Source.SLIP if rng.random() < 0.3 else Source.KEYWORKER


def _again(rng: Random, told: Source, tie: Tie) -> Source | None:
    chance = rng.random()
    if told is Source.CLIENT:
        return Source.SLIP if chance < 0.4 else None
    if tie is Tie.SPOKE:
        return Source.CONTACT if chance < 0.25 else None
    return Source.SLIP if told is Source.KEYWORKER and chance < 0.1 else None
