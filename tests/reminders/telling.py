"""Harbour clinic and its people, brought in through the verbs, and small words for telling their story.

Everybody was taken in on Wednesday 7 January 2026; the first week that counts starts on Monday 26 January,
so that a client who goes nowhere has missed one week on Monday 2 February. Moments are London's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from attendance.register import recording
from attendance.register.models import Attendance, Source
from attendance.standing.models import Flag
from clinic import consents, setup
from clinic.intake import Person, take_in
from clinic.models import Channel, Client, Clinic, Consent, Purpose, Role, User
from reminders.contacts import introducing
from reminders.contacts.models import Introduction, LocalContact
from reminders.desk import sweeping
from reminders.prompts import outbox
from reminders.prompts.models import Prompt
from reminders.worklist.models import KeyworkerTask
from tests import cast
from tests.cast import BY
from tests.reminders.fakes import FakeChannel

LONDON = ZoneInfo("Europe/London")
INTAKE = date(2026, 1, 7)
RUN = date(2026, 1, 26)
# The Mondays on which so many weeks are missed.
MONDAY = {n + 1: day for n, day in enumerate(
    ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"]
)}  # fmt: skip
ANA, BEN, JOE = "+447700900111", "+447700900222", "+447700900333"


def at(text: str) -> datetime:
    """A moment in London, such as '2026-02-02 09:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def after(missed: int, time: str = "00:05") -> datetime:
    """The Monday on which so many weeks are missed, five past midnight unless told otherwise."""
    return at(f"{MONDAY[missed]} {time}")


BEGAN = at("2026-01-07 10:00")


def a_clinic(slug: str = "harbour", sending: bool | None = True, **settings: Any) -> Clinic:
    """A clinic in London that has been sending since January, with a lead who lets it introduce."""
    given = {
        "name": slug.capitalize(),
        "time_zone": "Europe/London",
        "crisis_numbers": "In danger: 999",
        **settings,
    }
    clinic, new = setup.set_up_clinic(
        slug=slug, settings=given, by=BY, now=at("2026-01-05 09:00"), sending=sending
    )
    if new:
        lead, _ = setup.add_staff(username=f"lead-{slug}", clinic=clinic, role=Role.MANAGER, by=BY, now=BEGAN)
        clinic, _ = setup.set_up_clinic(slug=slug, settings={"safeguarding_lead": lead}, by=BY, now=BEGAN)
    return clinic


def a_keyworker(clinic: Clinic, username: str = "kay") -> User:
    """A keyworker, by first name."""
    user, _ = setup.add_staff(
        username=username,
        clinic=clinic,
        role=Role.KEYWORKER,
        first_name=username.capitalize(),
        by=BY,
        now=BEGAN,
    )
    return user


def a_client(
    clinic: Clinic, first_name: str, mobile: str = "", *, texts: bool = True, **known: Any
) -> Client:
    """A client taken in on 7 January, who agreed to texts unless told otherwise."""
    intake_on = known.pop("intake_on", INTAKE)
    now = known.pop("now", BEGAN)
    client = take_in(
        clinic=clinic,
        reference=f"{first_name}-{clinic.clients.count() + 1}",
        intake_on=intake_on,
        person=Person(first_name=first_name, last_name="Madeup", mobile=mobile, **known),
        by=BY,
        now=now,
    )
    if texts:
        agrees(client, now=now)
    return client


def agrees(
    client: Client, channel: Channel = Channel.SMS, now: datetime = BEGAN, how: str = "signed form"
) -> Consent:
    """The client agrees to prompts over a channel; without how, it is still to be confirmed."""
    return consents.give(
        client=client,
        purpose=Purpose.PROMPTS,
        channel=channel,
        given_on=INTAKE if how else None,
        how=how,
        by=BY,
        now=now,
    )


def a_contact(clinic: Clinic, first_name: str = "Joe", mobile: str = JOE, email: str = "") -> LocalContact:
    """A group member who offered to ring clients."""
    return cast.a_contact(clinic, first_name, now=BEGAN, mobile=mobile, email=email)


def introduced(client: Client, contact: LocalContact, now: datetime = BEGAN) -> Introduction:
    """The client agreed that the contact may ring."""
    return introducing.introduce(
        client=client, contact=contact, how="in the session", given_on=INTAKE, by=BY, now=now
    )


def went(
    client: Client, on: str, now: datetime | None = None, source: Source = Source.KEYWORKER
) -> Attendance:
    """The client went to a meeting, recorded that evening unless told otherwise."""
    receipt = recording.record(
        client=client,
        attended_on=date.fromisoformat(on),
        source=source,
        by=BY,
        now=now or at(f"{on} 20:30"),
    )
    return receipt.attendance


def sweep(clinic: Clinic, now: datetime) -> int:
    """A tick of the sweep; how many prompts it planned."""
    return sweeping.sweep(Clinic.objects.get(pk=clinic.pk), now)["prompts_planned"]


@dataclass
class Post:
    """The outbox with a channel that only pretends, and what went out through it."""

    channel: FakeChannel = field(default_factory=FakeChannel)

    def sends(self, now: datetime, limit: int | None = None) -> dict[str, int]:
        """A tick of the outbox; what became of how many, leaving out what happened to none."""
        tally = outbox.send_due({"sms": self.channel, "email": self.channel}, now, limit)
        return {name: number for name, number in tally.items() if number}


def prompts(client: Client) -> list[str]:
    """The client's prompts as 'step occasion: state', in the order in which they were planned."""
    return [
        f"{' '.join(filter(None, (one.step, one.occasion)))}: {one.state}"
        for one in Prompt.objects.filter(client=client).order_by("pk")
    ]


def the(client: Client, step: str, occasion: str = "") -> Prompt:
    """The client's one prompt of a step."""
    return Prompt.objects.get(client=client, step=step, occasion=occasion)


def tasks(client: Client) -> list[str]:
    """The kinds of the client's open tasks, in the order in which they were raised."""
    return [
        task.kind for task in KeyworkerTask.objects.filter(client=client, done_at__isnull=True).order_by("pk")
    ]


def flag_of(client: Client) -> Flag | None:
    """The client's open flag."""
    return client.flags.filter(closed_at__isnull=True).first()
