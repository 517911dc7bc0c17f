"""What happened, and what it means: the models of this stage's rooms, gathered for Django."""

from attendance.directory.models import Feed, Fellowship, Meeting
from attendance.register.models import Attendance, CheckIn, ExternalRecord, Pause, PlannedMeeting, Report
from attendance.standing.models import Flag, StandingRecord

__all__ = [
    "Attendance",
    "CheckIn",
    "ExternalRecord",
    "Feed",
    "Fellowship",
    "Flag",
    "Meeting",
    "Pause",
    "PlannedMeeting",
    "Report",
    "StandingRecord",
]
