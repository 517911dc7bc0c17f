"""Reads what the e-mail of a morning tells one person about one clinic."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from clinic.access import ROLES, Permission
from clinic.models import Client, Clinic, Role, User
from reminders.desk import today
from reminders.digest.models import DigestChoice
from reminders.digest.wording import Morning, Numbers
from reminders.worklist.needing import waiting_too_long


def permissions_of(user: User, clinic: Clinic) -> frozenset[Permission]:
    """What the roles of somebody in a clinic allow; nothing where they have none, or may not sign in."""
    roles = user.memberships.filter(clinic=clinic).values_list("role", flat=True) if user.is_active else []
    return frozenset().union(*(ROLES[Role(role)] for role in roles))


def has_a_list(permissions: frozenset[Permission]) -> bool:
    """Whether somebody with these permissions has anything of a morning to be told of."""
    return Permission.SEE_CLIENTS in permissions


def compose(choice: DigestChoice, now: datetime) -> Morning | None:
    """What to tell somebody at an aware moment; None where they no longer see any client of the clinic."""
    clinic, user = choice.clinic, choice.user
    permissions = permissions_of(user, clinic)
    if not has_a_list(permissions):
        return None
    mine = clinic.clients.filter(keyworker=user)
    return Morning(
        first_name=user.first_name,
        mine=_numbers(clinic, mine, now) if Permission.WRITE_CLIENTS in permissions else None,
        team=_numbers(clinic, clinic.clients.all(), now) if Permission.TAKE_OVER in permissions else None,
        today_url=address(clinic),
        settings_url=address(clinic, "my_settings"),
        days=choice.days,
        hour=choice.hour,
    )


def address(clinic: Clinic, page: str = "") -> str:
    """A link for an e-mail: the clinic by its number, since its short name may tell what it does."""
    return f"{settings.BASE_URL}/?clinic={clinic.pk}{f'&to={page}' if page else ''}"


def _numbers(clinic: Clinic, clients: QuerySet[Client], now: datetime) -> Numbers:
    return Numbers(today.waiting(clinic, clients, now).counts, waiting_too_long(clinic, clients))
