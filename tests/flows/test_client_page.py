"""One client on one page: everything that happened, who recorded it, and what was struck out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from attendance.directory.models import Meeting
from clinic import consents
from clinic.intake import Intake
from clinic.models import Channel, Client, Clinic, Purpose
from reminders.contacts.models import LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db


def timeline(page: Page) -> list[str]:
    """What happened, latest first."""
    told = page.texts("li", class_="timeline-item")
    return [one.partition(" Correct : ")[0].partition(" Take back : ")[0] for one in told]


def test_everything_is_told_with_who_said_so_and_what_was_struck_out_with_why(
    kay: Staff, ana: Client, joe: LocalContact, lantern: Meeting, at: Clock
) -> None:
    at("2026-03-02 09:00")
    kay.does("log", ana, attended_on="2026-01-13", source="client", meeting="lantern", note="Liked it.")
    kay.does("log", ana, attended_on="2026-01-13", source="slip", meeting="lantern")
    kay.does("log", ana, attended_on="2026-01-20", source="keyworker")
    kay.does("void", ana, attendance=ana.attendances.get(attended_on="2026-01-20").pk, reason="It was Ben.")
    kay.does("did_not_go", ana, week="2026-01-26")
    at("2026-03-02 10:00")
    kay.does("pause", ana, starts_on="2026-02-10", ends_on="2026-02-12", kind="holiday", detail="By the sea")
    kay.does("void_pause", ana, pause=ana.pauses.get().pk, reason="They stayed")
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="in the session", agreed="on")
    at("2026-03-02 11:00")
    kay.does("consent", ana, channel="sms", given_on="2026-03-01", how="signed form", agreed="on")
    kay.does("stop", ana, channel="sms", how="on the telephone")
    at("2026-03-02 11:30")
    kay.does("spoke", ana, said="other", words="Will go on Tuesday.")
    at("2026-03-02 11:45")
    kay.does("phase", ana, phase="completed", changed_on="2026-02-20")
    kay.does("phase", ana, phase="dropped_out", changed_on="2026-02-20", reason="By the letter")

    told = timeline(kay.opens("client", ana, timeline="all"))
    for wanted in [
        "Went to a meeting: Lantern Street, Tue 19:00 Liked it. Tue 13 January 2026 · Client (kay); Signed slip (kay)",
        "Went to a meeting Struck out on 2 March 2026, 09:00, by kay: It was Ben. "
        "Tue 20 January 2026 · Keyworker (kay)",
        "Did not go in the week of 26 January 2026 Mon 2 March 2026 · Keyworker (kay)",
        "Paused until 12 February 2026: Holiday: By the sea "
        "Taken back on 2 March 2026, 10:00, by kay: They stayed Tue 10 February 2026 · kay",
        "Introduction to Joe: client agreed Mon 2 March 2026, 10:00 · kay",
        "Consent recorded: Prompts about going every week (text) signed form Mon 2 March 2026 · kay",
        "Consent taken back: Prompts about going every week (text) on the telephone Mon 2 March 2026 · kay",
        "Spoke to them Will go on Tuesday. Mon 2 March 2026, 11:30 · kay",
        "Phase: Completed Corrected on 2 March 2026, 11:45, by kay: By the letter Fri 20 February 2026 · kay",
        "Phase: Dropped out It said before: Completed, 20 February 2026 Fri 20 February 2026 · kay",
        "Phase: In treatment Wed 7 January 2026 · tests",
    ]:
        assert told.count(wanted) == 1, (wanted, told)
    days = [one.rpartition("2026")[0] for one in told]
    assert days.index(next(day for day in days if day.startswith("Spoke"))) < days.index(
        next(day for day in days if day.startswith("Went to a meeting: Lantern"))
    )


def test_a_meeting_is_put_right_from_its_own_place_by_a_button_that_says_which(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("log", ana, attended_on="2026-01-13", source="client", meeting="lantern")
    kay.does("log", ana, attended_on="2026-01-20", source="keyworker")
    for why in ("Joe is away.", "Rae is away."):
        tasks.raise_tasks([Need(ana, TaskKind.DECLINED, why, about=why)], cast.NOW)
    page = kay.opens("client", ana)
    items = [Page.of_element(one) for one in page.elements("li", class_="timeline-item")]
    assert [one.texts("a") for one in items if "Went" in one.text] == [
        [f"{label} : Went to a meeting, 20 January 2026" for label in ("Correct", "Strike out")],
        [
            f"{label} : Went to a meeting: Lantern Street, Tue 19:00, 13 January 2026"
            for label in ("Correct", "Strike out")
        ],
    ]
    assert len(page.elements("ol", class_="timeline")[0].children) == len(items)
    done = {f"Done : A contact could not help. {name} is away." for name in ("Joe", "Rae")}
    assert done <= set(page.texts("a", class_="button"))


def test_prompts_are_told_by_their_state_without_their_link_and_planned_ones_stand_apart(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="form", agreed="on")
    a_prompt(ana, PromptState.DELIVERED, subject="A note for you")
    a_prompt(ana, step=Step.REACH_OUT, contact=joe, introduction=ana.introductions.get())
    a_prompt(ana, PromptState.SUPPRESSED, Step.ANOTHER_WAY, body="", reason="The client took consent back.")
    a_prompt(ana, PromptState.PLANNED, Step.KEEP_GOING)
    page = kay.opens("client", ana)
    told = timeline(page)
    assert (
        "Message to the client: encourage Pick a time that suits: [their link] Delivered Mon 2 March 2026, 12:00"
        in told
    )
    assert (
        "Message to Joe, their contact: reach out Pick a time that suits: [their link] Sent Mon 2 March 2026, 12:00"
        in told
    )
    assert (
        "Message to the client: another way The client took consent back. Suppressed Mon 2 March 2026, 12:00"
        in told
    )
    assert "Next: keep going to the client, from 2 March 2026, 12:00" in page.text
    assert "{link}" not in page.html


def test_hours_are_the_clinics_own_in_summer_too(riverside: Clinic, kay: Staff, ana: Client) -> None:
    riverside.time_zone = "America/New_York"
    riverside.save()
    a_prompt(ana, now=datetime(2026, 2, 20, 2, 30, tzinfo=UTC))
    assert "Thu 19 February 2026, 21:30" in kay.opens("client", ana).text
    riverside.time_zone = "Europe/London"
    riverside.save()
    a_prompt(ana, now=datetime(2025, 7, 1, 12, 0, tzinfo=UTC))
    assert "Tue 1 July 2025, 13:00" in kay.opens("client", ana, timeline="all").text


def test_what_is_not_known_says_so(kay: Staff, riverside: Clinic) -> None:
    nobody = cast.a_client(riverside, "N1")
    page = kay.opens("client", nobody)
    assert page.texts("h1") == ["N1"]
    for words in [
        "N1 · no keyworker",
        "Programme Not known Severity Not known Readiness Not known Other support Not known",
        "Nobody yet. A group member who rings and goes along is what works best.",
        "Text No number or address Not asked or not given E-mail No number or address Not asked or not given",
        "Born Not known Language en Preferences None noted",
    ]:
        assert words in page.text


def test_what_was_measured_is_shown_nought_included(kay: Staff, riverside: Clinic) -> None:
    measured = cast.a_client(
        riverside, "M1", intake=Intake(severity=0, motivation=0, isolated=False, twelve_step_based=True)
    )
    assert "Severity 0 of 15 Readiness 0 of 10 Other support Yes" in kay.opens("client", measured).text


def test_what_waits_can_be_done_from_the_page(kay: Staff, mo: Staff, ana: Client) -> None:
    tasks.raise_tasks([Need(ana, TaskKind.LAPSED, "Five weeks without a word.")], cast.NOW)
    waiting = ana.keyworker_tasks.get()
    page = kay.opens("client", ana)
    assert "Talk to them. Five weeks without a word. since 2 March 2026" in page.text
    assert (
        f"/riverside/clients/{ana.pk}/finish_task/?task={waiting.pk}&next=%2Friverside%2Fclients%2F{ana.pk}%2F"
        in page.links
    )
    assert [link for link in mo.opens("client", ana).links if "/finish_task/" in link] == []


def test_mo_reads_and_is_offered_no_more_than_to_hand_over(kay: Staff, mo: Staff, ana: Client) -> None:
    kay.does("log", ana, attended_on="2026-02-24", source="keyworker")
    acts = [link for link in mo.opens("client", ana).links if f"/clients/{ana.pk}/" in link]
    client = mo.address("client", ana)
    assert {link for link in acts if not link.startswith(f"{client}?since=")} == {
        f"{client}#timeline",
        mo.address("client_meetings", ana),
        f"{mo.address('act_hand_over', ana)}?{urlencode({'next': client})}",
    }, "to look at what happened, and at what suits them; and to hand over"
    assert "Went to a meeting" in mo.opens("client", ana).text


def test_of_the_meetings_they_go_to_those_held_at_present_are_next_and_a_planned_one_once(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    gone = cast.a_meeting("gone", name="Gone Group", day=2, starts_at="08:00")
    for meeting, on in ((lantern, "2026-02-24"), (gone, "2026-02-25")):
        kay.does("log", ana, attended_on=on, source="keyworker", meeting=meeting.slug)
    Meeting.objects.filter(pk=gone.pk).update(closed_on=cast.TODAY)
    kay.does("plan", ana, meeting="lantern")
    (card,) = kay.opens("client", ana).elements("section", aria_labelledby="ahead")
    told = Page.of_element(card)
    assert "Planned Lantern Street Tuesday 3 March 2026, 19:00" in told.text
    assert "Gone Group" not in told.text
    assert told.text.count("Lantern Street") == 1


def test_the_next_meetings_are_those_they_go_to(kay: Staff, ana: Client, lantern: Meeting) -> None:
    cast.a_meeting("never-been", day=1, starts_at="08:00")
    kay.does("log", ana, attended_on="2026-02-24", source="keyworker", meeting="lantern")
    page = kay.opens("client", ana)
    assert "Usual Lantern Street Tuesday 3 March 2026, 19:00" in page.text
    assert "Never-been" not in page.text


def test_a_consent_given_anew_stands_in_the_place_of_the_one_taken_back(kay: Staff, ana: Client) -> None:
    given = {"client": ana, "purpose": Purpose.PROMPTS, "channel": Channel.EMAIL, "how": "form"}
    first = consents.give(**given, given_on=cast.day("2026-01-10"), by=cast.BY, now=cast.NOW)
    consents.revoke(consent=first, how="link", by=cast.BY, now=cast.NOW)
    assert "E-mail No number or address Withdrawn" in kay.opens("client", ana).text
    consents.give(**given, given_on=cast.day("2026-03-01"), by=cast.BY, now=cast.NOW)
    assert "Given on 1 March 2026, form" in kay.opens("client", ana).text


def test_the_same_message_again_is_folded_under_its_latest(kay: Staff, ana: Client) -> None:
    for nth, step in enumerate(
        [Step.ENCOURAGE, Step.CHECK_IN, Step.CHECK_IN, Step.CHECK_IN, Step.KEEP_GOING]
    ):
        a_prompt(ana, step=step, now=cast.NOW - timedelta(days=20 - nth))
    page = kay.opens("client", ana)
    assert page.texts("summary")[-1:] == ["2 more like it, 11 February 2026 to 12 February 2026"]
    assert len([one for one in timeline(page) if "check in" in one]) == 3
    assert len(page.elements("li", class_="timeline-fold")) == 1


def test_number_consents_contact_and_details_come_before_what_happened(kay: Staff, ana: Client) -> None:
    page = kay.opens("client", ana)
    assert page.texts("h2") == [
        "Notes",
        "Week by week",
        "Messages",
        "Local contact",
        "Details",
        "Next meetings",
        "Treatment",
        "Interviews",
        "What happened",
    ]
    assert "tel:+447700900111" in page.links


def test_notes_stand_at_the_top_those_kept_there_first_with_their_line_breaks_and_nothing_else_of_theirs(
    kay: Staff, mo: Staff, ana: Client, at: Clock
) -> None:
    for number, text in enumerate(
        ["Oldest.", "Ring after two.\r\nNot before.", "<b>Bold</b> & quick", "Latest."]
    ):
        at(f"2026-03-02 1{number}:00")
        kay.does("note", ana, text=text, pinned="on" if text == "Oldest." else "")
    for reader in (kay, mo):
        page = reader.opens("client", ana)
        (card,) = page.elements("section", aria_labelledby="notes")
        notes = Page.of_element(card)
        assert notes.texts("p", class_="note-text") == ["Oldest.", "Latest.", "<b>Bold</b> & quick"]
        assert notes.texts("p", class_="note-kept") == ["Kept at the top"]
        assert "&lt;b&gt;Bold&lt;/b&gt; &amp; quick" in page.html
        assert '<p class="timeline-note">Ring after two.\nNot before.</p>' in page.html
        assert "2 March 2026, 13:00 · kay" in notes.text


def test_a_note_put_right_says_what_it_said_before_and_who_struck_out_what_and_why(
    kay: Staff, ana: Client, at: Clock
) -> None:
    kay.does("note", ana, text="Sister Ruth.")
    at("2026-03-04 09:30")
    kay.does("correct_note", ana, note=ana.notes.get().pk, text="Sister Rose.", reason="Misheard.")
    told = timeline(kay.opens("client", ana))
    assert "Note Sister Rose. It said before: Sister Ruth. Mon 2 March 2026, 12:00 · kay" in told
    assert (
        "Note Corrected on 4 March 2026, 09:30, by kay: Misheard. Sister Ruth. Mon 2 March 2026, 12:00 · kay"
    ) in told
    assert Page.of_element(kay.opens("client", ana).elements("section", aria_labelledby="notes")[0]).texts(
        "p", class_="note-text"
    ) == ["Sister Rose."]


def test_each_entry_that_can_be_wrong_is_put_right_from_its_own_place(kay: Staff, ana: Client) -> None:
    kay.does("log", ana, attended_on="2026-01-20", source="keyworker")
    kay.does("pause", ana, starts_on="2026-02-10", ends_on="2026-02-12", kind="holiday")
    kay.does("did_not_go", ana, week="2026-01-26")
    kay.does("note", ana, text="Works nights.")
    offered = {
        item.texts("p", class_="timeline-what")[0].partition(":")[0]: [
            link.split("/")[4] + "?" + link.partition("?")[2].partition("=")[0]
            for link in item.links
            if link.startswith("/riverside/clients/")
        ]
        for item in map(Page.of_element, kay.opens("client", ana).elements("li", class_="timeline-item"))
    }
    assert offered == {
        "Went to a meeting": ["correct?attendance", "void?attendance"],
        "Paused until 12 February 2026": ["correct_pause?pause", "void_pause?pause"],
        "Did not go in the week of 26 January 2026": ["void_check_in?check_in"],
        "Note": ["correct_note?note", "void_note?note", "pin_note?note"],
        "Phase": ["correct_phase?change"],
        "Missed a week": [],
    }
    form = kay.opens("act_correct_pause", ana, pause=ana.pauses.get().pk)
    assert (form.value("starts_on"), form.value("ends_on")) == ("2026-02-10", "2026-02-12")
    form = kay.opens("act_correct_note", ana, note=ana.notes.get().pk)
    assert form.texts("textarea") == ["Works nights."]
