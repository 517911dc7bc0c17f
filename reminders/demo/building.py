"""Builds the demonstration: two clinics with nine months of history, lived through with a moving clock.

Everything goes through the verbs of real use; the weekly rule, the ladder and the outbox do what they
would have done. All of it is written in one transaction, so that half a demonstration never stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random

from django.db import transaction

from attendance.register.models import Attendance
from clinic.errors import Refused
from clinic.models import Clinic, Membership, User
from clinic.weeks import DAY, WEEK, add_months
from reminders.demo import acting, answering, changing_hands, lists, managing, opening, story
from reminders.demo.cast import HARBOUR, HOUSES, MEADOW, STAFF
from reminders.demo.clockwork import Clockwork
from reminders.demo.parts import FEW_PARTS, PARTS, Part
from reminders.demo.post import Carrier, Post, write_out
from reminders.demo.rounds import Rounds
from reminders.demo.stage import Player, Stage
from reminders.desk import sweeping
from reminders.prompts import ladder
from reminders.prompts.models import Prompt

SECOND_EDITION_AFTER = 20 * WEEK
LISTS_READ_EVERY = 8 * WEEK
# Midnight is when days begin for the rule; a worker looks within the minute.
DAY_BEGINS, LISTS_READ_AT = time(0, 1), time(5, 30)
SETTLE = timedelta(seconds=20)
Tell = Callable[[str], None]

ALL_PARTS: Mapping[str, Sequence[Part]] = {HARBOUR.slug: PARTS, MEADOW.slug: FEW_PARTS}


@dataclass(frozen=True, slots=True)
class Built:
    """What the demonstration came to; links: messages whose links can still be tried."""

    clients: int
    attendances: int
    messages: int
    links: int


def stands() -> bool:
    """Whether the demonstration is there already, as it was made or as somebody has altered it since."""
    names = [colleague.username for colleague in STAFF]
    return Membership.objects.filter(clinic__slug=HARBOUR.slug, user__username__in=names).exists()


def build(
    *,
    seed: int,
    now: datetime,
    message_file: Path,
    tell: Tell,
    parts: Mapping[str, Sequence[Part]] = ALL_PARTS,
) -> Built:
    """Make the demonstration as of an aware moment; the same seed and moment make the same facts.

    Messages whose links still open are appended to the file. parts: which are played in each clinic.
    Raises Refused where its names are taken or the file cannot be written.
    """
    _refuse_where_taken()
    carrier = Carrier()
    with transaction.atomic():
        clockwork = Clockwork(now)
        stages = [opening.open_doors(house, clockwork, carrier, seed) for house in HOUSES]
        by_clinic = {stage.clinic.pk: stage for stage in stages}

        def arrived(prompt: Prompt, at: datetime) -> None:
            answering.arrived(by_clinic[prompt.clinic_id], prompt, at)

        post = Post([stage.clinic for stage in stages], clockwork, carrier, arrived)
        for stage in stages:
            _fill(stage, parts[stage.house.slug], seed)
            _wind(stage, post)
            changing_hands.schedule(stage)
        changing_hands.schedule_transfer(stages[0], stages[1].clinic)
        _tell_months(stages[0], tell)
        clockwork.run()
        for stage in stages:
            sweeping.sweep(stage.clinic, now)
        post.send(now)
        return Built(
            clients=sum(len(stage.players) for stage in stages),
            attendances=Attendance.objects.filter(clinic__in=by_clinic, voided_at__isnull=True).count(),
            messages=len(carrier.carried),
            links=write_out(carrier.carried, message_file, now),
        )


def _refuse_where_taken() -> None:
    """Raise Refused where a name is somebody else's: their clinic and their password are not ours to set."""
    clinic = Clinic.objects.filter(slug__in=[house.slug for house in HOUSES]).first()
    if clinic is not None:
        raise Refused(
            f"There is another clinic {clinic.slug!r} already, and the demonstration needs its name."
        )
    user = User.objects.filter(username__in=[colleague.username for colleague in STAFF]).first()
    if user is not None:
        raise Refused(
            f"There is another {user.get_username()!r} already, and the demonstration needs the name."
        )


def _fill(stage: Stage, parts: Sequence[Part], seed: int) -> None:
    """Give every part to somebody, and put their stories into the clockwork."""
    people = list(stage.house.people)
    stage.rng.shuffle(people)
    rounds = Rounds(stage)
    meetings = {slug: int(day) for slug, day in lists.lasting(stage.clinic.time_zone).items()}
    for index, (part, name) in enumerate(zip(parts, people, strict=False)):
        rng = Random(f"{seed} {stage.house.slug} {index}")  # noqa: S311  (a story, no secret)
        life = story.tell(part, rng, stage.calendar, meetings, len(stage.programmes))
        life.language = rng.choice(stage.house.languages)
        keyworker = stage.keyworkers[index % len(stage.keyworkers)]
        acting.schedule(stage, Player(index, name, life, keyworker), rounds)
    rounds.schedule()
    managing.schedule(stage)


def _wind(stage: Stage, post: Post) -> None:
    """Let the software do its part: at the start of days, on the last evening of weeks, and with the lists."""
    begins, today = stage.calendar.begins, stage.calendar.today
    day = begins
    while day <= today:
        if day > begins:
            stage.at(day, DAY_BEGINS, partial(_look, stage, post))
        if stage.calendar.week_of(day + DAY) == day + DAY:
            asks = stage.moment(day, ladder.CHECK_IN_AT) + SETTLE
            stage.clockwork.at(asks, partial(_sweep, stage, post))
        day += DAY
    read_on = today - 3 * DAY
    while read_on > begins:
        edition = 2 if read_on - begins > SECOND_EDITION_AFTER else 1
        stage.at(read_on, LISTS_READ_AT, partial(_read_lists, stage, edition))
        read_on -= LISTS_READ_EVERY


def _tell_months(stage: Stage, tell: Tell) -> None:
    """Say how far it has got, a line a month."""
    for month in range(opening.MONTHS + 1):
        day = add_months(stage.calendar.begins, month)
        line = f"{stage.clinic}: living through {day:%B %Y}"
        stage.at(day, DAY_BEGINS, partial(_say, tell, line))


def _say(tell: Tell, line: str, now: datetime) -> None:
    tell(line)


def _look(stage: Stage, post: Post, now: datetime) -> None:
    """Sweep where something can be due; the worker does it every minute, and mostly changes nothing."""
    today = stage.today(now)
    since_intake = {(today - player.life.intake_on).days for player in stage.players.values()}
    if (
        not since_intake.isdisjoint(ladder.FIRST_STEPS_ON_DAYS)
        or stage.clinic.standings.filter(next_change_on__lte=today).exists()
        or stage.clinic.flags.filter(closed_at__isnull=True, planned__isnull=True).exists()
    ):
        _sweep(stage, post, now)


def _sweep(stage: Stage, post: Post, now: datetime) -> None:
    sweeping.sweep(stage.clinic, now)
    post.look(now)


def _read_lists(stage: Stage, edition: int, now: datetime) -> None:
    opening.read_lists(stage.clinic.time_zone, edition, now)
