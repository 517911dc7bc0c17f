"""Closing a client cancels all that is unsent, to contacts too; taking an introduction back, what it is about."""

from datetime import date

import pytest

from clinic import consents, episodes
from clinic.models import ClosedReason, Phase
from reminders.channels.base import PassingFault, RefusedAddress
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState
from reminders.prompts.models import SignedLink
from tests.reminders.telling import BY, JOE, after, at, flag_of, prompts, sweep, tasks, the, went


def close(client, on: str, now, reason=ClosedReason.MOVED):
    episodes.close(client=client, closed_on=date.fromisoformat(on), reason=reason, by=BY, now=now)


@pytest.mark.parametrize("reason", ClosedReason)
def test_closing_cancels_all_that_is_unsent_and_ends_the_introduction(
    ana, ana_and_joe, harbour, post, reason
):
    sweep(harbour, after(2))
    close(ana, "2026-02-09", after(2, "08:00"), reason)
    assert prompts(ana) == ["encourage: cancelled", "reach_out: cancelled", "expect_a_call: cancelled"]
    assert the(ana, "reach_out").reason == "The client was closed."
    ana_and_joe.refresh_from_db()
    assert (ana_and_joe.state, ana_and_joe.ended_reason) == ("ended", "The client was closed.")
    assert ana_and_joe.consent.state == "revoked"
    assert tasks(ana) == []
    assert post.sends(after(2, "09:00")) == {}


def test_a_discharge_as_died_closes_by_itself(ana, ana_and_joe, harbour, post):
    sweep(harbour, after(2))
    episodes.change_phase(
        episode=ana.episodes.get(),
        phase=Phase.DIED,
        changed_on=date(2026, 2, 8),
        by=BY,
        now=after(2, "08:00"),
    )
    assert {one.state for one in ana.prompts.all()} == {"cancelled"}
    assert post.sends(after(2, "09:00")) == {}


def test_a_discharge_of_any_other_kind_goes_on(ana, harbour, post):
    """Evidence E2: a drop-out stays on the list."""
    sweep(harbour, after(1))
    episodes.change_phase(
        episode=ana.episodes.get(),
        phase=Phase.DROPPED_OUT,
        changed_on=date(2026, 2, 1),
        by=BY,
        now=after(1, "08:00"),
    )
    assert post.sends(after(1, "09:00")) == {"sent": 1}


def test_on_the_day_of_closing_nothing_new_is_planned_and_nobody_is_asked_to_act(ana, harbour):
    """The day itself is still tracked, and a week was missed when it began; the sweep comes after the closing."""
    went(ana, "2026-01-14")
    close(ana, "2026-02-02", after(1, "00:02"))
    assert flag_of(ana) is not None
    assert sweep(harbour, after(1)) == 0
    assert prompts(ana) == tasks(ana) == []


def test_the_links_of_a_closed_client_and_their_contact_are_revoked(ana, ana_and_joe, harbour, post):
    sweep(harbour, after(2))
    post.sends(after(2, "09:00"))
    assert SignedLink.objects.filter(revoked_at__isnull=True).count() == 2
    close(ana, "2026-02-09", after(2, "10:00"))
    assert SignedLink.objects.filter(revoked_at__isnull=True).count() == 0


def test_what_is_on_its_way_when_a_client_is_closed_is_not_tried_again(ana, harbour, post):
    """The provider put it off; by the time of the next try Ana has moved away."""
    sweep(harbour, after(1))
    post.channel.while_sending = lambda: close(ana, "2026-02-02", after(1, "09:00"))
    post.channel.faults = [PassingFault("Busy.")]
    assert post.sends(after(1, "09:00")) == {"deferred": 1}
    assert post.sends(after(1, "10:00")) == {"cancelled": 1}
    assert the(ana, "encourage").reason == "The client was closed on 2 February 2026."


def test_the_end_of_tracking_cancels_as_well(ana, harbour, policy):
    sweep(harbour, after(1))
    policy(harbour, after(1, "08:00"), track_for_months=1)
    sweep(harbour, at("2026-02-08 00:05"))
    assert the(ana, "encourage").reason == "Tracking ended."
    assert flag_of(ana) is None


class TestAnIntroductionTakenBack:
    """The consent to share a name and a number ends with it; everything else goes on."""

    def test_by_the_client_before_the_contact_was_asked(self, ana, ana_and_joe, harbour, post):
        """Nothing goes to Joe, Ana is told of no call, and Kay is asked to find somebody else."""
        sweep(harbour, after(2))
        consents.revoke(consent=ana_and_joe.consent, how="by the link", by=BY, now=after(2, "08:00"))
        assert prompts(ana)[1:] == ["reach_out: cancelled", "expect_a_call: cancelled"]
        assert the(ana, "reach_out").reason == "Consent to the introduction was taken back."
        ana_and_joe.refresh_from_db()
        assert (ana_and_joe.state, tasks(ana)) == ("ended", ["introduce"])
        assert post.sends(after(2, "09:00")) == {}

    def test_by_the_keyworker_who_ends_it(self, ana, ana_and_joe, harbour):
        sweep(harbour, after(2))
        introducing.move(
            introduction=ana_and_joe,
            to=IntroductionState.ENDED,
            by=BY,
            now=after(2, "08:00"),
            reason="Joe moved",
        )
        assert prompts(ana)[1:] == ["reach_out: cancelled", "expect_a_call: cancelled"]
        assert tasks(ana) == ["introduce"]

    def test_what_encourages_the_client_goes_without_the_contacts_name(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(1))
        consents.revoke(consent=ana_and_joe.consent, how="by the link", by=BY, now=after(1, "08:00"))
        assert post.sends(after(1, "09:00")) == {"sent": 1}
        assert "Joe" not in post.channel.sent[0].body
        assert tasks(ana) == []

    def test_the_contacts_link_is_revoked_and_the_clients_is_not(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(2))
        post.sends(after(2, "09:00"))
        consents.revoke(consent=ana_and_joe.consent, how="by the link", by=BY, now=after(2, "10:00"))
        (live,) = SignedLink.objects.filter(revoked_at__isnull=True)
        assert live.contact is None

    def test_a_contact_who_stops_serving_is_not_written_to(self, ana, ana_and_joe, joe, harbour, post):
        sweep(harbour, after(2))
        joe.active = False
        joe.save()
        assert post.sends(after(2, "09:00")) == {"cancelled": 2}
        assert the(ana, "reach_out").reason == "Joe no longer serves as a contact."
        assert tasks(ana) == ["introduce"]

    def test_while_it_lasts_the_contact_is_named(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(1))
        post.sends(after(1, "09:00"))
        assert "Joe can go with you" in post.channel.sent[0].body


def test_a_call_is_not_announced_when_the_contact_could_not_be_asked(ana, ana_and_joe, harbour, post):
    """Joe's number is dead: it is marked, Kay is told, and Ana hears of no call."""
    sweep(harbour, after(2))
    post.channel.faults = [RefusedAddress("No such number.")]
    assert post.sends(after(2, "09:00")) == {"failed": 1, "cancelled": 1}
    assert the(ana, "expect_a_call").reason == "Their contact could not be asked to ring."
    joe = ana_and_joe.contact
    joe.refresh_from_db()
    assert (joe.mobile, joe.mobile_refused_at, joe.serves) == (JOE, after(2, "09:00"), False)
    (task,) = ana.keyworker_tasks.all()
    assert (task.kind, task.reason) == ("not_reached", "To Joe: No such number.")
    ana.refresh_from_db()
    assert ana.mobile_refused_at is None
