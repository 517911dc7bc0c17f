"""What has waited too long for its keyworker, and how long a clinic lets tasks wait."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from attendance.standing.facts import Standing
from clinic.models import Client, Clinic
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind
from reminders.worklist.patience import LONGEST, SHORTEST, WAITING_KINDS


class Patience(models.Model):
    """How many working days a task of a kind may wait in a clinic, where it is not what the product ships."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="patiences")
    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    working_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind"], name="patience_once_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=WAITING_KINDS), name="patience_of_a_kind_that_waits"),
            models.CheckConstraint(
                condition=Q(working_days__gte=SHORTEST, working_days__lte=LONGEST),
                name="patience_of_1_to_20_working_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.working_days}"


def _holds() -> Q:
    aside = NotNow.objects.filter(client=OuterRef("client"), said_at__gt=OuterRef("since"))
    return Q(handed_back_at__isnull=True) & (Q(task__kind=TaskKind.RING_ME) | ~Q(Exists(aside)))


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Questions asked of escalations."""

    def of_open_tasks(self) -> EscalationQuerySet:
        """Those of tasks that wait still, and were not raised anew since."""
        return self.filter(task__done_at__isnull=True, since__gte=F("task__raised_at"))

    def standing(self) -> EscalationQuerySet:
        """Those that hold: nobody has finished the task, handed it back, or put its client aside since."""
        return self.of_open_tasks().filter(_holds())

    def handed_back(self) -> EscalationQuerySet:
        """Those that a manager handed back, of tasks that wait still."""
        return self.of_open_tasks().filter(handed_back_at__isnull=False)

    def shown(self) -> EscalationQuerySet:
        """Those that somebody can act on now: what waits for the end of a pause does, as on Today."""
        paused = ~Q(task__kind=TaskKind.RING_ME) & Q(client__standing__standing=Standing.PAUSED)
        return self.standing().exclude(paused)


class Escalation(models.Model):
    """A task that nobody acted on within its patience, and so went to the managers. It happens once a wait.

    since: the moment from which it had waited, by which one wait of a task is told from the next.
    patience_ended_on: the last day of its patience. What ends it is told by the task, by NotNow, or by handed_back_at.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="escalations")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="escalations")
    task = models.ForeignKey(KeyworkerTask, on_delete=models.CASCADE, related_name="escalations")
    since = models.DateTimeField()
    patience_ended_on = models.DateField()
    escalated_at = models.DateTimeField()
    handed_back_at = models.DateTimeField(null=True, blank=True)
    handed_back_by = models.CharField(max_length=150, blank=True)
    word = models.CharField(max_length=300, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["clinic", "handed_back_at"], name="escalation_of_a_clinic")]
        constraints = [
            models.UniqueConstraint(fields=["task", "since"], name="escalation_once_a_wait"),
            models.CheckConstraint(
                condition=Q(escalated_at__gt=F("since")), name="escalation_after_it_had_waited"
            ),
            models.CheckConstraint(
                condition=Q(handed_back_at__isnull=True, handed_back_by="", word="")
                | Q(handed_back_at__isnull=False) & ~Q(handed_back_by="") & ~Q(word=""),
                name="escalation_handed_back_by_somebody_with_a_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} since {self.since:%Y-%m-%d}"
