"""What happened: meetings attended, pauses, and what clients told us of a week."""

from django.db import models
from django.db.models import F, Q

from attendance.directory.models import Fellowship, Meeting
from clinic.models import Client, Clinic

VOIDED_BY_SOMEBODY = Q(voided_at__isnull=True, voided_by="") | Q(voided_at__isnull=False) & ~Q(voided_by="")


class Source(models.TextChoices):
    """Who says that somebody went."""

    KEYWORKER = "keyworker", "Keyworker"
    CLIENT = "client", "Client"
    SLIP = "slip", "Signed slip"
    CONTACT = "contact", "Local contact"


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
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["client", "ends_on"], name="pause_of_a_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_a_reason"),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="pause_voided_by_somebody"),
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

    class Meta:
        ordering = ["week", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "week"], condition=Q(voided_at__isnull=True), name="checkin_once_a_week"
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="checkin_of_a_known_answer"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="checkin_from_a_known_source"),
            models.CheckConstraint(condition=VOIDED_BY_SOMEBODY, name="checkin_voided_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.answer}"


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
