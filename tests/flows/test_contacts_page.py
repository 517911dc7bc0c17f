"""Kay writes local contacts down."""

from __future__ import annotations

from typing import Any

import pytest

from attendance.directory.fellowships import fellowship_named
from clinic.models import Client
from reminders.contacts.models import LocalContact
from tests import cast
from tests.flows.browsing import Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def rae() -> dict[str, Any]:
    fellowship = fellowship_named("Narcotics Anonymous").pk
    told = {
        "first_name": "Rae",
        "fellowship": fellowship,
        "mobile": "07700 900555",
        "agreed_on": "2026-03-01",
    }
    return {**told, "area": "Old Town", "can_ring": "evenings"}


def adds(kay: Staff, **values: Any) -> Page:
    return kay.sends(kay.address("contacts"), **values)


def test_a_contact_is_listed_with_how_many_they_are_ringing(
    kay: Staff, mo: Staff, rae: dict[str, Any], joe: LocalContact, ana: Client
) -> None:
    assert adds(kay, **rae).notices == ["Rae is on the list of contacts."]
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="form", agreed="on")
    rows = kay.opens("contacts").texts("tr")[1:]
    assert rows == [
        "Joe Narcotics Anonymous – – 5 January 2026 1",
        "Rae Narcotics Anonymous Old Town evenings 1 March 2026 0",
    ]
    assert LocalContact.objects.get(first_name="Rae").mobile == "+447700900555"
    seen = mo.opens("contacts")
    assert (seen.texts("tr")[1:], seen.texts("h2")) == (rows, [])


def test_the_button_pressed_twice_writes_one_contact(kay: Staff, rae: dict[str, Any]) -> None:
    adds(kay, **rae)
    before = everything()
    assert adds(kay, **rae).faults == ["First name – Rae is on the list of contacts already."]
    assert everything() == before


def test_what_is_wrong_is_said_and_nothing_is_written(kay: Staff, rae: dict[str, Any]) -> None:
    before = everything()
    for changed, fault in [
        ({"first_name": " "}, "First name – This field is required."),
        ({"mobile": ""}, "Mobile – A contact needs a number or an e-mail address."),
        ({"mobile": "1"}, "Mobile – '1' is not a telephone number."),
        ({"email": "rae"}, "E-mail – Enter a valid email address."),
        (
            {"agreed_on": "2026-03-03"},
            "Agreed to serve on – 2026-03-03 is in the future: today is 2026-03-02.",
        ),
        (
            {"fellowship": "0"},
            "Fellowship – Select a valid choice. That choice is not one of the available choices.",
        ),
        ({"area": "x" * 121}, "Area – Ensure this value has at most 120 characters (it has 121)."),
    ]:
        page = adds(kay, **{**rae, **changed})
        assert (page.status, page.faults) == (422, [fault])
    assert everything() == before


def test_mo_adds_nobody(mo: Staff, rae: dict[str, Any]) -> None:
    before = everything()
    page = adds(mo, **rae)
    assert page.status == 403
    assert "Your role in Riverside does not let you add contacts." in page.text
    assert everything() == before


def test_contacts_of_another_clinic_are_not_seen(kay: Staff, hal: Staff) -> None:
    cast.a_contact(hal.clinic, "Hope")
    page = kay.opens("contacts")
    assert "Hope" not in page.text
    assert "No contacts yet" in page.text
