"""Kay offers Ana to another clinic, where somebody takes her over or declines; nobody sees more than is theirs."""

from __future__ import annotations

import pytest

from clinic import setup, transferring
from clinic.models import Client, Clinic, Role, Transfer, TransferState
from tests import cast
from tests.cast import BY, NOW, TODAY
from tests.flows.browsing import Clock, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

WAITS = "1 client waits to be taken over from another clinic of the organisation."


@pytest.fixture
def harbour(riverside: Clinic) -> Clinic:
    """Harbour, of the same organisation as Riverside."""
    setup.set_up_clinic(slug="riverside", settings={"organisation": "Waterside"}, by=BY, now=NOW)
    riverside.refresh_from_db()
    return cast.a_clinic("harbour", organisation="Waterside")


@pytest.fixture
def hana(harbour: Clinic) -> Staff:
    """Hana, keyworker of Harbour."""
    return Staff(cast.a_keyworker(harbour, "hana"), harbour)


@pytest.fixture
def max_(harbour: Clinic) -> Staff:
    """Max, manager of Harbour."""
    return Staff(cast.a_keyworker(harbour, "max", Role.MANAGER), harbour)


@pytest.fixture
def cove(harbour: Clinic) -> Staff:
    """Cleo of Cove, a third clinic of the organisation."""
    clinic = cast.a_clinic("cove", organisation="Waterside")
    return Staff(cast.a_keyworker(clinic, "cleo"), clinic)


def offered(ana: Client, harbour: Clinic) -> Transfer:
    return transferring.offer(client=ana, to=harbour, given_on=TODAY, how="signed form", by=BY, now=NOW)


def test_from_the_offer_to_the_record_there(
    kay: Staff, mo: Staff, hana: Staff, ana: Client, harbour: Clinic
) -> None:
    assert kay.address("act_transfer", ana) in "".join(kay.opens("client", ana).links)
    form = kay.opens("act_transfer", ana)
    assert "“Riverside may tell Harbour my first name now" in form.text
    page = kay.does("transfer", ana, to=harbour.pk, given_on="2026-03-02", how="signed form", agreed="on")
    assert "Harbour is asked to take Ana Madeup over since 2 March 2026, until 1 April 2026." in page.text
    assert mo.address("act_withdraw_transfer", ana) not in "".join(mo.opens("client", ana).links)

    assert WAITS in hana.opens("today").text
    listed = hana.opens("transfers")
    assert "Ana from Riverside" in listed.text
    transfer = Transfer.objects.get()
    one = hana.opens("one_transfer", transfer.pk)
    for page in (listed, one):
        for hidden in ("Madeup", "A1", "900111"):
            assert hidden not in page.html
    assert "signed form" in one.text
    to = hana.address("one_transfer", transfer.pk)
    there = hana.sends(to, do="take_over", keyworker=hana.user.pk, reference="H7")
    newcomer = harbour.clients.get()
    assert there.went_to == hana.address("client", newcomer)
    assert there.notices == [
        "Ana Madeup is taken over from Riverside. Ask them for consent to messages: none came along."
    ]
    assert "Taken over from Riverside on 2 March 2026." in there.text
    here = kay.opens("client", ana)
    assert "Taken over by Harbour on 2 March 2026" in here.text
    assert hana.address("client", newcomer) not in here.links
    assert WAITS not in hana.opens("today").text

    again = hana.sends(to, do="take_over", keyworker=hana.user.pk, reference="H8")
    assert again.notices == ["Somebody was quicker: they are taken over already."]
    assert harbour.clients.count() == 1


def test_whoever_may_see_both_records_is_led_from_the_one_to_the_other(
    kay: Staff, ana: Client, harbour: Clinic, hana: Staff
) -> None:
    transfer = offered(ana, harbour)
    newcomer = transferring.take_over(transfer=transfer, keyworker=hana.user, by=BY, now=NOW)
    administers = cast.a_keyworker(harbour, "kay", Role.ADMINISTRATOR)
    assert hana.address("client", newcomer) not in Staff(administers, kay.clinic).opens("client", ana).links
    works_in_both = cast.a_keyworker(harbour, "kay")
    assert hana.address("client", newcomer) in Staff(works_in_both, kay.clinic).opens("client", ana).links
    assert kay.address("client", ana) in Staff(works_in_both, harbour).opens("client", newcomer).links


def test_whoever_withdraws_too_late_is_told_who_took_over(
    kay: Staff, hana: Staff, ana: Client, harbour: Clinic
) -> None:
    transferring.take_over(transfer=offered(ana, harbour), keyworker=hana.user, by=BY, now=NOW)
    late = kay.does("withdraw_transfer", ana, why="By mistake.")
    assert late.faults == ["Somebody was quicker: Harbour has taken Ana Madeup over."]
    closes = kay.does("close", ana, closed_reason="withdrew", closed_on="2026-03-02")
    told = "Ana Madeup was taken over by Harbour on 2 March 2026: the record here is closed already."
    assert closes.faults == [told]


def test_declined_with_a_reason_the_other_clinic_reads_it_for_a_week(
    kay: Staff, max_: Staff, ana: Client, harbour: Clinic, at: Clock
) -> None:
    transfer = offered(ana, harbour)
    to = max_.address("one_transfer", transfer.pk)
    wrong = max_.sends(to, do="decline", reason="")
    assert (wrong.status, wrong.faults) == (422, ["Why not – This field is required."])
    page = max_.sends(to, do="decline", reason="No place before May.")
    assert page.notices == ["Declined: Riverside is told why, and nothing of the client came here."]
    assert max_.goes_to(to).status == 404
    told = "Harbour does not take Ana Madeup over: No place before May. max at Harbour, 2 March 2026"
    assert told in kay.opens("today").text
    assert told in kay.opens("client", ana).text
    at("2026-03-10 12:00")
    assert told not in kay.opens("today").text


def test_a_reference_that_is_taken_is_said_and_nothing_is_written(
    max_: Staff, hana: Staff, ana: Client, harbour: Clinic
) -> None:
    cast.a_client(harbour, "H1")
    transfer = offered(ana, harbour)
    before = everything()
    to = max_.address("one_transfer", transfer.pk)
    wrong = max_.sends(to, do="take_over", keyworker=hana.user.pk, reference="H1")
    assert (wrong.status, wrong.faults) == (
        422,
        ["Reference here – There is already a client 'H1' in Harbour."],
    )
    assert max_.sends(to, do="take_over", keyworker="", reference="").faults == [
        "Keyworker – This field is required."
    ]
    assert everything() == before


def test_nobody_sees_anothers_clients(
    kay: Staff, hana: Staff, cove: Staff, hal: Staff, ana: Client, ben: Client, harbour: Clinic
) -> None:
    """The receiving clinic before and after, a third of the organisation, and one that has nothing to do with it."""

    def sees_nothing(reader: Staff, number: int) -> bool:
        to = reader.address("one_transfer", number)
        gone = [reader.goes_to(to), reader.sends(to, do="decline", reason="x"), reader.opens("client", ana)]
        told = reader.opens("today").text + reader.opens("transfers").text
        return {page.status for page in gone} == {404} and "Ana" not in told and "waits" not in told

    assert all(sees_nothing(reader, 1) for reader in (hana, cove, hal))
    transfer = offered(ana, harbour)
    assert all(sees_nothing(reader, transfer.pk) for reader in (cove, hal))
    assert hana.opens("client", ana).status == 404
    assert "Ben" not in hana.opens("transfers").text
    # Nor is it the offering clinic's to decide.
    assert kay.opens("one_transfer", transfer.pk).status == 404
    kay.does("withdraw_transfer", ana, why="She took it back.")
    assert all(sees_nothing(reader, transfer.pk) for reader in (cove, hal))
    # Whoever had it open is told that it waits no more, and of whom no longer.
    assert hana.opens("one_transfer", transfer.pk).status == 404
    for asked in ({"do": "decline", "reason": "x"}, {"do": "take_over", "keyworker": hana.user.pk}):
        page = hana.sends(hana.address("one_transfer", transfer.pk), **asked)
        assert page.notices == ["Somebody was quicker: this transfer is not waiting any more."]
        assert "Ana" not in page.text
    assert hana.opens("client", ana).status == 404
    transfer.refresh_from_db()
    assert transfer.state == TransferState.WITHDRAWN


def test_a_clinic_of_no_organisation_offers_nothing(kay: Staff, ana: Client) -> None:
    assert "act_transfer" not in kay.opens("client", ana).html
    assert kay.address("act_transfer", ana) not in "".join(kay.opens("client", ana).links)
    assert "of no organisation that has another clinic" in kay.opens("act_transfer", ana).text
