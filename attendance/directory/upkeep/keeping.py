"""Looking after the lists of the directory: which there are, whether they are read by themselves, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q

from attendance.directory import overlay
from attendance.directory.models import Feed
from attendance.directory.upkeep import addresses
from attendance.directory.upkeep.feed_row import WELL
from clinic import audit
from clinic.actors import Actor
from clinic.clock import local_date
from clinic.errors import Refused
from clinic.models import Clinic


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as its administrators see it. here: those of this clinic may change it."""

    feed: Feed
    open_meetings: int
    closed_meetings: int
    here: bool

    @property
    def is_closed(self) -> bool:
        """Whether it had meetings once and has none any more."""
        return self.closed_meetings > 0 and self.open_meetings == 0

    @property
    def has_address(self) -> bool:
        """Whether it can be fetched."""
        return addresses.is_address(self.feed.source)

    @property
    def shown_source(self) -> str:
        """Where it is read from, without what only its own administrators should know."""
        return addresses.shown(self.feed.source)


def kept_lists(clinic: Clinic) -> list[KeptList]:
    """All lists of the directory, whoever keeps them; one query.

    First those that wait for somebody, then those that cannot be read, then by name.
    """
    is_open, has_left = Q(meetings__closed_on__isnull=True), Q(meetings__closed_on__isnull=False)
    feeds = (
        Feed.objects.select_related("fellowship", "kept_by")
        .annotate(
            open_meetings=Count("meetings", filter=is_open),
            closed_meetings=Count("meetings", filter=has_left),
        )
        .order_by("-held", F("failing_since").asc(nulls_last=True), "name")
    )
    return [
        KeptList(feed, feed.open_meetings, feed.closed_meetings, is_kept_here(feed, clinic)) for feed in feeds
    ]


def feed_by_number(number: int) -> Feed | None:
    """The list of a number that a page was given, with whose it is; None where there is none."""
    return Feed.objects.select_related("fellowship", "kept_by").filter(pk=number).first()


def hold_by_name(name: str) -> Feed | None:
    """The list of that very name, held until the transaction ends, with whose it is; None where there is none."""
    held = Feed.objects.select_for_update(of=("self",)).select_related("fellowship", "kept_by")
    return held.filter(name=name).first()


def names() -> list[str]:
    """What all lists are called."""
    return list(Feed.objects.values_list("name", flat=True))


def name_of_address(address: str) -> str:
    """What the list is called that is read from an address; empty where none is."""
    return Feed.objects.filter(source=address).values_list("name", flat=True).first() or ""


def open_meetings(feed: Feed) -> int:
    """How many meetings of a list are open."""
    return feed.meetings.open().count()


def is_kept_here(feed: Feed, clinic: Clinic) -> bool:
    """Whether a clinic's administrators may change it: it is theirs, or nobody's."""
    return feed.kept_by_id in (None, clinic.pk)


def refuse_kept_elsewhere(feed: Feed, clinic: Clinic) -> None:
    """Raise Refused where another clinic looks after the list."""
    if not is_kept_here(feed, clinic):
        raise Refused(f"The list “{feed}” is looked after by {feed.kept_by}: only they change it.", "name")


def refuse_without_address(feed: Feed) -> None:
    """Raise Refused where the list cannot be fetched."""
    if not addresses.is_address(feed.source):
        raise Refused(f"The list “{feed}” has no address to read it from: read it from elsewhere.")


@transaction.atomic
def read_by_itself(*, feed: Feed, clinic: Clinic, by: Actor, now: datetime) -> bool:
    """Have a list fetched by itself, from now on; whether that is new. Raises Refused where it has no address."""
    held = _held(feed, clinic)
    refuse_without_address(held)
    if held.refresh_due_at is not None:
        return False
    held.refresh_due_at = now
    held.save(update_fields=["refresh_due_at"])
    audit.record(by=by, now=now, verb="feed.refresh_started", subject=held, clinic=clinic)
    return True


@transaction.atomic
def stop_reading(*, feed: Feed, clinic: Clinic, by: Actor, now: datetime) -> bool:
    """Have a list fetched only when somebody asks; whether that is new. Its meetings stay."""
    held = _held(feed, clinic)
    if held.refresh_due_at is None:
        return False
    held.refresh_due_at = None
    held.save(update_fields=["refresh_due_at"])
    audit.record(by=by, now=now, verb="feed.refresh_stopped", subject=held, clinic=clinic)
    return True


@transaction.atomic
def close_list(*, feed: Feed, clinic: Clinic, by: Actor, now: datetime) -> int:
    """Close every meeting of a list and read it no more by itself; how many were open.

    Nothing is deleted: whoever went there keeps that, and read in again the list comes back as it is then.
    """
    held = _held(feed, clinic)
    closing = list(held.meetings.open().values_list("pk", flat=True))
    overlay.close(closing, local_date(now, held.time_zone))
    if not closing and held.refresh_due_at is None and held.failing_since is None:
        return 0
    for column, value in WELL.items():
        setattr(held, column, value)
    held.refresh_due_at = None
    # That its server has nothing new is no reason to leave it closed, once it is read again.
    held.validators = {}
    held.save()
    audit.record(by=by, now=now, verb="feed.closed", subject=held, clinic=clinic)
    return len(closing)


def _held(feed: Feed, clinic: Clinic) -> Feed:
    """The list, held until the transaction ends. Raises Refused where another clinic looks after it."""
    held = Feed.objects.select_for_update(of=("self",)).select_related("kept_by").get(pk=feed.pk)
    refuse_kept_elsewhere(held, clinic)
    return held
