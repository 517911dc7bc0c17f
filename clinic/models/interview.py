from django.db import models
from django.db.models import Q

from clinic.models.client import MEASURES, Client
from clinic.models.clinic import Clinic


class InterviewKind(models.TextChoices):
    """Which of the findings' two follow-ups; in the order in which they fall due."""

    EIGHT_MONTHS = "8m", "8 months"
    TWENTY_FOUR_MONTHS = "24m", "24 months"


class ReportedAttendance(models.TextChoices):
    """How often somebody went to meetings in the last six months, by their own word."""

    NONE = "none", "None"
    LESS_THAN_WEEKLY = "less_than_weekly", "Less than weekly"
    WEEKLY_OR_MORE = "weekly_or_more", "Weekly or more"


class Interview(models.Model):
    """A follow-up interview that was held, with what the client said of the last six months (evidence E4).

    None, or an empty attendance, is not known. controlled_use_impossible: 1 to 5, as at intake (evidence E5).
    Never deleted: a correction voids it, and the right one points back at it.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="interviews")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="interviews")
    kind = models.CharField(max_length=3, choices=InterviewKind.choices)
    held_on = models.DateField()
    used_alcohol = models.BooleanField(null=True, blank=True)
    used_drugs = models.BooleanField(null=True, blank=True)
    attendance = models.CharField(max_length=20, choices=ReportedAttendance.choices, blank=True)
    controlled_use_impossible = models.PositiveSmallIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="corrected_by"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind", "held_on"],
                condition=Q(voided_at__isnull=True),
                name="interview_once_a_kind_and_day",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InterviewKind.values), name="interview_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(attendance="") | Q(attendance__in=ReportedAttendance.values),
                name="interview_attendance_is_known_or_empty",
            ),
            models.CheckConstraint(
                condition=Q(controlled_use_impossible__isnull=True)
                | Q(controlled_use_impossible__range=MEASURES["controlled_use_impossible"]),
                name="interview_belief_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by="", void_reason="")
                | Q(voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""),
                name="interview_voided_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.held_on}"

    @property
    def said(self) -> str:
        """The answers in a sentence each, as far as they are known."""
        told = [
            _used("alcohol", self.used_alcohol),
            _used("illegal drugs", self.used_drugs),
            f"meetings: {self.get_attendance_display().lower()}" if self.attendance else "",
            f"controlled use impossible: {self.controlled_use_impossible} of 5"
            if self.controlled_use_impossible is not None
            else "",
        ]
        known = "; ".join(one for one in told if one)
        return f"{known[0].upper()}{known[1:]}." if known else "Nothing they said is known."


def _used(what: str, answer: bool | None) -> str:
    return "" if answer is None else f"{what}: {'yes' if answer else 'no'}"
