"""Raising tasks for keyworkers, and dealing with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from clinic import audit, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from reminders.worklist.models import KeyworkerTask, TaskKind

# Each step of a run may need a person for the same cause; while nobody has dealt with one, another says nothing.
ONE_OPEN_A_RUN = (TaskKind.NOT_REACHED, TaskKind.BY_HAND)
ONE_OPEN_A_CLIENT = (TaskKind.CONFIRM_CONSENT,)
ONE_OPEN = ONE_OPEN_A_RUN + ONE_OPEN_A_CLIENT
PRESSED_TWICE = timedelta(minutes=10)
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
    """Raise tasks in two queries; those already raised about the same thing stay as they are."""
    needs = list(needs)
    open_ones = KeyworkerTask.objects.filter(
        client__in={need.client.pk for need in needs}, kind__in=ONE_OPEN, done_at__isnull=True
    )
    waiting = {
        _one_of(client_id, kind, run)
        for client_id, kind, run in open_ones.values_list("client", "kind", "run")
    }
    raised = []
    for need in needs:
        if need.kind in ONE_OPEN:
            one = _one_of(need.client.pk, need.kind, need.run)
            if one in waiting:
                continue
            waiting.add(one)
        raised.append(
            KeyworkerTask(
                clinic_id=need.client.clinic_id,
                client_id=need.client.pk,
                kind=need.kind,
                about=need.about,
                run=need.run,
                reason=need.reason,
                raised_at=now,
            )
        )
    KeyworkerTask.objects.bulk_create(raised, ignore_conflicts=True)


def _one_of(client_id: int, kind: str, run: date | None) -> tuple[int, str, date | None]:
    """What at most one task may be open of."""
    return client_id, kind, None if kind in ONE_OPEN_A_CLIENT else run


def raise_again(need: Need, now: datetime) -> None:
    """Raise a task, opening it anew where somebody dealt with it before: for what people ask for themselves."""
    raise_tasks([need], now)
    KeyworkerTask.objects.filter(
        client=need.client, kind=need.kind, about=need.about, done_at__isnull=False
    ).update(done_at=None, done_by="", outcome="", by_itself=False, raised_at=now, reason=need.reason)


@transaction.atomic
def finish(*, task: KeyworkerTask, outcome: str, by: Actor, now: datetime) -> bool:
    """Deal with a task, saying what came of it; False where somebody was quicker. Raises Refused without a word."""
    if not outcome.strip():
        raise Refused("Say what came of it.", "outcome")
    changed = KeyworkerTask.objects.filter(pk=task.pk, done_at__isnull=True).update(
        done_at=now, done_by=by.label, outcome=outcome.strip()[:300]
    )
    if changed:
        audit.record(
            by=by, now=now, verb="task.finished", subject=task, clinic=task.clinic, client=task.client
        )
    return bool(changed)


@transaction.atomic
def reopen(*, task: KeyworkerTask, by: Actor, now: datetime) -> bool:
    """Take back that a task was dealt with; False where it is open."""
    changed = KeyworkerTask.objects.filter(pk=task.pk, done_at__isnull=False).update(
        done_at=None, done_by="", outcome="", by_itself=False
    )
    if changed:
        audit.record(
            by=by, now=now, verb="task.reopened", subject=task, clinic=task.clinic, client=task.client
        )
    return bool(changed)


def about_prompt(prompt_id: int) -> str:
    """What a task is about that asks about one prompt."""
    return f"prompt {prompt_id}"


@transaction.atomic
def note_call(*, client: Client, outcome: str, by: Actor, now: datetime) -> tuple[KeyworkerTask, bool]:
    """Write down that somebody spoke to a client, with what came of it; the note, and whether it is new.

    Whether a task asked for it does not matter. The same words of the same person within minutes are one
    call: the button was pressed twice. Raises Refused without a word.
    """
    if not outcome.strip():
        raise Refused("Say what came of it.", "outcome")
    locking.client(client.pk)
    said = {"done_by": by.label, "outcome": outcome.strip()[:300]}
    noted = client.keyworker_tasks.filter(kind=TaskKind.SPOKE)
    held = noted.filter(done_at__gt=now - PRESSED_TWICE, done_at__lte=now, **said).first()
    if held is not None:
        return held, False
    written = KeyworkerTask.objects.create(
        clinic=client.clinic,
        client=client,
        kind=TaskKind.SPOKE,
        about=str(noted.count() + 1),
        reason="Spoke to them.",
        raised_at=now,
        done_at=now,
        **said,
    )
    audit.record(
        by=by, now=now, verb="client.spoken_to", subject=written, clinic=client.clinic, client=client
    )
    return written, True
