"""Every signed page shows the clinic's crisis numbers; one that belongs to no clinic, the emergency number."""

import pytest
from django.test import Client as Browser

from clinic import episodes
from clinic.models import ClosedReason
from reminders.links import limits
from tests.reminders.links import story
from tests.reminders.links.test_client_page import text

NUMBERS = "Helpline 01632 960999"
EMERGENCY = "ring the emergency number where you are"
NOBODYS = "/l/AAAAAAAAAAAAAAAAAAAAAA/"


def lost(link: str):
    """A link that is no longer in use."""
    return Browser().get(link)


def too_often(link: str):
    """Asked for once more than may be."""
    for _ in range(limits.REQUESTS.most):
        Browser().head(NOBODYS, REMOTE_ADDR="203.0.113.7")
    return Browser().get(link, REMOTE_ADDR="203.0.113.7")


def not_from_the_page(link: str):
    """A form without the secret of the page."""
    return Browser(enforce_csrf_checks=True).post(link, {"answer": "ring_me"})


def unreadable(link: str):
    """A form nobody can read."""
    return Browser().post(link, b"--x\r\nrubbish", "multipart/form-data; boundary=")


ANSWERS = [(too_often, 429), (not_from_the_page, 403), (unreadable, 400)]


@pytest.mark.parametrize(("asks", "status"), ANSWERS)
def test_whoever_is_turned_away_with_a_link_of_ours_sees_the_clinics_numbers(check_in, asks, status):
    page = asks(check_in)
    assert page.status_code == status
    assert NUMBERS in text(page)
    assert EMERGENCY not in text(page)
    assert not {"Sam", "Riverside"} & set(text(page).split())


@pytest.mark.parametrize(("asks", "status"), [*ANSWERS[:2], (lost, 404)])
def test_with_a_link_of_nobodys_they_are_told_of_the_emergency_number(check_in, asks, status):
    page = asks(NOBODYS)
    assert page.status_code == status
    assert NUMBERS not in text(page)
    assert EMERGENCY in text(page)


def test_a_client_who_left_still_sees_the_numbers(check_in, sam):
    day = story.CHECK_IN.date()
    episodes.close(client=sam, closed_on=day, reason=ClosedReason.WITHDREW, by=story.BY, now=story.CHECK_IN)
    page = lost(check_in)
    assert page.status_code == 404
    assert NUMBERS in text(page)
