"""Local contacts: group members who ring a client and go along; and the introductions to them."""

from django.db import models
from django.db.models import Q

from attendance.directory.models import Fellowship, Meeting
from clinic.models import Channel, Client, Clinic, Consent, ConsentState


class LocalContact(models.Model):
    """A group member who offered to ring clients and go along. Not a member of staff; never signs in."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="local_contacts")
    first_name = models.CharField(max_length=80)
    fellowship = models.ForeignKey(Fellowship, on_delete=models.PROTECT, related_name="local_contacts")
    meetings = models.ManyToManyField(Meeting, blank=True, related_name="local_contacts")
    mobile = models.CharField(max_length=20, blank=True)
    mobile_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="A provider refused the number for good."
    )
    email = models.EmailField(blank=True)
    email_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="A provider refused the address for good."
    )
    area = models.CharField(max_length=120, blank=True)
    can_ring = models.CharField(
        max_length=120, blank=True, help_text="When they can ring, such as weekday evenings."
    )
    agreed_on = models.DateField(help_text="When they agreed to serve.")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["first_name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(first_name=""), name="contact_has_a_first_name"),
            models.CheckConstraint(condition=~Q(mobile="", email=""), name="contact_can_be_reached"),
            models.CheckConstraint(
                condition=(Q(mobile_refused_at__isnull=True) | ~Q(mobile=""))
                & (Q(email_refused_at__isnull=True) | ~Q(email="")),
                name="contact_refused_only_where_known",
            ),
        ]

    def __str__(self) -> str:
        return self.first_name

    @property
    def channel(self) -> Channel | None:
        """How to write to them: by text, else by e-mail; None where what is known was refused."""
        if self.mobile and self.mobile_refused_at is None:
            return Channel.SMS
        return Channel.EMAIL if self.email and self.email_refused_at is None else None

    @property
    def serves(self) -> bool:
        """Whether they can be asked to ring somebody."""
        return self.active and self.channel is not None


class IntroductionState(models.TextChoices):
    AGREED = "agreed", "Client agreed"
    ASKED = "asked", "Contact asked to ring"
    ACCEPTED = "accepted", "Contact will ring"
    SPOKE = "spoke", "They spoke"
    ENDED = "ended", "Ended"


class Introduction(models.Model):
    """A client put in touch with a local contact, on the client's consent that names the contact."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="introductions")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="introductions")
    contact = models.ForeignKey(LocalContact, on_delete=models.PROTECT, related_name="introductions")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="introduction")
    state = models.CharField(
        max_length=10, choices=IntroductionState.choices, default=IntroductionState.AGREED
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_at__isnull=True), name="introduction_one_live_a_client"
            ),
            models.CheckConstraint(
                condition=Q(state=IntroductionState.ENDED, ended_at__isnull=False) & ~Q(ended_reason="")
                | ~Q(state=IntroductionState.ENDED) & Q(ended_at__isnull=True, ended_reason=""),
                name="introduction_ended_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IntroductionState.values), name="introduction_in_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"to {self.contact}: {self.get_state_display()}"

    @property
    def over_because(self) -> str:
        """Why the contact may no longer be named to the client, nor written to about them; empty where they may.

        Reads the consent and the contact.
        """
        if self.ended_at is not None:
            return "The introduction has ended."
        if self.consent.state is not ConsentState.GIVEN:
            return "The client took back consent to the introduction."
        return "" if self.contact.active else f"{self.contact} no longer serves as a contact."


class IntroductionStep(models.Model):
    """A step of an introduction: who took it, and when. They are kept for ever."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=IntroductionState.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IntroductionState.values), name="introduction_step_to_a_known_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}"
