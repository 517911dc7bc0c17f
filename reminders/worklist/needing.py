"""Who needs somebody, as Today has it: to be counted on every page, and told of in the morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from attendance.standing.facts import Standing
from attendance.standing.models import Flag
from clinic import interviews
from clinic.models import Client, Clinic
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind
from reminders.worklist.waiting_models import Escalation


@dataclass(frozen=True, slots=True)
class Counts:
    """How many clients need somebody, and how many tasks have gone to the managers."""

    needing: int = 0
    waiting: int = 0


def needing(clinic: Clinic, clients: QuerySet[Client], today: date) -> QuerySet[Client]:
    """Those of a clinic's clients who are on Today on a local date: flagged, with an open task, or an interview due.

    Not who is paused or put aside, unless they asked to be rung. Standings are taken as the last sweep left them.
    """
    tasks = KeyworkerTask.objects.filter(client=OuterRef("pk"), done_at__isnull=True)
    flagged = Exists(Flag.objects.filter(client=OuterRef("pk"), closed_at__isnull=True, on_hold=False))
    aside = Exists(NotNow.objects.filter(client=OuterRef("pk"), until__gt=today))
    off = Q(aside) | Q(standing__standing=Standing.PAUSED)
    rung = Q(Exists(tasks.filter(kind=TaskKind.RING_ME)))
    needs = flagged | Q(Exists(tasks)) | interviews.is_due(clinic, today)
    return clients.filter(closed_on__isnull=True).filter(rung | (needs & ~off))


def counts(clinic: Clinic, clients: QuerySet[Client], today: date, *, of_managers: bool) -> Counts:
    """How many of these clients of a clinic need somebody; for its managers, what has waited too long. One query."""
    waiting = _number(clinic.escalations.shown()) if of_managers else Value(0)
    numbers = Clinic.objects.filter(pk=clinic.pk).values_list(
        _number(needing(clinic, clients, today)), waiting
    )
    return Counts(*numbers.get())


def waiting_too_long(clinic: Clinic, clients: QuerySet[Client]) -> int:
    """How many tasks about these clients have gone to the managers and can be acted on now."""
    shown: QuerySet[Escalation] = clinic.escalations.shown()
    return shown.filter(client__in=clients).count()


def _number(rows: QuerySet[Client] | QuerySet[Escalation]) -> Coalesce:
    """How many rows of one clinic there are, as part of another query."""
    counted = rows.order_by().values("clinic").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
