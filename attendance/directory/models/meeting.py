"""The meetings themselves: when, where and how one can go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from attendance.directory.feeds.parsed import PUBLISHED_SLUG_LIMIT
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models.feed import Feed
from attendance.directory.models.fellowship import Fellowship
from attendance.directory.occurrences import WeeklyTime, in_weeks, occurrences, starting_on, touches
from clinic.models import Clinic, WeekDay
from clinic.models.clinic import validate_time_zone
from clinic.weeks import DAY, WEEK


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Questions asked of the directory."""

    def shared(self) -> MeetingQuerySet:
        """Those that all clinics have in common."""
        return self.filter(clinic__isnull=True)

    def seen_by(self, clinic: Clinic) -> MeetingQuerySet:
        """What a clinic sees: the shared ones and its own, and where it has amended one, its amendment in its place.

        They come with feed and fellowship. See overlay.as_seen, which makes the one meeting of both.
        """
        amended = Meeting.objects.filter(clinic=clinic, amends__isnull=False).values("amends")
        found = self.filter(Q(clinic=clinic) | Q(clinic__isnull=True) & ~Q(pk__in=amended))
        return found.select_related("feed", "fellowship", "amends__feed", "amends__fellowship")

    def open(self) -> MeetingQuerySet:
        """Meetings that have not left their feed, temporarily closed ones among them."""
        return self.filter(closed_on__isnull=True)

    def offered(self) -> MeetingQuerySet:
        """Meetings a client may be sent to: open, and held at present."""
        return self.open().exclude(attendance_option=AttendanceOption.INACTIVE)


class Meeting(models.Model):
    """A weekly meeting, or one by appointment.

    It is of a feed, or of a clinic that entered it by hand, and then no other clinic sees it. A clinic's word on a
    meeting of a feed is a row of its own as well: it amends that meeting, and this clinic sees it in its place;
    edited names the fields that are the clinic's, all others follow the feed. Whatever is recorded is about the
    meeting of the feed. edited_by and edited_at: who of the clinic entered or amended it last.

    day, starts_at and ends_at are local times of time_zone; a meeting that ends at or before its start
    ends on the next day. Without a day it is by appointment; with a day and no start its time is not known.
    weeks: held only on these such days of a month, 1 to 5 and -1 for the last; without any, every week.
    published_slug is the feed's own where that one does not fit or several days share it, else empty.
    group_name is the group as the feed names it: many feeds name none and some put a district there,
    so that it is a word about the meeting and not yet a row of its own.
    approximate: the place is a town or a neighbourhood, not an address.
    types are the codes of the fellowship, unknown ones included. updated_at is what the feed says.
    closed_on: the day it was found to have left its feed. fingerprint tells whether a record of the
    feed has changed since it was last taken in.
    """

    feed = models.ForeignKey(Feed, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    clinic = models.ForeignKey(
        Clinic, null=True, blank=True, on_delete=models.PROTECT, related_name="own_meetings"
    )
    amends = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    edited = models.JSONField(default=list, blank=True)
    edited_by = models.CharField(max_length=150, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    fellowship = models.ForeignKey(Fellowship, on_delete=models.PROTECT, related_name="meetings")
    slug = models.CharField(max_length=64)
    published_slug = models.CharField(max_length=PUBLISHED_SLUG_LIMIT, blank=True)
    name = models.CharField(max_length=255)
    group_name = models.CharField(max_length=255, blank=True)

    day = models.PositiveSmallIntegerField(choices=WeekDay.choices, null=True, blank=True)
    weeks = models.JSONField(default=list, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])

    attendance_option = models.CharField(max_length=10, choices=AttendanceOption.choices)
    types = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)

    location = models.CharField(max_length=255, blank=True)
    location_notes = models.TextField(blank=True)
    address = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=255, blank=True)
    approximate = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    conference_url = models.CharField(max_length=1000, blank=True)
    conference_phone = models.CharField(max_length=255, blank=True)
    conference_notes = models.TextField(blank=True)

    updated_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    # No columns: the clinic's amendment that was laid over this meeting (see overlay), and what it then hides.
    amendment: Meeting | None = None
    hidden: dict[str, Any]

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["name", "day", "starts_at", "id"]
        indexes = [
            models.Index(fields=["slug"], name="meeting_by_slug"),
            models.Index(fields=["published_slug"], name="meeting_by_published_slug"),
            models.Index(fields=["latitude", "longitude"], name="meeting_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["feed", "slug"], name="meeting_once_a_slug_in_a_feed"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(feed__isnull=True, clinic__isnull=True),
                name="meeting_once_a_slug_by_hand",
            ),
            models.UniqueConstraint(
                fields=["clinic", "slug"],
                condition=Q(clinic__isnull=False, amends__isnull=True),
                name="meeting_once_a_slug_in_a_clinic",
            ),
            models.UniqueConstraint(
                fields=["clinic", "amends"],
                condition=Q(amends__isnull=False),
                name="meeting_amended_once_by_a_clinic",
            ),
            models.CheckConstraint(
                condition=Q(feed__isnull=True) | Q(clinic__isnull=True), name="meeting_of_a_feed_or_a_clinic"
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, edited=[])
                | Q(amends__isnull=False, clinic__isnull=False) & ~Q(edited=[]),
                name="meeting_amended_by_a_clinic_in_something",
            ),
            models.CheckConstraint(
                condition=Q(clinic__isnull=True, edited_by="", edited_at__isnull=True)
                | Q(clinic__isnull=False, edited_at__isnull=False) & ~Q(edited_by=""),
                name="meeting_of_a_clinic_edited_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(slug__contains=":"), name="meeting_slug_without_colon"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="meeting_has_a_name"),
            models.CheckConstraint(condition=Q(day__isnull=True) | Q(day__lte=6), name="meeting_day_0_to_6"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(day__isnull=False), name="meeting_starts_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(weeks=[]) | Q(day__isnull=False), name="meeting_in_weeks_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False) & ~Q(ends_at=F("starts_at")),
                name="meeting_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(attendance_option__in=AttendanceOption.values), name="meeting_of_a_known_option"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # A check that comes out unknown passes, so that 'not null' is spelt out.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)
                & ~Q(latitude=0, longitude=0),
                name="meeting_has_both_coordinates_or_none",
            ),
            models.CheckConstraint(
                condition=Q(feed__isnull=True, fingerprint="") | Q(feed__isnull=False) & ~Q(fingerprint=""),
                name="meeting_of_a_feed_has_a_fingerprint",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """`feed:slug`, which names this meeting and no other; a hand-made one has nothing before the colon.

        Lists read the feed with the meetings (select_related), as this does for each row otherwise.
        """
        return f"{self.feed.name if self.feed else ''}:{self.slug}"

    @property
    def weekly_time(self) -> WeeklyTime | None:
        """When it is held each week; None by appointment or where its time is not known."""
        if self.day is None or self.starts_at is None:
            return None
        return WeeklyTime(
            day=self.day,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            time_zone=self.time_zone,
            weeks=tuple(self.weeks),
        )

    def next_date(self, after: datetime, time_zone: str) -> date | None:
        """The local date of the zone on which it is next held, from an aware moment on; None by appointment."""
        if self.day is None:
            return None
        weekly = self.weekly_time
        if weekly is not None:
            return occurrences(weekly, after, 1)[0].starts.astimezone(ZoneInfo(time_zone)).date()
        today = after.astimezone(ZoneInfo(time_zone)).date()
        day = today + (self.day - today.weekday()) % 7 * DAY
        while not in_weeks(day, tuple(self.weeks)):
            day += WEEK
        return day

    def starts_on(self, day: date, time_zone: str) -> bool:
        """Whether a holding starts on a local date of the zone: what somebody may mean to go to; by appointment any."""
        if self.day is None:
            return True
        weekly = self.weekly_time
        if weekly is None:
            return self.day == day.weekday() and in_weeks(day, tuple(self.weeks))
        return starting_on(weekly, day, time_zone) is not None

    @property
    def is_offered(self) -> bool:
        """Whether a client may be sent there now (see MeetingQuerySet.offered)."""
        return self.closed_on is None and self.attendance_option != AttendanceOption.INACTIVE

    def may_be_held_on(self, day: date, time_zone: str) -> bool:
        """Whether somebody may say that they went on a local date of the zone, which need not be its own.

        One that goes on past midnight was on both dates; one by appointment on any.
        """
        if self.day is None:
            return True
        weekly = self.weekly_time
        if weekly is None:
            return self.day == day.weekday() and in_weeks(day, tuple(self.weeks))
        return touches(weekly, day, time_zone)
