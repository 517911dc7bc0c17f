from datetime import UTC, date, datetime, timedelta

import pytest

from attendance.register import recording
from attendance.register.models import Attendance, CheckIn, Report, Source
from attendance.standing.models import Flag
from clinic.models import AuditEntry, Consent, Purpose
from reminders.contacts.models import IntroductionState
from reminders.prompts.models import Prompt, SignedLink
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests.reminders.links import story
from tests.reminders.links.story import everything
from tests.reminders.links.test_client_page import text


def went(client, link: str, day: str = "2026-02-01", **more):
    """Answer that they went, and follow to the page that says so."""
    return client.post(link, {"answer": "went", "day": day, **more}, follow=True)


def test_went_records_a_meeting_on_the_clients_word(client, check_in, sam):
    page = went(client, check_in)
    attendance = Attendance.objects.get()
    assert (attendance.client, attendance.attended_on, attendance.self_only) == (sam, date(2026, 2, 1), True)
    assert Report.objects.get().source == Source.CLIENT
    assert AuditEntry.objects.get(verb="attendance.added").actor_kind == "client"
    assert "Thank you. That is noted" in text(page)
    assert "You went on Sunday 1 February. That was a mistake" in text(page)


def test_after_an_answer_the_browser_is_sent_to_a_page_that_can_be_loaded_again(client, check_in):
    answer = client.post(check_in, {"answer": "went", "day": "2026-02-01"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "?noted=went")


def test_went_twice_changes_nothing_the_second_time(client, check_in):
    went(client, check_in)
    before = everything()
    assert went(client, check_in).status_code == 200
    assert everything() == before


def test_went_names_a_meeting_and_a_second_word_fills_one_in(client, check_in, sam):
    meeting = story.a_meeting()
    went(client, check_in)
    page = went(client, check_in, meeting=meeting.pk)
    assert Attendance.objects.get().meeting == meeting
    assert "You went on Sunday 1 February, Early Risers." in text(page)


def test_went_says_what_the_keyworker_noted_already_and_cannot_be_taken_back(client, check_in, sam):
    recording.record(
        client=sam, attended_on=date(2026, 2, 1), source=Source.KEYWORKER, by=story.BY, now=story.CHECK_IN
    )
    page = went(client, check_in)
    assert Attendance.objects.get().self_only is False
    assert "You went on Sunday 1 February." in text(page)
    assert "That was a mistake" not in text(page)
    refused = client.post(check_in, {"answer": "take_back", "attendance": Attendance.objects.get().pk})
    assert refused.status_code == 422
    assert "Somebody else has noted that one as well." in text(refused)
    assert Attendance.objects.get().voided_at is None


def test_the_flag_closes_when_they_went_this_week(client, reached_out, sam):
    assert Flag.objects.get().missed_weeks == 2
    went(client, reached_out[0], "2026-02-09")
    flag = Flag.objects.get()
    assert flag.closed_at is not None
    assert flag.closed_because == "attended"


def test_a_mistaken_went_is_taken_back_and_the_flag_opens_again(client, reached_out, sam):
    went(client, reached_out[0], "2026-02-09")
    attendance = Attendance.objects.get()
    page = client.post(reached_out[0], {"answer": "take_back", "attendance": attendance.pk}, follow=True)
    attendance.refresh_from_db()
    assert attendance.voided_by == "client"
    assert "What you told us" not in text(page)
    assert Flag.objects.filter(closed_at__isnull=True).count() == 1
    before = everything()
    again = client.post(reached_out[0], {"answer": "take_back", "attendance": attendance.pk})
    assert "that was taken back already" in text(again)
    assert everything() == before


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-02-02", "That day is still to come."),
        ("2026-01-18", "That is a while ago."),
        ("2026-01-06", "That was before you first came to us"),
        ("", "Which day was it?"),
        ("yesterday", "Which day was it?"),
        ("2026-02-30", "Which day was it?"),
        ("20260201", "Which day was it?"),
        ("2026-02-01\x00", "Which day was it?"),
        ("1901-01-01", "That was before you first came to us"),
        ("0001-01-01", "Please choose one."),
        ("2199-12-31", "That day is still to come."),
        ("9999-12-31", "Please choose one."),
        ("٢٠٢٦-٠٢-٠١", "Which day was it?"),
        ("'; DROP TABLE clients; --", "Which day was it?"),
        ("9" * 100_000, "Which day was it?"),
    ],
)
def test_a_day_that_cannot_be_is_refused_kindly(client, check_in, day, sentence):
    before = everything()
    page = client.post(check_in, {"answer": "went", "day": day})
    assert page.status_code == 422
    assert sentence in text(page)
    assert "Which day?" in text(page)
    assert everything() == before


@pytest.mark.parametrize("meeting", ["0", "-1", "x", "999999999999999999", "9" * 5000, "1; --", "²", "1.5"])
def test_a_meeting_that_is_none_is_refused_kindly(client, check_in, meeting):
    page = client.post(check_in, {"answer": "went", "day": "2026-02-01", "meeting": meeting})
    assert page.status_code == 422
    assert "Please choose where it was from the list, or leave that open." in text(page)
    assert not Attendance.objects.exists()


def test_a_refused_day_keeps_the_meeting_that_was_chosen_with_it(client, check_in):
    been = [story.a_meeting(name) for name in ("Early Risers", "Late Risers")]
    for day, meeting in zip(("2026-01-28", "2026-01-21"), been, strict=True):
        went(client, check_in, day, meeting=meeting.pk)
    page = client.post(check_in, {"answer": "went", "day": "2026-02-02", "meeting": been[1].pk})
    assert page.status_code == 422
    assert f'<option value="{been[1].pk}" selected>Late Risers' in page.content.decode()
    assert page.content.decode().count(" selected") == 1


@pytest.mark.parametrize(
    "told", [{"attendance": "999"}, {"check_in": "999"}, {"attendance": "x"}, {}], ids=str
)
def test_what_is_not_there_cannot_be_taken_back_and_the_page_says_so(client, check_in, told):
    before = everything()
    page = client.post(check_in, {"answer": "take_back", **told})
    assert page.status_code == 422
    assert "Nothing was changed: that was taken back already, or it is not there." in text(page)
    assert everything() == before


def test_did_not_is_noted_for_the_week_that_was_asked_about(client, check_in, sam, at):
    at(datetime(2026, 2, 5, 9, 0, tzinfo=UTC))
    page = client.post(check_in, {"answer": "did_not"}, follow=True)
    noted = CheckIn.objects.get()
    assert (noted.client, noted.week, noted.source) == (sam, date(2026, 1, 26), Source.CLIENT)
    assert "You did not go in the week of 26 January. That was a mistake" in text(page)
    before = everything()
    client.post(check_in, {"answer": "did_not"})
    assert everything() == before


def test_did_not_after_an_encouragement_is_about_the_week_before_it(client, sam, post, at):
    post.goes(sam.clinic, story.ENCOURAGE)
    at(story.ENCOURAGE)
    client.post(post.link(story.SAM), {"answer": "did_not"})
    assert CheckIn.objects.get().week == date(2026, 1, 26)


def test_did_not_after_the_first_steps_is_about_the_week_they_came_in(client, sam, post, at):
    post.goes(sam.clinic, story.FIRST_STEPS)
    at(story.FIRST_STEPS)
    client.post(post.link(story.SAM), {"answer": "did_not"})
    assert CheckIn.objects.get().week == date(2026, 1, 5)


def test_did_not_can_be_taken_back(client, check_in):
    client.post(check_in, {"answer": "did_not"})
    page = client.post(check_in, {"answer": "take_back", "check_in": CheckIn.objects.get().pk}, follow=True)
    assert CheckIn.objects.get().voided_by == "client"
    assert "That is put right." in text(page)


def test_went_takes_back_did_not_for_that_week(client, check_in):
    client.post(check_in, {"answer": "did_not"})
    page = went(client, check_in)
    assert CheckIn.objects.get().voided_at is not None
    assert "You did not go" not in text(page)


def test_did_not_after_went_asks_which_of_the_two_it_is(client, check_in):
    went(client, check_in)
    page = client.post(check_in, {"answer": "did_not"})
    assert page.status_code == 422
    assert "You told us that you went on Sunday 1 February." in text(page)
    assert not CheckIn.objects.exists()


def test_please_ring_me_is_a_task_and_the_page_says_since_when(client, check_in, sam):
    page = client.post(check_in, {"answer": "ring_me"}, follow=True)
    task = KeyworkerTask.objects.get(kind=TaskKind.RING_ME)
    assert (task.client, task.kind, task.about) == (sam, TaskKind.RING_ME, "")
    assert task.reason == "Asked to be rung on 1 February 2026."
    assert "You asked on Sunday 1 February to be rung." in text(page)
    before = everything()
    client.post(check_in, {"answer": "ring_me"})
    assert everything() == before


def test_please_ring_me_again_opens_a_task_that_was_dealt_with(client, check_in, at):
    client.post(check_in, {"answer": "ring_me"})
    task = KeyworkerTask.objects.get(kind=TaskKind.RING_ME)
    tasks.finish(task=task, outcome="We spoke.", by=story.BY, now=story.CHECK_IN)
    assert "You asked on" not in text(client.get(check_in))
    at(datetime(2026, 2, 3, 9, 0, tzinfo=UTC))
    client.post(check_in, {"answer": "ring_me"})
    task.refresh_from_db()
    assert task.done_at is None
    assert task.reason == "Asked to be rung on 3 February 2026."


def test_stop_takes_every_consent_to_messages_back_and_nothing_more_goes_out(client, check_in, sam, post):
    page = client.post(check_in, {"answer": "stop"}, follow=True)
    consent = Consent.objects.get(purpose=Purpose.PROMPTS)
    assert (consent.revoked_by, consent.revoked_how) == ("client", "link")
    assert "Messages to you are stopped." in text(page)
    assert "Stop these messages" not in text(page)
    before = len(post.messages(story.SAM))
    post.goes(sam.clinic, story.ENCOURAGE + timedelta(days=7))
    assert len(post.messages(story.SAM)) == before
    before = everything()
    client.post(check_in, {"answer": "stop"})
    assert everything() == before


def test_rather_no_call_ends_the_introduction_and_everything_that_hangs_on_it(client, reached_out, joe):
    sams, joes = reached_out
    page = client.post(sams, {"answer": "no_call"}, follow=True)
    joe.refresh_from_db()
    assert joe.state == IntroductionState.ENDED
    assert joe.consent.revoked_by == "client"
    assert SignedLink.objects.get(contact__isnull=False).revoked_at is not None
    task = KeyworkerTask.objects.get(kind=TaskKind.INTRODUCE, about=f"introduction {joe.pk}")
    assert "Would rather not be rung by Joe" in task.reason
    assert "Joe" not in text(page)
    assert "Sam" not in text(client.get(joes))
    before = everything()
    client.post(sams, {"answer": "no_call"})
    assert everything() == before


def test_another_clients_answers_are_out_of_reach(client, check_in, sam, post):
    kim = story.a_texted_client(sam.clinic, "K1", "Kim", story.ALEX)
    post.goes(sam.clinic, story.CHECK_IN)
    kims = post.link(story.ALEX)
    went(client, kims)
    client.post(kims, {"answer": "did_not"})
    theirs = Attendance.objects.get(client=kim)
    before = everything()
    client.post(check_in, {"answer": "take_back", "attendance": theirs.pk})
    client.post(check_in, {"answer": "take_back", "check_in": 1})
    client.post(check_in, {"answer": "take_back", "attendance": "9" * 30})
    client.post(check_in, {"answer": "take_back"})
    assert everything() == before
    assert "You went" not in text(client.get(check_in))


def test_what_the_keyworker_noted_is_neither_shown_nor_taken_back(client, check_in, sam):
    receipt = recording.record(
        client=sam, attended_on=date(2026, 2, 1), source=Source.CLIENT, by=story.BY, now=story.CHECK_IN
    )
    client.post(check_in, {"answer": "take_back", "attendance": receipt.attendance.pk})
    assert Attendance.objects.get().voided_at is None
    assert "You went" not in text(client.get(check_in))


@pytest.mark.parametrize("answer", ["", "WENT", "new_link", "spoke", "stop_serving", "x" * 100_000, "\x00"])
def test_an_answer_nobody_offered_changes_nothing(client, check_in, answer):
    before = everything()
    page = client.post(check_in, {"answer": answer, "day": "2026-02-01"})
    assert page.status_code == 422
    assert "Please choose one of the answers." in text(page)
    assert everything() == before


def test_a_prompt_that_waits_is_cancelled_by_went(client, check_in, sam, post):
    post.goes(sam.clinic, story.ENCOURAGE)
    waiting = Prompt.objects.get(step="encourage")
    assert waiting.state == PromptState.PLANNED
    went(client, check_in)
    waiting.refresh_from_db()
    assert waiting.state == PromptState.CANCELLED
