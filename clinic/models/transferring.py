"""Clients transferred to another clinic of the organisation: offered with their consent, and what became of that."""

from django.db import models
from django.db.models import F, Q

from clinic.models.client import Client
from clinic.models.clinic import Clinic
from clinic.models.consent import Consent


class TransferState(models.TextChoices):
    OFFERED = "offered", "Waiting to be taken over"
    ACCEPTED = "accepted", "Taken over"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Transfer(models.Model):
    """A client of clinic whom another one, to, is asked to take over. Kept for ever.

    until: the last local day of clinic on which it may be taken over. accepted: the client's record there, once they
    were. That both clinics are of one organisation is the verbs' to see to: a clinic may leave it later.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="transfers")
    to = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="incoming_transfers")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="transfers")
    consent = models.OneToOneField(Consent, on_delete=models.RESTRICT, related_name="transfer")
    until = models.DateField()
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.OFFERED)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)
    accepted = models.OneToOneField(
        Client, null=True, blank=True, on_delete=models.PROTECT, related_name="came_by"
    )

    class Meta:
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(clinic=F("to")), name="transfer_to_another_clinic"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | ~Q(accepted=F("client")),
                name="transfer_to_another_record",
            ),
            models.UniqueConstraint(
                fields=["client"], condition=Q(state=TransferState.OFFERED), name="transfer_one_open_a_client"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=TransferState.OFFERED,
                    ended_at__isnull=True,
                    ended_by="",
                    ended_because="",
                    accepted__isnull=True,
                )
                | Q(
                    state=TransferState.ACCEPTED,
                    ended_at__isnull=False,
                    accepted__isnull=False,
                    ended_because="",
                )
                & ~Q(ended_by="")
                | Q(
                    state__in=[TransferState.DECLINED, TransferState.WITHDRAWN],
                    ended_at__isnull=False,
                    accepted__isnull=True,
                )
                & ~Q(ended_by="")
                & ~Q(ended_because=""),
                name="transfer_ends_with_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"to {self.to}: {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state == TransferState.OFFERED
