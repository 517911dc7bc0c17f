"""What keyworkers do of an afternoon: record the meetings they heard of, and see to what they were asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import transaction

from attendance.register.models import Source
from attendance.register.recording import Went, record_many
from clinic import amending, episodes, events, intake
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import User
from clinic.weeks import DAY, WEEK
from reminders.demo.life import Visit, is_workday, workday_after
from reminders.demo.parts import Reach, Twist
from reminders.demo.stage import FRESH, Player, Stage
from reminders.links import client_answers
from reminders.prompts import settling
from reminders.worklist import tasks, words
from reminders.worklist.models import SPEAKING_ANSWERS, KeyworkerTask, TaskKind
from reminders.worklist.said import Said as CameOf

TASKS_AT, RECORDS_AT = time(15, 10), time(16, 40)
ROUNDS_ON, DAILY_SINCE = frozenset({0, 2, 4}), timedelta(days=9)
SOON = 0.55
# What is seen to by speaking to the client; where they could not be reached, there are other ways.
BY_SPEAKING = SPEAKING_ANSWERS - {TaskKind.NOT_REACHED}
SAID = (
    (CameOf.MEANS_TO_GO, "Shifts had changed; found a time that fits."),
    (CameOf.ANOTHER_KIND, "Will try a smaller group this week."),
    (CameOf.OTHER, "A hard fortnight; coming in on Thursday."),
    (CameOf.WANTS_COMPANY, "Rang twice, then spoke in the evening."),
    (CameOf.MEANS_TO_GO, "Had been ill, better now."),
)
SETTLED = {
    TaskKind.INTRODUCE: (
        "Chose two meetings together; would like to go alone first.",
        "Talked it over: not yet, ask again.",
    ),
    TaskKind.NOT_REACHED: ("Spoke at the next session instead.", "Left word with reception."),
    TaskKind.DECLINED: ("Will look for somebody else who can ring.",),
    TaskKind.CONFIRM_CONSENT: ("Asked, and signed the form.",),
}
SEEN_TO = ("Seen to.",)


@dataclass(frozen=True, slots=True)
class Said:
    """What a keyworker heard of a meeting, to be recorded at the next round; unless it is known by then."""

    player: Player
    visit: Visit
    source: Source
    unless_known: bool = False


class Rounds:
    """The afternoons of one clinic's keyworkers."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._heard: defaultdict[date, list[Said]] = defaultdict(list)

    def expect(self, player: Player, visit: Visit) -> None:
        """Let the clinic hear of a visit: from the client the same evening, or from its own people soon."""
        stage = self.stage
        week = stage.calendar.week_of(visit.on)
        if visit.told is Source.CLIENT:
            at = time(20, stage.rng.randint(35, 59))
            stage.at(visit.on, at, partial(tell_by_link, stage, player, visit))
            self._heard[self._round_after(week + WEEK)].append(
                Said(player, visit, Source.KEYWORKER, unless_known=True)
            )
        else:
            self._heard[self._round_after(visit.on)].append(Said(player, visit, visit.told))
        if visit.again is not None:
            seen_on = self._round_after(week + WEEK + stage.rng.randint(0, 2) * DAY)
            self._heard[seen_on].append(Said(player, visit, visit.again))

    def _round_after(self, day: date) -> date:
        """The next day on which meetings are recorded: three a week, and lately every working day."""
        day = workday_after(day)
        while day.weekday() not in ROUNDS_ON and day < self.stage.calendar.today - DAILY_SINCE:
            day = workday_after(day)
        return day

    def schedule(self) -> None:
        """Every working day has its two rounds."""
        day = self.stage.calendar.begins
        while day <= self.stage.calendar.today:
            if is_workday(day):
                self.stage.at(day, TASKS_AT, self.see_to_tasks)
                if day in self._heard:
                    self.stage.at(day, RECORDS_AT, self.record)
            day += DAY

    @transaction.atomic
    def record(self, now: datetime) -> None:
        """Record what was heard, each keyworker their own clients'."""
        today = self.stage.today(now)
        by_keyworker: defaultdict[User, list[Said]] = defaultdict(list)
        for said in self._heard[today]:
            known = said.unless_known and said.visit in said.player.told
            if not known and not said.player.gone(today):
                by_keyworker[said.player.keyworker].append(said)
        with events.gathered():
            for keyworker, heard in by_keyworker.items():
                reports = [self._went(said) for said in heard]
                by = Actor.staff(keyworker)
                for answer in record_many(clinic=self.stage.clinic, reports=reports, by=by, now=now):
                    if isinstance(answer, Refused):
                        raise answer

    def _went(self, said: Said) -> Went:
        said.player.told.add(said.visit)
        meeting = self.stage.meetings[said.visit.meeting]
        return Went(said.player.client, said.visit.on, said.source, meeting)

    def see_to_tasks(self, now: datetime) -> None:
        """See to what has been asked since yesterday or before; not all of it at once."""
        morning = self.stage.moment(self.stage.today(now), time.min)
        waiting = KeyworkerTask.objects.filter(
            clinic=self.stage.clinic, done_at__isnull=True, raised_at__lt=morning
        ).select_related("client__clinic", "clinic")
        spoken_to: set[int] = set()
        for task in waiting.order_by("raised_at", "pk"):
            player = self.stage.players[task.client_id]
            if task.client_id not in spoken_to and self._turn_of(task, player, now):
                if task.kind in BY_SPEAKING:
                    self._speak(player, now)
                    spoken_to.add(task.client_id)
                elif task.kind == TaskKind.UNCERTAIN:
                    settling.settle(task=task, answer=settling.Answer.UNKNOWN, by=player.by, now=now)
                else:
                    self._settle(task, player, now)

    def _turn_of(self, task: KeyworkerTask, player: Player, now: datetime) -> bool:
        """Whether somebody gets to a task today."""
        if player.waits_for_somebody and task.raised_at > self.stage.clockwork.present - FRESH:
            return False
        if task.kind == TaskKind.CONFIRM_CONSENT and player.life.consents_on is not None:
            return self.stage.today(now) >= player.life.consents_on
        introduced_on = player.life.introduced_on
        if task.kind == TaskKind.INTRODUCE and introduced_on is not None:
            ahead = introduced_on - self.stage.today(now)
            if timedelta() <= ahead <= WEEK:
                return False
        return self.stage.rng.random() < SOON

    def _speak(self, player: Player, now: datetime) -> None:
        said, more = self.stage.rng.choice(SAID)
        words.spoke(client=player.client, said=said, words=more, by=player.by, now=now)

    def _settle(self, task: KeyworkerTask, player: Player, now: datetime) -> None:
        outcome = self.stage.rng.choice(SETTLED.get(TaskKind(task.kind), SEEN_TO))
        if task.kind == TaskKind.CONFIRM_CONSENT and player.life.part.reach is Reach.TO_CONFIRM:
            outcome = "Did not come to the session; ask again next time."
        if task.kind == TaskKind.NOT_REACHED and player.life.part.twist is Twist.WRONG_NUMBER:
            right = self.stage.house.number(player.index)
            mended = amending.amend(
                client=task.client,
                episode=episodes.latest_episode(task.client),
                person=intake.Person(mobile=right),
                by=player.by,
                now=now,
            )
            if mended:
                outcome = "Two digits were the wrong way round; put right."
        tasks.finish(task=task, outcome=outcome, by=player.by, now=now)


def tell_by_link(stage: Stage, player: Player, visit: Visit, now: datetime) -> None:
    """The client tells of a visit, if they hold a link that opens; else when next they are asked."""
    if player.link_until is None or now >= player.link_until or visit in player.told:
        return
    player.told.add(visit)
    client_answers.went(
        client=player.client,
        attended_on=visit.on,
        meeting=stage.meetings[visit.meeting],
        by=Actor.client(),
        now=now,
    )
