"""Who: clinics and their staff, clients and their episodes, consents and notes, the audit trail, and spreadsheets."""

from clinic.models.audit import ActorKind, AuditEntry
from clinic.models.client import Client, ClosedReason, Episode, Phase, PhaseChange, Programme
from clinic.models.clinic import ApiToken, Clinic, Membership, Role, User, WeekDay
from clinic.models.consent import Channel, Consent, ConsentState, Purpose
from clinic.models.note import Note
from clinic.models.spreadsheets import (
    Spreadsheet,
    SpreadsheetEffect,
    SpreadsheetFile,
    SpreadsheetMatch,
    SpreadsheetProblem,
    SpreadsheetState,
)

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
    "Membership",
    "Note",
    "Phase",
    "PhaseChange",
    "Programme",
    "Purpose",
    "Role",
    "Spreadsheet",
    "SpreadsheetEffect",
    "SpreadsheetFile",
    "SpreadsheetMatch",
    "SpreadsheetProblem",
    "SpreadsheetState",
    "User",
    "WeekDay",
]
