"""Clients handed over from one keyworker to another: today, from a coming day, or for the days of a leave."""

from django.db import models
from django.db.models import F, Q

from clinic.models.client import Client
from clinic.models.clinic import Clinic, User


class HandOver(models.Model):
    """Some clients of one keyworker, or of nobody, handed over to another. Kept for ever.

    starts_on: the local date from which it holds; carried_out_at is empty until then. brings_back: the one whose days
    of cover it ends. ended: taken back by somebody, or never carried out; ended_because says which.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="hand_overs")
    held_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="hand_overs_to")
    note = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    brings_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="brought_back_by"
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["clinic", "starts_on"],
                condition=Q(carried_out_at__isnull=True, ended_at__isnull=True),
                name="hand_over_to_come",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_by__isnull=True) | ~Q(held_by=F("to")), name="hand_over_to_another"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(carried_out_at__isnull=False),
                name="hand_over_seen_once_carried_out",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="", ended_because="")
                | Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_because=""),
                name="hand_over_ended_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(brings_back__isnull=True) | Q(held_by__isnull=False),
                name="hand_over_brings_back_from_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"to {self.to} from {self.starts_on}"

    @property
    def is_to_come(self) -> bool:
        """Whether its day has not come yet."""
        return self.carried_out_at is None and self.ended_at is None

    @property
    def stands(self) -> bool:
        """Whether it was carried out, and nobody took it back."""
        return self.carried_out_at is not None and self.ended_at is None


class HandedClient(models.Model):
    """One of the clients of a hand-over. moved_at: when they became the other's; empty where they did not."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="handed_clients")
    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="handed")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="handed")
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "client"], name="handed_client_once_a_hand_over")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.hand_over}"
