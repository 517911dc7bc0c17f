"""One clinic while its months go by: who works there, who is looked after, and what they have said so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from attendance.directory.models import Meeting
from clinic import clock
from clinic.actors import Actor
from clinic.models import Client, Clinic, Programme, User
from reminders.contacts.models import LocalContact
from reminders.demo.cast import House
from reminders.demo.clockwork import Act, Clockwork
from reminders.demo.life import Calendar, Life, Visit
from reminders.demo.parts import LAPSED, NOT_STARTED, SETTLING_IN, Reach, Twist
from reminders.demo.post import Carrier
from reminders.prompts import hours, tokens

FRESH = timedelta(days=10)
WORKING_HOURS = (time(9, 40), time(15, 50))


@dataclass(eq=False, slots=True)
class Player:
    """A client on stage: the story, the row once there is one, and what was told so far."""

    index: int
    name: str
    life: Life
    keyworker: User
    row: Client | None = None
    told: set[Visit] = field(default_factory=set)
    answered: set[date] = field(default_factory=set)
    link_until: datetime | None = None

    @property
    def client(self) -> Client:
        """The client, as taken in."""
        assert self.row is not None
        return self.row

    @property
    def by(self) -> Actor:
        """Their keyworker."""
        return Actor.staff(self.keyworker)

    def gone(self, day: date) -> bool:
        """Whether the story is over by a day."""
        return self.life.until is not None and day > self.life.until

    @property
    def waits_for_somebody(self) -> bool:
        """Whether what is asked about them lately is left for whoever looks at the demonstration."""
        part = self.life.part
        return (
            part.twist in (Twist.RING_ME, Twist.DEAD_NUMBER)
            or part.reach is Reach.TO_CONFIRM
            or (part.standing is SETTLING_IN and not part.starts)
            or (part.standing is LAPSED and part.missed == 4)
            or (part.standing is NOT_STARTED and part.isolated is True)
        )


@dataclass(eq=False, slots=True)
class Stage:
    """What every act needs at hand."""

    house: House
    clinic: Clinic
    calendar: Calendar
    clockwork: Clockwork
    carrier: Carrier
    rng: Random
    keyworkers: Sequence[User]
    programmes: Sequence[Programme]
    meetings: dict[str, Meeting]
    contacts: Sequence[LocalContact]
    players: dict[int, Player] = field(default_factory=dict)

    def moment(self, day: date, at: time) -> datetime:
        """The instant of a local time."""
        return hours.local_moment(day, at, self.clinic.time_zone)

    def at(self, day: date, at: time, act: Act) -> None:
        """Let something happen at a local time."""
        self.clockwork.at(self.moment(day, at), act)

    def in_working_hours(self, day: date, act: Act) -> None:
        """Let something happen at some time of a working day."""
        first, last = (one.hour * 60 + one.minute for one in WORKING_HOURS)
        minute = self.rng.randint(first, last)
        self.at(day, time(minute // 60, minute % 60), act)

    def later(self, now: datetime, minutes: tuple[int, int], act: Act) -> None:
        """Let something happen so many minutes from now, at least and at most."""
        self.clockwork.at(now + timedelta(minutes=self.rng.randint(*minutes)), act)

    def today(self, now: datetime) -> date:
        """The local date at a moment."""
        return clock.local_date(now, self.clinic.time_zone)

    def written_to(self, player: Player, now: datetime) -> None:
        """Remember that the client holds a link."""
        player.link_until = now + tokens.CLIENT_LIFE
