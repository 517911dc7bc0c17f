"""Who: clinics and their staff, clients and their episodes, consents, notes, interviews, audit, and spreadsheets."""

from clinic.models.audit import ActorKind, AuditEntry
from clinic.models.client import Client, ClosedReason, Episode, Phase, PhaseChange, Programme
from clinic.models.clinic import ApiToken, Clinic, Membership, Role, User, WeekDay
from clinic.models.consent import Channel, Consent, ConsentState, Purpose
from clinic.models.handing_over import HandedClient, HandOver
from clinic.models.interview import Interview, InterviewKind, ReportedAttendance
from clinic.models.merging import Merge, MergedRow, TwoPeople
from clinic.models.note import Note
from clinic.models.organisation import Organisation
from clinic.models.spreadsheets import (
    Spreadsheet,
    SpreadsheetEffect,
    SpreadsheetFile,
    SpreadsheetMatch,
    SpreadsheetProblem,
    SpreadsheetState,
)
from clinic.models.transferring import Transfer, TransferState

__all__ = [
    "ActorKind",
    "ApiToken",
    "AuditEntry",
    "Channel",
    "Client",
    "Clinic",
    "ClosedReason",
    "Consent",
    "ConsentState",
    "Episode",
    "HandOver",
    "HandedClient",
    "Interview",
    "InterviewKind",
    "Membership",
    "Merge",
    "MergedRow",
    "Note",
    "Organisation",
    "Phase",
    "PhaseChange",
    "Programme",
    "Purpose",
    "ReportedAttendance",
    "Role",
    "Spreadsheet",
    "SpreadsheetEffect",
    "SpreadsheetFile",
    "SpreadsheetMatch",
    "SpreadsheetProblem",
    "SpreadsheetState",
    "Transfer",
    "TransferState",
    "TwoPeople",
    "User",
    "WeekDay",
]
