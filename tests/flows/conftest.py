"""Riverside and Hillside, their staff at their browsers, and the clients whom the pages are about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from attendance.directory.models import Meeting
from clinic.models import Client, Clinic, Role
from reminders.contacts.models import LocalContact
from tests import cast
from tests.flows.browsing import Clock, Staff


@pytest.fixture(autouse=True)
def at(tmp_path: Path, settings: Any) -> Clock:
    """Sets the clock that the pages read, in London; it stands at noon on Monday 2 March 2026 at first."""
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.STATIC_ROOT = tmp_path

    def set_to(text: str) -> datetime:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))
        settings.CLOCK_FILE.write_text(moment.isoformat(), encoding="utf-8")
        return moment

    assert set_to("2026-03-02 12:00") == cast.NOW
    return set_to


@pytest.fixture
def riverside(db: None) -> Clinic:
    """Riverside, in London, with a safeguarding lead, so that it introduces clients."""
    clinic = cast.a_clinic("riverside")
    clinic.safeguarding_lead = cast.a_keyworker(clinic, "lena", Role.MANAGER)
    clinic.save(update_fields=["safeguarding_lead"])
    return clinic


@pytest.fixture
def hillside(db: None) -> Clinic:
    """Hillside, which has nothing to do with Riverside."""
    return cast.a_clinic("hillside")


@pytest.fixture
def kay(riverside: Clinic) -> Staff:
    """Kay, keyworker of Riverside."""
    return Staff(cast.a_keyworker(riverside, "kay"), riverside)


@pytest.fixture
def mo(riverside: Clinic) -> Staff:
    """Mo, manager of Riverside."""
    return Staff(cast.a_keyworker(riverside, "mo", Role.MANAGER), riverside)


@pytest.fixture
def ada(riverside: Clinic) -> Staff:
    """Ada, administrator of Riverside, who sees no client."""
    return Staff(cast.a_keyworker(riverside, "ada", Role.ADMINISTRATOR), riverside)


@pytest.fixture
def hal(hillside: Clinic) -> Staff:
    """Hal, keyworker of Hillside."""
    return Staff(cast.a_keyworker(hillside, "hal"), hillside)


@pytest.fixture
def ana(riverside: Clinic, kay: Staff) -> Client:
    """Ana, Kay's client since Wednesday 7 January 2026: five weeks missed by now, and no first meeting."""
    return cast.a_client(
        riverside, "A1", first_name="Ana", last_name="Madeup", keyworker=kay.user, mobile="07700 900111"
    )


@pytest.fixture
def ben(riverside: Clinic, kay: Staff) -> Client:
    """Ben, Kay's client since the same day."""
    return cast.a_client(
        riverside, "B1", first_name="Ben", last_name="Madeup", keyworker=kay.user, mobile="07700 900222"
    )


@pytest.fixture
def hugo(hillside: Clinic, hal: Staff) -> Client:
    """Hugo, Hal's client at Hillside."""
    return cast.a_client(hillside, "H1", first_name="Hugo", last_name="Elsewhere", keyworker=hal.user)


@pytest.fixture
def joe(riverside: Clinic) -> LocalContact:
    """Joe of Narcotics Anonymous, who rings clients of Riverside and goes along."""
    return cast.a_contact(riverside, "Joe")


@pytest.fixture
def lantern(db: None) -> Meeting:
    """Lantern Street, a meeting on Tuesdays at 19:00."""
    return cast.a_meeting("lantern", name="Lantern Street", day=1, starts_at="19:00", location="Lantern Hall")
