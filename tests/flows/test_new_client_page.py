"""Kay takes somebody in on one page: all of it or nothing, and nobody twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from attendance.directory.models import Meeting
from clinic.models import Client, Clinic, ConsentState
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

CARA: dict[str, Any] = {
    "first_name": "Cara",
    "last_name": "Madeup",
    "date_of_birth": "1984-11-30",
    "intake_on": "2026-03-01",
    "mobile": "07700 900123",
    "email": "cara@example.org",
    "consent_sms": "on",
    "consent_how": "signed form",
    "programme": "Day programme",
    "twelve_step_based": "yes",
    "severity": "0",
    "motivation": "10",
    "controlled_use_impossible": "5",
    "isolated": "yes",
    "preferences": "Women; ONLINE ; ;",
}


def takes_in(kay: Staff, **values: Any) -> Page:
    return kay.sends(kay.address("new_client"), **values)


def test_from_there_a_first_meeting_is_planned_while_they_are_here(kay: Staff, lantern: Meeting) -> None:
    page = takes_in(kay, **{**CARA, "preferences": ""}, then="plan")
    cara = Client.objects.get()
    assert page.went_to == kay.address("client_meetings", cara)
    assert page.texts("h3", class_="group-name") == ["Lantern Street"]
    planned = kay.does("plan", cara, meeting="lantern")
    assert planned.went_to == kay.address("client", cara)
    assert planned.notices == ["Planned: Cara Madeup goes to Lantern Street on Tuesday 3 March 2026."]
    assert "Planned Lantern Street Tuesday 3 March 2026, 19:00" in planned.text
    assert "Plans to go to Lantern Street on 3 March 2026" in planned.text


def test_one_page_takes_a_client_in_with_all_that_is_known(kay: Staff) -> None:
    page = takes_in(kay, **CARA, keyworker=kay.user.pk)
    cara = Client.objects.get()
    assert page.went_to == kay.address("client", cara)
    assert page.notices == [
        "Cara Madeup is taken in. Now choose a first meeting together, and introduce a local contact."
    ]
    assert (cara.reference, cara.mobile, cara.keyworker) == ("0001", "+447700900123", kay.user)
    assert (cara.date_of_birth, cara.preferences, cara.language) == (
        date(1984, 11, 30),
        ["online", "women"],
        "en",
    )
    episode = cara.episodes.get()
    assert (episode.severity, episode.motivation, episode.controlled_use_impossible) == (0, 10, 5)
    assert (str(episode.programme), episode.twelve_step_based, episode.isolated) == (
        "Day programme",
        True,
        True,
    )
    consent = cara.consents.get()
    assert (consent.channel, consent.state, consent.given_on) == ("sms", ConsentState.GIVEN, cast.TODAY)
    assert "Settling in: weeks are expected from the week of 16 March 2026." in page.text


def test_only_the_day_of_intake_is_needed_and_what_is_not_known_stays_open(kay: Staff) -> None:
    page = takes_in(kay, intake_on="2026-03-02")
    client = Client.objects.get()
    assert page.texts("h1") == ["0001"]
    assert "Severity Not known Readiness Not known Other support Not known" in page.text
    assert (client.keyworker, client.consents.count()) == (None, 0)


def test_nothing_is_ticked_beforehand(kay: Staff) -> None:
    form = kay.opens("new_client")
    assert [one for one in form.elements("input") if "checked" in dict(one.attributes)] == []
    assert form.value("intake_on") == "2026-03-02"
    chosen = [one for one in form.elements("option") if "selected" in dict(one.attributes)]
    assert dict(chosen[0].attributes)["value"] == str(kay.user.pk)


WRONG: list[tuple[dict[str, str], str]] = [
    ({"intake_on": ""}, "Intake on – This field is required."),
    ({"intake_on": "2026-03-03"}, "Intake on – 3 March 2026 is in the future: today is 2 March 2026."),
    ({"intake_on": "2026-02-30"}, "Intake on – Use a date such as 9 February 2026."),
    ({"intake_on": "0202-03-01"}, "Intake on – 1 March 202 is too long ago."),
    ({"reference": "A1"}, "Reference – There is already a client 'A1' in Riverside."),
    ({"reference": "x" * 41}, "Reference – Ensure this value has at most 40 characters (it has 41)."),
    ({"date_of_birth": "2026-03-02"}, "Date of birth – 2 March 2026 is after intake on 1 March 2026."),
    (
        {"mobile": "911"},
        "Mobile – '911' is not a telephone number: too short, too long, or without its area.",
    ),
    ({"mobile": ""}, "Mobile – Texts need a mobile number."),
    ({"consent_email": "on", "email": ""}, "E-mail – E-mails need an address."),
    ({"email": "cara@"}, "E-mail – Enter a valid email address."),
    (
        {"consent_how": ""},
        "How was consent given? – Say how consent was given; without it nothing can be sent.",
    ),
    (
        {"severity": "16"},
        "Severity of dependence – Select a valid choice. 16 is not one of the available choices.",
    ),
    (
        {"motivation": "-1"},
        "Readiness to change – Select a valid choice. -1 is not one of the available choices.",
    ),
    ({"first_name": "x" * 81}, "First name – Ensure this value has at most 80 characters (it has 81)."),
    ({"programme": "x" * 121}, "Programme – Ensure this value has at most 120 characters (it has 121)."),
    (
        {"keyworker": "1000000"},
        "Keyworker – Select a valid choice. That choice is not one of the available choices.",
    ),
]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(kay: Staff, ana: Client) -> None:
    before = everything()
    for changed, fault in WRONG:
        page = takes_in(kay, **{**CARA, **changed})
        assert (page.status, page.faults) == (422, [fault])
        assert page.value("first_name") == changed.get("first_name", "Cara")
    assert everything() == before


def test_a_keyworker_of_another_clinic_is_no_choice(kay: Staff, hal: Staff) -> None:
    assert kay.opens("new_client").texts("select", name="keyworker") == ["--------- kay"]
    assert takes_in(kay, **CARA, keyworker=hal.user.pk).status == 422
    assert not Client.objects.exists()


def test_the_button_pressed_twice_takes_nobody_in_twice(kay: Staff, at: Clock) -> None:
    first = takes_in(kay, **CARA)
    again = takes_in(kay, **CARA)
    assert again.went_to == first.went_to
    assert again.notices == ["Cara Madeup was taken in a moment ago, with the same details."]
    assert Client.objects.count() == 1

    # Somebody of the same name, a reference of their own, another birthday, or another hour: all are others.
    takes_in(kay, **CARA, reference="C2")
    takes_in(kay, **{**CARA, "date_of_birth": "1984-12-01"})
    at("2026-03-02 15:00")
    takes_in(kay, **CARA)
    assert [one.reference for one in Client.objects.order_by("pk")] == ["0001", "C2", "0003", "0004"]


def test_two_who_gave_no_name_are_two(kay: Staff) -> None:
    for _ in range(2):
        takes_in(kay, intake_on="2026-03-02")
    assert Client.objects.count() == 2


def test_programmes_of_the_clinic_are_suggested_and_no_others(kay: Staff, hillside: Clinic) -> None:
    takes_in(kay, **CARA)
    hillside.programmes.create(name="Elsewhere")
    takes_in(kay, **{**CARA, "first_name": "Carl", "programme": " Day programme "})
    (suggested,) = kay.opens("new_client").elements("datalist", id="programmes")
    assert [dict(one.attributes)["value"] for one in suggested.children] == ["Day programme"]
