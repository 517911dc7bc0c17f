"""When a step cannot be a message it becomes a task at once: sending off, no consent, no contact, nobody to reach."""

import pytest

from clinic import consents
from clinic.actors import Actor
from clinic.models import Channel, Purpose
from reminders.worklist import tasks as worklist
from reminders.worklist import words
from reminders.worklist.models import KeyworkerTask
from reminders.worklist.said import Said
from tests.reminders.telling import (
    ANA,
    BEGAN,
    BY,
    JOE,
    RUN,
    a_client,
    a_clinic,
    a_contact,
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


class TestSendingTurnedOff:
    """Weeks completed before it was turned on make tasks, never messages."""

    @pytest.fixture
    def harbour(self, db):
        return a_clinic(sending=False)

    @pytest.mark.parametrize(
        ("missed", "planned", "needed"),
        [
            (1, ["encourage: cancelled"], ["by_hand"]),
            (2, ["encourage: cancelled", "reach_out: cancelled"], ["by_hand"]),
            (4, ["encourage: cancelled", "reach_out: cancelled", "another_way: cancelled"], ["lapsed"]),
            (
                6,
                [
                    "encourage: cancelled",
                    "reach_out: cancelled",
                    "another_way: cancelled",
                    "keep_going 6: cancelled",
                ],
                ["lapsed", "by_hand"],
            ),
        ],
    )
    def test_a_history_taken_in_writes_to_nobody(self, ana, harbour, post, missed, planned, needed):
        assert sweep(harbour, after(missed)) == 0
        assert (prompts(ana), tasks(ana)) == (planned, needed)
        assert post.sends(after(missed, "12:00")) == {}

    def test_no_question_is_planned(self, ana, harbour):
        went(ana, "2026-01-14")
        assert sweep(harbour, at("2026-02-01 18:00")) == 0
        assert prompts(ana) == tasks(ana) == []

    def test_turning_it_on_says_nothing_of_the_weeks_before(self, ana, harbour, policy, post):
        """Nor, at the next missed week, does anything go out that was due before."""
        sweep(harbour, after(2))
        policy(harbour, after(2, "12:00"), sending=True)
        assert sweep(harbour, after(2, "12:05")) == 0
        sweep(harbour, after(3))
        assert prompts(ana) == ["encourage: cancelled", "reach_out: cancelled", "another_way: planned"]
        assert post.sends(after(3, "09:00")) == {"sent": 1}

    def test_what_decides_is_when_the_week_was_over(self, ana, harbour, policy):
        """Turned on a minute into Monday, with the week of the Sunday before it: a task."""
        policy(harbour, after(1, "00:01"), sending=True)
        assert sweep(harbour, after(1)) == 0
        assert (prompts(ana), tasks(ana)) == (["encourage: cancelled"], ["by_hand"])

    def test_turned_on_at_midnight_counts_as_before_the_week_was_over(self, ana, harbour, policy):
        policy(harbour, after(1, "00:00"), sending=True)
        assert sweep(harbour, after(1)) == 1
        assert tasks(ana) == []

    def test_the_first_steps_are_a_task_with_and_without_a_contact(self, ana, ben, joe, harbour):
        introduced(ben, joe)
        assert sweep(harbour, at("2026-01-10 00:05")) == 0
        assert (prompts(ana), tasks(ana)) == (["first_steps day 3: cancelled"], ["introduce"])
        assert (prompts(ben), tasks(ben)) == (["first_steps day 3: cancelled"], ["by_hand"])

    def test_every_week_that_needs_somebody_says_so_unless_nobody_has_come_yet(self, ana, harbour):
        """A second task for the same cause is raised once the first has been dealt with, not beside it."""
        sweep(harbour, after(1))
        sweep(harbour, after(2))
        assert tasks(ana) == ["by_hand"]
        worklist.finish(task=KeyworkerTask.objects.get(), outcome="Rang her.", by=BY, now=after(2, "10:00"))
        sweep(harbour, after(3))
        assert tasks(ana) == ["by_hand"]


class TestWrittenDownLater:
    """A caseload is imported into a clinic that has been sending all along: nobody is texted about last month."""

    def test_weeks_that_ended_before_the_client_was_written_down_make_a_task(self, harbour, post):
        dee = a_client(harbour, "Dee", ANA, now=after(3, "12:00"))
        assert sweep(harbour, after(3, "12:05")) == 0
        assert prompts(dee) == ["encourage: cancelled", "reach_out: cancelled", "another_way: cancelled"]
        assert the(dee, "another_way").reason == "Due before the client was entered here: a task instead."
        (task,) = KeyworkerTask.objects.all()
        assert task.reason == "Weeks were missed before the client was entered here: get in touch yourself."
        assert post.sends(after(3, "12:05")) == {}

    def test_the_next_week_they_miss_is_written_about(self, harbour, post):
        dee = a_client(harbour, "Dee", ANA, now=after(3, "12:00"))
        sweep(harbour, after(3, "12:05"))
        sweep(harbour, after(6))
        assert post.sends(after(6, "09:00")) == {"sent": 1}
        assert the(dee, "keep_going", "6").state == "sent"

    def test_so_it_is_for_first_steps_due_before(self, harbour, joe, post):
        dee = a_client(harbour, "Dee", ANA, now=at("2026-01-12 12:00"))
        introduced(dee, joe)
        assert sweep(harbour, at("2026-01-12 12:05")) == 0
        assert (prompts(dee), tasks(dee)) == (["first_steps day 3: cancelled"], ["by_hand"])
        assert sweep(harbour, at("2026-01-17 00:05")) == 1


class TestNoCallOutOfTheBlue:
    """A contact is asked to ring whom they can ring, and who can be told of it; else a person is asked at once."""

    def test_who_has_no_number_cannot_be_rung(self, harbour, joe, post):
        dee = a_client(harbour, "Dee", email="dee@example.org", texts=False)
        agrees(dee, Channel.EMAIL)
        introduced(dee, joe)
        sweep(harbour, after(2))
        assert prompts(dee) == ["encourage: cancelled", "reach_out: suppressed"]
        (task,) = KeyworkerTask.objects.all()
        assert (task.kind, task.reason) == (
            "introduce",
            "Joe is not asked to ring them: there is no number.",
        )
        assert post.sends(after(2, "09:00")) == {}

    def test_who_cannot_be_told_is_not_rung(self, harbour, joe, post):
        dee = a_client(harbour, "Dee", ANA, texts=False)
        introduced(dee, joe)
        sweep(harbour, after(2))
        assert prompts(dee) == ["encourage: cancelled", "reach_out: suppressed"]
        assert the(dee, "reach_out").reason == (
            "Joe is not asked to ring them: they cannot be told to expect it. "
            "The client has not consented to texts or e-mails."
        )
        assert tasks(dee) == ["introduce"]

    def test_nor_is_that_forgotten_beside_another_cause_that_a_word_with_them_answers(
        self, ana, ana_and_joe, harbour, post
    ):
        consents.stop_prompts(client=ana, how="on the telephone", by=BY, now=BEGAN)
        sweep(harbour, after(1))
        sweep(harbour, after(2))
        assert tasks(ana) == ["not_reached", "introduce"]
        words.spoke(client=ana, said=Said.OTHER, words="All is well.", by=BY, now=after(2, "10:00"))
        assert tasks(ana) == ["introduce"]

    def test_nor_who_takes_consent_back_before_the_contact_is_asked(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(2))
        consents.stop_prompts(client=ana, how="on the telephone", by=BY, now=after(2, "08:30"))
        assert post.sends(after(2, "09:00")) == {"suppressed": 1, "cancelled": 1}
        assert post.channel.to == []
        assert prompts(ana)[1:] == ["reach_out: suppressed", "expect_a_call: cancelled"]
        (task,) = KeyworkerTask.objects.all()
        assert (task.kind, task.reason) == (
            "introduce",
            "Joe is not asked to ring them: they cannot be told to expect it. The client took consent back.",
        )


class TestNobodyToWriteTo:
    """Planned, a task at once, and suppressed at the door with the same sentence."""

    def test_no_consent(self, harbour, post):
        dee = a_client(harbour, "Dee", ANA, texts=False)
        assert sweep(harbour, after(1)) == 1
        assert tasks(dee) == ["not_reached"]
        assert post.sends(after(1, "09:00")) == {"suppressed": 1}
        assert the(dee, "encourage").reason == "The client has not consented to texts or e-mails."
        assert tasks(dee) == ["not_reached"]
        assert post.channel.sent == []

    def test_consent_still_to_confirm(self, harbour, post):
        """As an import leaves it, without its date and how it was given."""
        dee = a_client(harbour, "Dee", ANA, texts=False)
        consent = agrees(dee, how="")
        assert tasks(dee) == ["confirm_consent"]
        sweep(harbour, after(1))
        assert tasks(dee) == ["confirm_consent"]
        assert post.sends(after(1, "09:00")) == {"suppressed": 1}
        assert tasks(dee) == ["confirm_consent"]
        agrees(dee, now=after(1, "11:00"))
        consent.refresh_from_db()
        assert consent.state == "given"
        assert tasks(dee) == []
        sweep(harbour, after(3))
        assert post.sends(after(3, "09:00")) == {"sent": 1}

    def test_a_task_dealt_with_though_nothing_was_confirmed_comes_back_with_the_next_step(
        self, harbour, post, kay
    ):
        dee = a_client(harbour, "Dee", ANA, texts=False)
        agrees(dee, how="")
        worklist.finish(
            task=dee.keyworker_tasks.get(), outcome="She signs next week", by=Actor.staff(kay), now=BEGAN
        )
        sweep(harbour, after(1))
        assert tasks(dee) == ["confirm_consent"]

    def test_two_consents_to_confirm_are_one_task_until_both_are_settled(self, harbour):
        dee = a_client(harbour, "Dee", ANA, texts=False, email="dee@example.org")
        agrees(dee, how="")
        mail = agrees(dee, Channel.EMAIL, how="")
        assert tasks(dee) == ["confirm_consent"]
        agrees(dee, now=after(1, "11:00"))
        assert tasks(dee) == ["confirm_consent"]
        consents.revoke(consent=mail, how="rather not", by=BY, now=after(1, "12:00"))
        assert tasks(dee) == []

    def test_consent_without_a_number(self, harbour, post):
        dee = a_client(harbour, "Dee")
        sweep(harbour, after(1))
        assert post.sends(after(1, "09:00")) == {"suppressed": 1}
        assert (
            the(dee, "encourage").reason
            == "Consent is given, but there is no number or address it can go to."
        )
        assert tasks(dee) == ["not_reached"]

    def test_consent_taken_back_after_planning(self, ana, harbour, post):
        sweep(harbour, after(1))
        consents.stop_prompts(client=ana, how="by text", by=BY, now=after(1, "08:00"))
        assert tasks(ana) == []
        assert post.sends(after(1, "09:00")) == {"suppressed": 1}
        assert (the(ana, "encourage").reason, tasks(ana)) == (
            "The client took consent back.",
            ["not_reached"],
        )

    def test_texts_taken_back_go_on_as_e_mails_only_where_those_were_agreed_to(self, ana, ben, harbour, post):
        for client in (ana, ben):
            client.email = f"{client.first_name.lower()}@example.org"
            client.save()
        agrees(ana, Channel.EMAIL)
        sweep(harbour, after(1))
        for client in (ana, ben):
            texts = consents.live(client, Purpose.PROMPTS, Channel.SMS)
            consents.revoke(consent=texts, how="by text", by=BY, now=after(1, "08:00"))
        assert post.sends(after(1, "09:00")) == {"sent": 1, "suppressed": 1}
        assert post.channel.to == ["ana@example.org"]
        assert (the(ana, "encourage").channel, tasks(ben)) == ("email", ["not_reached"])

    def test_every_step_says_so_once_the_last_was_dealt_with(self, harbour):
        """Dee cannot be written to; Kay rang her in the first week, and in the third she is silent still."""
        dee = a_client(harbour, "Dee", texts=False)
        sweep(harbour, after(1))
        worklist.finish(task=KeyworkerTask.objects.get(), outcome="Rang her.", by=BY, now=after(1, "10:00"))
        sweep(harbour, after(3))
        assert tasks(dee) == ["not_reached"]


class TestNoContact:
    """At reach out: somebody is to be found, and the step is kept with its reason."""

    def test_no_introduction(self, ana, harbour):
        assert sweep(harbour, after(2)) == 0
        assert prompts(ana) == ["encourage: cancelled", "reach_out: suppressed"]
        assert the(ana, "reach_out").reason == "No local contact to ring them: a task instead."
        (task,) = KeyworkerTask.objects.filter(client=ana)
        assert (task.kind, task.run, task.reason) == (
            "introduce",
            RUN,
            "No local contact to ring them: introduce one.",
        )

    @pytest.mark.parametrize("change", [{"active": False}, {"mobile_refused_at": after(1)}])
    def test_a_contact_who_does_not_serve_any_more_or_cannot_be_reached(
        self, ana, ana_and_joe, joe, harbour, change
    ):
        for name, value in change.items():
            setattr(joe, name, value)
        joe.save()
        sweep(harbour, after(2))
        assert (prompts(ana)[1:], tasks(ana)) == (["reach_out: suppressed"], ["introduce"])

    def test_a_contact_whose_number_was_refused_may_have_an_address(self, ana, harbour, post):
        joe = a_contact(harbour, email="joe@example.org")
        joe.mobile_refused_at = after(1)
        joe.save()
        introduced(ana, joe)
        sweep(harbour, after(2))
        post.sends(after(2, "09:00"))
        assert post.channel.to == ["joe@example.org", ANA]


def test_a_contact_is_asked_and_the_client_told_to_expect_it(ana, ana_and_joe, harbour, post):
    sweep(harbour, after(2))
    assert post.sends(after(2, "09:00")) == {"sent": 2}
    assert post.channel.to == [JOE, ANA]
    to_joe, to_ana = (message.body for message in post.channel.sent)
    assert "Would you ring A. and offer to go together?" in to_joe
    assert "Joe will ring you soon" in to_ana
    ana_and_joe.refresh_from_db()
    assert ana_and_joe.state == "asked"
