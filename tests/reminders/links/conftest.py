from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.core.cache import cache

from clinic.models import Client, Clinic
from reminders.contacts.models import Introduction
from tests.reminders.links import story
from tests.reminders.links.story import Post


@pytest.fixture(autouse=True)
def _nobody_has_asked_before() -> Iterator[None]:
    """The limits count in the cache, which tests of one process share."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _collected_files(tmp_path, settings) -> None:
    """Whitenoise warns of a folder of collected files that is not there."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def at(tmp_path, settings) -> Callable[[datetime], None]:
    """Sets the clock that the pages read."""
    settings.CLOCK_FILE = tmp_path / "clock"

    def set_to(now: datetime) -> None:
        settings.CLOCK_FILE.write_text(now.isoformat(), encoding="utf-8")

    return set_to


@pytest.fixture
def post(tmp_path) -> Post:
    """The messages of this test."""
    return Post(tmp_path / "messages.jsonl")


@pytest.fixture
def clinic(db) -> Clinic:
    """Riverside, which sends."""
    return story.a_sending_clinic()


@pytest.fixture
def sam(clinic) -> Client:
    """Sam, a client since 7 January 2026, who agreed to texts."""
    return story.a_texted_client(clinic)


@pytest.fixture
def joe(sam) -> Introduction:
    """Sam's introduction to Joe."""
    return story.introduced(sam, story.a_contact(sam.clinic))


@pytest.fixture
def check_in(sam, post, at) -> str:
    """The link in the question of the week of 26 January; it is still that Sunday evening."""
    post.goes(sam.clinic, story.CHECK_IN)
    at(story.CHECK_IN)
    return post.link(story.SAM)


@pytest.fixture
def reached_out(joe, post, at) -> tuple[str, str]:
    """After two missed weeks: the link sent to Sam, who is to expect a call, and the one sent to Joe."""
    post.goes(joe.clinic, story.REACH_OUT)
    at(story.REACH_OUT)
    return post.link(story.SAM), post.link(story.JOE)
