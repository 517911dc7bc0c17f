"""The follow-up interviews of the demonstration: held by most, put right by some, and due for a few by now."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from random import Random

from clinic import interviews
from clinic.follow_up import follow_ups
from clinic.interviews import Answers, answers_of
from clinic.models import Interview, InterviewKind, ReportedAttendance
from clinic.weeks import DAY, WEEK
from reminders.demo.life import workday_after, workday_from
from reminders.demo.stage import Player, Stage

# Of so many one could not be found, and one was written down wrongly.
NOT_FOUND_ONE_IN, CORRECTED_ONE_IN = 7, 4
ASKED_WITHIN_DAYS = 40
PUT_RIGHT_AT = time(9, 30)
WEEKS_ASKED_ABOUT = 26


def schedule(stage: Stage, player: Player) -> None:
    """Put the interviews of one client into the clockwork; those that lie ahead do not happen."""
    life = player.life
    # A chance of its own, so that no other story is told otherwise for it.
    rng = Random(f"interviews {stage.house.slug} {player.index} {life.intake_on}")  # noqa: S311  (a story, no secret)
    if player.index % NOT_FOUND_ONE_IN == NOT_FOUND_ONE_IN - 1:
        return
    for one in follow_ups(
        stage.clinic.interview_policy, life.returned_on or life.intake_on, [], life.intake_on
    ):
        day = workday_from(one.opens_on + rng.randrange(ASKED_WITHIN_DAYS) * DAY)
        answers = _answers(player, day, rng)
        act = partial(hold, stage, player, InterviewKind(one.kind), answers)
        stage.at(day, time(rng.randrange(10, 15), rng.randrange(60)), act)


def hold(stage: Stage, player: Player, kind: InterviewKind, answers: Answers, now: datetime) -> None:
    """Write it down as it is held; some are put right on the next working day."""
    today = stage.today(now)
    if player.gone(today):
        return
    held, _ = interviews.record(
        client=player.client, kind=kind, held_on=today, answers=answers, by=player.by, now=now
    )
    if player.index % CORRECTED_ONE_IN == 1:
        stage.at(workday_after(today), PUT_RIGHT_AT, partial(_put_right, player, held))


def _put_right(player: Player, held: Interview, now: datetime) -> None:
    answers = answers_of(held)
    interviews.correct(
        interview=held,
        kind=InterviewKind(held.kind),
        held_on=held.held_on,
        answers=Answers(answers.used_alcohol, answers.used_drugs, answers.attendance, 5),
        reason="Ticked the wrong number.",
        by=player.by,
        now=now,
    )


def _answers(player: Player, day: date, rng: Random) -> Answers:
    """What they say: how often they went by their own story; whoever went weekly is likelier to have used nothing."""
    first = day - WEEKS_ASKED_ABOUT * WEEK
    went = len({visit.on.isocalendar()[:2] for visit in player.life.visits if first <= visit.on < day})
    weekly = went >= 0.8 * WEEKS_ASKED_ABOUT
    attendance = ReportedAttendance.WEEKLY_OR_MORE if weekly else ReportedAttendance.LESS_THAN_WEEKLY
    used = rng.random() < (0.2 if weekly else 0.45)
    return Answers(
        used_alcohol=used,
        used_drugs=rng.choice((False, None)) if used else rng.random() < 0.1,
        attendance=attendance if went else ReportedAttendance.NONE,
        controlled_use_impossible=rng.choice((None, 3, 4, 5) if weekly else (None, 1, 2, 3, 4)),
    )
