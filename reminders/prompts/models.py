"""Prompts: one message to one person for one reason; with the links they carry and the tries to send them."""

from django.db import models
from django.db.models import Q

from attendance.standing.models import Flag
from clinic.models import Channel, Client, Clinic
from reminders.contacts.models import Introduction, LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.states import NEVER_WENT, WORDED, PromptState
from reminders.prompts.wording import LINK

STEPS = [(step.value, step.value.replace("_", " ").capitalize()) for step in Step]
CHANNELS = [Channel.SMS, Channel.EMAIL]


class Prompt(models.Model):
    """A message to a client, or about them to a local contact; unique by client, run, step and occasion.

    contact is the one written to; empty where the client is. The body holds a placeholder where the
    link goes, so that nobody reads a live link here. not_before: when to try next. lives_until: after
    it the prompt expires; it moves on with the hours in which sending is not permitted. held: cancelled because of a
    pause, so that it is due anew when that ends.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="prompts")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="prompts")
    flag = models.ForeignKey(Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="prompts")
    run = models.DateField()
    step = models.CharField(max_length=20, choices=STEPS)
    occasion = models.CharField(max_length=20, blank=True)
    contact = models.ForeignKey(
        LocalContact, null=True, blank=True, on_delete=models.PROTECT, related_name="prompts"
    )
    introduction = models.ForeignKey(
        Introduction, null=True, blank=True, on_delete=models.PROTECT, related_name="prompts"
    )
    state = models.CharField(max_length=10, choices=PromptState.choices, default=PromptState.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    held = models.BooleanField(default=False)
    planned_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lives_until = models.DateTimeField()
    channel = models.CharField(
        max_length=10, choices=[(one.value, one.label) for one in CHANNELS], blank=True
    )
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-planned_at", "-id"]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(state=PromptState.PLANNED), name="prompt_planned"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=PromptState.SENDING), name="prompt_sending"
            ),
            models.Index(fields=["client", "sent_at"], name="prompt_sent_to_a_client"),
            models.Index(fields=["clinic", "-planned_at"], name="prompt_of_a_clinic"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "run", "step", "occasion"], name="prompt_once_a_run_step_and_occasion"
            ),
            models.CheckConstraint(condition=Q(state__in=PromptState.values), name="prompt_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(step__in=[step.value for step in Step]), name="prompt_of_a_known_step"
            ),
            models.CheckConstraint(
                condition=Q(channel="") & ~Q(state__in=WORDED)
                | Q(channel__in=[one.value for one in CHANNELS]) & ~Q(body=""),
                name="prompt_worded_for_a_channel_before_it_goes",
            ),
            models.CheckConstraint(
                condition=Q(state=PromptState.DELIVERED, delivered_at__isnull=False)
                | ~Q(state=PromptState.DELIVERED) & Q(delivered_at__isnull=True),
                name="prompt_delivered_at_exactly_when_delivered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PromptState.SENT, PromptState.DELIVERED], sent_at__isnull=False)
                | Q(state=PromptState.FAILED)
                | ~Q(state__in=[PromptState.SENT, PromptState.DELIVERED, PromptState.FAILED])
                & Q(sent_at__isnull=True),
                name="prompt_sent_at_exactly_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state=PromptState.SENDING, lease_until__isnull=False)
                | ~Q(state=PromptState.SENDING) & Q(lease_until__isnull=True),
                name="prompt_leased_exactly_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*NEVER_WENT, PromptState.UNCERTAIN]) | ~Q(reason=""),
                name="prompt_that_did_not_go_says_why",
            ),
            models.CheckConstraint(
                condition=Q(held=False) | Q(state=PromptState.CANCELLED), name="prompt_held_is_cancelled"
            ),
            models.CheckConstraint(
                condition=Q(lives_until__gte=models.F("planned_at")), name="prompt_lives_after_it_was_planned"
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | Q(introduction__isnull=False),
                name="prompt_to_a_contact_by_an_introduction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.state}"

    @property
    def shown_body(self) -> str:
        """The text for staff, with a word in the link's place."""
        return self.body.replace(LINK, "[their link]")


class Attempt(models.Model):
    """A try to send a prompt, written down before the network is touched."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="tries")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, fault="")
                | Q(ended_at__isnull=False, ended_at__gte=models.F("began_at")),
                name="attempt_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return self.fault or "sent"


class PlannedFlag(models.Model):
    """How far the ladder has been planned for an open flag, so that planning looks only at those that moved."""

    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, primary_key=True, related_name="planned")
    missed_weeks = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"up to {self.missed_weeks}"


class SignedLink(models.Model):
    """Lets one person do a few things without signing in. Only a digest of the token is kept.

    contact is the one it was made for; empty where that is the client. A contact's does not expire: it is over
    with the introduction.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="signed_links")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="signed_links")
    contact = models.ForeignKey(
        LocalContact, null=True, blank=True, on_delete=models.CASCADE, related_name="signed_links"
    )
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="signed_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    contact__isnull=True, expires_at__isnull=False, expires_at__gt=models.F("made_at")
                )
                | Q(contact__isnull=False, expires_at__isnull=True),
                name="link_of_a_client_expires",
            )
        ]

    def __str__(self) -> str:
        return f"made {self.made_at:%Y-%m-%d}"
