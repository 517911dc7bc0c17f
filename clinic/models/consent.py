from django.db import models
from django.db.models import Q

from clinic.models.client import Client
from clinic.models.clinic import Clinic


class Purpose(models.TextChoices):
    PROMPTS = "prompts", "Prompts about going every week"
    INTRODUCTION = "introduction", "Sharing first name and number with a named local contact"
    TRANSFER = "transfer", "Transfer to another clinic of the organisation"


class Channel(models.TextChoices):
    SMS = "sms", "Text"
    EMAIL = "email", "E-mail"
    CONTACT = "contact", "Local contact"
    CLINIC = "clinic", "Another clinic"


class ConsentState(models.TextChoices):
    GIVEN = "given", "Given"
    TO_CONFIRM = "to_confirm", "To confirm"
    REVOKED = "revoked", "Withdrawn"


class Consent(models.Model):
    """One consent of a client for one purpose over one channel, worded, dated, and how it was given.

    A consent without its date or how it was given is to be confirmed: nothing is sent on it.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="consents")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    wording = models.TextField()
    given_on = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_how = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "channel"],
                condition=Q(revoked_at__isnull=True, purpose=Purpose.PROMPTS),
                name="consent_one_live_a_channel",
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.PROMPTS, channel__in=[Channel.SMS, Channel.EMAIL])
                | Q(purpose=Purpose.INTRODUCTION, channel=Channel.CONTACT)
                | Q(purpose=Purpose.TRANSFER, channel=Channel.CLINIC),
                name="consent_channel_fits_purpose",
            ),
            models.CheckConstraint(condition=~Q(wording=""), name="consent_is_worded"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="consent_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.state}"

    @property
    def state(self) -> ConsentState:
        """Given, to confirm, or withdrawn."""
        if self.revoked_at is not None:
            return ConsentState.REVOKED
        if self.given_on is None or not self.how:
            return ConsentState.TO_CONFIRM
        return ConsentState.GIVEN
