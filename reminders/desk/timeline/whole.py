"""Everything that happened with one client, latest first. A fixed number of queries."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from clinic.models import Client
from reminders.desk.timeline import going, moving, talking, treatment
from reminders.desk.timeline.items import Item

TELLING = (
    going.attendances,
    going.plans,
    going.choices,
    going.pauses,
    going.check_ins,
    treatment.phases,
    treatment.flags,
    treatment.consents,
    treatment.interviews,
    moving.hand_overs,
    moving.transfers,
    moving.merges,
    talking.prompts,
    talking.introductions,
    talking.calls,
    talking.waits,
    talking.notes,
)


def timeline(client: Client) -> list[Item]:
    """All that happened, latest first, at the clinic's local time."""
    zone = ZoneInfo(client.clinic.time_zone)
    items = (item for telling in TELLING for item in telling(client, zone))
    return sorted(items, key=lambda item: item.at, reverse=True)
