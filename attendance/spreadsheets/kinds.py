"""The kinds of spreadsheet there are, by their names: for the command and the pages alike."""

from attendance.register.imports import ATTENDANCE, CHECKINS, PAUSES
from attendance.register.ledgers import ATTENDANCE_LEDGER, CHECK_IN_LEDGER, PAUSE_LEDGER
from clinic.imports.client_ledger import CLIENT_LEDGER
from clinic.imports.clients import CLIENTS
from clinic.imports.interview_ledger import INTERVIEW_LEDGER
from clinic.imports.interviews import INTERVIEWS
from clinic.imports.ledger import Kind

KINDS = {
    "clients": Kind("Clients", "Who they are, their intake, discharge and consents.", CLIENTS, CLIENT_LEDGER),
    "attendance": Kind("Attendance", "Meetings that clients went to.", ATTENDANCE, ATTENDANCE_LEDGER),
    "pauses": Kind("Pauses", "Days on which the weekly rule waits.", PAUSES, PAUSE_LEDGER),
    "checkins": Kind(
        "Check-ins", "Weeks of which clients said that they did not go.", CHECKINS, CHECK_IN_LEDGER
    ),
    "interviews": Kind(
        "Interviews", "What clients said 8 and 24 months after intake.", INTERVIEWS, INTERVIEW_LEDGER
    ),
}
