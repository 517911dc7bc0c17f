"""What goes wrong while sending: tried again where that is safe, else told to a person. Nothing is lost or doubled."""

from datetime import timedelta

import pytest

from clinic.models import Client
from reminders.channels.base import PassingFault, RefusedAddress, UnsureFault
from reminders.contacts.models import LocalContact
from reminders.prompts import outbox
from reminders.prompts.models import Attempt, Prompt
from reminders.worklist.models import KeyworkerTask
from tests.reminders.fakes import WorkerDied
from tests.reminders.telling import ANA, BEN, after, agrees, at, prompts, sweep, tasks, the, went

NINE = after(1, "09:00")


@pytest.fixture
def planned(ana, harbour):
    """Ana, to be encouraged on Monday 2 February at nine."""
    sweep(harbour, after(1))
    return ana


class TestAPassingFault:
    """Certainly not gone, and may go later."""

    def test_it_is_tried_again_later_and_later_with_some_jitter(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")] * 4
        moment, waits = NINE, []
        for _ in range(4):
            assert post.sends(moment) == {"deferred": 1}
            prompt = the(planned, "encourage")
            assert (prompt.state, prompt.reason) == ("planned", "Busy.")
            waits.append((prompt.not_before - moment) / timedelta(minutes=1))
            moment = prompt.not_before
        for wait, minutes in zip(waits, (5, 10, 20, 40), strict=True):
            assert 0.8 * minutes <= wait <= 1.2 * minutes
        assert post.sends(moment) == {"sent": 1}
        assert [one.fault for one in Attempt.objects.all()] == ["Busy."] * 4 + [""]

    def test_it_is_not_tried_before_its_time(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")]
        post.sends(NINE)
        assert post.sends(NINE + timedelta(minutes=3)) == {}
        assert post.sends(NINE + timedelta(minutes=7)) == {"sent": 1}

    def test_after_five_tries_it_has_failed_and_is_a_task(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")] * 9
        moment = NINE
        outcomes = []
        for _ in range(5):
            outcomes.append(post.sends(moment))
            moment += timedelta(hours=1)
        assert outcomes == [{"deferred": 1}] * 4 + [{"failed": 1}]
        assert post.sends(moment) == {}
        prompt = the(planned, "encourage")
        assert (prompt.state, prompt.attempts, prompt.reason) == ("failed", 5, "Busy. It was tried 5 times.")
        assert tasks(planned) == ["not_reached"]

    def test_it_is_not_tried_beyond_the_prompts_life(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")]
        assert post.sends(at("2026-02-05 11:58")) == {"deferred": 1}
        assert post.sends(at("2026-02-05 12:10")) == {"expired": 1}

    def test_a_try_that_did_not_go_does_not_count_under_the_caps(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")]
        post.sends(NINE)
        assert post.sends(NINE + timedelta(hours=1)) == {"sent": 1}

    def test_who_attends_between_two_tries_hears_nothing(self, planned, post):
        post.channel.faults = [PassingFault("Busy.")]
        post.sends(NINE)
        went(planned, "2026-02-02", now=NINE + timedelta(minutes=1))
        assert post.sends(NINE + timedelta(hours=1)) == {}
        assert the(planned, "encourage").reason == "Attended on 2 February 2026."


class TestARefusedAddress:
    """It will never take a message."""

    def test_the_number_is_marked_and_a_person_told(self, planned, post):
        post.channel.faults = [RefusedAddress("No such number.")]
        assert post.sends(NINE) == {"failed": 1}
        planned.refresh_from_db()
        assert (planned.mobile, planned.mobile_refused_at) == (ANA, NINE)
        assert (the(planned, "encourage").state, the(planned, "encourage").reason) == (
            "failed",
            "No such number.",
        )
        assert tasks(planned) == ["not_reached"]

    def test_nothing_more_goes_there(self, planned, harbour, post):
        post.channel.faults = [RefusedAddress("No such number.")]
        post.sends(NINE)
        sweep(harbour, after(3))
        assert post.sends(after(3, "09:00")) == {"suppressed": 1}
        assert post.channel.sent == []

    def test_the_next_step_goes_by_e_mail_where_that_was_agreed_to(self, planned, harbour, post):
        planned.email = "ana@example.org"
        planned.save()
        agrees(planned, channel="email")
        post.channel.faults = [RefusedAddress("No such number.")]
        post.sends(NINE)
        sweep(harbour, after(3))
        assert post.sends(after(3, "09:00")) == {"sent": 1}
        assert post.channel.to == ["ana@example.org"]

    def test_a_number_mended_while_the_message_went_is_not_marked(self, planned, post):
        """Kay types in the right one while the provider is still thinking about the old one."""
        better = "+447700900999"
        post.channel.while_sending = lambda: Client.objects.filter(pk=planned.pk).update(mobile=better)
        post.channel.faults = [RefusedAddress("No such number.")]
        assert post.sends(NINE) == {"failed": 1}
        planned.refresh_from_db()
        assert (planned.mobile, planned.mobile_refused_at) == (better, None)
        assert tasks(planned) == ["not_reached"]

    def test_nor_is_a_contacts_whose_old_one_is(self, ana, ana_and_joe, joe, harbour, post):
        sweep(harbour, after(2))
        post.channel.faults = [RefusedAddress("No such number.")]
        post.sends(after(2, "09:00"), limit=1)
        joe.refresh_from_db()
        assert joe.mobile_refused_at == after(2, "09:00")
        LocalContact.objects.update(mobile_refused_at=None)
        Prompt.objects.filter(contact=joe).update(state="planned")
        post.channel.faults = [RefusedAddress("No such number.")]
        post.channel.while_sending = lambda: LocalContact.objects.update(mobile=BEN)
        post.sends(after(2, "09:05"), limit=1)
        joe.refresh_from_db()
        assert (joe.mobile, joe.mobile_refused_at) == (BEN, None)


class TestNobodyCanSay:
    """The line broke after the message was handed over, or the worker died."""

    def test_it_is_uncertain_a_task_and_never_sent_again(self, planned, harbour, post):
        post.channel.faults = [UnsureFault("It hung up.")]
        assert post.sends(NINE) == {"uncertain": 1}
        assert (the(planned, "encourage").state, tasks(planned)) == ("uncertain", ["uncertain"])
        assert KeyworkerTask.objects.get().reason == "It hung up. Ask them whether it came."
        for moment in (NINE + timedelta(hours=1), at("2026-02-05 13:00"), after(2, "12:00")):
            assert post.sends(moment) == {}
        assert post.channel.sent == []

    def test_it_counts_under_the_caps_for_it_may_have_come(self, ana, harbour, post):
        """Sunday's question may or may not have come; Monday's encouragement waits as if it had."""
        went(ana, "2026-01-14")
        sweep(harbour, at("2026-02-01 18:00"))
        post.channel.faults = [UnsureFault("It hung up.")]
        post.sends(at("2026-02-01 18:00"))
        sweep(harbour, after(1))
        assert post.sends(NINE) == {"deferred": 1}
        assert the(ana, "encourage").not_before == at("2026-02-03 18:00")

    def test_a_fault_nobody_foresaw_is_uncertain_and_holds_up_nobody_else(
        self, planned, ben, harbour, post, caplog
    ):
        sweep(harbour, after(1, "00:10"))
        post.channel.faults = [ValueError("a header with a line break")]
        assert post.sends(NINE) == {"uncertain": 1, "sent": 1}
        assert post.channel.to == [BEN]
        assert "broke its channel" in caplog.text


class TestAWorkerThatDies:
    """It claimed the prompt, and never reported what became of it."""

    OVER = NINE + outbox.LEASE

    def test_while_its_lease_runs_nobody_touches_the_prompt(self, planned, post):
        post.channel.faults = [WorkerDied()]
        with pytest.raises(WorkerDied):
            post.sends(NINE)
        assert post.sends(self.OVER - timedelta(seconds=1)) == {}
        assert prompts(planned) == ["encourage: sending"]

    def test_the_channel_has_it_so_it_was_sent(self, planned, post):
        post.channel.dies_after_sending()
        with pytest.raises(WorkerDied):
            post.sends(NINE)
        assert post.sends(self.OVER) == {"sent": 1}
        assert (prompts(planned), len(post.channel.sent)) == (["encourage: sent"], 1)
        assert post.sends(self.OVER + timedelta(minutes=1)) == {}

    def test_the_channel_never_saw_it_so_it_goes_now(self, planned, post):
        post.channel.faults = [WorkerDied()]
        with pytest.raises(WorkerDied):
            post.sends(NINE)
        assert post.sends(self.OVER) == {"sent": 1}
        assert len(post.channel.sent) == 1
        assert the(planned, "encourage").attempts == 2

    @pytest.mark.parametrize("got_out", [True, False])
    def test_a_channel_that_cannot_tell_makes_it_a_persons_question(self, planned, post, got_out):
        post.channel.tells = False
        if got_out:
            post.channel.dies_after_sending()
        else:
            post.channel.faults = [WorkerDied()]
        with pytest.raises(WorkerDied):
            post.sends(NINE)
        assert post.sends(self.OVER) == {"uncertain": 1}
        assert (prompts(planned), tasks(planned)) == (["encourage: uncertain"], ["uncertain"])
        assert post.sends(self.OVER + timedelta(hours=1)) == {}
        assert len(post.channel.sent) == got_out

    def test_who_was_asked_before_the_worker_died_has_been_asked(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(2))
        post.channel.dies_after_sending()
        with pytest.raises(WorkerDied):
            post.sends(after(2, "09:00"))
        post.sends(after(2, "09:10"))
        ana_and_joe.refresh_from_db()
        assert ana_and_joe.state == "asked"

    def test_it_is_found_out_at_night_and_sent_in_the_morning(self, planned, post):
        post.channel.faults = [WorkerDied()]
        with pytest.raises(WorkerDied):
            post.sends(after(1, "19:55"))
        assert post.sends(after(1, "20:05")) == {"deferred": 1}
        assert post.sends(at("2026-02-03 09:00")) == {"sent": 1}


class TestAWorkerThatWasGivenUp:
    """It hears back after its lease, when another has sent the prompt: it has nothing to tell any more."""

    @pytest.mark.parametrize(
        "fault",
        [RefusedAddress("No such number."), PassingFault("Busy."), UnsureFault("It hung up."), None],
    )
    @pytest.mark.parametrize("attempts", [0, 4])
    def test_it_changes_nothing_and_counts_nothing(self, planned, post, fault, attempts):
        Prompt.objects.update(attempts=attempts)
        post.channel.faults = [None, fault]

        def another_sends_it() -> None:
            post.channel.while_sending = lambda: None
            assert post.sends(NINE + outbox.LEASE) == {"sent": 1}

        post.channel.while_sending = another_sends_it
        (pk,) = planned.prompts.values_list("pk", flat=True)
        assert outbox.send_one(pk, {"sms": post.channel}, NINE) == ""
        prompt = the(planned, "encourage")
        assert (prompt.state, prompt.sent_at) == ("sent", NINE + outbox.LEASE)
        assert tasks(planned) == []
