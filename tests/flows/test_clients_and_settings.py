"""The list of clients, found by name, reference and standing; and the clinic's settings, which show no client."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from attendance.pages.clients import PAGE
from clinic import setup
from clinic.models import AuditEntry, Client, Clinic
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


def found(page: Page) -> list[str]:
    """The clients on the page."""
    return page.texts("h2", class_="person-name")


def test_clients_are_found_by_any_word_of_theirs(kay: Staff, ana: Client, ben: Client, hugo: Client) -> None:
    assert found(kay.opens("clients")) == ["Ana Madeup", "Ben Madeup"]
    for words, names in [
        ("ana", ["Ana Madeup"]),
        ("made b", ["Ben Madeup"]),
        ("B1", ["Ben Madeup"]),
        ("  MADEUP  ", ["Ana Madeup", "Ben Madeup"]),
        ("hugo", []),
        ("%", []),
    ]:
        assert found(kay.opens("clients", q=words)) == names, words


def test_clients_are_listed_by_standing_closed_ones_too(kay: Staff, ana: Client, ben: Client) -> None:
    kay.does("log", ben, attended_on="2026-02-24", source="keyworker")
    kay.does("close", ana, closed_reason="moved", closed_on="2026-03-01")
    assert found(kay.opens("clients", standing="weekly")) == ["Ben Madeup"]
    assert found(kay.opens("clients", standing="not_tracked")) == ["Ana Madeup"]
    assert found(kay.opens("clients", standing="lapsed")) == []
    assert found(kay.opens("clients", standing="splendid")) == ["Ana Madeup", "Ben Madeup"]
    (row,) = kay.opens("clients", standing="weekly").texts("li", class_="person-row")
    assert "Met the week of 23 February 2026, and none missed since. B1 · kay" in row


@pytest.mark.parametrize("page", ["today", "client", "clients"])
def test_a_minute_past_midnight_a_page_says_what_the_rule_says_though_no_sweep_has_come(
    kay: Staff, riverside: Clinic, at: Clock, page: str
) -> None:
    """Nell's first week that counts ends on Sunday 8 March with nothing recorded; whichever page is opened first."""
    nell = cast.a_client(riverside, "N1", "2026-02-11", first_name="Nell", keyworker=kay.user)
    assert nell.standing.standing == "settling_in"
    at("2026-03-09 00:01")
    opened = kay.opens(page, *([nell] if page == "client" else []))
    assert "Not started" in opened.texts("span", class_="badge")
    assert nell.flags.get(closed_at__isnull=True).missed_weeks == 1
    assert found(kay.opens("clients", standing="not_started")) == ["Nell"]


def test_an_empty_list_says_why_and_what_to_do(kay: Staff, mo: Staff, ana: Client) -> None:
    assert kay.opens("clients", q="zoe").texts("h2") == ["Nobody found"]
    assert mo.opens("clients", who="mine").texts("h2") == ["No clients here yet"]
    ana.delete()
    page = kay.opens("clients")
    assert page.texts("h2") == ["No clients here yet"]
    assert "/riverside/clients/new/" in page.links


@pytest.mark.parametrize("name", ["clients", "register"])
def test_an_empty_list_offers_to_take_somebody_in_only_to_whoever_may(
    kay: Staff, mo: Staff, name: str
) -> None:
    taking_in = kay.address("new_client")
    seen = {
        one.user.username: Page.of_element(
            one.opens(name, who="all").elements("div", class_="empty-state")[0]
        )
        for one in (kay, mo)
    }
    assert (taking_in in seen["kay"].links, taking_in in seen["mo"].links) == (True, False)
    assert "Clients show here once a keyworker has taken them in." in seen["mo"].text


def test_a_page_holds_so_many_and_keeps_what_was_asked(kay: Staff) -> None:
    for number in range(PAGE + 1):
        cast.a_client(kay.clinic, f"N{number:03}", keyworker=kay.user)
    page = kay.opens("clients", q="N", standing="not_started")
    assert len(found(page)) == PAGE
    assert "?q=N&standing=not_started&page=2" in page.links
    assert found(kay.opens("clients", q="N", page="2")) == [f"N{PAGE:03}"]
    assert found(kay.opens("clients", q="N", page="99")) == [f"N{PAGE:03}"]


def test_ada_reads_the_settings_and_no_client(ada: Staff, mo: Staff, ana: Client, riverside: Clinic) -> None:
    setup.make_token(name="the ward", clinic=riverside, read_only=True, by=cast.BY, now=cast.NOW)
    page = ada.opens("settings")
    for words in [
        "Week starts on Monday",
        "Lapsed after 4 missed weeks",
        "Sending Off Texts Written to a file, sent to nobody E-mails Written to a file, sent to nobody Quiet hours",
        "Quiet hours 20:00 to 09:00 Sundays Yes",
        "Nudge before an empty week ends Off Check-in on its last evening On",
        "Other settings are changed with the command create_clinic; docs/commands.md names its options.",
        "At most One in 48 hours, 3 in seven days",
        "Crisis numbers None: sending cannot be turned on Safeguarding lead lena",
        "ada Administrator",
        "the ward May read",
    ]:
        assert words in page.text
    assert "Ana" not in page.text
    assert mo.opens("settings").text.count("Manager") == 2


def test_where_no_other_system_has_a_token_it_says_so_outside_any_list(ada: Staff) -> None:
    page = ada.opens("settings")
    assert "Other systems No tokens." in page.text
    lists = [Page.of_element(one) for one in page.elements("dl")]
    assert len(lists) == 3
    assert [one.texts("p") for one in lists] == [[], [], []]


@pytest.mark.parametrize("who", ["ada", "mo"])
def test_a_token_is_revoked_after_asking_and_opens_nothing_more(
    who: str, riverside: Clinic, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(who)
    text = setup.make_token(name="the ward", clinic=riverside, read_only=True, by=cast.BY, now=cast.NOW)
    system = Browser(headers={"Authorization": f"Token {text}"})
    assert system.get("/api/v1/standings").status_code == 200
    (token,) = riverside.api_tokens.all()
    to = staff.address("revoke_token", token.pk)
    assert to in staff.opens("settings").links
    asked = staff.goes_to(to)
    assert asked.texts("h1") == ["Revoke a token: the ward"]
    assert system.get("/api/v1/standings").status_code == 200

    done = staff.sends(to)
    assert done.notices == ["The token “the ward” is revoked. Whoever still uses it is refused from now on."]
    assert "the ward May read (revoked on 2 March 2026)" in done.text
    assert to not in done.links
    assert system.get("/api/v1/standings").status_code == 401
    entry = AuditEntry.objects.get(verb="token.revoked")
    assert (entry.actor_name, entry.clinic, entry.subject_id) == (staff.user.username, riverside, token.pk)
    before = everything()
    assert staff.sends(to).notices == ["The token “the ward” was revoked already."]
    assert everything() == before
    assert staff.goes_to(to).went_to == staff.address("settings")


def test_nobody_revokes_another_clinics_token(kay: Staff, ada: Staff, hillside: Clinic) -> None:
    setup.make_token(name="theirs", clinic=hillside, read_only=False, by=cast.BY, now=cast.NOW)
    (token,) = hillside.api_tokens.all()
    assert ada.sends(ada.address("revoke_token", token.pk)).status == 404
    assert kay.sends(kay.address("revoke_token", token.pk)).status == 403
    token.refresh_from_db()
    assert token.revoked_at is None


def test_since_when_messages_go_out_is_told_in_the_clinics_own_hours(ada: Staff) -> None:
    setup.set_up_clinic(
        slug="riverside",
        settings={"crisis_numbers": "999", "time_zone": "America/New_York"},
        sending=True,
        by=cast.BY,
        now=cast.NOW,
    )
    assert "Sending On since 2 March 2026, 07:00" in ada.opens("settings").text
