from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from attendance.register import pausing
from attendance.register.models import Answer, CheckIn, Pause, Source
from clinic import setup
from clinic.models import Client, Clinic, User
from reminders.contacts.models import Introduction, LocalContact
from tests.reminders import telling
from tests.reminders.telling import Post


@pytest.fixture
def harbour(db) -> Clinic:
    """Harbour, a clinic in London, which has been sending since before anybody came."""
    return telling.a_clinic()


@pytest.fixture
def kay(harbour: Clinic) -> User:
    """Kay, keyworker of Harbour."""
    return telling.a_keyworker(harbour)


@pytest.fixture
def ana(harbour: Clinic, kay: User) -> Client:
    """Ana, Kay's client, who agreed to texts and has no contact yet."""
    return telling.a_client(harbour, "Ana", telling.ANA, keyworker=kay)


@pytest.fixture
def ben(harbour: Clinic) -> Client:
    """Ben, who agreed to texts as well."""
    return telling.a_client(harbour, "Ben", telling.BEN)


@pytest.fixture
def joe(harbour: Clinic) -> LocalContact:
    """Joe, a group member who rings people and goes along."""
    return telling.a_contact(harbour)


@pytest.fixture
def ana_and_joe(ana: Client, joe: LocalContact) -> Introduction:
    """Ana agreed that Joe may ring her."""
    return telling.introduced(ana, joe)


@pytest.fixture
def post() -> Post:
    """What goes out in this test."""
    return Post()


@pytest.fixture
def pauses() -> Callable[..., Pause]:
    """Enters a pause: pauses(ana, first day, last day)."""

    def enter(client: Client, first: str, last: str, now: datetime = telling.BEGAN) -> Pause:
        pause, _ = pausing.pause(
            client=client,
            starts_on=date.fromisoformat(first),
            ends_on=date.fromisoformat(last),
            reason="holiday",
            by=telling.BY,
            now=now,
        )
        return pause

    return enter


@pytest.fixture
def policy() -> Callable[..., None]:
    """Changes a clinic's settings: policy(harbour, now, lapsed_after_weeks=3)."""

    def change(clinic: Clinic, now: datetime, sending: bool | None = None, **settings: Any) -> None:
        setup.set_up_clinic(slug=clinic.slug, settings=settings, by=telling.BY, now=now, sending=sending)

    return change


@pytest.fixture
def says_no() -> Callable[..., CheckIn]:
    """A client tells us that they did not go in a week: says_no(ana, its first day, now)."""

    def tell(client: Client, week: str, now: datetime) -> CheckIn:
        told, _ = pausing.check_in(
            client=client,
            week=date.fromisoformat(week),
            answer=Answer.DID_NOT_GO,
            source=Source.CLIENT,
            by=telling.BY,
            now=now,
        )
        return told

    return tell
