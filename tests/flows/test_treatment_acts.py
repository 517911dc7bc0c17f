"""Kay follows clients through treatment and after it, and keeps to what they agreed to."""

from __future__ import annotations

import pytest

from clinic import consents
from clinic.models import Channel, Client, ConsentState, Phase, Purpose
from reminders.contacts.models import LocalContact
from reminders.prompts.states import PromptState
from tests import cast
from tests.flows.browsing import Page, Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def introduce(kay: Staff, client: Client, contact: LocalContact) -> Page:
    return kay.does(
        "introduce", client, contact=contact.pk, given_on="2026-03-02", how="in the session", agreed="on"
    )


def agree(kay: Staff, client: Client, channel: str = "sms", given_on: str = "2026-03-01") -> Page:
    return kay.does("consent", client, channel=channel, given_on=given_on, how="signed form", agreed="on")


def test_a_discharge_never_takes_anybody_off_today(kay: Staff, ana: Client) -> None:
    page = kay.does("phase", ana, phase="transferred", changed_on="2026-02-20")
    assert page.notices == ["Ana Madeup is transferred. They stay on your list until you close them."]
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    page = kay.opens("client", ana)
    assert "Phase Transferred since 20 February 2026" in page.text
    assert "Back in treatment" in page.text


def test_a_death_ends_everything_and_a_mistaken_one_is_put_right(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    introduce(kay, ana, joe)
    unsent = a_prompt(ana, PromptState.PLANNED)
    page = kay.does("phase", ana, phase="died", changed_on="2026-02-20")
    assert page.notices == ["Ana Madeup is recorded as died. Everything unsent was cancelled."]
    unsent.refresh_from_db()
    assert (unsent.state, unsent.reason) == ("cancelled", "The client was closed.")
    assert not ana.introductions.filter(ended_at__isnull=True).exists()
    assert waiting(kay.opens("today")) == []
    assert "Closed 20 February 2026: Died" in kay.opens("client", ana).text
    assert kay.does("return", ana, intake_on="2026-03-01").faults == [
        "Taken in again on – Ana Madeup is recorded as died; correct that first."
    ]
    assert kay.does("reopen", ana).faults == ["Ana Madeup is recorded as died; correct that first."]

    moved = {"phase": "died", "changed_on": "2026-02-21"}
    assert kay.does("phase", ana, **moved).faults == ["Why – Say why, so that the next reader knows."]
    kay.does("phase", ana, **moved, reason="By the certificate.")
    assert "Closed 21 February 2026: Died" in kay.opens("client", ana).text

    mended = kay.does("phase", ana, phase="completed", changed_on="2026-02-21", reason="Somebody else.")
    assert mended.notices == ["Ana Madeup: completed since 21 February 2026. They are tracked again."]
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    story = kay.opens("client", ana)
    died = [told for told in story.texts("li", class_="timeline-item") if told.startswith("Phase: Died")]
    assert [told.partition(", by kay: ")[2].partition(".")[0] for told in died] == [
        "Somebody else",
        "By the certificate",
    ]


def test_whoever_was_closed_by_mistake_is_tracked_again(kay: Staff, ana: Client, joe: LocalContact) -> None:
    introduce(kay, ana, joe)
    assert "Track again" not in kay.opens("client", ana).text
    kay.does("close", ana, closed_reason="moved", closed_on="2026-03-02")
    assert waiting(kay.opens("today")) == []
    page = kay.opens("client", ana)
    assert "Closed 2 March 2026: Moved to another clinic" in page.text
    assert "Stop tracking" not in page.text
    assert "Introduction to Joe: ended" in page.text
    assert "The client was closed." in page.text
    kay.does("reopen", ana)
    again = kay.opens("client", ana)
    assert "Closed 2 March" not in again.text
    assert "5 weeks missed" in again.text
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_coming_back_keeps_all_that_was_known(kay: Staff, ana: Client) -> None:
    kay.does("phase", ana, phase="dropped_out", changed_on="2026-02-10")
    kay.does("close", ana, closed_reason="withdrew", closed_on="2026-02-20")
    kay.does("return", ana, intake_on="2026-03-01")
    page = kay.opens("client", ana)
    assert "Intake 1 March 2026 Intake 7 January 2026" in page.text
    assert "Phase In treatment" in page.text
    assert "Phase: Dropped out" in page.text
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_nothing_is_ticked_beforehand_and_consent_is_worded_dated_and_taken_back_at_once(
    kay: Staff, ana: Client
) -> None:
    assert [one.wording for one in ana.consents.all()] == []
    agree(kay, ana)
    (given,) = ana.consents.all()
    assert (given.given_on.isoformat(), given.how, given.recorded_by) == ("2026-03-01", "signed form", "kay")
    assert given.wording == consents.PROMPT_WORDING[Channel.SMS]
    assert "Text +447700900111 Given on 1 March 2026, signed form" in kay.opens("client", ana).text

    agree(kay, ana, "email")
    assert kay.does("stop", ana, channel="sms", how="on the telephone").status == 200
    given.refresh_from_db()
    assert (given.state, given.revoked_by, given.revoked_how) == (
        ConsentState.REVOKED,
        "kay",
        "on the telephone",
    )
    assert "Text +447700900111 Withdrawn E-mail" in kay.opens("client", ana).text
    agree(kay, ana)
    kay.does("stop", ana, channel="", how="in the session")
    assert not ana.consents.filter(revoked_at__isnull=True).exists()
    assert kay.opens("client", ana).text.count("Consent taken back") == 3


def test_a_consent_that_came_in_without_its_date_is_confirmed(kay: Staff, ana: Client) -> None:
    consents.give(
        client=ana,
        purpose=Purpose.PROMPTS,
        channel=Channel.SMS,
        given_on=None,
        how="",
        by=cast.BY,
        now=cast.NOW,
    )
    assert "Text +447700900111 To confirm" in kay.opens("client", ana).text
    agree(kay, ana)
    assert ana.consents.get().state is ConsentState.GIVEN


def test_an_emptied_detail_is_forgotten_and_an_untouched_one_stays(kay: Staff, ana: Client) -> None:
    held = {"first_name": "Ana", "last_name": "Madeup", "mobile": "+447700900111", "keyworker": kay.user.pk}
    kay.does("details", ana, **held, date_of_birth="1990-05-06", preferences="Women; online;;women")
    ana.refresh_from_db()
    assert (ana.date_of_birth.isoformat(), ana.preferences) == ("1990-05-06", ["online", "women"])
    form = kay.opens("act_details", ana)
    assert (form.value("date_of_birth"), form.value("preferences")) == ("1990-05-06", "")
    ticked = [one for one in form.elements("input", name="suits") if "checked" in dict(one.attributes)]
    assert [dict(one.attributes)["value"] for one in ticked] == ["women", "online"]

    kay.does("details", ana, first_name="Ana")
    ana.refresh_from_db()
    assert (ana.date_of_birth, ana.keyworker, ana.mobile, ana.last_name) == (None, kay.user, "", "")
    assert waiting(kay.opens("today")) == ["Ana"]


def test_the_details_find_a_keyworker_for_whom_nobody_has_and_leave_everybody_elses(
    kay: Staff, ana: Client
) -> None:
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    nell = cast.a_client(kay.clinic, "N1", first_name="Nell")
    assert "Keyworker" in kim.opens("act_details", nell).texts("label")
    assert "Keyworker" not in kim.opens("act_details", ana).texts("label")
    for client in (nell, ana):
        kim.does("details", client, first_name="Somebody", keyworker=kim.user.pk)
        client.refresh_from_db()
    assert (nell.keyworker, ana.keyworker) == (kim.user, kay.user)


def test_a_refused_change_of_details_does_not_show_as_if_it_were_made(kay: Staff, ana: Client) -> None:
    page = kay.does("details", ana, first_name="Anna", date_of_birth="2026-02-01")
    assert page.faults == ["Date of birth – 1 February 2026 is after intake on 7 January 2026."]
    assert page.texts("h1", class_="card-title") == ["Change details: Ana Madeup"]
    assert page.value("first_name") == "Anna"
    assert ana.episodes.get().phase == Phase.IN_TREATMENT


def test_what_suits_is_ticked_and_written_as_the_words_of_spreadsheets(kay: Staff, ana: Client) -> None:
    held = {"first_name": "Ana", "suits": ["women", "12-step"], "area": " Old  Town; Quay"}
    kay.does("details", ana, **held, preferences="Evenings; women")
    ana.refresh_from_db()
    assert ana.preferences == ["12-step", "area: old town, quay", "evenings", "women"]
    form = kay.opens("act_details", ana)
    assert (form.value("area"), form.value("preferences")) == ("old town, quay", "")
    kay.does("details", ana, **held, within="5 miles", preferences="evenings; newcomer")
    ana.refresh_from_db()
    assert ana.preferences == [
        "12-step",
        "area: old town, quay",
        "evenings",
        "newcomer",
        "within: 5 miles",
        "women",
    ]
    kay.does("details", ana, **held, preferences="Evenings; women")
    assert "12-step, area: old town, quay, evenings, women" in kay.opens("client", ana).text
    assert kay.does("details", ana, first_name="Ana", suits="moonlight").status == 422
    kay.does("details", ana, first_name="Ana")
    ana.refresh_from_db()
    assert ana.preferences == []


def test_messages_are_stopped_only_where_there_are_some(kay: Staff, ana: Client) -> None:
    def offered() -> bool:
        return any("/stop/" in link for link in kay.opens("client", ana).links)

    assert not offered()
    assert "Ana Madeup has agreed to no messages" in kay.opens("act_stop", ana).text
    agree(kay, ana)
    assert offered()
    assert kay.opens("act_stop", ana).texts("option") == ["All messages", "Texts"]
    agree(kay, ana, "email")
    assert kay.opens("act_stop", ana).texts("option") == ["All messages", "Texts", "E-mails"]
    kay.does("stop", ana, channel="sms", how="on the telephone")
    assert kay.opens("act_stop", ana).texts("option") == ["All messages", "E-mails"]
    kay.does("stop", ana, how="on the telephone")
    assert not offered()
