"""Somebody sees that a client was entered twice, looks at both records, puts them together, and may part them again."""

from __future__ import annotations

import pytest

from attendance.register import recording
from attendance.register.models import Source
from clinic.models import Client, Clinic, Merge, TwoPeople
from tests import cast
from tests.cast import BY, NOW, day
from tests.flows.browsing import Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(riverside: Clinic) -> Client:
    """Ana's number once more, entered as A2 under a name misspelt."""
    return cast.a_client(riverside, "A2", first_name="Anna", last_name="Madeup", mobile="07700 900111")


def test_likely_doubles_are_listed_with_what_speaks_for_them(
    kay: Staff, ana: Client, twin: Client, ben: Client
) -> None:
    page = kay.opens("doubles")
    assert page.texts("ol", class_="off-list") == [
        "Ana Madeup (A1) and Anna Madeup (A2) The same mobile number"
    ]
    assert kay.address("merge", ana, twin) in page.links


def test_nobody_looks_entered_twice(kay: Staff, ana: Client, ben: Client) -> None:
    assert "Nobody looks entered twice" in kay.opens("doubles").text


def test_any_two_are_compared_by_reference(kay: Staff, ana: Client, ben: Client) -> None:
    assert kay.opens("doubles", one="A1").value("one") == "A1"
    page = kay.opens("doubles", one="A1", other="B1")
    assert page.went_to == kay.address("merge", ana, ben)
    assert kay.opens("doubles", one="A1", other="X9").faults == ["The other – There is no client “X9” here."]
    assert kay.opens("doubles", one="A1", other="A1").faults == [
        "The other – These are the references of one client."
    ]


def test_side_by_side_and_what_it_would_come_to_then_together_then_apart(
    kay: Staff, ana: Client, twin: Client
) -> None:
    for on in ("2026-02-10", "2026-02-17"):
        recording.record(client=twin, attended_on=day(on), source=Source.SLIP, by=BY, now=NOW)
    recording.record(client=ana, attended_on=day("2026-02-10"), source=Source.CLIENT, by=BY, now=NOW)
    before = everything()
    page = kay.opens("merge", ana, twin)
    assert everything() == before
    assert "Name differs Ana Madeup Anna Madeup" in page.text
    assert "Comes along from A2: 1 meeting attended" in page.text
    assert "Stays with A2, as A1 has the like: 1 meeting attended" in page.text
    assert [one for one in page.elements("input", name="keep") if "checked" in dict(one.attributes)] == []

    nothing = kay.sends(kay.address("merge", ana, twin), do="merge")
    assert (nothing.status, nothing.notices) == (422, ["Error: Choose which of the two records stays."])
    done = kay.sends(kay.address("merge", ana, twin), do="merge", keep=ana.pk)
    assert done.notices == ["A2 is put together with A1. It can be undone here."]
    merge = Merge.objects.get()
    assert done.went_to == kay.address("merged", merge.pk)
    assert "1 meeting attended" in done.texts("li")
    again = kay.sends(kay.address("merge", ana, twin), do="merge", keep=ana.pk)
    assert again.went_to == kay.address("client", ana)

    assert "A2 is put together with this record since 2 March 2026." in kay.opens("client", ana).text
    apart = kay.sends(kay.address("merged", merge.pk))
    assert apart.notices == ["A1 and A2 are apart again."]
    assert kay.sends(kay.address("merged", merge.pk)).notices == [
        "Error: Somebody was quicker: the two are apart already."
    ]
    assert kay.opens("client", twin).texts("h1") == ["Anna Madeup"]


def test_whoever_asks_for_the_merged_is_led_to_the_one_that_stays_and_nothing_is_done_unseen(
    kay: Staff, ana: Client, twin: Client
) -> None:
    kay.sends(kay.address("merge", ana, twin), do="merge", keep=ana.pk)
    page = kay.opens("client", twin)
    assert page.went_to == kay.address("client", ana)
    assert page.notices == ["Anna Madeup was entered twice: A2 is put together with this one."]
    before = everything()
    sent = kay.does("log", twin, attended_on="2026-02-24", source="keyworker")
    assert sent.notices == [
        "Anna Madeup was entered twice: A2 is put together with this one. "
        "Nothing of what you sent was done: do it here, if it is still wanted."
    ]
    with_script = kay.does("log", twin, htmx=True, attended_on="2026-02-24", source="keyworker")
    assert with_script.headers["HX-Redirect"] == kay.address("client", ana)
    assert everything() == before


def test_two_who_are_two_are_not_asked_about_again_until_that_is_taken_back(
    kay: Staff, ana: Client, twin: Client
) -> None:
    page = kay.sends(kay.address("merge", twin, ana), do="two")
    assert page.notices == ["Noted: Anna Madeup (A2) and Ana Madeup (A1) are two people."]
    assert "Nobody looks entered twice" in page.text
    assert "kay said on 2 March 2026 that these are two people." in kay.opens("merge", ana, twin).text
    assert kay.sends(kay.address("merge", ana, twin), do="one").notices == [
        "Taken back: they are asked about again."
    ]
    assert TwoPeople.objects.count() == 0


def test_what_has_to_be_decided_first_is_said_before_anything_is_pressed(
    kay: Staff, ana: Client, twin: Client
) -> None:
    kay.does("close", twin, closed_reason="withdrew", closed_on="2026-03-01")
    page = kay.opens("merge", ana, twin)
    assert "They cannot be put together yet" in page.text
    assert "A2 is closed and A1 is not: track the one again, or stop tracking the other." in page.text
    refused = kay.sends(kay.address("merge", ana, twin), do="merge", keep=ana.pk)
    assert refused.status == 422
    assert Merge.objects.count() == 0


def test_another_clinics_client_is_compared_with_nobody(
    kay: Staff, hal: Staff, ana: Client, hugo: Client
) -> None:
    for reader, pair in ((kay, (ana, hugo)), (hal, (ana, hugo)), (kay, (hugo, ana))):
        to = reader.address("merge", *pair)
        assert (reader.goes_to(to).status, reader.sends(to, do="two").status) == (404, 404)


def test_at_intake_a_hint_says_whom_a_new_client_looks_like(kay: Staff, ana: Client) -> None:
    new = {"first_name": "Anna", "last_name": "Madeup", "mobile": "07700 900111", "intake_on": "2026-03-01"}
    page = kay.sends(kay.address("new_client"), **new)
    assert page.notices[1] == (
        "Warning: Anna Madeup looks like Ana Madeup (A1): the same mobile number. "
        "If they are one person, put the two together: Clients, Entered twice."
    )
    assert len(kay.sends(kay.address("new_client"), first_name="Zoe", intake_on="2026-03-01").notices) == 1
