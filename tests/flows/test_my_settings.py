"""My settings: an address that its owner confirmed, and the mornings on which they want to be written to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from clinic import setup
from clinic.models import AuditEntry, Clinic, Role, User
from reminders.digest.models import Digest, DigestChoice, DigestState
from tests.cast import BY, NOW, TODAY
from tests.flows.browsing import Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db
ADDRESS = "kay@riverside.example"
LINK = re.compile(r"http://testserver(/\S+)")


@pytest.fixture(autouse=True)
def _post(settings: Any, tmp_path: Any) -> Iterator[None]:
    """E-mails go to a file of the test's own, and nobody has asked for any yet."""
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def written_to(kay: Staff) -> Staff:
    """Kay, who has an address."""
    User.objects.filter(pk=kay.user.pk).update(email=ADDRESS)
    return kay


def mail(settings: Any) -> list[dict[str, str]]:
    if not settings.MESSAGE_FILE.exists():
        return []
    return [json.loads(line) for line in settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()]


def link_in(message: dict[str, str]) -> str:
    found = LINK.search(message["body"])
    assert found is not None
    return found.group(1)


def gives(staff: Staff, address: str = ADDRESS) -> Any:
    return staff.sends(staff.address("my_settings"), email=address)


def chooses(staff: Staff, clinic: Clinic | None = None, **values: Any) -> Any:
    sent = {"clinic": (clinic or staff.clinic).pk, "days": [0, 2], "hour": 8, **values}
    return staff.sends(staff.address("my_settings"), **sent)


def address_of(staff: Staff) -> str:
    return User.objects.get(pk=staff.user.pk).email


def test_the_account_menu_leads_there_for_everybody(kay: Staff, mo: Staff, ada: Staff) -> None:
    for staff in (kay, mo, ada):
        page = staff.goes_to("/")
        assert staff.address("my_settings") in page.links
        assert staff.opens("my_settings").texts("h1") == ["My settings"]


class TestAddress:
    def test_it_is_used_once_the_link_in_its_mailbox_was_opened_and_pressed(
        self, kay: Staff, settings: Any
    ) -> None:
        said = gives(kay)
        assert said.notices == [f"We have written to {ADDRESS}. Open the link in that e-mail to confirm it."]
        assert address_of(kay) == ""
        (message,) = mail(settings)
        assert (message["to"], message["subject"]) == (ADDRESS, "Please confirm your address")
        assert "Riverside" not in message["body"]
        before = everything()
        asked = kay.goes_to(link_in(message))
        assert asked.texts("h1") == ["Confirm your address"]
        assert (everything(), address_of(kay)) == (before, "")
        done = kay.sends(link_in(message))
        assert done.notices == [f"{ADDRESS} is your address now."]
        assert ADDRESS in done.text
        assert address_of(kay) == ADDRESS
        entry = AuditEntry.objects.get(verb="staff.address_changed")
        assert (entry.actor_name, entry.fields, entry.subject_id) == ("kay", ["email"], kay.user.pk)

    def test_a_link_is_good_once_and_for_its_owner_alone(self, kay: Staff, mo: Staff, settings: Any) -> None:
        gives(kay)
        (message,) = mail(settings)
        to = link_in(message)
        assert mo.sends(to).notices == [
            "Error: This link is for somebody else. Sign in as whoever asked for it."
        ]
        kay.sends(to)
        assert kay.sends(to).notices == ["Error: Your address has changed since. Ask for a new link."]
        assert kay.sends(f"{to[:-3]}/").notices == ["Error: This link is no longer good. Ask for a new one."]
        assert address_of(mo) == ""

    def test_what_is_no_address_or_known_is_said(self, written_to: Staff, settings: Any) -> None:
        for address, fault in [
            ("kay", "Enter a valid email address."),
            ("", "This field is required."),
            (ADDRESS, "That is your address already."),
        ]:
            page = gives(written_to, address)
            assert (page.status, page.faults) == (422, [f"E-mail address – {fault}"])
        assert mail(settings) == []

    def test_nobody_is_written_to_over_and_over(self, kay: Staff, settings: Any) -> None:
        for number in range(5):
            assert gives(kay, f"kay{number}@riverside.example").status == 200
        page = gives(kay)
        assert (page.status, len(mail(settings))) == (422, 5)
        assert "That was asked for a few times already. Try again in an hour." in page.text

    def test_where_no_e_mails_are_sent_it_says_so(self, kay: Staff, settings: Any) -> None:
        settings.EMAIL_CHANNEL = ""
        page = gives(kay)
        assert page.status == 422
        assert "This installation sends no e-mails" in page.text

    def test_it_can_be_forgotten(self, written_to: Staff) -> None:
        done = written_to.sends(written_to.address("my_settings"), forget="yes")
        assert done.notices == ["Your address is forgotten, and nothing is sent to you."]
        assert (address_of(written_to), "None yet." in done.text) == ("", True)


class TestMornings:
    def test_off_by_default_chosen_and_chosen_otherwise(self, written_to: Staff) -> None:
        page = written_to.opens("my_settings")
        assert [one for one in page.elements("input") if "checked" in dict(one.attributes)] == []
        assert not DigestChoice.objects.exists()
        said = chooses(written_to).notices
        assert said == ["You are written to about Riverside: Monday, Wednesday at 08:00."]
        page = written_to.opens("my_settings")
        ticked = [dict(one.attributes)["value"] for one in page.elements("input", checked="")]
        assert ticked == ["0", "2"]
        assert chooses(written_to, days=[]).notices == ["No morning e-mail about Riverside is sent to you."]
        assert AuditEntry.objects.filter(verb="digest.chosen").count() == 2

    def test_without_an_address_it_says_what_is_needed(self, kay: Staff) -> None:
        page = chooses(kay)
        assert page.status == 422
        assert page.faults == ["On these mornings – Give your e-mail address first: it is where these go."]
        assert not DigestChoice.objects.exists()

    def test_nonsense_changes_nothing(self, written_to: Staff) -> None:
        before = everything()
        for values in ({"hour": 12}, {"hour": "x"}, {"days": [7]}, {"days": ["x"]}, {"hour": ""}):
            assert chooses(written_to, **values).status == 422
        assert everything() == before

    def test_each_clinic_of_theirs_has_its_own(self, written_to: Staff, hillside: Clinic) -> None:
        setup.add_staff(username="kay", clinic=hillside, role=Role.MANAGER, by=BY, now=NOW)
        page = written_to.opens("my_settings")
        headings = page.texts("h2")
        assert headings[1:3] == ["Morning e-mail: Hillside", "Morning e-mail: Riverside"]
        chooses(written_to, hillside, days=[4])
        assert [(one.clinic, one.days) for one in DigestChoice.objects.all()] == [(hillside, [4])]

    def test_a_clinic_that_is_not_theirs_is_nowhere(self, written_to: Staff, hillside: Clinic) -> None:
        assert chooses(written_to, hillside).status == 404
        assert written_to.sends(written_to.address("my_settings"), clinic="x").status == 404

    def test_whose_role_sees_no_client_has_nothing_to_choose(self, ada: Staff) -> None:
        User.objects.filter(pk=ada.user.pk).update(email="ada@riverside.example")
        assert "Your role here sees no clients" in ada.opens("my_settings").text
        assert chooses(ada).status == 422
        assert not DigestChoice.objects.exists()

    def test_what_became_of_the_last_one_is_told(self, written_to: Staff) -> None:
        chooses(written_to)
        given = {"clinic": written_to.clinic, "user": written_to.user, "day": TODAY, "claimed_at": NOW}
        last = Digest.objects.create(**given, state=DigestState.SENT, sent_at=NOW)
        assert "Last sent Monday 2 March 2026." in written_to.opens("my_settings").text
        last.state, last.sent_at, last.fault = (
            DigestState.GIVEN_UP,
            None,
            "The mail server refused the address (550).",
        )
        last.save()
        told = "Monday 2 March 2026: not sent. The mail server refused the address (550)."
        assert told in written_to.opens("my_settings").text


def test_the_links_of_the_e_mail_lead_to_the_clinics_today_and_to_my_settings(
    kay: Staff, riverside: Clinic, hillside: Clinic
) -> None:
    setup.add_staff(username="kay", clinic=hillside, role=Role.KEYWORKER, by=BY, now=NOW)
    assert kay.goes_to(f"/?clinic={riverside.pk}").went_to == "/riverside/today/"
    assert kay.goes_to(f"/?clinic={riverside.pk}&to=my_settings").went_to == "/riverside/my-settings/"
    for odd in ("/", "/?clinic=999", "/?clinic=x&to=elsewhere"):
        assert kay.goes_to(odd).went_to == "/hillside/today/"
