"""Reads what the e-mail of a morning tells one person about one clinic."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from attendance.standing import evaluation
from attendance.standing.facts import Standing
from clinic import clock
from clinic.access import ROLES, Permission
from clinic.models import Client, Clinic, Episode, Role, User
from reminders.desk import ranking
from reminders.digest.models import DigestChoice
from reminders.digest.wording import Morning, Numbers
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.needing import needing, waiting_too_long


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
    return Numbers(by_place(clinic, clients, now), waiting_too_long(clinic, clients))


def by_place(clinic: Clinic, clients: QuerySet[Client], now: datetime) -> Counter[ranking.Place]:
    """How many of these clients stand in each place of Today at an aware moment."""
    evaluation.catch_up(clinic, clients, now)
    today = clock.local_date(now, clinic.time_zone)
    people = list(needing(clinic, clients, today).select_related("standing"))
    ids = [client.pk for client in people]
    said = Episode.objects.filter(client__in=ids, isolated__isnull=False).order_by("intake_on")
    isolated = dict(said.values_list("client", "isolated"))
    kinds: defaultdict[int, list[TaskKind]] = defaultdict(list)
    waiting = KeyworkerTask.objects.filter(client__in=ids, done_at__isnull=True)
    for client_id, kind in waiting.values_list("client", "kind"):
        kinds[client_id].append(TaskKind(kind))
    return Counter(
        ranking.place(
            ranking.Case(
                kinds[client.pk],
                Standing(client.standing.standing),
                client.standing.missed_weeks,
                bool(isolated.get(client.pk)),
            )
        )
        for client in people
    )
