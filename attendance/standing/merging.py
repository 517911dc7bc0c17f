"""Two records of one client are put together: one standing, and at most one open flag."""

from __future__ import annotations

from attendance.standing.events import flags_closed
from attendance.standing.facts import ClosedBecause, Standing
from attendance.standing.models import Flag, StandingRecord
from clinic.merging.rows import Merging


def close_their_flag(merging: Merging) -> None:
    """End the spell of the record that goes: whether there is one is worked out anew from the facts of both."""
    open_ones = list(Flag.objects.filter(client=merging.merged, closed_at__isnull=True))
    for flag in open_ones:
        flag.closed_at, flag.closed_because, flag.on_hold = merging.now, ClosedBecause.CORRECTED.value, False
        flag.save(update_fields=["closed_at", "closed_because", "on_hold"])
    if open_ones:
        flags_closed.send(sender=Flag, flags=open_ones, now=merging.now)


def stand_aside(merging: Merging) -> None:
    """Let the standing of the record that goes say where to look, and never fall due."""
    StandingRecord.objects.filter(client=merging.merged).update(
        standing=Standing.NOT_TRACKED.value,
        missed_weeks=0,
        reason=f"Entered twice: see {merging.kept.reference}."[:300],
        next_change_on=None,
    )
