"""What happened: meetings attended, pauses, what clients told us of a week, and where they mean to go."""

from attendance.register.models.attendance import Attendance, ExternalRecord, Report
from attendance.register.models.choices import ChosenMeeting, PlannedMeeting, UnsuitedMeeting
from attendance.register.models.shared import Source
from attendance.register.models.weeks import Answer, CheckIn, Pause, PauseReason

__all__ = [
    "Answer",
    "Attendance",
    "CheckIn",
    "ChosenMeeting",
    "ExternalRecord",
    "Pause",
    "PauseReason",
    "PlannedMeeting",
    "Report",
    "Source",
    "UnsuitedMeeting",
]
