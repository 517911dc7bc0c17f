"""The directory of meetings, shared by all clinics: fellowships, the feeds they publish, and the meetings."""

from attendance.directory.models.feed import (
    FAILURE_LIMIT,
    FEED_NAME_LIMIT,
    SOURCE_LIMIT,
    Feed,
    FeedPreview,
    FeedReading,
)
from attendance.directory.models.fellowship import FELLOWSHIP_NAME_LIMIT, Fellowship
from attendance.directory.models.meeting import Meeting, MeetingQuerySet

__all__ = [
    "FAILURE_LIMIT",
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
