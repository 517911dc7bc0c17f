"""The people around a client's meetings: introductions, what was agreed to, and what a client asks for."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial

from django.db import transaction

from clinic import consents
from clinic.actors import Actor
from clinic.models import Channel, Purpose
from clinic.weeks import DAY
from reminders.contacts import introducing
from reminders.contacts.models import Introduction, IntroductionState, LocalContact
from reminders.demo.life import workday_after
from reminders.demo.parts import Tie, Twist
from reminders.demo.stage import Player, Stage
from reminders.links import client_answers
from reminders.worklist import aside

MOST_AT_ONCE = 4


def schedule(stage: Stage, player: Player) -> None:
    """Put introductions, later consents and requests into the clockwork."""
    life, part = player.life, player.life.part
    if life.introduced_on is not None:
        stage.at(life.introduced_on, time(15, 55), partial(introduce, stage, player))
        if part.tie not in (Tie.AGREED, Tie.ASKED, Tie.ACCEPTED, Tie.DECLINED):
            spoke_on = life.introduced_on + stage.rng.randint(1, 3) * DAY
            stage.at(workday_after(spoke_on), time(15, 58), partial(note_that_they_spoke, player))
    if life.introduction_ends_on is not None:
        end = decline if part.tie is Tie.DECLINED else end_introduction
        stage.at(life.introduction_ends_on, time(16, 1), partial(end, player))
    if life.stops_on is not None:
        stage.at(life.stops_on, time(19, 30), partial(stop, player))
    if life.consents_on is not None:
        stage.at(life.consents_on, time(11, 15), partial(consent, stage, player))
    yesterday = stage.calendar.today - DAY
    if part.twist is Twist.RING_ME:
        stage.at(yesterday, time(19, 40), partial(ask_to_be_rung, player))
    if part.twist is Twist.PUT_ASIDE:
        stage.at(yesterday, time(14, 20), partial(put_aside, stage, player))


def _contact_for(stage: Stage, player: Player) -> LocalContact:
    """One of the fellowship they go to, unless that one has their hands full; else the least busy."""
    been = {stage.meetings[visit.meeting].fellowship_id for visit in player.life.visits[:6]}
    busy = {one.pk: one.introductions.filter(ended_at__isnull=True).count() for one in stage.contacts}
    return min(
        stage.contacts,
        key=lambda one: (busy[one.pk] >= MOST_AT_ONCE, one.fellowship_id not in been, busy[one.pk], one.pk),
    )


def _under_way(player: Player) -> Introduction | None:
    return player.client.introductions.filter(ended_at__isnull=True).first()


@transaction.atomic
def introduce(stage: Stage, player: Player, now: datetime) -> None:
    """Introduce the client."""
    if player.gone(stage.today(now)):
        return
    introducing.introduce(
        client=player.client,
        contact=_contact_for(stage, player),
        how="in the session",
        given_on=stage.today(now),
        by=player.by,
        now=now,
    )


def note_that_they_spoke(player: Player, now: datetime) -> None:
    """They rang together in the session."""
    under_way = _under_way(player)
    if under_way is not None:
        introducing.move(introduction=under_way, to=IntroductionState.SPOKE, by=player.by, now=now)


def end_introduction(player: Player, now: datetime) -> None:
    """The contact steps back when they are no longer needed."""
    under_way = _under_way(player)
    if under_way is not None:
        reason = "They go on their own by now."
        introducing.move(
            introduction=under_way, to=IntroductionState.ENDED, by=player.by, now=now, reason=reason
        )


def decline(player: Player, now: datetime) -> None:
    """The client would rather not be rung."""
    under_way = _under_way(player)
    if under_way is not None:
        client_answers.rather_no_call(introduction=under_way, by=Actor.client(), now=now)


def stop(player: Player, now: datetime) -> None:
    """The client stops all messages by their link."""
    client_answers.stop(client=player.client, by=Actor.client(), now=now)


def consent(stage: Stage, player: Player, now: datetime) -> None:
    """The client confirms that they may be written to, or asks for messages again."""
    consents.give(
        client=player.client,
        purpose=Purpose.PROMPTS,
        channel=Channel.SMS,
        given_on=stage.today(now),
        how="in the session",
        by=player.by,
        now=now,
    )


def ask_to_be_rung(player: Player, now: datetime) -> None:
    """The client asks for a call by their link."""
    client_answers.ring_me(client=player.client, by=Actor.client(), now=now)


def put_aside(stage: Stage, player: Player, now: datetime) -> None:
    """Their keyworker knows enough for some days."""
    aside.put_aside(
        client=player.client,
        until=stage.calendar.today + 5 * DAY,
        reason="Spoke on the telephone: coming to the session next week.",
        by=player.by,
        now=now,
    )
