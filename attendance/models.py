"""What happened, and what it means: the models of this stage's rooms, gathered for Django."""

from attendance.directory.models import Feed, FeedPreview, FeedReading, Fellowship, Meeting
from attendance.register.models import (
    Attendance,
    CheckIn,
    ChosenMeeting,
    ExternalRecord,
    Pause,
    PlannedMeeting,
    Report,
    UnsuitedMeeting,
)
from attendance.standing.models import Flag, StandingRecord

__all__ = [
    "Attendance",
    "CheckIn",
    "ChosenMeeting",
    "ExternalRecord",
    "Feed",
    "FeedPreview",
    "FeedReading",
    "Fellowship",
    "Flag",
    "Meeting",
    "Pause",
    "PlannedMeeting",
    "Report",
    "StandingRecord",
    "UnsuitedMeeting",
]
