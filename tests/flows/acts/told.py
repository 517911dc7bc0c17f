"""What is told of an act on a client: what is sent with it, what it says, and what is wrong with what else is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from attendance.directory.models import Meeting
from attendance.register import meeting_choices, meeting_plans, recording
from attendance.register.models import (
    Answer,
    Attendance,
    CheckIn,
    ChosenMeeting,
    Pause,
    PlannedMeeting,
    UnsuitedMeeting,
)
from attendance.register.pausing import check_in, pause
from clinic import consents, episodes, interviews, notes, setup, transferring
from clinic.models import (
    Channel,
    Client,
    Clinic,
    ClosedReason,
    Interview,
    InterviewKind,
    Note,
    Phase,
    PhaseChange,
    Purpose,
    User,
)
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact
from reminders.prompts.states import PromptState
from reminders.worklist import aside, escalating, tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.flows.crowd import a_prompt

REQUIRED = "This field is required."
NO_DATE = "Use a date such as 9 February 2026."
FUTURE = "3 March 2026 is in the future: today is 2 March 2026."
EARLY = "6 January 2026 is before intake on 7 January 2026."
NO_MEETING = "There is no meeting “moonlight” in the directory: choose one from the list."
NOT_THEIRS = "This client has no such meeting on record, or it was struck out already."
NOT_WAITING = "Nothing of the kind waits for this client, or somebody was quicker."
NOT_THAT_DAY = (
    "Lantern Street is held on Tuesdays, and 25 February 2026 is a Wednesday. "
    "Put the day or the meeting right, or tick that it was held."
)
NOT_OF_IT = "Lantern Street is a meeting of Alcoholics Anonymous: empty the one or the other."
NO_PLAN = "This client has no such plan, or it was taken back already."
NO_CHOSEN = "This client has not chosen such a meeting, or it was taken back already."
NO_WORD = "Nothing of the kind was said of it, or it was taken back already."
NO_PAUSE = "This client has no such pause, or it was taken back already."
NO_CHECK_IN = "Nothing of the kind is noted of this client, or it was taken back already."
NO_NOTE = "There is no such note on this client, or it was struck out already."
NO_CHANGE = "This client has no such entry, or it was put right already."
NO_INTERVIEW = "This client has no such interview on record, or it was struck out already."
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."
NO_SUCH_CHOICE = "Select a valid choice. {} is not one of the available choices."
TOO_LONG = "Ensure this value has at most {} characters (it has {})."
LONG = "x" * 301


@dataclass
class World:
    """Whom and what the acts are about, beside what stands for another client and another clinic."""

    ana: Client
    ben: Client
    hugo: Client
    joe: LocalContact
    hope: LocalContact

    def went(self, client: Client, on: str = "2026-02-10") -> Attendance:
        return recording.record(
            client=client, attended_on=day(on), source="keyworker", by=BY, now=NOW
        ).attendance

    def paused(self, client: Client) -> Pause:
        given = {"starts_on": day("2026-02-02"), "ends_on": day("2026-02-08"), "reason": "Holiday"}
        return pause(client=client, **given, by=BY, now=NOW)[0]

    def said_no(self, client: Client) -> CheckIn:
        given = {"week": day("2026-02-09"), "answer": Answer.DID_NOT_GO, "source": "keyworker"}
        return check_in(client=client, **given, by=BY, now=NOW)[0]

    def noted(self, client: Client) -> Note:
        return notes.write(client=client, text="Works nights.", by=BY, now=NOW)[0]

    def taken_in(self, client: Client) -> PhaseChange:
        """The entry of a client's intake."""
        return PhaseChange.objects.get(episode__client=client, phase=Phase.IN_TREATMENT)

    def plans_to_go(self, client: Client) -> PlannedMeeting:
        meeting = Meeting.objects.get(slug="lantern")
        return meeting_plans.plan_meeting(
            client=client, meeting=meeting, held_on=day("2026-03-10"), by=BY, now=NOW
        )[0]

    def chose(self, client: Client) -> ChosenMeeting:
        meeting = Meeting.objects.get(slug="lantern")
        return meeting_choices.choose(client=client, meeting=meeting, by=BY, now=NOW)[0]

    def unsuited(self, client: Client) -> UnsuitedMeeting:
        meeting = Meeting.objects.get(slug="lantern")
        return meeting_choices.did_not_suit(client=client, meeting=meeting, by=BY, now=NOW)[0]

    def asked_to_ring(self, client: Client) -> KeyworkerTask:
        tasks.raise_tasks([tasks.Need(client, TaskKind.RING_ME, "Asked to be rung.")], NOW)
        return client.keyworker_tasks.get(kind=TaskKind.RING_ME)

    def waits_too_long(self, client: Client, kind: TaskKind = TaskKind.DECLINED) -> KeyworkerTask:
        """A task that nobody has acted on for a week."""
        tasks.raise_tasks([tasks.Need(client, kind, "Find another contact.")], NOW - timedelta(days=7))
        escalating.escalate(client.clinic, NOW)
        return client.keyworker_tasks.get(kind=kind)

    def unsure(self, client: Client) -> KeyworkerTask:
        """A message of which nobody can say whether it went out."""
        prompt = client.prompts.filter(state=PromptState.UNCERTAIN).first()
        if prompt is None:
            prompt = a_prompt(client, PromptState.UNCERTAIN)
        about = tasks.about_prompt(prompt.pk)
        tasks.raise_tasks([tasks.Need(client, TaskKind.UNCERTAIN, "Ask whether it came.", about)], NOW)
        return client.keyworker_tasks.get(kind=TaskKind.UNCERTAIN, about=about)

    def interviewed(self, client: Client) -> Interview:
        return interviews.record(
            client=client,
            kind=InterviewKind.EIGHT_MONTHS,
            held_on=day("2026-02-10"),
            answers=interviews.Answers(used_alcohol=True),
            by=BY,
            now=NOW,
        )[0]

    @property
    def kay(self) -> User:
        return User.objects.get(username="kay")

    @property
    def rea(self) -> User:
        """Another keyworker of Ana's clinic."""
        return cast.a_keyworker(self.ana.clinic, "rea")

    def is_kays(self) -> None:
        self.ana.keyworker = self.kay
        self.ana.save(update_fields=["keyworker"])

    def put_aside(self) -> None:
        aside.put_aside(client=self.ana, until=day("2026-03-09"), reason="In hospital.", by=BY, now=NOW)

    def discharged(self) -> None:
        episode = episodes.latest_episode(self.ana)
        episodes.change_phase(
            episode=episode, phase=Phase.DROPPED_OUT, changed_on=day("2026-02-10"), by=BY, now=NOW
        )

    def closed(self) -> None:
        episodes.close(client=self.ana, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)

    def agreed(self) -> None:
        consents.give(
            client=self.ana,
            purpose=Purpose.PROMPTS,
            channel=Channel.SMS,
            given_on=TODAY,
            how="form",
            by=BY,
            now=NOW,
        )

    @property
    def harbour(self) -> Clinic:
        """Another clinic of the organisation of Ana's, made where it is new."""
        settings = {"organisation": "Waterside"}
        setup.set_up_clinic(slug=self.ana.clinic.slug, settings=settings, by=BY, now=NOW)
        self.ana.clinic.refresh_from_db()
        return cast.a_clinic("harbour", **settings)

    def offered(self) -> None:
        transferring.offer(
            client=self.ana, to=self.harbour, given_on=TODAY, how="signed form", by=BY, now=NOW
        )

    def introduced(self) -> None:
        introducing.introduce(client=self.ana, contact=self.joe, how="form", given_on=TODAY, by=BY, now=NOW)


@dataclass(frozen=True)
class Told:
    """An act with what is sent: it says so and so; each change to what is sent makes it say what is wrong.

    by: who does it, kay or mo. before prepares the client.
    again: what the act says when the very same is sent a second time.
    """

    act: str
    sent: Callable[[World], dict[str, Any]]
    says: str
    again: str
    wrong: list[tuple[Callable[[World], dict[str, Any]], str]] = field(default_factory=list)
    before: Callable[[World], Any] = lambda world: None
    by: str = "kay"


def but(**changed: Any) -> Callable[[World], dict[str, Any]]:
    """What was to be sent, but for these values; callables are asked of the world."""
    return lambda world: {name: value(world) if callable(value) else value for name, value in changed.items()}


def fixed(**values: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: values
