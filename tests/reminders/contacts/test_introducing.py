"""Putting a client in touch with a local contact: on consent that names the contact, one at a time, step by step."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from clinic import episodes
from clinic.errors import Refused
from clinic.models import AuditEntry, Channel, ClosedReason, Purpose
from reminders.contacts import introducing
from reminders.contacts.introducing import TRANSITIONS, introduction_wording
from reminders.contacts.models import Introduction, IntroductionState
from tests.reminders.telling import BEGAN, BY, INTAKE, JOE, a_clinic, a_contact, after, introduced

S = IntroductionState
MOVES = {
    S.AGREED: {S.ASKED, S.SPOKE, S.ENDED},
    S.ASKED: {S.ACCEPTED, S.SPOKE, S.ENDED},
    S.ACCEPTED: {S.SPOKE, S.ENDED},
    S.SPOKE: {S.ENDED},
    S.ENDED: set(),
}
WAYS = {
    S.AGREED: [],
    S.ASKED: [S.ASKED],
    S.ACCEPTED: [S.ASKED, S.ACCEPTED],
    S.SPOKE: [S.SPOKE],
    S.ENDED: [S.ENDED],
}


def move(introduction: Introduction, to: IntroductionState, reason: str = "") -> bool:
    return introducing.move(
        introduction=introduction,
        to=to,
        by=BY,
        now=after(1),
        reason=reason or ("Done." if to is S.ENDED else ""),
    )


def test_an_introduction_stands_on_a_consent_that_names_the_contact(ana, joe):
    introduction = introduced(ana, joe)
    consent = introduction.consent
    assert (consent.purpose, consent.channel, consent.state) == (
        Purpose.INTRODUCTION,
        Channel.CONTACT,
        "given",
    )
    assert (consent.given_on, consent.how, consent.recorded_by) == (INTAKE, "in the session", "tests")
    assert consent.wording == introduction_wording(joe)
    for told in ("Joe", "Narcotics Anonymous", "first name", "telephone number", "until", "take this back"):
        assert told in consent.wording
    assert [step.state for step in introduction.steps.all()] == ["agreed"]
    assert AuditEntry.objects.filter(client_id=ana.pk, verb="introduction.agreed").count() == 1


@pytest.mark.parametrize("source", S)
@pytest.mark.parametrize("target", S)
def test_every_step_that_may_follow_another(ana_and_joe, source, target):
    for step in WAYS[source]:
        assert move(ana_and_joe, step)
    before = ana_and_joe.steps.count()
    assert move(ana_and_joe, target) is (target in MOVES[source])
    assert ana_and_joe.steps.count() == before + (target in MOVES[source])
    assert TRANSITIONS[source] == MOVES[source]


def test_ending_needs_a_reason_and_takes_the_consent_back(ana_and_joe):
    with pytest.raises(Refused, match="Say why"):
        introducing.move(introduction=ana_and_joe, to=S.ENDED, by=BY, now=after(1), reason=" ")
    assert move(ana_and_joe, S.ENDED, "Joe moved away")
    assert (ana_and_joe.state, ana_and_joe.ended_at, ana_and_joe.ended_reason) == (
        "ended",
        after(1),
        "Joe moved away",
    )
    assert ana_and_joe.consent.state == "revoked"
    assert ana_and_joe.consent.revoked_how == "Joe moved away"


def test_a_long_reason_is_kept_whole_and_one_that_is_too_long_refused(ana_and_joe):
    given = {"introduction": ana_and_joe, "to": S.ENDED, "by": BY, "now": after(1)}
    with pytest.raises(Refused, match="Reason has 301 characters: 300 is the most"):
        introducing.move(**given, reason="x" * 301)
    assert introducing.move(**given, reason="x" * 300)
    assert ana_and_joe.ended_reason == "x" * 300
    assert ana_and_joe.consent.revoked_how == "The introduction was ended."


def test_one_at_a_time(ana, ana_and_joe, harbour):
    mia = a_contact(harbour, "Mia", "+447700900354")
    with pytest.raises(Refused, match="under way"):
        introduced(ana, mia)
    move(ana_and_joe, S.ENDED)
    assert introduced(ana, mia).state == "agreed"
    first = Introduction.objects.order_by("pk").first()
    first.state, first.ended_at, first.ended_reason = S.AGREED, None, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


@pytest.mark.parametrize("how", ["", "  "])
def test_no_introduction_without_saying_how_consent_was_given(ana, joe, how):
    with pytest.raises(Refused, match="how consent was given"):
        introducing.introduce(client=ana, contact=joe, how=how, given_on=INTAKE, by=BY, now=BEGAN)
    assert not ana.consents.filter(purpose=Purpose.INTRODUCTION).exists()


def test_no_introduction_to_another_clinics_contact(ana):
    hillside = a_clinic("hillside")
    with pytest.raises(Refused, match="not serving as a contact here"):
        introduced(ana, a_contact(hillside))


def test_no_introduction_to_one_who_stopped(ana, joe):
    joe.active = False
    joe.save()
    with pytest.raises(Refused, match="not serving as a contact here"):
        introduced(ana, joe)


def test_no_introduction_without_a_safeguarding_lead(ana, joe, policy):
    policy(ana.clinic, after(1), safeguarding_lead=None)
    with pytest.raises(Refused, match="safeguarding lead"):
        introduced(ana, joe)


def test_no_introduction_of_a_client_who_was_closed(ana, joe):
    episodes.close(client=ana, closed_on=date(2026, 2, 1), reason=ClosedReason.MOVED, by=BY, now=after(1))
    with pytest.raises(Refused, match="was closed"):
        introduced(ana, joe)


class TestAContact:
    """Written down with a first name, a way to reach them, and the day they agreed to serve."""

    def test_numbers_are_read_as_the_country_writes_them(self, harbour):
        assert a_contact(harbour, mobile="07700 900333").mobile == JOE

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"first_name": " "}, "first_name"),
            ({"mobile": "", "email": " "}, "mobile"),
            ({"mobile": "12"}, "mobile"),
            ({"email": "joe"}, "email"),
        ],
    )
    def test_what_is_refused(self, harbour, told, field):
        with pytest.raises(Refused) as refusal:
            a_contact(harbour, **told)
        assert refusal.value.field == field

    def test_a_contact_cannot_have_agreed_in_the_future(self, harbour, joe):
        with pytest.raises(Refused, match="future"):
            introducing.add_contact(
                clinic=harbour,
                first_name="Mia",
                fellowship=joe.fellowship,
                agreed_on=date(2026, 1, 8),
                mobile=JOE,
                by=BY,
                now=BEGAN,
            )

    @pytest.mark.parametrize(
        ("known", "channel", "serves"),
        [
            ({}, "sms", True),
            ({"email": "joe@example.org"}, "sms", True),
            ({"mobile": "", "email": "joe@example.org"}, "email", True),
            ({"email": "joe@example.org", "mobile_refused_at": BEGAN}, "email", True),
            ({"mobile_refused_at": BEGAN}, None, False),
            ({"mobile": "", "email": "joe@example.org", "email_refused_at": BEGAN}, None, False),
            ({"active": False}, "sms", False),
        ],
    )
    def test_how_to_write_to_them(self, joe, known, channel, serves):
        for name, value in known.items():
            setattr(joe, name, value)
        assert (joe.channel, joe.serves) == (channel, serves)
