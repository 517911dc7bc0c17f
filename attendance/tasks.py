"""The hands that keep lists fresh and take spreadsheets in: tasks that carry ids alone.

The rows remember; each task may run twice, or never.
"""

import time
from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from attendance.directory.upkeep import previewing, refreshing
from attendance.spreadsheets import uploading, working
from clinic import clock

# More than the workers of a clinic get through between two ticks; the next one finds the rest.
MOST_AT_A_TICK = 100
# Seconds that a message lives, however fast the ticks: it has to get from here to a worker.
SOONEST = 15
# Seconds that one worker stays with one spreadsheet, before others have their turn.
LONGEST_TURN = 20.0


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


@shared_task(name="attendance.go_on_with_spreadsheets")
def go_on_with_spreadsheets() -> None:
    """Let each spreadsheet that is not through be gone on with, and let go of files that nobody took in."""
    uploading.forget_old(clock.now())
    for pk in uploading.unfinished()[:MOST_AT_A_TICK]:
        go_on_with_spreadsheet.apply_async((pk,), expires=max(settings.TICK_SECONDS, SOONEST))


@shared_task(name="attendance.go_on_with_spreadsheet")
def go_on_with_spreadsheet(pk: int) -> None:
    """Go on with one spreadsheet for as long as a turn lasts, and leave the rest to the next message."""
    if working.work(pk, clock.now, turn()):
        go_on_with_spreadsheet.apply_async((pk,))


def turn(seconds: Callable[[], float] = time.monotonic) -> Callable[[], bool]:
    """Whether a turn that begins now still lasts, by real seconds; far shorter than a task may run."""
    end = seconds() + LONGEST_TURN
    return lambda: seconds() < end
