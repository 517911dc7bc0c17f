"""What nobody acted on within its patience goes to the managers, who may hand it back; and how long that takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from attendance.register.models import Pause
from clinic import audit, checks, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic
from reminders.worklist import patience
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind
from reminders.worklist.patience import LONGEST, SHIPPED, SHORTEST
from reminders.worklist.waiting_models import Escalation, Patience

BY = Actor.system("patience")
LONGEST_WORD = checks.longest(Escalation, "word")


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait of an open task: from which moment on, and the last day of its patience."""

    task: KeyworkerTask
    since: datetime
    ends_on: date


def patience_of(clinic: Clinic) -> dict[TaskKind, int]:
    """How many working days a task of each kind may wait in a clinic."""
    own = {TaskKind(one.kind): one.working_days for one in clinic.patiences.all()}
    return {**SHIPPED, **own}


@transaction.atomic
def set_patience(*, clinic: Clinic, days: Mapping[TaskKind, int], by: Actor, now: datetime) -> bool:
    """Let tasks of these kinds wait so many working days; False where that is so already.

    What has gone to the managers stays with them. Raises Refused for a number out of its range.
    """
    for kind, number in days.items():
        if kind not in SHIPPED:
            raise Refused(f"{kind.label}: nothing of the kind waits for anybody.", kind.value)
        if not SHORTEST <= number <= LONGEST:
            raise Refused(
                f"{kind.label}: {number} will do for no patience. It goes from {SHORTEST} to {LONGEST} working days.",
                kind.value,
            )
    locking.clinic(clinic.pk)
    before = patience_of(clinic)
    altered = {kind: number for kind, number in days.items() if before[kind] != number}
    if not altered:
        return False
    Patience.objects.bulk_create(
        [Patience(clinic=clinic, kind=kind, working_days=number) for kind, number in altered.items()],
        update_conflicts=True,
        unique_fields=["clinic", "kind"],
        update_fields=["working_days"],
    )
    audit.record(
        by=by,
        now=now,
        verb="clinic.patience_changed",
        subject=clinic,
        clinic=clinic,
        fields=[kind.value for kind in altered],
    )
    return True


def escalate(clinic: Clinic, now: datetime) -> int:
    """Let the managers know of every open task of a clinic whose patience is over by now; how many are new to them.

    Whom another process holds is left to the next tick. Two sweeps at once write each down once.
    """
    late = _late(clinic, now)
    if not late:
        return 0
    with transaction.atomic():
        of = {wait.task.client_id for wait in late}
        held = locking.clients(clinic.clients.filter(pk__in=of), skip_locked=True)
        # Read again: somebody may have acted on one before its client was held.
        late = _late(clinic, now, held)
        escalations = [
            Escalation(
                clinic=clinic,
                client_id=wait.task.client_id,
                task=wait.task,
                since=wait.since,
                patience_ended_on=wait.ends_on,
                escalated_at=now,
            )
            for wait in late
        ]
        Escalation.objects.bulk_create(escalations)
        audit.record_entries(
            audit.entry(
                by=BY,
                now=now,
                verb="task.escalated",
                subject=wait.task,
                clinic=clinic,
                client=wait.task.client,
            )
            for wait in late
        )
    return len(late)


def _late(clinic: Clinic, now: datetime, client_ids: Iterable[int] | None = None) -> list[Wait]:
    """The waits whose patience is over and that the managers do not know of, in the order raised."""
    with_managers = clinic.escalations.standing().values("task")
    waiting = clinic.keyworker_tasks.filter(done_at__isnull=True).exclude(pk__in=with_managers)
    if client_ids is not None:
        waiting = waiting.filter(client__in=list(client_ids))
    today = clock.local_date(now, clinic.time_zone)
    waiting = waiting.select_related("client")
    # What was raised today cannot be late, and most sweeps find nothing else.
    tasks = [task for task in waiting if clock.local_date(task.raised_at, clinic.time_zone) < today]
    if not tasks:
        return []
    known: set[tuple[int, datetime]] = set()
    handed_back: dict[int, datetime] = {}
    for one in clinic.escalations.filter(task__in=[task.pk for task in tasks]):
        known.add((one.task_id, one.since))
        if one.handed_back_at is not None:
            handed_back[one.task_id] = max(
                one.handed_back_at, handed_back.get(one.task_id, one.handed_back_at)
            )
    waits = _waits(clinic, tasks, handed_back)
    return [
        wait
        for wait in waits
        if (wait.task.pk, wait.since) not in known and patience.is_over(wait.ends_on, now, clinic.time_zone)
    ]


def _waits(clinic: Clinic, tasks: Iterable[KeyworkerTask], handed_back: Mapping[int, datetime]) -> list[Wait]:
    """When the present wait of each task began and ends; three queries."""
    tasks = list(tasks)
    ids = {task.client_id for task in tasks}
    days = patience_of(clinic)
    aside = NotNow.objects.filter(client__in=ids).in_bulk(field_name="client_id")
    pauses: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    first = min(clock.local_date(task.raised_at, clinic.time_zone) for task in tasks)
    for client_id, starts_on, ends_on in Pause.objects.filter(
        client__in=ids, voided_at__isnull=True, ends_on__gte=first
    ).values_list("client", "starts_on", "ends_on"):
        pauses[client_id].append((starts_on, ends_on))
    waits = []
    for task in tasks:
        kind, said = TaskKind(task.kind), aside.get(task.client_id)
        acts = patience.Acts(task.raised_at, handed_back.get(task.pk), said.said_at if said else None)
        begins = patience.since(kind, acts)
        held = patience.Held(pauses[task.client_id], said.until if said else None)
        ends_on = patience.last_day(kind, begins, days[kind], held, clinic.time_zone)
        waits.append(Wait(task, begins, ends_on))
    return waits


@transaction.atomic
def hand_back(*, task: KeyworkerTask, word: str, by: Actor, now: datetime) -> bool:
    """Give a task that has waited too long back to its keyworker with a word; its patience begins anew.

    False where it is not with the managers: somebody was quicker. Raises Refused without a word.
    """
    word = checks.at_most(word.strip(), LONGEST_WORD, "word")
    if not word:
        raise Refused("Say a word to the keyworker.", "word")
    locking.client(task.client_id)
    held = task.escalations.standing().first()
    if held is None:
        return False
    held.handed_back_at, held.handed_back_by, held.word = now, by.label, word
    held.save(update_fields=["handed_back_at", "handed_back_by", "word"])
    audit.record(
        by=by, now=now, verb="task.handed_back", subject=task, clinic=task.clinic, client=task.client
    )
    return True
