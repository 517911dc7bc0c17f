"""Who: clinics and their staff, clients and their episodes, consents, and the audit trail."""

from clinic.models.audit import ActorKind, AuditEntry
from clinic.models.client import Client, ClosedReason, Episode, Phase, PhaseChange, Programme
from clinic.models.clinic import ApiToken, Clinic, Membership, Role, User, WeekDay
from clinic.models.consent import Channel, Consent, ConsentState, Purpose
from clinic.models.handing_over import HandedClient, HandOver
from clinic.models.merging import Merge, MergedRow, TwoPeople

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
    "Membership",
    "Merge",
    "MergedRow",
    "Phase",
    "PhaseChange",
    "Programme",
    "Purpose",
    "Role",
    "TwoPeople",
    "User",
    "WeekDay",
]
