"""Meetings that a client has chosen, means to go to, or found not to suit."""

import uuid

from django.db import models
from django.db.models import Q

from attendance.directory.models import Meeting
from attendance.register.models.shared import VOIDED_BY_SOMEBODY
from clinic.models import Client, Clinic


class PlannedMeeting(models.Model):
    """A meeting that a client means to go to, on a local date of the clinic; never deleted, only taken back.

    An intention, told apart from attendance: whether they went is recorded as any other meeting is.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="planned_meetings")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="planned_meetings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=150)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "held_on", "meeting"],
                condition=Q(voided_at__isnull=True),
                name="planned_meeting_once_a_day",
            ),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="planned_meeting_voided_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on}"


class ChosenMeeting(models.Model):
    """A meeting that a client goes to from now on, chosen together; never deleted, only taken back.

    uid and sequence are its calendar entry's: uid stays, sequence grows each time the entry differs from the one
    that was given out last, of which calendar_digest is. Both are for RFC 5545.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="chosen_meetings")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="chosen_meetings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=150)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    calendar_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["chosen_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "meeting"], condition=Q(voided_at__isnull=True), name="chosen_meeting_once"
            ),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="chosen_meeting_voided_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"chosen on {self.chosen_at:%Y-%m-%d}"


class UnsuitedMeeting(models.Model):
    """A meeting that did not suit a client: their group comes last from now on, and another kind first."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="unsuited_meetings")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="unsuited_meetings")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "meeting"],
                condition=Q(voided_at__isnull=True),
                name="unsuited_meeting_once",
            ),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="unsuited_meeting_voided_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"said on {self.said_at:%Y-%m-%d}"
