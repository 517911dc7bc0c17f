"""The client's calendar file, behind the same link as their page: for nobody else, and no longer than that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.register import meeting_choices, meeting_plans
from clinic import episodes
from clinic.models import ClosedReason
from reminders.links import limits
from reminders.prompts.models import SignedLink
from tests.attendance.directory.reading_calendars import File, says
from tests.reminders.links import story
from tests.reminders.links.story import everything
from tests.reminders.links.test_client_page import text

ADD, TAKE_OUT = "Add to your calendar", "Take it out of your calendar"
LATER = story.CHECK_IN + timedelta(days=14, hours=16)


@pytest.fixture
def chosen(sam):
    """Sam goes to Early Risers from now on, on Wednesdays at 19:00."""
    meeting = story.a_meeting("Early Risers")
    return meeting_choices.choose(client=sam, meeting=meeting, by=story.BY, now=story.CAME)[0]


def test_the_page_leads_to_a_file_that_names_nothing(client, check_in, chosen):
    page = client.get(check_in)
    assert f"You chose to go Early Risers, Wed 19:00 {ADD}" in text(page)
    assert f'href="{check_in}calendar.ics"' in page.content.decode()
    answer = client.get(f"{check_in}calendar.ics")
    assert answer.status_code == 200
    (event,) = File(answer.content).events
    assert says(event)["UID"] == f"{chosen.uid}@testserver"
    assert (says(event)["SUMMARY"], says(event)["LOCATION"]) == ("Appointment", "4 Mill Lane, Leeds")
    for secret in (b"Early Risers", b"Mill Lane Hall", b"Narcotics", b"Sam", b"Riverside", b"Weekly"):
        assert secret not in answer.content


def test_without_its_last_stroke_the_page_leads_to_the_same(client, check_in, chosen):
    assert f'href="{check_in}calendar.ics"' in client.get(check_in.rstrip("/")).content.decode()


def test_the_page_offers_it_where_there_is_something_for_a_calendar(client, check_in, sam):
    assert ADD not in text(client.get(check_in))
    meeting = story.a_meeting("Early Risers")
    meeting_plans.plan_meeting(client=sam, meeting=meeting, by=story.BY, now=story.CHECK_IN)
    assert ADD in text(client.get(check_in))


def test_what_was_taken_back_can_be_taken_out(client, check_in, chosen):
    client.get(f"{check_in}calendar.ics")
    meeting_choices.void_choice(chosen=chosen, by=story.BY, now=story.CHECK_IN)
    page = text(client.get(check_in))
    assert (ADD in page, TAKE_OUT in page) == (False, True)
    file = File(client.get(f"{check_in}calendar.ics").content)
    assert (file.method, says(file.events[0])["STATUS"]) == ("CANCEL", "CANCELLED")


def test_the_headers_are_those_of_signed_pages_and_a_files_with_a_name_that_says_nothing(
    client, check_in, chosen
):
    answer = client.get(f"{check_in}calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not answer.cookies


def test_asked_about_or_posted_to_it_is_not_given_out(client, check_in, chosen):
    before = everything()
    asked = client.head(f"{check_in}calendar.ics")
    assert (asked.status_code, asked.content) == (200, b"")
    sent = client.post(f"{check_in}calendar.ics", {"answer": "ring_me"})
    assert (sent.status_code, sent.headers["Allow"]) == (405, "GET, HEAD")
    for method in ("put", "patch", "delete", "options"):
        assert getattr(client, method)(f"{check_in}calendar.ics").status_code == 405
    assert everything() == before


def test_opening_the_page_gives_nothing_out(client, check_in, chosen):
    before = everything()
    client.get(check_in)
    assert everything() == before


def test_a_link_that_has_run_out_offers_a_new_one_there_too(client, check_in, chosen, at):
    at(LATER)
    before = everything()
    page = client.get(f"{check_in}calendar.ics")
    assert (page.status_code, "This link has run out" in text(page)) == (410, True)
    assert b"VEVENT" not in page.content
    assert everything() == before


def test_a_contacts_link_opens_no_calendar(client, reached_out, chosen):
    before = everything()
    page = client.get(f"{reached_out[1]}calendar.ics")
    assert (page.status_code, "This link does not open" in text(page)) == (404, True)
    assert "Helpline 01632 960999" in text(page)
    assert everything() == before


@pytest.mark.parametrize("over", ["taken back", "closed"])
def test_a_link_that_is_over_opens_none(client, check_in, chosen, sam, over):
    if over == "closed":
        day = story.CHECK_IN.date()
        episodes.close(
            client=sam, closed_on=day, reason=ClosedReason.WITHDREW, by=story.BY, now=story.CHECK_IN
        )
    else:
        SignedLink.objects.update(revoked_at=story.CHECK_IN)
    before = everything()
    page = client.get(f"{check_in}calendar.ics")
    assert (page.status_code, b"VEVENT" in page.content) == (404, False)
    assert "Helpline 01632 960999" in text(page)
    assert everything() == before


@pytest.mark.parametrize("token", ["x", "A" * 22, "%00", "%F0%9F%98%80"])
def test_a_wrong_token_gets_the_same_page_as_everywhere_and_is_counted(client, check_in, token):
    never = client.get("/l/AAAAAAAAAAAAAAAAAAAAAA/")
    page = client.get(f"/l/{token}/calendar.ics")
    assert (page.status_code, page.content) == (404, never.content)
    for _ in range(limits.WRONG_TOKENS.most):
        client.get(f"/l/{token}/calendar.ics")
    assert client.get(f"/l/{token}/calendar.ics").status_code == 429


def test_the_token_is_neither_kept_nor_logged(client, check_in, chosen, caplog):
    caplog.set_level("DEBUG")
    client.get(f"{check_in}calendar.ics")
    client.post(f"{check_in}calendar.ics")
    token = check_in.split("/")[2]
    assert token not in repr(everything())
    assert token not in caplog.text


def test_another_client_has_another_calendar(client, check_in, chosen, post, at):
    ben = story.a_texted_client(chosen.clinic, "BEN-1", "Ben", story.ALEX)
    post.goes(ben.clinic, story.CHECK_IN)
    other = client.get(f"{post.link(story.ALEX)}calendar.ics")
    assert (other.status_code, b"VEVENT" in other.content) == (200, False)
