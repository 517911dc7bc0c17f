"""Coming in: by name and password, to the first page of one's clinic; and being asked again after a while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from clinic import setup
from clinic.models import Client, Clinic, Role
from tests import cast
from tests.flows.browsing import HTMX, Page, Staff

pytestmark = pytest.mark.django_db

PASSWORD = "quiet-harbour-lantern"
TOO_OFTEN = "Signing in was tried very often here: please wait a quarter of an hour, then try again."


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> Iterator[None]:
    """The limits count in the cache, which tests of one process share."""
    cache.clear()
    yield
    cache.clear()


def tries(username: str, password: str = PASSWORD, address: str = "203.0.113.1") -> Page:
    return Page.of(
        Browser(REMOTE_ADDR=address).post("/sign-in/", {"username": username, "password": password})
    )


def signs_in(username: str, password: str = PASSWORD, next_: str = "") -> Page:
    return Page.of(
        Browser().post("/sign-in/", {"username": username, "password": password, "next": next_}, follow=True)
    )


@pytest.fixture
def riverside() -> Clinic:
    clinic = cast.a_clinic("riverside")
    for username, role in [("kay", Role.KEYWORKER), ("ada", Role.ADMINISTRATOR)]:
        setup.add_staff(
            username=username, clinic=clinic, role=role, password=PASSWORD, by=cast.BY, now=cast.NOW
        )
    return clinic


def test_whoever_signs_in_lands_where_their_work_is(riverside: Clinic) -> None:
    assert signs_in("kay").texts("h1") == ["Today"]
    assert signs_in("ada").texts("h1") == ["Settings"]


def test_whoever_was_on_the_way_somewhere_gets_there_and_nowhere_else(riverside: Clinic) -> None:
    assert signs_in("kay", next_="/riverside/register/").texts("h1") == ["Register"]
    assert signs_in("kay", next_="https://evil.example/").went_to == "/riverside/today/"


@pytest.mark.parametrize(("username", "password"), [("kay", "wrong"), ("nobody", PASSWORD), ("kay", "")])
def test_a_wrong_word_lets_nobody_in_and_does_not_tell_which_was_wrong(
    riverside: Clinic, username: str, password: str
) -> None:
    page = signs_in(username, password)
    assert page.texts("h1") == ["Weekly"]
    (fault,) = page.faults
    assert "enter a correct username and password" in fault or fault == "Password – This field is required."


@pytest.mark.parametrize("username", ["kay", "nobody", "kay\N{SNOWMAN}"])
def test_a_name_is_tried_so_often_and_no_more_whether_somebody_has_it_or_not(
    riverside: Clinic, username: str
) -> None:
    for number in range(10):
        page = tries(username, f"guess {number}", f"203.0.113.{number}")
        assert page.status == 200
        assert "enter a correct username and password" in page.faults[0]
    page = tries(username.upper(), PASSWORD, "203.0.113.99")
    assert (page.status, page.faults) == (429, [TOO_OFTEN])
    assert page.headers["Retry-After"] == "900"
    assert tries("ada", PASSWORD, "203.0.113.1").went_to == "/"


def test_an_address_tries_so_many_names_and_no_more(riverside: Clinic) -> None:
    for number in range(50):
        assert tries(f"guess{number}").status == 200
    page = tries("kay")
    assert (page.status, page.faults) == (429, [TOO_OFTEN])
    assert tries("kay", address="203.0.113.2").went_to == "/"


def test_whoever_signs_in_rightly_is_never_kept_waiting(riverside: Clinic) -> None:
    assert {tries("kay").went_to for _ in range(60)} == {"/"}


def test_a_person_of_two_clinics_goes_from_one_to_the_other(riverside: Clinic) -> None:
    kay, _ = setup.add_staff(
        username="kay", clinic=cast.a_clinic("hillside"), role=Role.ADMINISTRATOR, by=cast.BY, now=cast.NOW
    )
    page = Staff(kay, riverside).opens("today")
    assert page.texts("ul", class_="menu-list")[0] == "Hillside Riverside (now)"
    assert {"/hillside/", "/riverside/"} <= set(page.links)
    assert Staff(kay, riverside).goes_to("/hillside/").texts("h1") == ["Settings"]


def test_two_roles_in_one_clinic_add_up(riverside: Clinic) -> None:
    kay, _ = setup.add_staff(
        username="kay", clinic=riverside, role=Role.ADMINISTRATOR, by=cast.BY, now=cast.NOW
    )
    staff = Staff(kay, riverside)
    assert [staff.opens(name).status for name in ("today", "settings", "new_client")] == [200, 200, 200]


def test_somebody_without_a_clinic_is_told_so_and_can_leave(db: None) -> None:
    clinic = cast.a_clinic("riverside")
    kay = Staff(cast.a_keyworker(clinic, "kay"), clinic)
    kay.user.memberships.all().delete()
    page = kay.goes_to("/")
    assert page.status == 403
    assert page.texts("h2") == ["You have no clinic yet"]
    assert kay.sends("/sign-out/").texts("h1") == ["Weekly"]
    assert kay.goes_to("/").texts("h1") == ["Weekly"]


def test_a_page_left_open_for_too_long_asks_to_sign_in_as_a_whole(riverside: Clinic) -> None:
    sam: Client = cast.a_client(riverside, "S1")
    headers = {**HTMX, "HX-Current-URL": "http://testserver/riverside/register/?week=2026-03-02"}
    pressed = Browser().post(
        f"/riverside/register/{sam.pk}/", {"went_on": "2026-03-02"}, headers=headers, follow=True
    )
    assert (pressed.status_code, pressed.content) == (204, b"")
    assert pressed.headers["HX-Redirect"] == "/sign-in/?next=%2Friverside%2Fregister%2F%3Fweek%3D2026-03-02"
    assert not sam.attendances.exists()
    lost = Browser().get("/sign-in/", headers={**HTMX, "HX-Current-URL": "https://evil.example/x"})
    assert lost.headers["HX-Redirect"] == "/sign-in/?next=%2F"
