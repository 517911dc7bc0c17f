"""Raising tasks for keyworkers, and dealing with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from clinic import audit, checks
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from reminders.worklist.models import KeyworkerTask, TaskKind

LONGEST_OUTCOME = checks.longest(KeyworkerTask, "outcome")
NOT_DONE = {"done_at": None, "done_by": "", "outcome": "", "by_itself": False, "answered_by": None}
# How that begins which a task is about that waits for a first meeting.
FIRST_MEETING = "first meeting"


@dataclass(frozen=True, slots=True)
class Need:
    """Why a person is needed; raised once for a client, kind and about."""

    client: Client
    kind: TaskKind
    reason: str
    about: str = ""
    run: date | None = None


def raise_tasks(needs: Iterable[Need], now: datetime) -> None:
    """Raise tasks in one query; those already raised about the same thing stay as they are.

    So does an open one of a kind of which one is enough: the table holds no second.
    """
    KeyworkerTask.objects.bulk_create(
        [
            KeyworkerTask(
                clinic_id=need.client.clinic_id,
                client_id=need.client.pk,
                kind=need.kind,
                about=need.about,
                run=need.run,
                reason=need.reason,
                raised_at=now,
            )
            for need in needs
        ],
        ignore_conflicts=True,
    )


def raise_again(need: Need, now: datetime) -> None:
    """Raise a task, opening it anew where somebody dealt with it before: for what people ask for themselves."""
    raise_tasks([need], now)
    before = KeyworkerTask.objects.filter(client=need.client, kind=need.kind, about=need.about)
    open_anew(before, raised_at=now, reason=need.reason)


def open_anew(tasks: QuerySet[KeyworkerTask], **told: object) -> list[int]:
    """Open again what was done among these, the latest first; none of which an open one is enough. Which were."""
    done = list(tasks.filter(done_at__isnull=False).order_by("-raised_at", "-pk"))
    taken = {
        task.one_open
        for task in KeyworkerTask.objects.filter(
            client__in={task.client_id for task in done}, done_at__isnull=True
        )
        if task.one_open is not None
    }
    again = []
    for task in done:
        if task.one_open not in taken:
            again.append(task.pk)
            if task.one_open is not None:
                taken.add(task.one_open)
    if again:
        KeyworkerTask.objects.filter(pk__in=again).update(**NOT_DONE, **told)
    return again


@transaction.atomic
def finish(*, task: KeyworkerTask, outcome: str, by: Actor, now: datetime) -> bool:
    """Deal with a task, saying what came of it; False where somebody was quicker.

    Raises Refused without a word, and for a question about a message: its answer moves the message, too.
    """
    if task.kind == TaskKind.UNCERTAIN:
        raise Refused("Say whether the message came.", "task")
    return close(task=task, outcome=outcome, by=by, now=now)


@transaction.atomic
def close(
    *, task: KeyworkerTask, outcome: str, by: Actor, now: datetime, answered_by: KeyworkerTask | None = None
) -> bool:
    """Take a task of any kind off the list: for the verbs that have done what it asks; False where it was off.

    answered_by: the word with the client that did. Raises Refused without a word.
    """
    outcome = checks.at_most(outcome.strip(), LONGEST_OUTCOME, "outcome")
    if not outcome:
        raise Refused("Say what came of it.", "outcome")
    changed = KeyworkerTask.objects.filter(pk=task.pk, done_at__isnull=True).update(
        done_at=now, done_by=by.label, outcome=outcome, answered_by=answered_by
    )
    if changed:
        audit.record(
            by=by, now=now, verb="task.finished", subject=task, clinic=task.clinic, client=task.client
        )
    return bool(changed)


def deal_with(tasks: QuerySet[KeyworkerTask], outcome: str, by: Actor, now: datetime) -> None:
    """Take open tasks off the list that somebody's act elsewhere has dealt with; part of a verb, and audited."""
    done = list(tasks.select_related("clinic", "client"))
    if not done:
        return
    KeyworkerTask.objects.filter(pk__in=[task.pk for task in done]).update(
        done_at=now, done_by=by.label, outcome=outcome
    )
    audit.record_entries(
        audit.entry(
            by=by, now=now, verb="task.finished", subject=task, clinic=task.clinic, client=task.client
        )
        for task in done
    )


def about_introduction(introduction_id: int) -> str:
    """What the tasks that come of an introduction are about, so that each is raised once."""
    return f"introduction {introduction_id}"


def about_prompt(prompt_id: int) -> str:
    """What a task is about that asks about one prompt."""
    return f"prompt {prompt_id}"
