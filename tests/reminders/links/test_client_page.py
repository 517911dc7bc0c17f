import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.staticfiles import finders

from attendance.register import recording
from attendance.register.models import Source
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from tests.reminders.links import story
from tests.reminders.links.story import everything

PAGES = ("", "?ask=went", "?ask=stop", "?ask=no_call", "?noted=went", "?ask=nonsense&noted=nonsense")
BUDGET = 30_000


def text(response) -> str:
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def went(client, day: str, meeting) -> None:
    """A meeting recorded by the keyworker."""
    recording.record(
        client=client,
        attended_on=date.fromisoformat(day),
        source=Source.KEYWORKER,
        meeting=meeting,
        by=story.BY,
        now=story.REACH_OUT,
    )


def test_a_question_of_the_week_greets_by_first_name_and_names_the_week(client, check_in):
    page = text(client.get(check_in))
    assert "Hello Sam Did you get to one in the week of 26 January?" in page
    assert "I went" in page
    assert "I did not In the week of 26 January" in page
    assert "Please ring me" in page
    assert "Stop these messages" in page


def test_no_last_name_number_clinic_or_reference_is_shown(client, reached_out, sam):
    for path in (reached_out[0] + ending for ending in PAGES):
        page = client.get(path).content.decode()
        for secret in ("Madeup", story.SAM, story.JOE, "Riverside", "riverside", sam.reference):
            assert secret not in page


def test_the_title_says_nothing(client, check_in):
    assert "<title>Hello</title>" in client.get(check_in).content.decode()


def test_every_page_shows_the_crisis_numbers_and_that_nobody_reads_along(client, reached_out):
    for path in (reached_out[0] + ending for ending in PAGES):
        page = text(client.get(path))
        assert "Nobody reads answers here around the clock." in page
        assert "Helpline 01632 960999" in page


def test_somebody_who_expects_a_call_can_say_no_on_the_first_screen(client, reached_out):
    page = text(client.get(reached_out[0]))
    assert "Joe will ring you soon and offer to go with you." in page
    assert "I would rather not be rung by Joe" in page


def test_times_come_from_where_they_went_then_from_their_contact_then_from_near_by(
    client, reached_out, sam, joe
):
    been = story.a_meeting("Been There", day=4)
    joes = story.a_meeting("Joes Place", day=3)
    joe.contact.meetings.add(joes)
    story.a_meeting("Near By", day=1)
    story.a_meeting("Far Away", day=1, latitude=50.8, longitude=-0.1)
    story.a_meeting("Another Kind", day=1, fellowship="SMART Recovery")
    story.a_meeting("Closed", day=1, closed_on=date(2026, 1, 8))
    went(sam, "2026-01-15", been)
    page = text(client.get(reached_out[0]))
    assert re.findall("Been There|Joes Place|Near By|Far Away|Another Kind|Closed", page) == [
        "Been There",
        "Joes Place",
        "Near By",
        "Another Kind",
    ]
    assert "Friday 13 February, 19:00 Been There Narcotics Anonymous · You have been here." in page
    assert "Thursday 12 February, 19:00 Joes Place Narcotics Anonymous · Joe goes here." in page
    assert "Mill Lane Hall, 4 Mill Lane, Leeds" in page


def test_a_newcomer_sees_what_is_near_of_every_kind(client, sam, post, at):
    story.a_meeting("Steps", day=1)
    story.a_meeting("No Steps", day=1, fellowship="SMART Recovery")
    post.goes(sam.clinic, story.FIRST_STEPS)
    at(story.FIRST_STEPS)
    page = text(client.get(post.link(story.SAM)))
    assert "Tuesday 13 January, 19:00 Steps" in page
    assert "Tuesday 13 January, 19:00 No Steps" in page


def test_another_way_shows_other_fellowships_first(client, sam, post, at):
    usual = story.a_meeting("The Usual", day=0, at="23:00")
    story.a_meeting("Other", day=6, fellowship="SMART Recovery")
    went(sam, "2026-01-14", usual)
    post.goes(sam.clinic, story.ANOTHER_WAY)
    at(story.ANOTHER_WAY)
    page = text(client.get(post.link(story.SAM)))
    assert "Some of another kind" in page
    assert re.findall("The Usual|Other", page) == ["Other", "The Usual"]


def test_times_are_local_to_the_meeting_and_say_so_where_that_is_elsewhere(client, check_in, sam):
    elsewhere = story.a_meeting("Over There", day=0, at="20:00", time_zone="America/New_York")
    went(sam, "2026-01-14", elsewhere)
    assert "Tomorrow, 20:00 (New York time) Over There" in text(client.get(check_in))


def test_an_online_meeting_has_its_link_and_only_an_address_of_the_web_becomes_one(client, check_in):
    online = {"attendance_option": "online", "latitude": None, "longitude": None}
    story.a_meeting("Sound", conference_url="https://video.example/j/1", **online)
    story.a_meeting("Unsound", conference_url="javascript:alert(1)", **online)
    page = client.get(check_in).content.decode()
    assert 'href="https://video.example/j/1" rel="noreferrer noopener"' in page
    assert "Unsound" in page
    assert "javascript:" not in page


def test_without_meetings_the_page_offers_a_call(client, check_in):
    assert "Ask to be rung, and we will find one together." in text(client.get(check_in))


def test_a_contact_who_left_is_named_no_more(client, reached_out):
    LocalContact.objects.update(active=False)
    assert "Joe" not in text(client.get(reached_out[0]))
    assert "Joe" not in text(client.get(f"{reached_out[0]}?ask=no_call"))


def test_an_introduction_that_ended_is_named_no_more(client, reached_out, joe):
    introducing.move(
        introduction=joe, to=IntroductionState.ENDED, by=story.BY, now=story.REACH_OUT, reason="They moved."
    )
    assert "Joe" not in text(client.get(reached_out[0]))


def test_the_days_to_choose_from_go_back_thirteen_days_today_first(client, check_in):
    page = client.get(f"{check_in}?ask=went").content.decode()
    days = re.findall(r'value="(\d{4}-\d\d-\d\d)"( checked)?', page)
    assert days[0] == ("2026-02-01", " checked")
    assert [day for day, _ in days] == [
        (date(2026, 2, 1) - timedelta(days=back)).isoformat() for back in range(14)
    ]


def test_days_before_intake_are_not_offered(client, sam, post, at):
    post.goes(sam.clinic, story.FIRST_STEPS)
    at(story.FIRST_STEPS)
    page = client.get(f"{post.link(story.SAM)}?ask=went").content.decode()
    assert re.findall(r'value="(\d{4}-\d\d-\d\d)"', page)[-1] == "2026-01-07"


def test_a_get_changes_nothing(client, reached_out):
    before = everything()
    for path in reached_out:
        for ending in (*PAGES, "?answer=went&day=2026-02-09", "?answer=stop"):
            client.get(path + ending)
            client.head(path + ending)
            client.options(path + ending)
    assert everything() == before


@pytest.mark.parametrize("meetings", [1, 50])
@pytest.mark.parametrize("ending", ["", "?ask=went"])
def test_the_queries_do_not_grow_with_the_meetings(
    client, reached_out, sam, joe, meetings, ending, django_assert_num_queries
):
    for number in range(meetings):
        meeting = story.a_meeting(f"Place {number}", day=number % 7, at=f"{number % 24:02}:30")
        story.a_meeting(f"Other {number}", day=number % 7)
        joe.contact.meetings.add(meeting)
        went(sam, f"2026-01-{8 + number % 20:02}", meeting)
    with django_assert_num_queries(17 if ending else 24):
        assert client.get(reached_out[0] + ending).status_code == 200


def test_a_page_with_its_style_stays_under_30_kb(client, reached_out, sam, joe):
    for number in range(40):
        meeting = story.a_meeting(f"Place {number} {'with a long name ' * 6}", address="Long Road " * 30)
        joe.contact.meetings.add(meeting)
        went(sam, f"2026-01-{8 + number % 20:02}", meeting)
    for day in range(14):
        on = (date(2026, 2, 9) - timedelta(days=day)).isoformat()
        assert client.post(reached_out[0], {"answer": "went", "day": on}).status_code == 302
    for path in reached_out:
        for ending in PAGES:
            page = client.get(path + ending)
            weight = len(page.content)
            for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page.content.decode()):
                with open(finders.find(name), "rb") as file:
                    weight += len(file.read())
            assert weight < BUDGET


def test_nothing_comes_from_elsewhere_and_nothing_runs(client, reached_out):
    for path in (link + ending for link in reached_out for ending in PAGES):
        page = client.get(path).content.decode()
        assert "<script" not in page
        assert not re.search(r"\son\w+=", page)
        assert re.findall(r'(?:src|action)="([^"]*)"', page) == []
        assert all(found.startswith("/static/") for found in re.findall(r'<link[^>]+href="([^"]*)"', page))


def test_headers_keep_the_address_to_itself(client, reached_out):
    for path in (*reached_out, "/l/nonsense/", reached_out[0] + "?ask=went"):
        response = client.get(path)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert set(response.cookies) <= {"csrftoken"}


def test_the_week_of_an_encouragement_is_the_one_before_it_however_late_the_answer(client, sam, post, at):
    post.goes(sam.clinic, story.ENCOURAGE)
    at(datetime(2026, 2, 15, 9, 0, tzinfo=UTC))
    assert "I did not In the week of 26 January" in text(client.get(post.link(story.SAM)))
