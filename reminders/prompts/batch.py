"""Turns due steps of many clients into prompts and tasks, with a fixed number of queries a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from attendance.standing.models import Flag
from clinic.models import Client, Clinic
from reminders.contacts.models import Introduction
from reminders.prompts import history, hours
from reminders.prompts.ladder import RANK, Due, Step
from reminders.prompts.models import Prompt
from reminders.prompts.reach import Reach, reach_of
from reminders.prompts.states import WENT, PromptState
from reminders.worklist.models import ONE_OPEN, TaskKind
from reminders.worklist.tasks import FIRST_MEETING, Need, raise_tasks

OVERTAKEN = "Overtaken by a later step."
NO_CONTACT = "No local contact to ring them: a task instead."
UNIQUE = ["client", "run", "step", "occasion"]
# What a revived prompt takes from its new plan; it keeps its number.
REVIVED = [
    "flag", "contact", "introduction", "state", "reason", "held", "planned_at", "not_before", "lives_until",
]  # fmt: skip


class Batch:
    """The due steps of some clients of one clinic, gathered and then stored together.

    It must be stored in the transaction in which it was made.
    """

    def __init__(
        self, clinic: Clinic, client_ids: Sequence[int], runs: Sequence[date], now: datetime
    ) -> None:
        self.clinic = clinic
        self.now = now
        self.lives_until = hours.live_until(now, clinic.sending_policy)
        self.prompts: list[Prompt] = []
        self.needs: list[Need] = []
        self.overtaken: list[int] = []
        self.there: set[tuple[int, date, str, str]] = set()
        # Cancelled before any try, with the flag they were about, or by a pause, with none: by client, run, step
        # and occasion. None of them ever went out, and they may be due anew.
        self.may_return: dict[tuple[int, date, str, str], int | None] = {}
        self.revived: list[Prompt] = []
        self.reached_out: set[tuple[int, date]] = set()
        self.waiting: defaultdict[int, list[tuple[int, Step]]] = defaultdict(list)
        held = Prompt.objects.filter(client__in=client_ids).filter(
            Q(state=PromptState.PLANNED) | Q(run__in=runs)
        )
        for pk, client_id, run, step, occasion, state, flag_id, attempts, by_pause in held.values_list(
            "pk", "client", "run", "step", "occasion", "state", "flag", "attempts", "held"
        ):
            key = (client_id, run, step, occasion)
            self.there.add(key)
            if state == PromptState.CANCELLED and (by_pause or not attempts):
                self.may_return[key] = None if by_pause else flag_id
            if state == PromptState.PLANNED:
                self.waiting[client_id].append((pk, Step(step)))
            if step == Step.REACH_OUT and state in WENT:
                self.reached_out.add((client_id, run))
        under_way = Introduction.objects.filter(client__in=client_ids, ended_at__isnull=True)
        self.introductions = {one.client_id: one for one in under_way.select_related("contact")}
        self.reach: dict[int, Reach] = reach_of(client_ids)

    def add(self, client: Client, due: Due, flag: Flag | None = None) -> None:
        """Take up one due step: a prompt, a task, or both. One taken up before changes nothing."""
        if due.step is Step.KEYWORKER:
            reason = f"{flag.missed_weeks if flag else 'Several'} weeks missed: talk to them."
            self._need(client, TaskKind.LAPSED, reason, due)
            self._overtake(client, due)
            return
        if (client.pk, due.run, due.step, due.occasion) in self.there and not self._revives(
            client, due, flag
        ):
            return
        if due.overtaken:
            self._prompt(client, due, flag, PromptState.CANCELLED, OVERTAKEN)
            return
        introduction = self.introductions.get(client.pk)
        if due.step is Step.FIRST_STEPS and introduction is None:
            reason = "No first meeting yet: choose meetings together, and introduce a local contact."
            self._need(client, TaskKind.INTRODUCE, reason, due)
        last_missed = flag.last_missed if flag is not None else None
        if before := history.before(self.clinic, due, last_missed, client.created_at):
            # Of first steps without a contact the task above has said it.
            if flag is not None or introduction is not None:
                what = "Weeks were missed" if flag is not None else "The first steps were due"
                self._need(client, TaskKind.BY_HAND, f"{what} {before}: get in touch yourself.", due)
            self._prompt(client, due, flag, PromptState.CANCELLED, f"Due {before}: a task instead.")
            return
        self._overtake(client, due)
        reach = self.reach[client.pk]
        if due.step is Step.REACH_OUT:
            if introduction is None or not introduction.contact.serves:
                self._need(client, TaskKind.INTRODUCE, "No local contact to ring them: introduce one.", due)
                self._prompt(client, due, flag, PromptState.SUPPRESSED, NO_CONTACT)
                return
            if why := reach.why_no_call(introduction.contact.first_name):
                self._need(client, TaskKind.INTRODUCE, why, due)
                self._prompt(client, due, flag, PromptState.SUPPRESSED, why, introduction, to_contact=True)
                return
            self._prompt(client, due, flag, introduction=introduction, to_contact=True)
            due = Due(Step.EXPECT_A_CALL, due.run)
        if due.step is Step.ANOTHER_WAY and (client.pk, due.run) in self.reached_out:
            reason = "A week of silence after their contact was asked to ring: talk to them."
            self._need(client, TaskKind.NO_ANSWER, reason, due)
        if reach.channel() is None:
            self._need(client, reach.task(), reach.why_not(), due)
        self._prompt(client, due, flag, introduction=introduction)

    def store(self) -> int:
        """Write the batch: what is overtaken cancelled, prompts planned, tasks raised; how many were planned."""
        if self.overtaken:
            Prompt.objects.filter(pk__in=self.overtaken, state=PromptState.PLANNED).update(
                state=PromptState.CANCELLED, reason=OVERTAKEN
            )
        if self.prompts:
            Prompt.objects.bulk_create(self.prompts, ignore_conflicts=True)
        if self.revived:
            Prompt.objects.bulk_create(
                self.revived, update_conflicts=True, unique_fields=UNIQUE, update_fields=REVIVED
            )
        if self.needs:
            raise_tasks(self.needs, self.now)
        return sum(prompt.state == PromptState.PLANNED for prompt in self.prompts) + len(self.revived)

    def _need(self, client: Client, kind: TaskKind, reason: str, due: Due) -> None:
        about = about_task(kind, due.run, due.step, due.occasion)
        self.needs.append(Need(client, kind, reason, about, due.run))

    def _overtake(self, client: Client, due: Due) -> None:
        """Whatever lower step still waits gives way, and an earlier occasion of the same."""
        self.overtaken += [
            pk
            for pk, step in self.waiting[client.pk]
            if RANK[step] <= RANK[due.step] and step is not Step.NEW_LINK
        ]

    def _revives(self, client: Client, due: Due, flag: Flag | None) -> bool:
        """Whether a prompt that was cancelled is due again: a correction reopened what it was about, or a pause ended.

        After a correction the flag it names is another than the one that is open; the run is the same. The client
        is told of a call whenever the contact is asked for one.
        """
        key = (client.pk, due.run, due.step, due.occasion)
        if flag is None or due.overtaken or key not in self.may_return:
            return False
        return due.step is Step.EXPECT_A_CALL or self.may_return[key] != flag.pk

    def _prompt(
        self,
        client: Client,
        due: Due,
        flag: Flag | None,
        state: PromptState = PromptState.PLANNED,
        reason: str = "",
        introduction: Introduction | None = None,
        to_contact: bool = False,
    ) -> None:
        prompt = Prompt(
            clinic_id=self.clinic.pk,
            client_id=client.pk,
            flag_id=flag.pk if flag is not None else None,
            run=due.run,
            step=due.step.value,
            occasion=due.occasion,
            contact_id=introduction.contact_id if introduction is not None and to_contact else None,
            introduction_id=introduction.pk if introduction is not None else None,
            state=state,
            reason=reason,
            planned_at=self.now,
            not_before=self.now,
            lives_until=self.lives_until,
        )
        if not self._revives(client, due, flag):
            self.prompts.append(prompt)
        elif state is PromptState.PLANNED:
            self.revived.append(prompt)


def about_task(kind: TaskKind, run: date, step: str, occasion: str) -> str:
    """What a task is about that stands in for one step: planning and the outbox mean the same by it."""
    if step == Step.FIRST_STEPS and kind in (TaskKind.INTRODUCE, TaskKind.BY_HAND):
        # A first meeting finishes it (see by_itself.first_meetings).
        return FIRST_MEETING if kind is TaskKind.INTRODUCE else f"{FIRST_MEETING} {occasion}"
    return f"{run} {step} {occasion}".strip() if kind in ONE_OPEN else str(run)
