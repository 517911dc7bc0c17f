"""Weeks that wait, and weeks of which clients told us something."""

from django.db import models
from django.db.models import F, Q

from attendance.register.models.shared import REASON_ONLY_WHERE_VOIDED, VOIDED_BY_SOMEBODY, Source
from clinic.models import Client, Clinic


class PauseReason(models.TextChoices):
    HOLIDAY = "holiday", "Holiday"
    HOSPITAL = "hospital", "Hospital"
    CUSTODY = "custody", "Custody"
    OTHER = "other", "Other"


class Pause(models.Model):
    """Days on which the weekly rule waits and nothing is sent, both ends included."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="pauses")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["client", "ends_on"], name="pause_of_a_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_a_reason"),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="pause_voided_by_somebody"),
            models.CheckConstraint(condition=REASON_ONLY_WHERE_VOIDED, name="pause_reason_only_where_voided"),
            models.UniqueConstraint(
                fields=["client", "starts_on", "ends_on"],
                condition=Q(voided_at__isnull=True),
                name="pause_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"


class Answer(models.TextChoices):
    DID_NOT_GO = "did_not_go", "Did not go"


class CheckIn(models.Model):
    """What the client told us of a week: knowledge, where silence is a question. week is its first day."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="checkins")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="checkins")
    week = models.DateField()
    answer = models.CharField(max_length=20, choices=Answer.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["week", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "week"], condition=Q(voided_at__isnull=True), name="checkin_once_a_week"
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="checkin_of_a_known_answer"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="checkin_from_a_known_source"),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="checkin_voided_by_somebody"),
            models.CheckConstraint(
                condition=REASON_ONLY_WHERE_VOIDED, name="checkin_reason_only_where_voided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.answer}"
