"""What the facts mean: each client's stored standing, and a flag for each spell of missed weeks."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from attendance.standing.facts import FLAGGED, ClosedBecause, Standing
from clinic.models import Client, Clinic

FLAGGED_VALUES = sorted(standing.value for standing in FLAGGED)
STANDINGS = [(standing.value, standing.value.replace("_", " ").capitalize()) for standing in Standing]
CLOSED_BECAUSE = [(why.value, why.value.replace("_", " ").capitalize()) for why in ClosedBecause]


class StandingQuerySet(models.QuerySet["StandingRecord"]):
    """Questions asked of stored standings."""

    def due(self, today: date) -> StandingQuerySet:
        """Those to be looked at again on a local date of the clinic: without a new fact they hold until then."""
        return self.filter(next_change_on__lte=today)


class StandingRecord(models.Model):
    """A client's standing as last worked out. The sweep looks again on next_change_on, facts at once."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="standings")
    standing = models.CharField(max_length=20, choices=STANDINGS)
    missed_weeks = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    judged_on = models.DateField()
    next_change_on = models.DateField(null=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "next_change_on"], name="standing_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_change_on__isnull=True) | Q(next_change_on__gt=models.F("judged_on")),
                name="standing_changes_after_it_was_judged",
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=FLAGGED_VALUES) | Q(missed_weeks__gte=1),
                name="standing_flagged_has_missed_weeks",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=[standing.value for standing in Standing]), name="standing_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing}, {self.missed_weeks} missed"

    def is_due(self, today: date) -> bool:
        """Whether it is among those that are due (see StandingQuerySet)."""
        return self.next_change_on is not None and self.next_change_on <= today


class Flag(models.Model):
    """A spell of missed weeks that somebody should act on. At most one is open a client.

    run: the first missed week of the spell when it was noticed; prompts are unique by it, so it stays
    while the flag is open, and a flag that reopens after a correction takes it over.
    last_missed: the latest missed week. opened_on: the first day on which the standing was a flagged one.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="flags")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="flags")
    run = models.DateField()
    last_missed = models.DateField()
    missed_weeks = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=20, choices=STANDINGS)
    on_hold = models.BooleanField(default=False)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=20, choices=CLOSED_BECAUSE, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["clinic", "closed_at"], name="flag_open_of_a_clinic")]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(closed_at__isnull=True), name="flag_one_open_a_client"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_because="")
                | Q(closed_at__isnull=False, closed_because__in=[why.value for why in ClosedBecause]),
                name="flag_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(on_hold=False), name="flag_on_hold_only_while_open"
            ),
            models.CheckConstraint(
                condition=Q(last_missed__gte=models.F("run")), name="flag_run_before_last_missed"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=FLAGGED_VALUES, missed_weeks__gte=1),
                name="flag_of_a_flagged_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.missed_weeks} missed since {self.run}"
