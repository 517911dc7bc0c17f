"""The hands that keep lists fresh: tasks that carry ids alone. The rows remember; each may run twice, or never."""

from celery import shared_task
from django.conf import settings

from attendance.directory.upkeep import previewing, refreshing
from clinic import clock

# More than the workers of a clinic get through between two ticks; the next one finds the rest.
MOST_AT_A_TICK = 100
# Seconds that a message lives, however fast the ticks: it has to get from here to a worker.
SOONEST = 15


@shared_task(name="attendance.refresh_feeds")
def refresh_feeds() -> None:
    """Let each list whose turn has come be read again by a task of its own, so that a slow server holds up no other.

    One that nobody took by the next tick is dropped, for that tick sends it again.
    """
    previewing.forget_old(clock.now())
    for pk in refreshing.due(clock.now(), MOST_AT_A_TICK):
        refresh_feed.apply_async((pk,), expires=max(settings.TICK_SECONDS, SOONEST))


@shared_task(name="attendance.refresh_feed")
def refresh_feed(feed_id: int) -> None:
    """Read one list again, at the present, if its turn has come and nobody else has taken it."""
    refreshing.refresh(feed_id, clock.now())
