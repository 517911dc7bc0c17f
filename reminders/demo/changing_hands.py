"""Clients change hands: for a leave, to the other clinic; and somebody is taken in a second time by mistake."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial

from clinic import handing_over, intake, transferring
from clinic.actors import Actor
from clinic.models import Client, Clinic
from clinic.weeks import DAY
from reminders.demo.stage import Stage

LEAVE_FROM, LEAVE_DAYS, COVERED = 2, 12, 3
AT = time(9, 5)
ASKED_AT = time(9, 35)
NOTE = "On leave until Monday week. Ring them on their usual day, please."


def schedule(stage: Stage) -> None:
    """Put both into the clockwork, a few days ago; a clinic with one keyworker has nobody to hand anybody to."""
    if len(stage.keyworkers) > 1:
        today = stage.calendar.today
        stage.at(today - LEAVE_FROM * DAY, AT, partial(_goes_on_leave, stage))
        stage.at(today - DAY, AT, partial(_takes_in_twice, stage))


def schedule_transfer(stage: Stage, to: Clinic) -> None:
    """Put into the clockwork that yesterday somebody was offered to another clinic of the organisation."""
    stage.at(stage.calendar.today - DAY, ASKED_AT, partial(_is_to_go_there, stage, to))


def _tracked(stage: Stage) -> list[Client]:
    """Clients whose keyworker comes second in the house, those who were taken in first before the others."""
    held = stage.clinic.clients.filter(keyworker=stage.keyworkers[1], closed_on__isnull=True)
    return list(held.order_by("pk"))


def _goes_on_leave(stage: Stage, now: datetime) -> None:
    clients = _tracked(stage)[:COVERED]
    if clients:
        handing_over.hand_over(
            clinic=stage.clinic,
            clients=clients,
            held_by=stage.keyworkers[1],
            to=stage.keyworkers[0],
            by=Actor.staff(stage.keyworkers[1]),
            now=now,
            note=NOTE,
            until=stage.today(now) + LEAVE_DAYS * DAY,
        )


def _takes_in_twice(stage: Stage, now: datetime) -> None:
    """The same person, without the last letter of their first name, and nobody looked."""
    known = next((client for client in _tracked(stage) if client.date_of_birth and client.first_name), None)
    if known is not None:
        intake.take_in(
            clinic=stage.clinic,
            intake_on=stage.today(now),
            person=intake.Person(
                first_name=known.first_name[:-1],
                last_name=known.last_name,
                date_of_birth=known.date_of_birth,
                keyworker=stage.keyworkers[0],
            ),
            by=Actor.staff(stage.keyworkers[0]),
            now=now,
        )


def _is_to_go_there(stage: Stage, to: Clinic, now: datetime) -> None:
    """Whom that keyworker took in last agreed to go on there, where nobody has taken them over yet."""
    clients = _tracked(stage)
    if clients:
        transferring.offer(
            client=clients[-1],
            to=to,
            given_on=stage.today(now),
            how="signed form, moves there in spring",
            by=Actor.staff(stage.keyworkers[1]),
            now=now,
        )
