"""Saying that two who look like one person are two, so that nobody is asked again; and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from clinic import audit
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client, Clinic, TwoPeople


def _pair(one: Client, other: Client) -> tuple[Client, Client]:
    return (one, other) if one.pk < other.pk else (other, one)


@transaction.atomic
def say_two(*, one: Client, other: Client, by: Actor, now: datetime) -> bool:
    """Write down that these are two people; False where that was known. Raises Refused for two clinics' clients."""
    if one.clinic_id != other.clinic_id or one.pk == other.pk:
        raise Refused("Only two clients of one clinic can be told apart.")
    first, second = _pair(one, other)
    said, new = TwoPeople.objects.get_or_create(
        clinic=one.clinic, one=first, other=second, defaults={"said_at": now, "said_by": by.label}
    )
    if new:
        for client in (first, second):
            audit.record(
                by=by, now=now, verb="client.told_apart", subject=said, clinic=one.clinic, client=client
            )
    return new


def said_two(clinic: Clinic, one: Client, other: Client) -> TwoPeople | None:
    """What somebody said of these two, if anybody did."""
    first, second = _pair(one, other)
    return clinic.two_people.filter(one=first, other=second).first()


@transaction.atomic
def take_back(*, one: Client, other: Client, by: Actor, now: datetime) -> bool:
    """Ask about these two again; False where nobody had said that they are two."""
    said = said_two(one.clinic, one, other)
    if said is None:
        return False
    for client in (one, other):
        audit.record(
            by=by, now=now, verb="client.not_told_apart", subject=said, clinic=one.clinic, client=client
        )
    said.delete()
    return True
