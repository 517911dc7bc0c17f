"""The directory of meetings, shared by all clinics: fellowships, the feeds they publish, and the meetings."""

from attendance.directory.models.feed import FEED_NAME_LIMIT, SOURCE_LIMIT, Feed, FeedPreview, FeedReading
from attendance.directory.models.fellowship import FELLOWSHIP_NAME_LIMIT, Fellowship
from attendance.directory.models.meeting import Meeting, MeetingQuerySet

__all__ = [
    "FEED_NAME_LIMIT",
    "FELLOWSHIP_NAME_LIMIT",
    "SOURCE_LIMIT",
    "Feed",
    "FeedPreview",
    "FeedReading",
    "Fellowship",
    "Meeting",
    "MeetingQuerySet",
]
