"""What holds for every act: it says what it did, once; with the script and without; and wrong input writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from attendance.directory.models import Meeting
from attendance.pages import acts as attendance_acts
from clinic.models import Client, Clinic
from clinic.pages import acts as clinic_acts
from reminders.contacts.models import LocalContact
from reminders.desk import acts as desk_acts
from reminders.desk import waiting
from tests import cast
from tests.flows.acts import ACTS
from tests.flows.acts.told import Told, World
from tests.flows.browsing import Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

every_act = pytest.mark.parametrize("told", ACTS, ids=lambda told: told.act)


@pytest.fixture
def world(
    ana: Client, ben: Client, hugo: Client, joe: LocalContact, hillside: Clinic, lantern: Meeting
) -> World:
    return World(ana, ben, hugo, joe, hope=cast.a_contact(hillside, "Hope"))


@pytest.fixture
def doer(told: Told, kay: Staff, mo: Staff) -> Staff:
    """Whoever does the act."""
    return {"kay": kay, "mo": mo}[told.by]


def sent(told: Told, world: World) -> dict[str, Any]:
    told.before(world)
    return told.sent(world)


def test_every_act_is_told_of() -> None:
    listed = [*attendance_acts.ACTS, *clinic_acts.ACTS, *desk_acts.ACTS, *waiting.ACTS]
    assert [told.act for told in ACTS if told.act not in {act.name for act in listed}] == []
    assert [act.name for act in listed if act.name not in {told.act for told in ACTS}] == []


@every_act
def test_done_it_says_so_on_the_page_it_came_from_and_twice_is_once(
    told: Told, doer: Staff, world: World
) -> None:
    values = sent(told, world)
    before = everything()
    page = doer.does(told.act, world.ana, **values, next="/riverside/today/?who=all")
    assert (page.status, page.went_to) == (200, "/riverside/today/?who=all")
    assert page.notices == [told.says]
    after = everything()
    assert after != before
    trail = after["clinic.AuditEntry"][len(before["clinic.AuditEntry"]) :]
    assert {entry["actor_name"] for entry in trail} - {"closing", "consent"} == {told.by}

    again = doer.does(told.act, world.ana, **values)
    assert again.notices + again.faults == [told.again]
    assert everything() == after


@every_act
def test_with_the_script_the_form_opens_in_place_and_leads_on(told: Told, doer: Staff, world: World) -> None:
    values = sent(told, world)
    form = doer.opens(f"act_{told.act}", world.ana, htmx=True, next="/riverside/register/?week=2026-03-02")
    assert form.status == 200
    assert "<html" not in form.html
    assert "/riverside/register/?week=2026-03-02" in form.links
    done = doer.does(told.act, world.ana, htmx=True, **values, next="/riverside/register/")
    assert (done.status, done.headers["HX-Redirect"], done.html) == (204, "/riverside/register/", "")
    assert doer.opens("register").notices == [told.says]


@every_act
def test_what_is_wrong_is_said_and_nothing_is_written(told: Told, doer: Staff, world: World) -> None:
    values = sent(told, world)
    wrong = [({**values, **changes(world)}, fault) for changes, fault in told.wrong]
    before = everything()
    for one, fault in wrong:
        page = doer.does(told.act, world.ana, **one)
        assert (page.status, page.faults, page.went_to, page.notices) == (422, [fault], "", [])
    for one, fault in wrong[:1]:
        in_place = doer.does(told.act, world.ana, htmx=True, **one)
        assert (in_place.status, in_place.faults) == (422, [fault])
        assert "<html" not in in_place.html
    assert everything() == before


@every_act
def test_opened_in_place_the_focus_goes_to_the_heading_or_to_what_is_wrong(
    told: Told, doer: Staff, world: World
) -> None:
    values = sent(told, world)
    form = doer.opens(f"act_{told.act}", world.ana, htmx=True)
    (focused,) = form.elements(autofocus="")
    assert focused in form.elements("h2", class_="card-title", tabindex="-1")
    assert form.elements("h1") == []
    for changes, _ in told.wrong[:1]:
        wrong = doer.does(told.act, world.ana, htmx=True, **{**values, **changes(world)})
        title = f"error-summary-title-{world.ana.pk}"
        (focused,) = wrong.elements(autofocus="")
        assert focused in wrong.elements(class_="error-summary", aria_labelledby=title)
        # The forms of two clients may stand on one page.
        assert len(wrong.elements("h2", id=title)) == 1


def test_an_act_is_about_a_client_by_name_and_nothing_is_ticked_beforehand(
    kay: Staff, mo: Staff, ana: Client
) -> None:
    for told in ACTS:
        page = {"kay": kay, "mo": mo}[told.by].opens(f"act_{told.act}", ana)
        assert page.status == 200
        assert page.texts("h1") == [f"{page.texts('title')[0].split(' ·')[0]}: Ana Madeup"]
        assert [one for one in page.elements("input") if "checked" in dict(one.attributes)] == []


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "evil.example",
    "signed_link",
    "http://[nonsense",
    "http://testserver.evil.example/",
]


@pytest.mark.parametrize(
    ("htmx", "header"), [(False, "Location"), (True, "HX-Redirect")], ids=["page", "script"]
)
def test_no_act_leads_off_the_site(htmx: bool, header: str, kay: Staff, ana: Client) -> None:
    to, home = kay.address("act_not_now", ana), kay.address("client", ana)
    for elsewhere in ELSEWHERE:
        values = {"until": "2026-03-09", "reason": "Away.", "next": elsewhere}
        answer = kay.browser.post(to, values, headers={"HX-Request": "true"} if htmx else None)
        assert answer.headers[header] == home, elsewhere
        form = kay.goes_to(to, htmx=htmx, next=elsewhere)
        assert form.status == 200
        assert home in form.links
        assert "evil" not in "".join(form.links), elsewhere


def test_a_next_with_a_line_break_smuggles_in_no_header(kay: Staff, ana: Client) -> None:
    wanted = "/riverside/today/\r\nSet-Cookie: mine=1"
    page = kay.does("not_now", ana, htmx=True, until="2026-03-09", reason="Away.", next=wanted)
    assert page.status == 204
    assert page.headers["HX-Redirect"] == "/riverside/today/%0D%0ASet-Cookie:%20mine=1"
    assert "Set-Cookie" not in page.headers or "mine" not in page.headers["Set-Cookie"]


def test_a_link_can_name_which_meeting_is_meant_but_not_what_a_client_agreed_to(
    kay: Staff, world: World
) -> None:
    went = world.went(world.ana)
    correct = kay.opens("act_correct", world.ana, attendance=went.pk)
    assert correct.value("attended_on") == "2026-02-10"
    consent = kay.opens("act_consent", world.ana, agreed="on", how="because I say so", channel="sms")
    assert "because I say so" not in consent.html
    assert [one for one in consent.elements("input") if "checked" in dict(one.attributes)] == []
