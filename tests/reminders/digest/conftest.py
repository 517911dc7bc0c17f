"""Kay and Helen of Harbour, who read their e-mail in the morning."""

from __future__ import annotations

import pytest

from clinic import setup
from clinic.actors import Actor
from clinic.models import Clinic, Role, User
from reminders.digest import choosing
from reminders.digest.models import DigestChoice
from tests.reminders.fakes import FakeChannel
from tests.reminders.telling import BEGAN, BY

KAY, HELEN = "kay@harbour.example", "helen@harbour.example"
WEEKDAYS = [0, 1, 2, 3, 4]


def chooses(user: User, clinic: Clinic, days: list[int] = WEEKDAYS, hour: int = 8) -> DigestChoice:
    return choosing.choose(user=user, clinic=clinic, days=days, hour=hour, by=Actor.staff(user), now=BEGAN)


@pytest.fixture
def kay(harbour: Clinic) -> User:
    """Keyworker, with an address."""
    user, _ = setup.add_staff(
        username="kay", clinic=harbour, role=Role.KEYWORKER, first_name="Kay", email=KAY, by=BY, now=BEGAN
    )
    return user


@pytest.fixture
def helen(harbour: Clinic) -> User:
    """Manager, with an address."""
    user, _ = setup.add_staff(
        username="helen", clinic=harbour, role=Role.MANAGER, first_name="Helen", email=HELEN, by=BY, now=BEGAN
    )
    return user


@pytest.fixture
def channel() -> FakeChannel:
    """What goes out in this test."""
    return FakeChannel()
