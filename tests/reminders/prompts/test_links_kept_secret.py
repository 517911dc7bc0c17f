"""A link is shown to the one it was made for, and lives nowhere else: the database holds a digest and a placeholder."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from reminders.channels.base import PassingFault
from reminders.prompts import tokens
from reminders.prompts.models import SignedLink
from reminders.prompts.wording import LINK
from tests.reminders.telling import ANA, JOE, after, sweep, the

LINKED = re.compile(r"http://testserver/l/([\w-]+)/")


def token_to(post, address: str) -> str:
    """The token in the latest message to somebody."""
    body = [message.body for message in post.channel.sent if message.to == address][-1]
    (token,) = LINKED.findall(body)
    return token


@pytest.fixture
def reached_out(ana, ana_and_joe, harbour, post):
    """Ana and Joe have each been written to."""
    sweep(harbour, after(2))
    post.sends(after(2, "09:00"))
    return ana


def every_text() -> list[str]:
    """Whatever any table holds, as text."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        names = [
            column.attname
            for column in model._meta.concrete_fields
            if isinstance(column, models.CharField | models.TextField | models.JSONField)
        ]
        found += (
            [str(value) for row in model._base_manager.values_list(*names) for value in row] if names else []
        )
    return found


def test_no_token_is_anywhere_in_the_database(reached_out, post):
    texts = every_text()
    assert any("Joe will ring you soon" in text for text in texts), "the search does look at what was said"
    for address in (ANA, JOE):
        token = token_to(post, address)
        assert [text for text in texts if token in text] == []
        assert [text for text in texts if "/l/" in text] == []


@pytest.mark.parametrize("step", ["reach_out", "expect_a_call"])
def test_the_stored_text_holds_a_placeholder_where_the_link_went(reached_out, step):
    body = the(reached_out, step).body
    assert body.count(LINK) == 1
    assert "http" not in body


def test_a_link_is_kept_as_a_digest_for_one_person_and_a_time(reached_out, post):
    for address, contact, life in ((ANA, None, timedelta(days=14)), (JOE, "Joe", None)):
        token = token_to(post, address)
        link = SignedLink.objects.get(digest=tokens.digest_of(token))
        assert len(link.digest) == 64
        assert (link.contact and str(link.contact)) == contact
        assert (link.client, link.expires_at and link.expires_at - link.made_at) == (reached_out, life)
        assert tokens.find(token) == link


def test_a_token_is_128_bits_that_never_come_twice(reached_out, post):
    prompt = the(reached_out, "expect_a_call")
    made = {tokens.make_link(prompt, after(2, "10:00")) for _ in range(50)}
    assert len(made) == 50
    assert {len(LINKED.fullmatch(link)[1]) for link in made} == {22}, "16 bytes, 6 bits a character"


@pytest.mark.parametrize("wrong", ["", "x", "A" * 22])
def test_a_made_up_token_opens_nothing(reached_out, wrong):
    assert tokens.find(wrong) is None


def test_a_digest_is_not_itself_a_token(reached_out, post):
    assert tokens.find(tokens.digest_of(token_to(post, ANA))) is None


def test_a_revoked_link_opens_nothing(reached_out, post):
    SignedLink.objects.update(revoked_at=after(2, "10:00"))
    assert tokens.find(token_to(post, ANA)) is None


def test_each_try_has_a_link_of_its_own(ana, harbour, post):
    """The one of a try that did not go out was never shown to anybody."""
    sweep(harbour, after(1))
    post.channel.faults = [PassingFault("Busy.")]
    post.sends(after(1, "09:00"))
    post.sends(after(1, "09:30"))
    assert SignedLink.objects.count() == 2
    assert tokens.find(token_to(post, ANA)) is not None
