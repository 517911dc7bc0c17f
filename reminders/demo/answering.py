"""How people answer messages: by the verbs behind the signed pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from attendance.register.models import Source
from clinic.actors import Actor
from reminders.contacts.models import Introduction
from reminders.demo.parts import Tie
from reminders.demo.rounds import tell_by_link
from reminders.demo.stage import Player, Stage
from reminders.links import client_answers, contact_answers
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt

# Minutes until somebody answers: a client by their telephone, a contact after work, and when they have rung.
SAME_EVENING, AFTER_WORK, NEXT_DAYS = (9, 85), (95, 540), (900, 2700)
RING_ME_CHANCE = 0.05
OF_MISSED_WEEKS = frozenset({Step.ENCOURAGE, Step.ANOTHER_WAY, Step.KEEP_GOING})
LATELY = timedelta(days=25)


def arrived(stage: Stage, prompt: Prompt, now: datetime) -> None:
    """A message has come: let whoever got it answer, as their story has it."""
    player = stage.players[prompt.client_id]
    if prompt.contact_id is not None:
        if prompt.introduction is not None:
            _contact_answers(stage, player, prompt.introduction, now)
        return
    stage.written_to(player, now)
    if prompt.step == Step.CHECK_IN:
        stage.later(now, SAME_EVENING, partial(_answer_question, stage, player, prompt.run))
    elif Step(prompt.step) in OF_MISSED_WEEKS:
        lately = now > stage.clockwork.present - LATELY
        if not lately and stage.rng.random() < RING_ME_CHANCE:
            stage.later(now, AFTER_WORK, partial(_ring_me, player))


def _answer_question(stage: Stage, player: Player, week: date, now: datetime) -> None:
    """'Did you get to one this week?': went, did not go, or nothing at all."""
    today = stage.today(now)
    if player.gone(today):
        return
    for visit in player.life.visits:
        if visit.told is Source.CLIENT and stage.calendar.week_of(visit.on) == week and visit.on <= today:
            tell_by_link(stage, player, visit, now)
    if week in player.life.absences and week not in player.answered:
        player.answered.add(week)
        client_answers.did_not_go(client=player.client, week=week, by=Actor.client(), now=now)


def _ring_me(player: Player, now: datetime) -> None:
    client_answers.ring_me(client=player.client, by=Actor.client(), now=now)


def _contact_answers(stage: Stage, player: Player, introduction: Introduction, now: datetime) -> None:
    """Most contacts say that they will ring, and most reach whom they ring."""
    lately = now > stage.clockwork.present - LATELY
    if player.life.part.tie is Tie.ASKED and lately:
        return
    by = Actor.contact()
    stage.later(
        now, AFTER_WORK, lambda then: contact_answers.will_ring(introduction=introduction, by=by, now=then)
    )
    if player.life.part.tie is Tie.ACCEPTED and lately:
        return
    answer = contact_answers.spoke if stage.rng.random() < 0.8 else contact_answers.could_not_reach
    stage.later(now, NEXT_DAYS, lambda then: answer(introduction=introduction, by=by, now=then))
