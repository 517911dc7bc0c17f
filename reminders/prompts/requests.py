"""Prompts that somebody asked for."""

from datetime import datetime

from django.db import transaction

from clinic import audit, clock, locking
from clinic.actors import Actor
from clinic.models import Client
from clinic.weeks import week_of
from reminders.prompts import hours
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt


@transaction.atomic
def ask_for_link(*, client: Client, by: Actor, now: datetime) -> bool:
    """Plan a new link for a client who asked for one, once a day; whether one was planned.

    It goes to the client's own number or address and nowhere else, outside the caps. Nothing is planned
    for a client who was closed, or while sending is off; without consent the outbox makes it a task.
    """
    held = locking.client(client.pk)
    clinic = held.clinic
    if held.closed_on is not None or clinic.sending_since is None:
        return False
    today = clock.local_date(now, clinic.time_zone)
    prompt, planned = Prompt.objects.get_or_create(
        client=held,
        run=week_of(today, clinic.week_starts_on),
        step=Step.NEW_LINK.value,
        occasion=today.isoformat(),
        defaults={
            "clinic": clinic,
            "planned_at": now,
            "not_before": now,
            "lives_until": hours.live_until(now, clinic.sending_policy),
        },
    )
    if planned:
        audit.record(by=by, now=now, verb="prompt.asked_for", subject=prompt, clinic=clinic, client=held)
    return planned
