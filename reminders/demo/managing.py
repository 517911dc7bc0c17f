"""What the managers do of a morning: hand back what has waited long with them, and read their e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from itertools import cycle

from clinic.actors import Actor
from clinic.models import Role, User
from clinic.weeks import DAY
from reminders.demo.cast import STAFF
from reminders.demo.life import is_workday
from reminders.demo.post import Carrier
from reminders.demo.stage import Stage
from reminders.digest import choosing, sending
from reminders.worklist import escalating, patience

LOOKS_AT, E_MAIL_AT = time(9, 20), time(8, 1)
WEEKDAYS, HOUR = (0, 1, 2, 3, 4), 8
# The e-mails of a fortnight are history enough.
CHOSE_AGO = timedelta(days=14)
WITH_THEM_FOR = 3
WORDS = (
    "You saw them on Tuesday: is this done? Tick it off, or ring once more.",
    "Try in the evening, they are back at work.",
    "Ask at the next session, and write down what they say.",
)


def schedule(stage: Stage) -> None:
    """Every working day a look at what has waited too long; and lately the e-mails of those who chose some."""
    managers = [one for one in STAFF if dict(one.roles).get(stage.house.slug) is Role.MANAGER]
    words = cycle(WORDS)
    users = {user.username: user for user in User.objects.filter(memberships__clinic=stage.clinic)}
    day = stage.calendar.begins
    while day <= stage.calendar.today:
        if is_workday(day) and managers:
            stage.at(
                day, LOOKS_AT, partial(_hand_back, stage, Actor.staff(users[managers[0].username]), words)
            )
        day += DAY
    readers = [user for user in users.values() if user.email]
    day = max(stage.calendar.begins, stage.calendar.today - CHOSE_AGO)
    stage.at(day, time(7), partial(_choose, stage, readers))
    carrier = Carrier()
    while day <= stage.calendar.today:
        stage.at(day, E_MAIL_AT, partial(_write, stage, carrier))
        day += DAY


def _hand_back(stage: Stage, by: Actor, words: Iterator[str], now: datetime) -> None:
    """The oldest of several, once it has been with them for a few days; the others wait for whoever looks."""
    today = stage.today(now)
    waiting = list(stage.clinic.escalations.shown().select_related("task__clinic", "task__client"))
    oldest = min(waiting, key=lambda one: (one.patience_ended_on, one.pk), default=None)
    if oldest is None or len(waiting) < 2:
        return
    if patience.working_days_over(oldest.patience_ended_on, today) > WITH_THEM_FOR:
        escalating.hand_back(task=oldest.task, word=next(words), by=by, now=now)


def _choose(stage: Stage, readers: list[User], now: datetime) -> None:
    for user in readers:
        choosing.choose(
            user=user, clinic=stage.clinic, days=WEEKDAYS, hour=HOUR, by=Actor.staff(user), now=now
        )


def _write(stage: Stage, carrier: Carrier, now: datetime) -> None:
    sending.send_due(stage.clinic, {"email": carrier}, now)
