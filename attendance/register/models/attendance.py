"""Meetings attended, who says so, and what other systems posted of them."""

from django.db import models
from django.db.models import Q

from attendance.directory.models import Fellowship, Meeting
from attendance.register.models.shared import Source
from clinic.models import Client, Clinic


class Attendance(models.Model):
    """One meeting a client went to, whoever reported it, and however often. Never deleted, only voided.

    self_only: nobody but the client has reported it; kept by the verbs, so that the weekly rule need
    not read the reports. fellowship is the meeting's where a meeting is named.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="attendances")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="attendances")
    attended_on = models.DateField()
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fellowship = models.ForeignKey(
        Fellowship, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    self_only = models.BooleanField()
    recorded_at = models.DateTimeField()
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["attended_on", "id"]
        indexes = [models.Index(fields=["client", "attended_on"], name="attendance_of_a_client")]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "attended_on", "meeting"],
                condition=Q(voided_at__isnull=True, meeting__isnull=False),
                name="attendance_once_a_meeting_and_day",
            ),
            models.UniqueConstraint(
                fields=["client", "attended_on", "fellowship"],
                condition=Q(voided_at__isnull=True, meeting__isnull=True, fellowship__isnull=False),
                name="attendance_once_a_fellowship_and_day",
            ),
            models.UniqueConstraint(
                fields=["client", "attended_on"],
                condition=Q(voided_at__isnull=True, meeting__isnull=True, fellowship__isnull=True),
                name="attendance_once_unnamed_a_day",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by="", void_reason="")
                | Q(voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""),
                name="attendance_voided_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attended_on}"


class Report(models.Model):
    """Somebody's word that an attendance took place; an attendance may have one from each source."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="reports")
    source = models.CharField(max_length=10, choices=Source.choices)
    note = models.CharField(max_length=500, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["attendance", "source"], name="report_once_a_source"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="report_from_a_known_source"),
        ]

    def __str__(self) -> str:
        return self.source


class ExternalRecord(models.Model):
    """Remembers what another system posted under its own id, so that posting again adds nothing.

    digest is of the posted body: the same id with another body is a conflict, not a correction.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="external_records")
    external_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="external_records")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "external_id"], name="external_record_once")]

    def __str__(self) -> str:
        return self.external_id
