"""Riverside's people: Kay keyworker, Mo manager, Ada administrator; Hal of Hillside; and Ana, a client of Kay's."""

import pytest

from clinic.models import Client, Clinic, Role, User
from tests import cast


@pytest.fixture
def kay(keyworker: User) -> User:
    """Kay, keyworker of Riverside."""
    return keyworker


@pytest.fixture
def mo(clinic: Clinic) -> User:
    """Mo, manager of Riverside."""
    return cast.a_keyworker(clinic, "mo", Role.MANAGER)


@pytest.fixture
def ada(clinic: Clinic) -> User:
    """Ada, administrator of Riverside."""
    return cast.a_keyworker(clinic, "ada", Role.ADMINISTRATOR)


@pytest.fixture
def hal(other_clinic: Clinic) -> User:
    """Hal, keyworker of Hillside."""
    return cast.a_keyworker(other_clinic, "hal")


@pytest.fixture
def ana(clinic: Clinic, kay: User) -> Client:
    """Ana, A1, Kay's client at Riverside since Wednesday 7 January 2026."""
    return cast.a_client(clinic, "A1", first_name="Ana", keyworker=kay)
