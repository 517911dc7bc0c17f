"""Kay chooses meetings with Ana on her page, takes choices back, and hands over the file for Ana's calendar."""

from __future__ import annotations

import pytest

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.register import meeting_choices
from clinic import episodes
from clinic.models import Client, ClosedReason
from tests import cast
from tests.attendance.directory.reading_calendars import File, says
from tests.flows.browsing import Clock, Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

FILE, CLEARING = "File for their calendar", "File that clears their calendar"


def card(staff: Staff, client: Client) -> Page:
    """The card of next meetings."""
    (found,) = staff.opens("client", client).elements("section", aria_labelledby="ahead")
    return Page.of_element(found)


def test_a_chosen_meeting_shows_when_it_is_next_and_how_to_take_it_back(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("log", ana, attended_on="2026-02-24", source="keyworker", meeting="lantern")
    assert "Usual Lantern Street" in card(kay, ana).text
    kay.does("choose", ana, meeting="lantern")
    shown = card(kay, ana)
    assert "Chosen Lantern Street Tuesday 3 March 2026, 19:00 Take back : Lantern Street" in shown.text
    assert "Usual" not in shown.text
    (link,) = [link for link in shown.links if "/void_choice/" in link]
    assert f"?chosen={ana.chosen_meetings.get().pk}&next=" in link
    form = kay.goes_to(link)
    (selected,) = form.elements("option", selected="")
    assert Page.of_element(selected).text == "Lantern Street, Tue 19:00"


def test_it_says_where_there_is_no_next_time(kay: Staff, ana: Client, lantern: Meeting) -> None:
    for meeting in (lantern, cast.a_meeting("asked-for"), cast.a_meeting("some-thursday", day=3)):
        kay.does("choose", ana, meeting=meeting.slug)
    Meeting.objects.filter(pk=lantern.pk).update(attendance_option=AttendanceOption.INACTIVE)
    text = card(kay, ana).text
    assert "Chosen Lantern Street Not held at present" in text
    assert "Chosen Asked-for By appointment" in text
    assert "Chosen Some-thursday Thursday 5 March 2026 Take back" in text


def test_what_did_not_suit_stands_with_its_reason_until_it_is_taken_back(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("log", ana, attended_on="2026-02-24", source="keyworker", meeting="lantern")
    kay.does("choose", ana, meeting="lantern")
    kay.does("did_not_suit", ana, meeting="lantern", reason="Too many stairs.")
    shown = card(kay, ana)
    assert "Did not suit Lantern Street Too many stairs. Suits after all : Lantern Street" in shown.text
    assert not {"Chosen", "Usual"} & set(shown.texts("dt"))
    kay.does("suits_after_all", ana, unsuited=ana.unsuited_meetings.get().pk)
    assert card(kay, ana).texts("dt") == ["Usual"]


def test_what_was_chosen_and_what_did_not_suit_is_told_of_with_who_said_so(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("choose", ana, meeting="lantern")
    kay.does("did_not_suit", ana, meeting="lantern", reason="Too many stairs.")
    told = kay.opens("client", ana).texts("li", class_="timeline-item")
    assert (
        "Chosen: Lantern Street, Tue 19:00 Taken back on 2 March 2026, 12:00, by kay Mon 2 March 2026 · kay"
        in told
    )
    assert "Did not suit: Lantern Street, Tue 19:00 Too many stairs. Mon 2 March 2026 · kay" in told


@pytest.mark.parametrize("act", ["choose", "did_not_suit"])
def test_a_link_can_name_the_meeting(kay: Staff, ana: Client, lantern: Meeting, act: str) -> None:
    """By what names it alone, in brackets, as a suggestion ends."""
    form = kay.opens(f"act_{act}", ana, meeting=f"[{lantern.reference}]")
    assert form.value("meeting") == "[:lantern]"
    done = kay.does(act, ana, meeting=form.value("meeting"))
    assert (done.status, "Lantern Street" in done.notices[0]) == (200, True)


def test_of_a_client_who_was_closed_nothing_is_chosen_any_more(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("choose", ana, meeting="lantern")
    kay.opens("calendar", ana)
    episodes.close(client=ana, closed_on=cast.TODAY, reason=ClosedReason.MOVED, by=cast.BY, now=cast.NOW)
    shown = card(kay, ana)
    assert [link for link in shown.links if "/choose/" in link or "/did_not_suit/" in link] == []
    assert CLEARING in shown.text


def test_mo_reads_what_was_chosen_and_may_hand_over_the_file(
    kay: Staff, mo: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("choose", ana, meeting="lantern")
    shown = card(mo, ana)
    assert "Chosen Lantern Street" in shown.text
    assert [link for link in shown.links if link.startswith("/riverside/")] == [
        mo.address("client_meetings", ana),
        mo.address("calendar", ana),
    ]
    assert mo.opens("calendar", ana).status == 200


def test_the_file_is_linked_where_there_is_something_for_a_calendar(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    def offered() -> list[str]:
        return [text for text in card(kay, ana).texts("a") if text in (FILE, CLEARING)]

    assert offered() == []
    kay.does("choose", ana, meeting="lantern")
    assert offered() == [FILE]
    assert "BEGIN:VEVENT" in kay.opens("calendar", ana).html
    kay.does("void_choice", ana, chosen=ana.chosen_meetings.get().pk)
    assert offered() == [CLEARING]


def test_it_is_a_file_that_is_kept_by_nobody_and_whose_name_says_nothing(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.does("choose", ana, meeting="lantern")
    answer = kay.browser.get(kay.address("calendar", ana))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    file = File(answer.content)
    assert file.is_well_formed()
    (event,) = file.events
    chosen = ana.chosen_meetings.get()
    assert (says(event)["UID"], says(event)["SUMMARY"]) == (f"{chosen.uid}@testserver", "Appointment")


def test_asked_about_and_not_fetched_it_was_not_given_out(kay: Staff, ana: Client, lantern: Meeting) -> None:
    meeting_choices.choose(client=ana, meeting=lantern, by=cast.BY, now=cast.NOW)
    before = everything()
    asked = kay.browser.head(kay.address("calendar", ana))
    assert (asked.status_code, asked.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    sent = kay.browser.post(kay.address("calendar", ana))
    assert (sent.status_code, sent.headers["Allow"]) == (405, "GET, HEAD")
    assert everything() == before


def test_what_changes_later_is_corrected_when_it_is_fetched_again(
    kay: Staff, ana: Client, lantern: Meeting, at: Clock
) -> None:
    kay.does("choose", ana, meeting="lantern")
    kay.opens("calendar", ana)
    at("2026-05-04 09:00")
    Meeting.objects.filter(pk=lantern.pk).update(closed_on=cast.day("2026-05-01"))
    file = File(kay.browser.get(kay.address("calendar", ana)).content)
    (event,) = file.events
    assert (file.method, says(event)["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    at("2026-07-04 09:00")
    assert "VEVENT" not in kay.opens("calendar", ana).html
