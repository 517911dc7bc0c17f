from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from clinic.models.clinic import Clinic, User

# From where to where what is measured at intake goes: for the database, the verbs and the scales on pages.
MEASURES = {"severity": (0, 15), "motivation": (0, 10), "controlled_use_impossible": (1, 5)}


class ClosedReason(models.TextChoices):
    DIED = "died", "Died"
    MOVED = "moved", "Moved to another clinic"
    WITHDREW = "withdrew", "Asked not to be tracked"


class KeptClients(models.Manager["Client"]):
    """Clients as everybody means them: without the records that were merged into another."""

    def get_queryset(self) -> models.QuerySet[Client]:
        """Those that lead to no other."""
        return super().get_queryset().filter(merged_into__isnull=True)


class Client(models.Model):
    """Somebody the clinic keeps going to meetings, through treatment and after it.

    merged_into: the record that stays of somebody who was entered twice. Whatever starts from clients, a clinic's
    related ones too, leaves the merged ones out; with_merged finds them.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="clients")
    reference = models.CharField(max_length=40)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    mobile = models.CharField(max_length=20, blank=True, help_text="E.164, such as +447700900123.")
    mobile_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="A provider refused the number for good."
    )
    email = models.EmailField(blank=True)
    email_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="A provider refused the address for good."
    )
    language = models.CharField(max_length=10, default="en", blank=True)
    preferences = models.JSONField(
        default=list, blank=True, help_text="Words such as secular, women, online."
    )
    plain_wording = models.BooleanField(
        default=False, help_text="The client asked for messages that say what they mean."
    )
    keyworker = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="caseload"
    )
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=20, choices=ClosedReason.choices, blank=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="entered_twice"
    )
    merged_at = models.DateTimeField(null=True, blank=True)

    objects = KeptClients()
    with_merged: ClassVar[models.Manager[Client]] = models.Manager()

    class Meta:
        ordering = ["clinic_id", "reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False) & ~Q(merged_into=F("id")),
                name="client_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(keyworker__isnull=True),
                name="client_merged_is_nobodys",
            ),
            models.UniqueConstraint(fields=["clinic", "reference"], name="client_once_a_reference"),
            models.CheckConstraint(condition=~Q(reference=""), name="client_has_a_reference"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_reason="")
                | Q(closed_on__isnull=False, closed_reason__in=ClosedReason.values),
                name="client_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(mobile_refused_at__isnull=True) | ~Q(mobile=""))
                & (Q(email_refused_at__isnull=True) | ~Q(email="")),
                name="client_refused_only_where_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name as far as known, else the reference."""
        return f"{self.first_name} {self.last_name}".strip() or self.reference


class Programme(models.Model):
    """A course of treatment the clinic offers; 12-step based or not matters to the findings (E6)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=120)
    twelve_step_based = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="programme_once_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="programme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    IN_TREATMENT = "in_treatment", "In treatment"
    COMPLETED = "completed", "Completed"
    DROPPED_OUT = "dropped_out", "Dropped out"
    TRANSFERRED = "transferred", "Transferred"
    DIED = "died", "Died"
    OTHER = "other", "Ended otherwise"


DISCHARGED = [phase for phase in Phase if phase is not Phase.IN_TREATMENT]


def _on_scale(measure: str, name: str) -> models.CheckConstraint:
    low, high = MEASURES[measure]
    within = {f"{measure}__lte": high}
    # Less than nothing the column itself refuses.
    if low > 0:
        within[f"{measure}__gte"] = low
    unknown = Q(**{f"{measure}__isnull": True})
    return models.CheckConstraint(condition=unknown | Q(**within), name=name)


class Episode(models.Model):
    """One course of treatment from intake to discharge, with what was measured at intake.

    severity: 0 to 15, the sum of the Severity of Dependence Scale. motivation: 0 to 10, the readiness
    ruler: what the findings allowed for (evidence E3). Neither keeps anybody from the list or the prompts (E9).
    controlled_use_impossible: 1 to 5, agreement with the clinic's own belief item (E5).
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="episodes")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="episodes")
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="episodes"
    )
    twelve_step_based = models.BooleanField(null=True, blank=True)
    intake_on = models.DateField()
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.IN_TREATMENT)
    discharged_on = models.DateField(null=True, blank=True)
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    motivation = models.PositiveSmallIntegerField(null=True, blank=True)
    controlled_use_impossible = models.PositiveSmallIntegerField(null=True, blank=True)
    isolated = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["client_id", "intake_on"]
        constraints = [
            models.UniqueConstraint(fields=["client", "intake_on"], name="episode_once_a_day_of_intake"),
            models.UniqueConstraint(
                fields=["client"], condition=Q(discharged_on__isnull=True), name="episode_one_open_a_client"
            ),
            models.CheckConstraint(
                condition=Q(discharged_on__isnull=True, phase=Phase.IN_TREATMENT)
                | Q(discharged_on__isnull=False, phase__in=DISCHARGED),
                name="episode_discharged_on_exactly_when_ended",
            ),
            models.CheckConstraint(
                condition=Q(discharged_on__isnull=True) | Q(discharged_on__gte=F("intake_on")),
                name="episode_ends_after_it_began",
            ),
            _on_scale("severity", "episode_severity_0_to_15"),
            _on_scale("motivation", "episode_motivation_0_to_10"),
            _on_scale("controlled_use_impossible", "episode_belief_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.client.reference} from {self.intake_on}"


class PhaseChange(models.Model):
    """A dated change of phase, kept for ever: a correction voids it, with why, and adds one that points at it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="phase_changes")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="phase_changes")
    phase = models.CharField(max_length=20, choices=Phase.choices)
    changed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["changed_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="phase_change_to_a_known_phase"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by="")
                | Q(voided_at__isnull=False) & ~Q(voided_by=""),
                name="phase_change_voided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(void_reason="") | Q(voided_at__isnull=False),
                name="phase_change_reason_only_where_voided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} on {self.changed_on}"
