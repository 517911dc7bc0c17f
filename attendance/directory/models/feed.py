"""The lists of meetings that fellowships publish, and how well we keep up with them."""

from django.db import models
from django.db.models import Q

from attendance.directory.kinds import FeedFormat
from attendance.directory.models.fellowship import FELLOWSHIP_NAME_LIMIT, Fellowship
from clinic.models import Clinic, User
from clinic.models.clinic import validate_time_zone

FEED_NAME_LIMIT = 200
SOURCE_LIMIT = 1000
FAILURE_LIMIT = 500


class Feed(models.Model):
    """One published list of meetings. Meetings are matched and closed within their feed.

    time_zone holds for meetings that state none. source is the file or address it was last read from, and
    formats_source where a BMLT server explains its formats, if that was given. kept_by: the clinic whose
    administrators added the list and look after it; without one it was read by a command.

    last_read_at: when its content was last known to be what the directory holds, read or found unaltered.
    refresh_due_at: when it is fetched next by itself; a list that has no address never is.
    validators: by address what its server said to ask with the next time, as etag and last_modified, and as address
    which one it was that answered.
    failing_since, failures, failure: since when, how often in a row and why it could not be read. told_at: when
    its administrators were told of that, which they are once. held: it would close most of its meetings,
    and waits for a person to look.
    """

    name = models.CharField(max_length=FEED_NAME_LIMIT, unique=True)
    format = models.CharField(max_length=20, choices=FeedFormat.choices)
    fellowship = models.ForeignKey(Fellowship, on_delete=models.PROTECT, related_name="feeds")
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    source = models.CharField(max_length=SOURCE_LIMIT, blank=True)
    formats_source = models.CharField(max_length=SOURCE_LIMIT, blank=True)
    kept_by = models.ForeignKey(
        Clinic, null=True, blank=True, on_delete=models.PROTECT, related_name="kept_feeds"
    )
    last_read_at = models.DateTimeField()

    refresh_due_at = models.DateTimeField(null=True, blank=True)
    validators = models.JSONField(default=dict, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=FAILURE_LIMIT, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    held = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["refresh_due_at"], name="feed_by_next_refresh")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="feed_has_a_name"),
            models.CheckConstraint(condition=Q(format__in=FeedFormat.values), name="feed_of_a_known_format"),
            models.CheckConstraint(
                condition=Q(refresh_due_at__isnull=True) | Q(source__startswith="http"),
                name="feed_refreshed_only_by_address",
            ),
            models.CheckConstraint(
                condition=Q(
                    failing_since__isnull=True, failures=0, failure="", told_at__isnull=True, held=False
                )
                | Q(failing_since__isnull=False, failures__gte=1) & ~Q(failure=""),
                name="feed_fails_since_a_moment_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeedReading(models.Model):
    """What came of reading a list the last time, so that the very same one need not be read again.

    digest: of its bytes and of all else that decides what they say; empty where that is not known. open_meetings: how
    many meetings of the feed were open afterwards. read, rejected, tidied and warnings are those of the import's
    summary, each warning as slug and why.
    """

    feed = models.OneToOneField(Feed, primary_key=True, on_delete=models.CASCADE, related_name="reading")
    digest = models.CharField(max_length=64, blank=True)
    open_meetings = models.PositiveIntegerField()
    read = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    warnings = models.JSONField(default=list, blank=True)
    tidied = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rejected__lte=models.F("read")), name="feed_reading_rejects_of_what_it_read"
            ),
        ]

    def __str__(self) -> str:
        return str(self.feed)


class FeedPreview(models.Model):
    """A list that somebody uploaded or had fetched, kept while they look at what it would change.

    content and formats_content are what was read, compressed with zlib; formats_content is empty without a list
    of formats. expected: what it would change, as the page says; a Foreseen.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="feed_previews")
    read_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()
    feed_name = models.CharField(max_length=FEED_NAME_LIMIT)
    format = models.CharField(max_length=20, choices=FeedFormat.choices)
    fellowship_name = models.CharField(max_length=FELLOWSHIP_NAME_LIMIT)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    source = models.CharField(max_length=SOURCE_LIMIT, blank=True)
    formats_source = models.CharField(max_length=SOURCE_LIMIT, blank=True)
    validators = models.JSONField(default=dict, blank=True)
    content = models.BinaryField()
    formats_content = models.BinaryField(default=bytes, blank=True)
    expected = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-read_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=FeedFormat.values), name="feed_preview_of_a_known_format"
            ),
        ]

    def __str__(self) -> str:
        return self.feed_name
