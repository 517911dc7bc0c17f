from datetime import time

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from clinic.models.organisation import Organisation
from clinic.policy import InterviewPolicy, SendingPolicy, WeeklyPolicy
from clinic.zones import is_time_zone

WEEKLY, SENDING = WeeklyPolicy(), SendingPolicy()
# From where to where each number goes, and what it counts: both for the database and for whoever asks too much.
RANGES = {
    "meetings_per_week": (1, 21, "Meetings per week"),
    "settling_in_days": (0, 365, "Days of settling in"),
    "lapsed_after_weeks": (2, 52, "Weeks after which a client has lapsed"),
    "track_for_months": (1, 240, "Months of tracking"),
    "hours_between_prompts": (1, 720, "Hours between prompts"),
    "prompts_a_week": (1, 21, "Prompts a week"),
}


def range_sentence(setting: str) -> str:
    """What to say of a number out of its range."""
    low, high, what = RANGES[setting]
    return f"{what} go from {low} to {high}."


def _in_range(setting: str, name: str) -> models.CheckConstraint:
    low, high, _ = RANGES[setting]
    within = Q(**{f"{setting}__gte": low, f"{setting}__lte": high})
    return models.CheckConstraint(
        condition=within, name=name, violation_error_message=range_sentence(setting)
    )


# A default that is a time of day makes Django warn whenever a command is run within seconds of it.
def shipped_quiet_from() -> time:
    """When quiet hours begin unless a clinic says otherwise."""
    return SENDING.quiet_from


def shipped_quiet_until() -> time:
    """When quiet hours end unless a clinic says otherwise."""
    return SENDING.quiet_until


def validate_time_zone(name: str) -> None:
    """Refuse anything that is no IANA time zone name."""
    if not is_time_zone(name):
        raise ValidationError(f"{name!r} is not a time zone: use an IANA name such as Europe/London.")


class WeekDay(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class User(AbstractUser):
    """A member of staff who signs in; what they may do in which clinic is their memberships.

    single_keys: whether one key alone does something on the pages, such as / to find a client. Whoever speaks to
    their computer turns that off: what is said in passing would press keys.
    """

    single_keys = models.BooleanField(default=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_once_whatever_the_capital_letters"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()


class Clinic(models.Model):
    """A clinic with its policies: the weekly rule's, and when and whether clients are written to."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    country = models.CharField(
        max_length=2,
        default="GB",
        validators=[RegexValidator(r"^[A-Z]{2}$", "Use two capital letters, such as GB.")],
    )

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="clinics"
    )

    week_starts_on = models.PositiveSmallIntegerField(choices=WeekDay.choices, default=WEEKLY.week_starts_on)
    meetings_per_week = models.PositiveSmallIntegerField(default=WEEKLY.meetings_per_week)
    settling_in_days = models.PositiveSmallIntegerField(default=WEEKLY.settling_in_days)
    lapsed_after_weeks = models.PositiveSmallIntegerField(default=WEEKLY.lapsed_after_weeks)
    track_for_months = models.PositiveSmallIntegerField(default=WEEKLY.track_for_months)
    count_self_reports = models.BooleanField(default=WEEKLY.count_self_reports)

    sending_since = models.DateTimeField(
        null=True, blank=True, help_text="When sending was turned on; empty while it is off."
    )
    crisis_numbers = models.CharField(max_length=300, blank=True)
    safeguarding_lead = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quiet_from = models.TimeField(default=shipped_quiet_from)
    quiet_until = models.TimeField(default=shipped_quiet_until)
    send_on_sundays = models.BooleanField(default=SENDING.send_on_sundays)
    hours_between_prompts = models.PositiveSmallIntegerField(default=SENDING.hours_between_prompts)
    prompts_a_week = models.PositiveSmallIntegerField(default=SENDING.prompts_a_week)
    nudge_on = models.BooleanField(
        default=False, help_text="Write two days before a week ends with nothing recorded."
    )
    check_in_on = models.BooleanField(
        default=True, help_text="Ask on the last evening of a week with nothing recorded."
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(week_starts_on__lte=6),
                name="clinic_week_starts_on_a_day",
                violation_error_message="The first day of the week goes from 0 (Monday) to 6 (Sunday).",
            ),
            _in_range("meetings_per_week", "clinic_meetings_per_week_1_to_21"),
            _in_range("settling_in_days", "clinic_settling_in_up_to_a_year"),
            _in_range("lapsed_after_weeks", "clinic_lapsed_after_2_to_52"),
            _in_range("track_for_months", "clinic_track_for_1_to_240_months"),
            _in_range("hours_between_prompts", "clinic_1_to_720_hours_between_prompts"),
            _in_range("prompts_a_week", "clinic_prompts_a_week_1_to_21"),
            models.CheckConstraint(
                condition=Q(sending_since__isnull=True) | ~Q(crisis_numbers=""),
                name="clinic_sends_only_with_crisis_numbers",
                violation_error_message="Sending needs the clinic's crisis numbers first.",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__gt=models.F("quiet_until")),
                name="clinic_quiet_hours_span_midnight",
                violation_error_message="Quiet hours begin in the evening and end in the morning.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weekly_policy(self) -> WeeklyPolicy:
        """What the weekly rule depends on, as a plain value."""
        return WeeklyPolicy(
            week_starts_on=self.week_starts_on,
            meetings_per_week=self.meetings_per_week,
            settling_in_days=self.settling_in_days,
            lapsed_after_weeks=self.lapsed_after_weeks,
            track_for_months=self.track_for_months,
            count_self_reports=self.count_self_reports,
        )

    @property
    def sending_policy(self) -> SendingPolicy:
        """When and how often clients may be written to, as a plain value."""
        return SendingPolicy(
            time_zone=self.time_zone,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            send_on_sundays=self.send_on_sundays,
            hours_between_prompts=self.hours_between_prompts,
            prompts_a_week=self.prompts_a_week,
        )

    @property
    def interview_policy(self) -> InterviewPolicy:
        """When follow-up interviews fall due, as a plain value: the same in every clinic so far."""
        return InterviewPolicy()


class Role(models.TextChoices):
    KEYWORKER = "keyworker", "Keyworker"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Membership(models.Model):
    """A role of a member of staff in a clinic; one person may hold several."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic", "role"], name="membership_once_a_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_of_a_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} of {self.clinic}"


class ApiToken(models.Model):
    """Lets another system speak for one clinic. Only a digest is kept; the token is shown once."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="api_token_once_a_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.clinic}"
