"""The e-mail of a morning: who wants it when, and what became of each."""

from django.db import models
from django.db.models import F, Q

from clinic.models import Clinic, User, WeekDay
from reminders.digest.mornings import EARLIEST_HOUR, LATEST_HOUR, MOST_TRIES, days_of


class DigestChoice(models.Model):
    """The mornings on which a member of staff wants to be written to about a clinic; none is none.

    weekdays has a bit for each day, Monday the lowest. hour is local to the clinic.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="digest_choices")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digest_choices")
    weekdays = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic"], name="digest_choice_once_a_clinic"),
            models.CheckConstraint(condition=Q(weekdays__lt=128), name="digest_choice_of_seven_days"),
            models.CheckConstraint(
                condition=Q(hour__gte=EARLIEST_HOUR, hour__lte=LATEST_HOUR),
                name="digest_choice_in_the_morning",
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(WeekDay(day).label for day in self.days) or 'never'} at {self.hour:02}:00"

    @property
    def days(self) -> list[int]:
        """The chosen days, 0 for Monday."""
        return days_of(self.weekdays)


class DigestState(models.TextChoices):
    """What became of the e-mail of a morning. Only TO_TRY_AGAIN leads on, back to SENDING."""

    SENDING = "sending", "On its way"
    TO_TRY_AGAIN = "to_try_again", "To be tried again"
    SENT = "sent", "Sent"
    UNSURE = "unsure", "Not known whether it went out"
    GIVEN_UP = "given_up", "Not sent"


class Digest(models.Model):
    """The e-mail of one morning to one person about one clinic: claimed before it goes, so that it goes once.

    A claim that nothing came of is never taken for one that can be made again.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="digests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()
    state = models.CharField(max_length=20, choices=DigestState.choices, default=DigestState.SENDING)
    tries = models.PositiveSmallIntegerField(default=1)
    claimed_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["clinic", "state"], name="digest_of_a_clinic")]
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic", "day"], name="digest_once_a_morning"),
            models.CheckConstraint(condition=Q(state__in=DigestState.values), name="digest_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=DigestState.SENT, sent_at__isnull=False)
                | ~Q(state=DigestState.SENT) & Q(sent_at__isnull=True),
                name="digest_sent_at_exactly_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=DigestState.TO_TRY_AGAIN, retry_at__isnull=False, retry_at__gt=F("claimed_at")
                )
                | ~Q(state=DigestState.TO_TRY_AGAIN) & Q(retry_at__isnull=True),
                name="digest_tried_again_after_a_while",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DigestState.SENDING, DigestState.SENT], fault="")
                | ~Q(state__in=[DigestState.SENDING, DigestState.SENT]) & ~Q(fault=""),
                name="digest_that_did_not_go_says_why",
            ),
            models.CheckConstraint(
                condition=Q(tries__gte=1, tries__lte=MOST_TRIES), name="digest_tried_a_few_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.day}: {self.state}"
