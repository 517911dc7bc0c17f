"""Clients put aside on Today for a while: "not now", until a date and for a reason."""

from datetime import date, datetime, timedelta

from django.db import transaction

from clinic import audit, checks, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from clinic.weeks import day_text
from reminders.worklist.models import NotNow

# Longer than this is no "not now": it would let a client drop from sight.
LONGEST = timedelta(days=28)
LONGEST_REASON = checks.longest(NotNow, "reason")


@transaction.atomic
def put_aside(*, client: Client, until: date, reason: str, by: Actor, now: datetime) -> NotNow:
    """Leave a client off Today until a date; saying the same again changes nothing.

    Raises Refused without a reason or for one too long, or for a date not ahead or too far ahead.
    """
    reason = checks.at_most(reason.strip(), LONGEST_REASON, "reason")
    if not reason:
        raise Refused("Say why not now.", "reason")
    today = clock.local_date(now, client.clinic.time_zone)
    if until <= today:
        raise Refused(f"{day_text(until)} is not ahead: today is {day_text(today)}.", "until")
    if until > today + LONGEST:
        raise Refused(
            f"{day_text(until)} is more than {LONGEST.days} days ahead: enter a pause, or end tracking.",
            "until",
        )
    locking.client(client.pk)
    held = NotNow.objects.filter(client=client, until=until, reason=reason).first()
    if held is not None:
        return held
    written, _ = NotNow.objects.update_or_create(
        client=client,
        defaults={
            "clinic": client.clinic,
            "until": until,
            "reason": reason,
            "said_at": now,
            "said_by": by.label,
        },
    )
    audit.record(
        by=by, now=now, verb="client.put_aside", subject=written, clinic=client.clinic, client=client
    )
    return written


@transaction.atomic
def bring_back(*, client: Client, by: Actor, now: datetime) -> bool:
    """End 'not now' before its day, so that the client is on Today again; False where they are not put aside."""
    today = clock.local_date(now, client.clinic.time_zone)
    locking.client(client.pk)
    held = NotNow.objects.filter(client=client, until__gt=today).first()
    if held is None:
        return False
    held.until = today
    held.save(update_fields=["until"])
    audit.record(
        by=by, now=now, verb="client.brought_back", subject=held, clinic=client.clinic, client=client
    )
    return True


@transaction.atomic
def take_back(*, client: Client, said_at: datetime, by: Actor, now: datetime) -> bool:
    """Take back the "not now" that was said at that moment; False where it was ended already.

    Raises Refused where it was said anew since: that is for whoever said so.
    """
    locking.client(client.pk)
    held = NotNow.objects.filter(client=client).first()
    if held is not None and held.said_at > said_at:
        raise Refused(
            f"“Not now” was said anew since, until {day_text(held.until)}, by {held.said_by}: bring them back instead."
        )
    return bring_back(client=client, by=by, now=now)
