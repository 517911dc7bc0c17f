"""What does not go to plan: days away, and things written down wrongly. Pure, like the story."""

from __future__ import annotations

from datetime import date
from random import Random

from attendance.register.models import PauseReason
from clinic.weeks import DAY, WEEK
from reminders.demo.life import Break, Calendar, Life, Slip, is_workday, workday_after, workday_from
from reminders.demo.parts import Twist

# A twist keeps this far from the present, so that it decides nobody's present standing.
WEEKS_KEPT_CLEAR = 5
REASONS = (
    f"{PauseReason.HOLIDAY.label}: with family",
    f"{PauseReason.HOSPITAL.label}: planned operation",
    f"{PauseReason.OTHER.label}: looking after a relative",
    f"{PauseReason.HOLIDAY.label}",
)


def present_break(rng: Random, calendar: Calendar) -> Break:
    """Days away that today is one of."""
    starts_on = calendar.today - rng.randint(2, 8) * DAY
    entered_on = starts_on
    while not is_workday(entered_on):
        entered_on -= DAY
    return Break(starts_on, calendar.today + rng.randint(4, 12) * DAY, rng.choice(REASONS), entered_on)


def take_a_break(life: Life, rng: Random, calendar: Calendar, went: dict[date, bool]) -> None:
    """Some days away in the past, as the part has it; the weeks they touch are not gone in."""
    twist = life.part.twist
    weeks = _clear(went, calendar)
    if twist not in (Twist.AWAY, Twist.AWAY_LATE, Twist.AWAY_BY_MISTAKE) or not weeks:
        return
    week = rng.choice(weeks)
    if twist is Twist.AWAY_LATE:
        # The week before was missed in silence, so that a message waits when the pause is entered.
        went[week - WEEK] = False
        went[week - 2 * WEEK] = True
        monday = workday_from(week)
        taken = Break(monday, monday + 9 * DAY, f"{PauseReason.HOSPITAL.label}: taken in on Sunday", monday)
    else:
        starts_on = week + rng.randint(0, 4) * DAY
        taken = Break(
            starts_on,
            starts_on + rng.randint(5, 12) * DAY,
            rng.choice(REASONS),
            workday_from(starts_on - rng.randint(3, 9) * DAY),
            mistaken=twist is Twist.AWAY_BY_MISTAKE,
        )
    life.breaks.append(taken)
    if not taken.mistaken:
        for touched in calendar.weeks(taken.starts_on, taken.ends_on):
            went[touched] = False


def write_it_down_wrongly(life: Life, rng: Random, calendar: Calendar) -> None:
    """A meeting that was somebody else's, or one of another day; put right some days later."""
    old = calendar.this_week - WEEKS_KEPT_CLEAR * WEEK
    visits = [visit for visit in life.visits if visit.on < old and visit.on - DAY > life.intake_on]
    # On the same week's earlier day, so that putting it right moves no week.
    visits = [visit for visit in visits if calendar.week_of(visit.on - DAY) == calendar.week_of(visit.on)]
    alone = [visit for visit in visits if _alone(visit.on, life)]
    if life.part.twist is Twist.VOIDED and alone:
        near = rng.choice(alone)
        noted_on = workday_after(near.on)
        life.slips.append(Slip(noted_on, near.meeting, near.on - DAY, None, workday_after(noted_on)))
    if life.part.twist is Twist.CORRECTED and alone:
        visit = rng.choice(alone)
        life.visits.remove(visit)
        noted_on = workday_after(visit.on)
        noticed_on = workday_after(workday_after(noted_on))
        life.slips.append(Slip(noted_on, visit.meeting, visit.on - DAY, visit.on, noticed_on))


def _alone(day: date, life: Life) -> bool:
    """Whether nothing else is told of the day or the one before."""
    return sum(visit.on in (day, day - DAY) for visit in life.visits) == 1


def _clear(went: dict[date, bool], calendar: Calendar) -> list[date]:
    """Weeks in the middle of a story: some after its beginning, and well before the present."""
    weeks = list(went)[6:]
    return [week for week in weeks if week < calendar.this_week - WEEKS_KEPT_CLEAR * WEEK]
