"""Who: clinics and their staff, clients and their episodes, consents, interviews, and the audit trail."""

from clinic.models.audit import ActorKind, AuditEntry
from clinic.models.client import Client, ClosedReason, Episode, Phase, PhaseChange, Programme
from clinic.models.clinic import ApiToken, Clinic, Membership, Role, User, WeekDay
from clinic.models.consent import Channel, Consent, ConsentState, Purpose
from clinic.models.interview import Interview, InterviewKind, ReportedAttendance

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
    "Interview",
    "InterviewKind",
    "Membership",
    "Phase",
    "PhaseChange",
    "Programme",
    "Purpose",
    "ReportedAttendance",
    "Role",
    "User",
    "WeekDay",
]
