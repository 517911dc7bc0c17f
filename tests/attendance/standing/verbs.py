"""Harbour clinic and its people for tests of stored standings: reached through the verbs alone, at a moment given.

Everybody was taken in on Wednesday 7 January 2026 under the default policy; the first expected week is that of
Monday 26 January, and is over on Monday 2 February.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from attendance.register import correcting, pausing, recording
from attendance.register.models import Answer, Attendance, CheckIn, Pause, Source
from attendance.standing import evaluation
from attendance.standing.models import Flag
from clinic import episodes, intake, setup
from clinic.actors import Actor
from clinic.models import Client, Clinic, ClosedReason, Phase

BY = Actor.command("tests")
day = date.fromisoformat


def at(text: str) -> datetime:
    """A moment in London; noon where only the day is given."""
    local = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return local.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def a_clinic(slug: str = "harbour", **policy: Any) -> Clinic:
    """A clinic in London."""
    settings = {"name": slug.capitalize(), "time_zone": "Europe/London", **policy}
    clinic, _ = setup.set_up_clinic(slug=slug, settings=settings, by=BY, now=at("2026-01-01"))
    return clinic


def amend_policy(clinic: Clinic, now: str, **policy: Any) -> None:
    """Change the clinic's policy."""
    setup.set_up_clinic(slug=clinic.slug, settings=policy, by=BY, now=at(now))


def a_client(clinic: Clinic, name: str = "Ana", intake_on: str = "2026-01-07", now: str = "") -> Client:
    """A client taken in on the day, or written down later."""
    return intake.take_in(
        clinic=clinic,
        reference=f"{name}-{clinic.clients.count() + 1}",
        intake_on=day(intake_on),
        person=intake.Person(first_name=name),
        by=BY,
        now=at(now or intake_on),
    )


def went(client: Client, on: str, now: str = "", source: Source = Source.KEYWORKER) -> Attendance:
    """The client went to a meeting, as was recorded that evening or later."""
    return recording.record(
        client=client, attended_on=day(on), source=source, by=BY, now=at(now or f"{on} 21:00")
    ).attendance


def void(attendance: Attendance, now: str) -> None:
    """It was somebody else's."""
    correcting.void(attendance=attendance, reason="somebody else's", by=BY, now=at(now))


def pause(client: Client, first: str, last: str, now: str) -> Pause:
    """A holiday."""
    entered, _ = pausing.pause(
        client=client, starts_on=day(first), ends_on=day(last), reason="holiday", by=BY, now=at(now)
    )
    return entered


def says_no(client: Client, week: str, now: str) -> CheckIn:
    """The client told us that they did not go in the week."""
    told, _ = pausing.check_in(
        client=client, week=day(week), answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=at(now)
    )
    return told


def close(client: Client, on: str, now: str = "") -> None:
    """The client moved away."""
    episodes.close(client=client, closed_on=day(on), reason=ClosedReason.MOVED, by=BY, now=at(now or on))


def discharge(client: Client, on: str, now: str = "") -> None:
    """The client dropped out of treatment, which does not end tracking."""
    episode = client.episodes.order_by("-intake_on")[0]
    episodes.change_phase(
        episode=episode, phase=Phase.DROPPED_OUT, changed_on=day(on), by=BY, now=at(now or on)
    )


def comes_back(client: Client, on: str) -> None:
    """The client comes back to treatment after a discharge."""
    client.refresh_from_db()
    episodes.return_to_treatment(client=client, intake_on=day(on), intake=intake.Intake(), by=BY, now=at(on))


def sweep(clinic: Clinic, now: str) -> evaluation.Tally:
    """A tick of the sweep."""
    return evaluation.sweep(clinic, at(now))


def standing(client: Client) -> str:
    """The stored standing and missed weeks, such as 'slipping 1'."""
    stored = Client.objects.get(pk=client.pk).standing
    return f"{stored.standing} {stored.missed_weeks}"


def flag_of(client: Client) -> Flag | None:
    """The client's open flag."""
    return client.flags.filter(closed_at=None).first()


def flags(client: Client) -> list[tuple[str, str, str]]:
    """Every flag of the client: the run, the day it opened, and why it closed or 'open'."""
    return [
        (str(one.run), str(one.opened_on), one.closed_because or "open")
        for one in client.flags.order_by("pk")
    ]
