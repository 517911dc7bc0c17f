"""Which tokens open what: expired, taken back, guessed, malformed; and how requests are checked."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from attendance.register.models import Attendance
from clinic import consents, episodes, setup
from clinic.models import AuditEntry, ClosedReason
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt, SignedLink
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests.reminders.links import story
from tests.reminders.links.story import everything
from tests.reminders.links.test_client_page import text

ON_ITS_WAY = "a new link is on its way"
LATER = story.CHECK_IN + timedelta(days=14, hours=16)
WRONG = ("x", "A" * 22, "A" * 4000, "%00", "%F0%9F%98%80", "a/b/c", "..%2F..%2Fetc", "%0A", "'--", "%FF%FE")


def csrf_token(page) -> str:
    """The secret in a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


@pytest.fixture
def expired(check_in, at) -> str:
    """A link that ran out in the morning."""
    at(LATER)
    return check_in


def test_an_expired_link_says_so_without_a_name_and_takes_no_answers(client, expired):
    page = client.get(expired)
    assert page.status_code == 410
    assert "This link has run out" in text(page)
    assert "Sam" not in text(page)
    assert "nothing was noted" not in text(page)


def test_whoever_answers_on_a_page_whose_link_has_run_out_meanwhile_learns_that_nothing_was_noted(
    client, expired
):
    before = everything()
    page = client.post(expired, {"answer": "went", "day": "2026-02-16"})
    assert page.status_code == 410
    assert "It ran out before your answer came, so nothing was noted." in text(page)
    assert "Send me a new one" in text(page)
    assert "Sam" not in text(page)
    assert everything() == before


def test_a_link_lives_up_to_its_last_moment(client, check_in, at):
    at(story.CHECK_IN + timedelta(days=14, seconds=-1))
    assert client.get(check_in).status_code == 200
    at(story.CHECK_IN + timedelta(days=14))
    assert client.get(check_in).status_code == 410


def test_a_new_link_goes_to_the_same_number_once_a_day_outside_the_caps(client, expired, sam, post):
    post.goes(sam.clinic, LATER - timedelta(hours=1))
    assert "Not every place suits everyone" in post.messages(story.SAM)[-1]
    page = client.post(expired, {"answer": "new_link"}, follow=True)
    assert ON_ITS_WAY in text(page)
    client.post(expired, {"answer": "new_link"})
    prompt = Prompt.objects.get(step=Step.NEW_LINK)
    assert (prompt.occasion, prompt.client, prompt.contact) == ("2026-02-16", sam, None)
    assert AuditEntry.objects.get(verb="prompt.asked_for").actor_kind == "client"
    post.goes(sam.clinic, LATER + timedelta(minutes=1))
    assert "Here is the new link you asked for" in post.messages(story.SAM)[-1]
    assert "Hello Sam" in text(client.get(post.link(story.SAM)))


def test_another_day_another_new_link(client, expired, at):
    client.post(expired, {"answer": "new_link"})
    at(LATER + timedelta(days=1))
    client.post(expired, {"answer": "new_link"})
    assert Prompt.objects.filter(step=Step.NEW_LINK).count() == 2


def test_while_sending_is_off_none_is_planned_and_the_page_says_the_same(client, expired, sam):
    said = text(client.post(expired, {"answer": "new_link"}, follow=True))
    Prompt.objects.filter(step=Step.NEW_LINK).delete()
    setup.set_up_clinic(slug="riverside", settings={}, by=story.BY, now=LATER, sending=False)
    assert text(client.post(expired, {"answer": "new_link"}, follow=True)) == said
    assert not Prompt.objects.filter(step=Step.NEW_LINK).exists()


def test_after_a_stop_no_link_goes_out_and_the_keyworker_learns_of_the_wish(client, expired, sam, post):
    consents.stop_prompts(client=sam, how="STOP", by=story.BY, now=LATER)
    before = len(post.messages(story.SAM))
    assert ON_ITS_WAY in text(client.post(expired, {"answer": "new_link"}, follow=True))
    post.goes(sam.clinic, LATER)
    assert len(post.messages(story.SAM)) == before
    assert KeyworkerTask.objects.filter(client=sam, kind=TaskKind.NOT_REACHED).exists()


def test_a_link_taken_back_opens_nothing_but_the_crisis_numbers(client, check_in):
    SignedLink.objects.update(revoked_at=story.CHECK_IN)
    before = everything()
    for response in (client.get(check_in), client.post(check_in, {"answer": "ring_me"})):
        assert response.status_code == 404
        assert "This link does not open" in text(response)
        assert "Helpline 01632 960999" in text(response)
        assert not {"Sam", "Riverside", "Weekly"} & set(text(response).split())
    assert everything() == before


def test_a_closed_clients_link_opens_nothing(client, check_in, sam):
    episodes.close(
        client=sam,
        closed_on=story.CHECK_IN.date(),
        reason=ClosedReason.WITHDREW,
        by=story.BY,
        now=story.CHECK_IN,
    )
    before = everything()
    assert client.get(check_in).status_code == 404
    assert client.post(check_in, {"answer": "ring_me"}).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("token", WRONG)
def test_wrong_tokens_of_any_shape_get_one_and_the_same_kind_page(
    client, check_in, token, django_assert_num_queries
):
    never = client.get("/l/AAAAAAAAAAAAAAAAAAAAAA/")
    with django_assert_num_queries(2):
        response = client.get(f"/l/{token}/")
    assert (response.status_code, response.content) == (404, never.content)
    assert "This link does not open" in text(response)
    for secret in ("Weekly", "Riverside", "Helpline", token):
        assert secret not in text(response) or len(secret) < 4
    assert not response.cookies


def test_a_link_without_its_last_stroke_opens(client, check_in):
    assert client.get(check_in.rstrip("/")).status_code == 200
    assert client.get("/l/").status_code == 404
    assert client.get("/l").status_code in (301, 404)


def test_part_of_a_token_or_its_other_case_opens_nothing(client, check_in):
    token = check_in.split("/")[2]
    for wrong in (token[:-1], token.swapcase(), f"{token} ", f"{token}="):
        assert client.get(f"/l/{wrong}/").status_code == 404


def test_the_token_is_kept_nowhere(client, check_in):
    client.get(check_in)
    client.post(check_in, {"answer": "ring_me"})
    assert check_in.split("/")[2] not in repr(everything())


def test_the_token_is_not_logged(client, check_in, caplog):
    caplog.set_level("DEBUG")
    client.post(check_in, {"answer": "nonsense"})
    client.options(check_in)
    client.get(check_in + "more/")
    assert check_in.split("/")[2] not in caplog.text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_taken(client, check_in, method):
    before = everything()
    response = getattr(client, method)(check_in)
    assert response.status_code == 405
    assert response.headers["Cache-Control"] == "no-store"
    assert everything() == before


def test_a_head_has_no_body(client, check_in):
    response = client.head(check_in)
    assert (response.status_code, response.content) == (200, b"")


def test_somebody_signed_in_sees_the_same_page(client, check_in, keyworker):
    client.force_login(keyworker)
    assert "Hello Sam" in text(client.get(check_in))


def test_a_post_without_the_forms_secret_is_refused_kindly(check_in):
    browser = Browser(enforce_csrf_checks=True)
    before = everything()
    response = browser.post(check_in, {"answer": "ring_me"})
    assert response.status_code == 403
    assert "Nothing was noted." in text(response)
    assert everything() == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        # A page that keeps its address to itself posts with 'null' for an origin, and without a referer.
        ({"Origin": "null"}, 302),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 302),
        ({}, 302),
        ({"Origin": "https://testserver"}, 302),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Referer": "https://elsewhere.example/"}, 403),
    ],
)
def test_only_the_page_itself_can_answer(check_in, headers, status):
    browser = Browser(enforce_csrf_checks=True)
    token = csrf_token(browser.get(check_in, secure=True))
    form = {"answer": "ring_me", "csrfmiddlewaretoken": token}
    response = browser.post(check_in, form, secure=True, headers=headers)
    assert response.status_code == status
    assert KeyworkerTask.objects.filter(kind=TaskKind.RING_ME).exists() == (status == 302)


def test_a_secret_from_another_browser_is_refused(check_in):
    browser, other = Browser(enforce_csrf_checks=True), Browser(enforce_csrf_checks=True)
    browser.get(check_in)
    stolen = csrf_token(other.get(check_in))
    response = browser.post(check_in, {"answer": "ring_me", "csrfmiddlewaretoken": stolen})
    assert response.status_code == 403


@pytest.mark.parametrize("enforce", [True, False])
def test_a_form_too_big_to_read_is_refused_kindly(check_in, enforce):
    browser = Browser(enforce_csrf_checks=enforce)
    browser.get(check_in)
    before = everything()
    for form in ({"answer": "went", "day": "9" * 3_000_000}, {f"x{n}": "y" for n in range(2000)}):
        response = browser.post(check_in, urlencode(form), "application/x-www-form-urlencoded")
        assert response.status_code == 400
        assert "Nothing was noted." in text(response)
        assert response.headers["Cache-Control"] == "no-store"
    assert everything() == before


def test_a_form_of_the_wrong_kind_is_refused_kindly(client, check_in):
    response = client.post(check_in, b"--x\r\nrubbish", "multipart/form-data; boundary=")
    assert response.status_code == 400
    response = client.post(check_in, b'{"answer": "went", "day": "2026-02-01"}', "application/json")
    assert response.status_code == 422
    assert not Attendance.objects.exists()
