"""Kay writes local contacts down."""

from __future__ import annotations

from typing import Any

import pytest

from attendance.directory.fellowships import fellowship_of
from attendance.directory.models import Fellowship, Meeting
from clinic.models import AuditEntry, Client, Clinic
from reminders.contacts.models import LocalContact
from reminders.links import suggesting
from tests import cast
from tests.flows.browsing import Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def rae() -> dict[str, Any]:
    told = {
        "first_name": "Rae",
        "fellowship": "Narcotics Anonymous",
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
    cards = kay.opens("contacts").texts("li", class_="card")
    assert cards == [
        "Joe Fellowship Narcotics Anonymous Area – Can ring – Agreed to serve 5 January 2026"
        " Introductions under way 1",
        "Rae Fellowship Narcotics Anonymous Area Old Town Can ring evenings Agreed to serve 1 March 2026"
        " Introductions under way 0",
    ]
    assert LocalContact.objects.get(first_name="Rae").mobile == "+447700900555"
    seen = mo.opens("contacts")
    assert (seen.texts("li", class_="card"), seen.texts("h2")) == (cards, ["Joe", "Rae"])


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
            "Agreed to serve on – 3 March 2026 is in the future: today is 2 March 2026.",
        ),
        (
            {"fellowship": "0"},
            "Fellowship – Select a valid choice. 0 is not one of the available choices.",
        ),
        ({"fellowship": ""}, "Fellowship – This field is required."),
        (
            {"meeting": "moonlight"},
            "A meeting they go to – There is no meeting “moonlight” in the directory: choose one from the list.",
        ),
        ({"area": "x" * 121}, "Area – Ensure this value has at most 120 characters (it has 121)."),
    ]:
        page = adds(kay, **{**rae, **changed})
        assert (page.status, page.faults) == (422, [fault])
    assert everything() == before


def test_before_any_list_was_read_the_well_known_fellowships_can_be_chosen(
    kay: Staff, rae: dict[str, Any]
) -> None:
    Fellowship.objects.all().delete()
    offered = kay.opens("contacts").texts("option")
    assert {"Narcotics Anonymous", "SMART Recovery", "LifeRing Secular Recovery"} <= set(offered)
    assert not Fellowship.objects.exists()
    adds(kay, **{**rae, "mobile": "1"})
    assert not Fellowship.objects.exists()
    assert adds(kay, **rae).notices == ["Rae is on the list of contacts."]
    (fellowship,) = Fellowship.objects.all()
    assert (fellowship.name, fellowship.abbreviation) == ("Narcotics Anonymous", "NA")
    assert kay.opens("contacts").texts("option") == offered


def test_a_fellowship_is_offered_once_and_only_where_it_is_known(
    kay: Staff, riverside: Clinic, hillside: Clinic
) -> None:
    fellowship_of(riverside, "NA")
    fellowship_of(riverside, "Harbour Walkers")
    fellowship_of(hillside, "Hill Walkers")
    offered = kay.opens("contacts").texts("option")
    assert offered.count("Narcotics Anonymous") == offered.count("Harbour Walkers") == 1
    assert "NA" not in offered
    assert "Hill Walkers" not in offered


def test_a_keyworker_logs_no_other_clinics_fellowship(
    kay: Staff, riverside: Clinic, hillside: Clinic, ana: Client
) -> None:
    ours, theirs = (fellowship_of(clinic, "Walkers") for clinic in (riverside, hillside))
    assert kay.opens("act_log", ana).texts("option").count("Walkers") == 1
    told = {"attended_on": "2026-03-01", "source": "slip"}
    assert kay.does("log", ana, **told, fellowship=theirs.pk).status == 422
    assert not ana.attendances.exists()
    kay.does("log", ana, **told, fellowship=ours.pk)
    assert ana.attendances.get().fellowship == ours


def test_a_contact_goes_to_meetings_which_their_clients_are_offered(
    kay: Staff, rae: dict[str, Any], lantern: Meeting, ana: Client
) -> None:
    quay = cast.a_meeting("quay", name="Quay", day=3, starts_at="18:00", location="Quay Hall")
    adds(kay, **rae, meeting="Lantern Street · Tue 19:00 · Lantern Hall · [:lantern]")
    contact = LocalContact.objects.get()
    assert list(contact.meetings.all()) == [lantern]
    to = kay.address("contact", contact.pk)
    assert to in kay.opens("contacts").links

    assert kay.sends(to, meeting="quay").notices == ["Rae goes to Quay."]
    assert kay.sends(to, meeting="quay").notices == ["It was known that Rae goes to Quay."]
    page = kay.goes_to(to)
    assert page.texts("li", class_="cluster") == [
        "Lantern Street · Tue 19:00 · Lantern Hall No longer goes to Lantern Street",
        "Quay · Thu 18:00 · Quay Hall No longer goes to Quay",
    ]
    suggested = suggesting.suggest(ana, contact, cast.NOW)
    assert [(one.meeting, one.why) for one in suggested.times] == [
        (lantern, suggesting.Why.CONTACT_GOES),
        (quay, suggesting.Why.CONTACT_GOES),
    ]

    assert kay.sends(to, no_longer=quay.pk).notices == ["Rae goes to Quay no longer."]
    assert list(contact.meetings.all()) == [lantern]
    before = everything()
    for gone in (quay.pk, "0", "x", ""):
        assert kay.sends(to, no_longer=gone).notices == [
            "That meeting is none of Rae's, or was taken off already."
        ]
    wrong = kay.sends(to, meeting="moonlight")
    assert (wrong.status, len(wrong.faults)) == (422, 1)
    assert everything() == before
    trail = AuditEntry.objects.filter(subject="localcontact").order_by("pk").values_list("verb", "actor_name")
    assert list(trail) == [
        ("contact.added", "kay"),
        ("contact.goes_to", "kay"),
        ("contact.goes_no_longer", "kay"),
    ]


def test_mo_reads_where_a_contact_goes_and_changes_nothing(
    mo: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    to = mo.address("contact", joe.pk)
    page = mo.goes_to(to)
    assert (page.status, page.texts("h1")) == (200, ["Joe"])
    assert [one for one in page.elements("button") if "No longer" in str(one) or "Add" in str(one)] == []
    before = everything()
    refused = mo.sends(to, meeting="lantern")
    assert refused.status == 403
    assert "Your role in Riverside does not let you change where contacts go." in refused.text
    assert everything() == before


def test_another_clinics_contact_is_nowhere(kay: Staff, hal: Staff, lantern: Meeting) -> None:
    hope = cast.a_contact(hal.clinic, "Hope")
    to = kay.address("contact", hope.pk)
    assert kay.goes_to(to).status == 404
    assert kay.sends(to, meeting="lantern").status == 404
    assert not hope.meetings.exists()


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
