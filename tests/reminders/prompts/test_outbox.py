"""The outbox on a good day: each prompt once, asked again at the door, put off for the night and for the caps."""

from datetime import timedelta

import pytest

from attendance.register.models import Source
from clinic.models import Channel
from reminders.channels.base import PassingFault
from reminders.prompts import outbox
from reminders.prompts.models import Attempt, Prompt
from reminders.prompts.requests import ask_for_link
from tests.reminders.telling import (
    ANA,
    BEN,
    BY,
    JOE,
    a_client,
    a_clinic,
    after,
    agrees,
    at,
    introduced,
    prompts,
    sweep,
    tasks,
    the,
    went,
)


def test_a_prompt_is_sent_once(ana, harbour, post):
    sweep(harbour, after(1))
    assert post.sends(after(1, "09:00")) == {"sent": 1}
    for time in ("09:00", "09:01", "12:00"):
        assert post.sends(after(1, time)) == {}
    (message,) = post.channel.sent
    prompt = the(ana, "encourage")
    assert (message.id, message.channel, message.to, message.sent_at) == (
        str(prompt.pk),
        "sms",
        ANA,
        after(1, "09:00"),
    )
    assert (prompt.state, prompt.sent_at, prompt.provider_id) == (
        "sent",
        after(1, "09:00"),
        f"fake-{prompt.pk}",
    )
    assert [(one.began_at, one.ended_at, one.fault) for one in prompt.tries.all()] == [
        (after(1, "09:00"), after(1, "09:00"), "")
    ]
    assert prompt.lease_until is None


def test_it_is_written_down_before_the_network_is_touched(ana, harbour, post):
    """Whoever looks while the provider is talking sees a prompt that is being sent, and its attempt."""
    seen = []
    sweep(harbour, after(1))
    post.channel.while_sending = lambda: seen.append(
        (the(ana, "encourage").state, the(ana, "encourage").lease_until, the(ana, "encourage").tries.count())
    )
    post.sends(after(1, "09:00"))
    assert seen == [("sending", after(1, "09:00") + outbox.LEASE, 1)]


def test_so_many_at_most(ana, ben, harbour, post):
    sweep(harbour, after(1))
    assert post.sends(after(1, "09:00"), limit=1) == {"sent": 1}
    assert post.sends(after(1, "09:00")) == {"sent": 1}
    assert post.channel.to == [ANA, BEN]


def test_every_clinic_is_sent_for_in_its_own_zone(ana, harbour, post):
    """Nine in London is four in the morning in New York."""
    hudson = a_clinic("hudson", time_zone="America/New_York", country="US")
    uma = a_client(hudson, "Uma", "+12125550123")
    sweep(harbour, after(1))
    sweep(hudson, after(1, "05:05"))
    assert post.sends(after(1, "09:00")) == {"sent": 1, "deferred": 1}
    assert the(uma, "encourage").not_before == after(1, "14:00")
    assert post.sends(after(1, "14:00")) == {"sent": 1}


class TestAskedAgainJustBefore:
    """What has come to pass since a prompt was planned."""

    def test_attended_since(self, ana, harbour, post):
        sweep(harbour, after(1))
        went(ana, "2026-02-02", now=after(1, "08:30"))
        assert post.sends(after(1, "09:00")) == {}
        assert (prompts(ana), the(ana, "encourage").reason) == (
            ["encourage: cancelled"],
            "Attended on 2 February 2026.",
        )

    @pytest.mark.parametrize(
        ("rule", "source"),
        [({"meetings_per_week": 2}, Source.KEYWORKER), ({"count_self_reports": False}, Source.CLIENT)],
    )
    def test_attended_since_though_it_is_not_enough_or_does_not_count(
        self, ana, harbour, post, policy, rule, source
    ):
        """The flag stays; but a text that misses her would be wrong on the day she went."""
        policy(harbour, at("2026-01-20 12:00"), **rule)
        sweep(harbour, after(1))
        went(ana, "2026-02-02", now=after(1, "08:30"), source=source)
        assert post.sends(after(1, "09:00")) == {"cancelled": 1}
        assert the(ana, "encourage").reason == "Attended on 2 February 2026."
        sweep(harbour, after(2))
        assert prompts(ana)[-1] == "reach_out: suppressed"

    def test_a_meeting_known_when_it_was_planned_is_no_reason_to_cancel(self, ana, harbour, post, policy):
        """Where two are asked of her, going once a week must not silence the ladder."""
        policy(harbour, at("2026-01-20 12:00"), meetings_per_week=2)
        went(ana, "2026-01-30")
        sweep(harbour, after(1))
        assert post.sends(after(1, "09:00")) == {"sent": 1}

    def test_an_old_meeting_that_is_told_late_is_none_either(self, ana, harbour, post):
        sweep(harbour, after(1))
        went(ana, "2026-01-14", now=after(1, "08:30"))
        assert post.sends(after(1, "09:00")) == {"sent": 1}

    def test_a_week_answered_or_over_is_not_asked_about(self, ana, ben, harbour, post, says_no):
        for client in (ana, ben):
            went(client, "2026-01-14")
        sweep(harbour, at("2026-02-01 18:00"))
        says_no(ana, "2026-01-26", at("2026-02-01 18:01"))
        assert post.sends(at("2026-02-01 18:02"), limit=1) == {"cancelled": 1}
        assert the(ana, "check_in", "2026-01-26").reason == "They have told us about the week."
        assert post.sends(at("2026-02-02 09:00")) == {"cancelled": 1}
        assert the(ben, "check_in", "2026-01-26").reason == "The week it asks about is over."

    def test_no_longer_tracked_though_no_sweep_has_passed_since(self, ana, harbour, post, policy):
        """Tracking ends with Saturday 7 February; the prompt was planned on the Friday evening before."""
        policy(harbour, at("2026-01-20 12:00"), track_for_months=1)
        sweep(harbour, at("2026-02-06 20:30"))
        assert post.sends(at("2026-02-08 09:00")) == {"cancelled": 1}
        assert the(ana, "encourage").reason == "Tracking ended."

    def test_the_name_is_todays(self, ana, harbour, post):
        sweep(harbour, after(1))
        ana.first_name = "Anabel"
        ana.save()
        post.sends(after(1, "09:00"))
        assert post.channel.sent[0].body.startswith("Hello Anabel. ")
        assert post.channel.sent[0].body.endswith(" Kay")

    def test_with_sending_turned_off_it_waits_and_in_the_end_is_a_task(self, ana, harbour, post, policy):
        sweep(harbour, after(1))
        policy(harbour, after(1, "08:00"), sending=False)
        assert post.sends(after(1, "09:00")) == {"deferred": 1}
        assert the(ana, "encourage").reason == "Sending is turned off for the clinic."
        assert post.sends(at("2026-02-05 12:00")) == {"expired": 1}
        assert tasks(ana) == ["not_reached"]

    def test_with_sending_turned_off_and_on_again_what_came_before_is_a_task(
        self, ana, harbour, post, policy
    ):
        """Weeks completed before it was turned on make tasks, never messages."""
        sweep(harbour, after(1))
        policy(harbour, after(1, "08:00"), sending=False)
        policy(harbour, after(1, "08:30"), sending=True)
        assert post.sends(after(1, "09:00")) == {"cancelled": 1}
        assert the(ana, "encourage").reason == "Due before messages were turned on: a task instead."
        assert tasks(ana) == ["by_hand"]


class TestPutOff:
    """Quiet hours and caps."""

    def test_for_the_night(self, ana, harbour, post):
        sweep(harbour, after(1))
        assert post.sends(after(1, "00:06")) == {"deferred": 1}
        prompt = the(ana, "encourage")
        assert (prompt.not_before, prompt.reason) == (after(1, "09:00"), "Quiet hours.")
        assert post.sends(after(1, "08:59")) == {}
        assert post.sends(after(1, "09:00")) == {"sent": 1}

    def test_two_within_48_hours(self, ana, ana_and_joe, harbour, post):
        """The question went on Sunday evening, so encouragement waits until Tuesday evening."""
        went(ana, "2026-01-14")
        sweep(harbour, at("2026-02-01 18:00"))
        post.sends(at("2026-02-01 18:00"))
        sweep(harbour, after(1))
        assert post.sends(after(1, "09:00")) == {"deferred": 1}
        prompt = the(ana, "encourage")
        assert (prompt.not_before, prompt.reason) == (
            at("2026-02-03 18:00"),
            "The client was written to lately.",
        )
        assert post.sends(at("2026-02-03 18:00")) == {"sent": 1}

    def test_a_wait_for_the_caps_stops_the_prompts_clock(self, ana, harbour, post):
        """20 permitted hours pass while it waits (11 on Monday and 9 on Tuesday), and are given back."""
        went(ana, "2026-01-14")
        sweep(harbour, at("2026-02-01 18:00"))
        post.sends(at("2026-02-01 18:00"))
        sweep(harbour, after(1))
        assert the(ana, "encourage").lives_until == at("2026-02-05 12:00")
        post.sends(after(1, "09:00"))
        assert the(ana, "encourage").lives_until == after(1) + timedelta(days=5)

    def test_the_clock_is_stopped_for_no_longer_than_the_wait(self, ana, harbour, post):
        """Written to two days ago but an hour: an hour is given back."""
        went(ana, "2026-01-14")
        sweep(harbour, at("2026-02-01 18:00"))
        post.sends(at("2026-02-01 18:00"))
        sweep(harbour, at("2026-02-03 17:00"))
        assert the(ana, "encourage").lives_until == at("2026-02-06 20:00")
        assert post.sends(at("2026-02-03 17:00")) == {"deferred": 1}
        assert the(ana, "encourage").lives_until == at("2026-02-07 10:00"), "the next permitted hour"

    def test_a_clinics_own_cap_may_be_longer_than_a_week(self, ana, harbour, post, policy):
        """Harbour writes once in a fortnight at most: a prompt thirteen days ago still counts."""
        policy(harbour, at("2026-01-20 12:00"), hours_between_prompts=14 * 24)
        sweep(harbour, after(1))
        post.sends(at("2026-02-03 09:00"))
        sweep(harbour, after(3))
        assert post.sends(after(3, "09:00")) == {"deferred": 1}
        assert the(ana, "another_way").not_before == at("2026-02-17 09:00")

    def test_the_contact_is_asked_when_the_client_may_be_told_of_it(self, ana, ana_and_joe, harbour, post):
        """A call out of the blue would be unwelcome: Joe is asked, and Ana told, when her 48 hours are over."""
        sweep(harbour, after(1))
        post.sends(at("2026-02-04 19:30"))
        sweep(harbour, at("2026-02-09 00:05"))
        Attempt.objects.update(began_at=at("2026-02-08 18:00"), ended_at=at("2026-02-08 18:00"))
        assert post.sends(after(2, "09:00")) == {"deferred": 2}
        assert post.sends(at("2026-02-10 18:00")) == {"sent": 2}
        assert post.channel.to[-2:] == [JOE, ANA]

    def test_while_the_contact_cannot_be_asked_yet_the_client_is_not_told(
        self, ana, ana_and_joe, harbour, post
    ):
        sweep(harbour, after(2))
        post.channel.faults = [PassingFault("Busy.")]
        assert post.sends(after(2, "09:00")) == {"deferred": 2}
        assert the(ana, "expect_a_call").reason == "Their contact is to be asked first."
        assert post.sends(after(2, "09:40")) == {"sent": 2}

    def test_having_told_the_client_does_not_hold_up_the_contact(self, ana, ana_and_joe, harbour, post):
        """The client was told by a worker that found the contact asked; that it was not came out later."""
        sweep(harbour, after(2))
        post.sends(after(2, "09:00"))
        asked = the(ana, "reach_out")
        Prompt.objects.filter(pk=asked.pk).update(state="planned", sent_at=None)
        assert post.sends(after(2, "09:10")) == {"sent": 1}

    def test_what_goes_to_the_contact_counts_for_no_clients_caps(self, ana, ben, joe, harbour, post):
        """Joe is asked about both; Ana and Ben are each told once."""
        for client in (ana, ben):
            introduced(client, joe)
        sweep(harbour, after(2))
        assert post.sends(after(2, "09:00")) == {"sent": 4}

    def test_a_link_the_client_asked_for_stands_outside_the_caps(self, ana, harbour, post):
        sweep(harbour, after(1))
        post.sends(after(1, "09:00"))
        assert ask_for_link(client=ana, by=BY, now=after(1, "10:00"))
        assert post.sends(after(1, "10:00")) == {"sent": 1}
        sweep(harbour, after(2))
        assert the(ana, "encourage").state == "sent"

    def test_it_expires_into_a_task(self, ana, harbour, post):
        """No worker ran from Monday to Thursday noon: 36 permitted hours are over."""
        sweep(harbour, after(1))
        assert post.sends(at("2026-02-05 12:00")) == {"expired": 1}
        assert (the(ana, "encourage").state, tasks(ana)) == ("expired", ["not_reached"])

    def test_a_minute_before_it_expires_a_missed_tick_is_caught_up(self, ana, harbour, post):
        sweep(harbour, after(1))
        assert post.sends(at("2026-02-05 11:59")) == {"sent": 1}


def test_e_mails_go_to_the_e_mail_channel(harbour, post):
    eve = a_client(harbour, "Eve", texts=False, email="eve@example.org")
    agrees(eve, Channel.EMAIL)
    sweep(harbour, after(1))
    post.sends(after(1, "09:00"))
    (message,) = post.channel.sent
    assert (message.channel, message.to, message.subject) == ("email", "eve@example.org", "A note for you")
