"""Of each rule that the tables of reminders state, examples that break it; and what is possible all the same."""

from datetime import timedelta

from attendance.models import Fellowship, Flag
from clinic.models import Channel, Client, Clinic, Consent, Purpose, User
from reminders.contacts.models import IntroductionState
from reminders.digest.models import DigestState
from reminders.models import (
    Attempt,
    Digest,
    DigestChoice,
    Escalation,
    Introduction,
    IntroductionStep,
    KeyworkerTask,
    LocalContact,
    NotNow,
    Patience,
    PlannedFlag,
    Prompt,
    SignedLink,
)
from reminders.prompts.states import PromptState
from reminders.worklist.models import TaskKind
from reminders.worklist.said import Said
from tests.cast import NOW, TODAY
from tests.tables import again, all_of, but

DAY = timedelta(days=1)
DONE = {"done_at": NOW, "done_by": "kay", "outcome": "Rang."}
SPOKE = {**DONE, "kind": TaskKind.SPOKE}
TRIED = {**DONE, "kind": TaskKind.TRIED, "said": Said.NOT_REACHED}
ENDED = {"state": IntroductionState.ENDED, "ended_at": NOW, "ended_reason": "They moved."}
BACK = {"handed_back_at": NOW, "handed_back_by": "helen", "word": "Ring again."}
AGAIN = {"state": DigestState.TO_TRY_AGAIN, "retry_at": NOW + DAY, "fault": "Busy."}
WORDED = {"channel": Channel.SMS, "body": "Hello."}


class World:
    """Sound rows, one of each kind, which an example alters or repeats."""

    def __init__(self) -> None:
        self.clinic = Clinic.objects.create(slug="riverside", name="Riverside", time_zone="Europe/London")
        self.ana = Client.objects.create(clinic=self.clinic, reference="A1", created_at=NOW)
        of = {"clinic": self.clinic, "client": self.ana}
        self.joe = LocalContact.objects.create(
            clinic=self.clinic,
            first_name="Joe",
            fellowship=Fellowship.objects.create(name="Clear Water"),
            mobile="+447700900333",
            agreed_on=TODAY,
            created_at=NOW,
        )
        introducing = {"purpose": Purpose.INTRODUCTION, "channel": Channel.CONTACT, "wording": "-"}
        consent, self.another_consent = [
            Consent.objects.create(**of, **introducing, recorded_at=NOW, recorded_by="kay") for _ in range(2)
        ]
        self.introduction = Introduction.objects.create(**of, contact=self.joe, consent=consent, began_at=NOW)
        self.step = IntroductionStep.objects.create(
            introduction=self.introduction, state=IntroductionState.AGREED, at=NOW, by="kay"
        )
        flag = Flag.objects.create(
            **of,
            run=TODAY,
            last_missed=TODAY,
            missed_weeks=1,
            standing="slipping",
            opened_on=TODAY,
            opened_at=NOW,
        )
        self.planned_flag = PlannedFlag.objects.create(flag=flag, missed_weeks=1)
        planned = {"planned_at": NOW, "not_before": NOW, "lives_until": NOW + DAY}
        self.prompt = Prompt.objects.create(**of, **planned, flag=flag, run=TODAY, step="encourage")
        self.attempt = Attempt.objects.create(prompt=self.prompt, began_at=NOW)
        self.link = SignedLink.objects.create(
            **of, prompt=self.prompt, digest="0" * 64, made_at=NOW, expires_at=NOW + DAY
        )
        self.task = KeyworkerTask.objects.create(**of, kind=TaskKind.RING_ME, reason="-", raised_at=NOW)
        self.patience = Patience.objects.create(clinic=self.clinic, kind=TaskKind.RING_ME, working_days=2)
        self.escalation = Escalation.objects.create(
            **of, task=self.task, since=NOW, patience_ended_on=TODAY, escalated_at=NOW + DAY
        )
        reader = {"clinic": self.clinic, "user": User.objects.create(username="kay")}
        self.choice = DigestChoice.objects.create(**reader, weekdays=31, hour=8)
        self.digest = Digest.objects.create(**reader, day=TODAY, claimed_at=NOW)
        self.not_now = NotNow.objects.create(**of, until=TODAY, reason="Away", said_at=NOW, said_by="kay")


EXAMPLES = {
    "contact_has_a_first_name": [but("joe", first_name="")],
    "contact_can_be_reached": [but("joe", mobile="")],
    "contact_refused_only_where_known": [
        but("joe", email_refused_at=NOW),
        but("joe", mobile="", email="joe@example.org", mobile_refused_at=NOW),
    ],
    "introduction_one_live_a_client": [
        lambda world: again("introduction", consent=world.another_consent)(world)
    ],
    "introduction_ended_with_a_reason": [
        but("introduction", state=IntroductionState.ENDED),
        but("introduction", **ENDED | {"ended_at": None}),
        but("introduction", **ENDED | {"ended_reason": ""}),
        but("introduction", **ENDED | {"state": IntroductionState.SPOKE}),
        but("introduction", ended_at=NOW),
        but("introduction", ended_reason="They moved."),
    ],
    "introduction_in_a_known_state": [but("introduction", state="hoped for"), but("introduction", state="")],
    "introduction_step_to_a_known_state": [but("step", state="hoped for"), but("step", state="")],
    "prompt_once_a_run_step_and_occasion": [again("prompt")],
    "prompt_in_a_known_state": [but("prompt", state="lost"), but("prompt", state="")],
    "prompt_of_a_known_step": [but("prompt", step="shout"), but("prompt", step="")],
    "prompt_worded_for_a_channel_before_it_goes": [
        but("prompt", channel=Channel.SMS),
        but("prompt", **WORDED | {"channel": "letter"}),
        but("prompt", **WORDED | {"channel": Channel.CONTACT}),
        but("prompt", state=PromptState.SENDING, lease_until=NOW),
        but("prompt", state=PromptState.SENT, sent_at=NOW),
        but("prompt", state=PromptState.SENT, sent_at=NOW, channel=Channel.SMS),
        but("prompt", state=PromptState.DELIVERED, sent_at=NOW, delivered_at=NOW),
        but("prompt", state=PromptState.UNCERTAIN, reason="-"),
        but("prompt", state=PromptState.FAILED, reason="-"),
    ],
    "prompt_delivered_at_exactly_when_delivered": [
        but("prompt", delivered_at=NOW),
        but("prompt", **WORDED, state=PromptState.DELIVERED, sent_at=NOW),
        but("prompt", **WORDED, state=PromptState.SENT, sent_at=NOW, delivered_at=NOW),
    ],
    "prompt_sent_at_exactly_when_sent": [
        but("prompt", sent_at=NOW),
        but("prompt", **WORDED, state=PromptState.SENT),
        but("prompt", **WORDED, state=PromptState.DELIVERED, delivered_at=NOW),
        but("prompt", **WORDED, state=PromptState.UNCERTAIN, sent_at=NOW, reason="-"),
    ],
    "prompt_leased_exactly_while_sending": [
        but("prompt", lease_until=NOW),
        but("prompt", **WORDED, state=PromptState.SENDING),
        but("prompt", **WORDED, state=PromptState.SENT, sent_at=NOW, lease_until=NOW),
    ],
    "prompt_to_a_contact_by_an_introduction": [
        lambda world: but("prompt", contact=world.joe)(world),
    ],
    "prompt_that_did_not_go_says_why": [
        but("prompt", state=PromptState.CANCELLED),
        but("prompt", state=PromptState.SUPPRESSED),
        but("prompt", state=PromptState.EXPIRED),
        but("prompt", **WORDED, state=PromptState.FAILED),
        but("prompt", **WORDED, state=PromptState.UNCERTAIN),
    ],
    "prompt_held_is_cancelled": [but("prompt", held=True)],
    "prompt_lives_after_it_was_planned": [but("prompt", lives_until=NOW - DAY)],
    "attempt_ends_after_it_began": [
        but("attempt", ended_at=NOW - DAY),
        but("attempt", fault="Refused."),
    ],
    "link_of_a_client_expires": [but("link", expires_at=NOW), but("link", expires_at=None)],
    "task_once_about_a_thing": [again("task")],
    "task_one_open_a_run": [
        all_of(but("task", kind=TaskKind.BY_HAND, run=TODAY), again("task", about="another")),
        all_of(but("task", kind=TaskKind.NOT_REACHED, run=TODAY), again("task", about="another")),
    ],
    "task_one_open_without_a_run": [
        all_of(but("task", kind=TaskKind.NOT_REACHED), again("task", about="another")),
    ],
    "task_one_open_a_client": [
        all_of(but("task", kind=TaskKind.CONFIRM_CONSENT), again("task", about="another", run=TODAY)),
    ],
    "task_of_a_known_kind": [but("task", kind="tidy up"), but("task", kind="")],
    "task_done_by_somebody_with_an_outcome": [
        but("task", **DONE | {"done_at": None}),
        but("task", **DONE | {"done_by": ""}),
        but("task", **DONE | {"outcome": ""}),
        but("task", done_at=NOW),
        but("task", done_by="kay"),
        but("task", outcome="Rang."),
    ],
    "patience_once_a_kind": [again("patience", working_days=3)],
    "patience_of_a_kind_that_waits": [but("patience", kind=TaskKind.SPOKE), but("patience", kind="")],
    "patience_of_1_to_20_working_days": [but("patience", working_days=0), but("patience", working_days=21)],
    "escalation_once_a_wait": [again("escalation", escalated_at=NOW + 2 * DAY)],
    "escalation_after_it_had_waited": [but("escalation", escalated_at=NOW)],
    "escalation_handed_back_by_somebody_with_a_word": [
        but("escalation", **BACK | {"handed_back_at": None}),
        but("escalation", **BACK | {"handed_back_by": ""}),
        but("escalation", **BACK | {"word": ""}),
        but("escalation", handed_back_at=NOW),
    ],
    "digest_choice_once_a_clinic": [again("choice", hour=9)],
    "digest_choice_of_seven_days": [but("choice", weekdays=128)],
    "digest_choice_in_the_morning": [but("choice", hour=4), but("choice", hour=12)],
    "digest_once_a_morning": [again("digest", claimed_at=NOW + DAY)],
    "digest_in_a_known_state": [but("digest", state="lost", fault="-")],
    "digest_sent_at_exactly_when_sent": [
        but("digest", state=DigestState.SENT),
        but("digest", sent_at=NOW),
    ],
    "digest_tried_again_after_a_while": [
        but("digest", **AGAIN | {"retry_at": None}),
        but("digest", **AGAIN | {"retry_at": NOW}),
        but("digest", retry_at=NOW + DAY),
    ],
    "digest_that_did_not_go_says_why": [
        but("digest", state=DigestState.GIVEN_UP),
        but("digest", state=DigestState.UNSURE),
        but("digest", fault="Busy."),
    ],
    "digest_tried_a_few_times": [but("digest", tries=0), but("digest", tries=6)],
    "task_said_by_its_kind": [
        but("task", **TRIED | {"said": ""}),
        but("task", **TRIED | {"said": Said.WENT}),
        but("task", **SPOKE | {"said": Said.NOT_REACHED}),
        but("task", **SPOKE | {"said": "perhaps"}),
        but("task", **DONE, said=Said.WENT),
    ],
    "task_taken_back_by_somebody": [
        but("task", **SPOKE, taken_back_at=NOW),
        but("task", **SPOKE, taken_back_by="kay"),
        but("task", **DONE, taken_back_at=NOW, taken_back_by="kay"),
    ],
    "task_answered_is_done": [lambda world: but("task", answered_by=world.task)(world)],
    "not_now_for_a_reason": [but("not_now", reason="")],
}
UNIQUE_FIELDS = {
    "Introduction.consent": again("introduction", **ENDED),
    "SignedLink.digest": again("link"),
    "NotNow.client": again("not_now", reason="Still away"),
}
POSSIBLE = {
    "a contact with an e-mail address alone": but("joe", mobile="", email="joe@example.org"),
    "another introduction after one ended": all_of(
        but("introduction", **ENDED),
        lambda world: again(
            "introduction",
            consent=world.another_consent,
            state=IntroductionState.AGREED,
            ended_at=None,
            ended_reason="",
        )(world),
    ),
    "a prompt on its way": but("prompt", **WORDED, state=PromptState.SENDING, lease_until=NOW),
    "a prompt that arrived": but(
        "prompt", **WORDED, state=PromptState.DELIVERED, sent_at=NOW, delivered_at=NOW
    ),
    "a prompt refused at once, and one that bounced": all_of(
        but("prompt", **WORDED, state=PromptState.FAILED, reason="-"),
        again("prompt", occasion="again", sent_at=NOW),
    ),
    "a prompt worded and then put off": but("prompt", **WORDED),
    "a prompt that a contact gets": lambda world: but(
        "prompt", contact=world.joe, introduction=world.introduction
    )(world),
    "two tasks of a kind about two things": again("task", about="another"),
    "a task that was done": but("task", **DONE),
    "a word written down before there was a list of what may come of it": but("task", **SPOKE),
    "a word with what came of it": but("task", **SPOKE, said=Said.WENT),
    "a try in vain that was taken back": but("task", **TRIED, taken_back_at=NOW, taken_back_by="kay"),
    "two tasks of a kind of which one is enough, in two runs": all_of(
        but("task", kind=TaskKind.BY_HAND, run=TODAY), again("task", about="another", run=TODAY + DAY)
    ),
    "another of them once the first is done": all_of(
        but("task", kind=TaskKind.BY_HAND, run=TODAY, **DONE),
        again("task", about="another", done_at=None, done_by="", outcome=""),
    ),
    "a task that was handed back and has waited too long again": all_of(
        but("escalation", **BACK),
        again(
            "escalation",
            since=NOW + DAY,
            escalated_at=NOW + 5 * DAY,
            handed_back_at=None,
            handed_back_by="",
            word="",
        ),
    ),
    "an e-mail of a morning to be tried again": but("digest", **AGAIN),
    "no mornings at all": but("choice", weekdays=0),
    "a try that went wrong": but("attempt", ended_at=NOW, fault="Busy."),
    "a contact whose number was refused": but("joe", mobile_refused_at=NOW),
}
