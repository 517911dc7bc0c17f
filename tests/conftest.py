"""The cast that tests share, each brought in through the verbs; and what a test may need of the machine."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import settings

from attendance.directory.models import Meeting
from bench import scratch
from clinic.models import Client, Clinic, User
from tests import cast

# A busy machine is not a fault, so no example has a deadline; and a failure must come again to be mended.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes comes first: such a file takes minutes, and at the end would leave other cores idle."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


@pytest.fixture
def clinic(db) -> Clinic:
    """Riverside, in London, with the shipped policy."""
    return cast.a_clinic("riverside")


@pytest.fixture
def other_clinic(db) -> Clinic:
    """Hillside, which must never see or touch anything of Riverside."""
    return cast.a_clinic("hillside")


@pytest.fixture
def keyworker(clinic: Clinic) -> User:
    """Kay, keyworker of Riverside."""
    return cast.a_keyworker(clinic, "kay")


@pytest.fixture
def sam(clinic: Clinic) -> Client:
    """Sam, client S1 of Riverside since Wednesday 7 January 2026."""
    return cast.a_client(clinic, "S1")


@pytest.fixture
def dawn(db) -> Meeting:
    """Dawn, a meeting of Alcoholics Anonymous."""
    return cast.a_meeting("dawn")


@pytest.fixture
def require_postgresql() -> None:
    """For what only real concurrent transactions can show."""
    if connection.vendor != "postgresql":
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("PostgreSQL is required: set DATABASE_URL")
        pytest.skip("needs PostgreSQL: set DATABASE_URL")


@pytest.fixture(scope="session")
def databases() -> Iterator[scratch.Databases]:
    """Databases with empty tables for processes that a test starts: on the server of DATABASE_URL, else files."""
    url = os.environ.get("DATABASE_URL", "")
    with scratch.postgresql(url) if url.startswith("postgres") else scratch.sqlite() as made:
        yield made
