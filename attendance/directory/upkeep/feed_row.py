"""The row of a list: made where it is new, and after each reading as that has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from attendance.directory.fellowships import fellowship_of_feed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import FEED_NAME_LIMIT, FELLOWSHIP_NAME_LIMIT, SOURCE_LIMIT, Feed
from attendance.directory.upkeep import addresses, turns
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models.clinic import validate_time_zone

# What says of a list that it fails, once it no longer does.
WELL: dict[str, Any] = {"failing_since": None, "failures": 0, "failure": "", "told_at": None, "held": False}


def brought_up_to_date(
    *,
    name: str,
    fellowship_name: str,
    format: FeedFormat,
    time_zone: str,
    source: str,
    formats_source: str,
    validators: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> Feed:
    """The feed of that name, made where it is new, brought up to date and held until the transaction ends.

    However it was read, it has been read: it fails no longer, and has its next turn in another night.
    """
    name, fellowship_name = name.strip(), " ".join(fellowship_name.split())
    limits = (("feed", name, FEED_NAME_LIMIT), ("fellowship", fellowship_name, FELLOWSHIP_NAME_LIMIT))
    for field, text, limit in limits:
        if not text:
            raise Refused(f"The name of the {field} is empty.", field)
        if len(text) > limit:
            raise Refused(f"The name of the {field} has {len(text)} characters, of {limit} at most.", field)
    try:
        validate_time_zone(time_zone)
    except ValidationError as error:
        raise Refused(error.messages[0], "time_zone") from error
    for address in filter(addresses.is_address, (source, formats_source)):
        # A file's name is for people to read; an address that is cut leads elsewhere.
        if len(address) > SOURCE_LIMIT:
            raise Refused(f"The address has {len(address)} characters, of {SOURCE_LIMIT} at most.", "source")
    values: Mapping[str, Any] = {
        "format": format,
        "fellowship": fellowship_of_feed(fellowship_name, by, now),
        "time_zone": time_zone,
        "source": addresses.normal(source)[:SOURCE_LIMIT],
        "formats_source": addresses.normal(formats_source)[:SOURCE_LIMIT],
        "validators": validators,
        "last_read_at": now,
        "refresh_due_at": None,
        **WELL,
    }
    feed = Feed.objects.select_for_update().update_or_create(name=name, defaults=values)[0]
    if addresses.keeps_fresh(source, formats_source):
        feed.refresh_due_at = turns.next_night(time_zone, feed.pk, now)
        feed.save(update_fields=["refresh_due_at"])
    return feed
