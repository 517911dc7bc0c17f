"""Reading a list while somebody looks on: first what it would change, and on their word the very same for good."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from attendance.directory.feeds import parser_of, reading
from attendance.directory.feeds.detecting import detect
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import SOURCE_LIMIT, Feed, FeedPreview
from attendance.directory.upkeep import addresses, keeping
from attendance.directory.upkeep.fetching import read_whole
from attendance.directory.upkeep.foreseen import SHOWN, Foreseen, foreseen, is_as_foreseen
from attendance.directory.upkeep.importing import import_feed
from clinic import audit
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.texts import one_line

KEPT_FOR = timedelta(days=1)
SHORT = 60
# A list and its formats, one after the other, within the time that a page may take.
SECONDS_ON_A_PAGE = 20
GONE = "This reading is not here any more: it was taken in or put aside, or it is older than a day."
LOOK_FIRST = "Most of the list would be closed. Look at those that are closing, and tick that you have."


@dataclass(frozen=True, slots=True)
class Given:
    """The bytes of a list, and where they are from: the name of a file, or the address they were fetched from.

    validators: what the server said to ask with the next time.
    """

    content: bytes
    source: str
    validators: dict[str, str] = field(default_factory=dict)

    @property
    def is_fetched(self) -> bool:
        """Whether it can be fetched again."""
        return addresses.is_address(self.source)


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says of a list: whose it is, where its meetings are, and what it is called.

    time_zone is for meetings that state none. Without a format it is found out, without a name one is made.
    """

    fellowship: str
    time_zone: str
    name: str = ""
    format: FeedFormat | None = None


def uploaded(content: bytes, file_name: str) -> Given:
    """What somebody sent, under a file's name."""
    return Given(content, one_line(file_name)[:SOURCE_LIMIT])


def fetched(address: str, field: str = "url") -> Given:
    """What an http or https address answers. Raises Refused, about that field."""
    try:
        # Never a file of the server itself, which a command may name.
        address = reading.web_address(address.strip())
    except ValueError:
        raise Refused(f"{address!r} is no http or https address.", field) from None
    if "@" in urlsplit(address).netloc:
        raise Refused("The address holds a user name or a password, and every clinic would see it.", field)
    scheme, _, rest = address.partition(":")
    address = f"{scheme.lower()}:{rest}"
    if len(address) > SOURCE_LIMIT:
        raise Refused(f"The address has {len(address)} characters, of {SOURCE_LIMIT} at most.", field)
    try:
        # What a page names is no file, and nothing of a private network unless this installation says so.
        read = read_whole(address, trusted=settings.PRIVATE_FEEDS, seconds=SECONDS_ON_A_PAGE)
        return Given(read.content, address, read.validators)
    except Refused as refusal:
        raise Refused(refusal.sentence, field) from refusal


def preview(
    *, clinic: Clinic, given: Given, about: About, by: Actor, now: datetime, formats: Given | None = None
) -> FeedPreview:
    """Keep a list with what it would change, and change nothing; its expected is a Foreseen.

    formats: what a BMLT server says of its formats. What this person had read into the same list before goes.
    Raises Refused where it is no list, or that of another clinic.
    """
    assert by.user is not None, "a reading is some person's"
    if formats is not None and given.is_fetched and not formats.is_fetched:
        raise Refused(
            "A list that is fetched needs formats that are fetched too, for it is read again by itself: give "
            "their address, or upload both.",
            "formats_file",
        )
    held = FeedPreview(
        clinic=clinic,
        read_by=by.user,
        read_at=now,
        feed_name=one_line(about.name) or _name_of(given),
        format=about.format or detect(given.content),
        fellowship_name=one_line(about.fellowship),
        time_zone=about.time_zone,
        source=given.source,
        formats_source=formats.source if formats is not None else "",
        validators={
            one.source: one.validators for one in (given, formats) if one is not None and one.validators
        },
        content=zlib.compress(given.content),
        formats_content=zlib.compress(formats.content) if formats is not None else b"",
    )
    if formats is not None and held.format != FeedFormat.BMLT:
        raise Refused("Only a list of BMLT has formats of its own: leave them out.", "formats_file")
    _refuse_nearly_so(held.feed_name)
    parsed = _parsed(held)
    with transaction.atomic():
        held.expected = dict(_taken_in(held, parsed, by, now))
        clinic.feed_previews.filter(feed_name=held.feed_name, read_by=by.user).delete()
        held.save(force_insert=True)
        audit.record(by=by, now=now, verb="feed.previewed", subject=held, clinic=clinic)
    return held


def read_now(*, feed: Feed, clinic: Clinic, by: Actor, now: datetime) -> FeedPreview:
    """Fetch a list that has an address, and keep what it would change. Raises Refused as preview does."""
    keeping.refuse_kept_elsewhere(feed, clinic)
    keeping.refuse_without_address(feed)
    return preview(
        clinic=clinic,
        given=fetched(feed.source),
        formats=fetched(feed.formats_source) if addresses.is_address(feed.formats_source) else None,
        about=About(feed.fellowship.name, feed.time_zone, feed.name, FeedFormat(feed.format)),
        by=by,
        now=now,
    )


@transaction.atomic
def accept(*, preview: FeedPreview, accept_closing: bool, by: Actor, now: datetime) -> bool:
    """Do what the page said, all of it or nothing, and forget the reading; whether it was done.

    Where the directory has changed in between and it would be something else, nothing is done, and the reading
    holds what it would be now. Raises Refused where the reading is gone, where most of the list would be closed
    without accept_closing, and where the list has become another clinic's.
    """
    held = (
        FeedPreview.objects.select_for_update(of=("self",))
        .select_related("clinic")
        .filter(pk=preview.pk, read_at__gt=now - KEPT_FOR)
        .first()
    )
    if held is None:
        raise Refused(GONE)
    if held.expected["collapses"] and not accept_closing:
        raise Refused(LOOK_FIRST, "accept_closing")
    found = _taken_in(held, _parsed(held), by, now, expected=cast(Foreseen, held.expected))
    if not is_as_foreseen(found, cast(Foreseen, held.expected)):
        held.expected = dict(found)
        held.save(update_fields=["expected"])
        return False
    audit.record(by=by, now=now, verb="feed.accepted", subject=held, clinic=held.clinic)
    held.delete()
    return True


def waiting(clinic: Clinic, now: datetime) -> QuerySet[FeedPreview]:
    """What a clinic's administrators have read and not yet decided, without the lists themselves."""
    kept = clinic.feed_previews.filter(read_at__gt=now - KEPT_FOR)
    return kept.select_related("read_by").defer("content", "formats_content")


def forget_old(now: datetime) -> None:
    """Take away what nobody decided in a day, whichever clinic's it was."""
    FeedPreview.objects.filter(read_at__lte=now - KEPT_FOR).delete()


@transaction.atomic
def put_aside(*, preview: FeedPreview, by: Actor, now: datetime) -> bool:
    """Forget a reading, and change nothing; False where it was forgotten or taken in before."""
    forgotten, _ = preview.clinic.feed_previews.filter(pk=preview.pk).delete()
    if forgotten:
        audit.record(by=by, now=now, verb="feed.put_aside", subject=preview, clinic=preview.clinic)
    return bool(forgotten)


def _parsed(held: FeedPreview) -> ParsedFeed:
    formats = zlib.decompress(held.formats_content) if held.formats_content else b""
    return parser_of(held.format, formats)(zlib.decompress(held.content))


def _taken_in(
    held: FeedPreview, parsed: ParsedFeed, by: Actor, now: datetime, expected: Foreseen | None = None
) -> Foreseen:
    """Take the list in, and take that back again unless it does what is expected; what it does.

    So a preview is no guess: it is the import itself, up to the last constraint. Raises Refused as import_feed does,
    and where another clinic looks after the list.
    """
    with transaction.atomic():
        before = keeping.hold_by_name(held.feed_name)
        if before is not None:
            keeping.refuse_kept_elsewhere(before, held.clinic)
        summary = import_feed(
            parsed=parsed,
            feed_name=held.feed_name,
            fellowship_name=held.fellowship_name,
            format=FeedFormat(held.format),
            time_zone=held.time_zone,
            source=held.source,
            formats_source=held.formats_source,
            validators=held.validators,
            by=by,
            now=now,
            accept_closing=True,
            show=SHOWN,
        )
        feed = keeping.hold_by_name(held.feed_name)
        assert feed is not None, "the import made it"
        # Somebody may have made it since, and the import waited for them.
        keeping.refuse_kept_elsewhere(feed, held.clinic)
        _look_after(feed, before, held)
        found = foreseen(summary, parsed, feed, before)
        if expected is None or not is_as_foreseen(found, expected):
            transaction.set_rollback(True)
    return found


def _look_after(feed: Feed, before: Feed | None, held: FeedPreview) -> None:
    """What the import leaves to whoever reads a list by a page: whose it is, and whether it is read by itself."""
    sources = (feed.source, feed.formats_source)
    known = before is not None and sources == (before.source, before.formats_source)
    if before is None or (feed.kept_by is None and not known and any(map(addresses.is_address, sources))):
        # What a page was given is fetched as something given to a page, and no more as what the server's people named.
        feed.kept_by = held.clinic
    if before is not None and addresses.is_address(before.source) and before.refresh_due_at is None:
        # One that was fetched when somebody asked stays so; one that gets an address is read by itself.
        feed.refresh_due_at = None
    feed.save(update_fields=["kept_by", "refresh_due_at"])


def _refuse_nearly_so(name: str) -> None:
    """Raise Refused where a list has the name but for capital letters: more likely it is that which is meant."""
    # Compared here, as databases differ on what is one letter, large and small.
    for known in keeping.names():
        if known != name and known.casefold() == name.casefold():
            raise Refused(
                f"There is a list “{known}” already: write its name in the same letters, large and small, or "
                "choose another.",
                "name",
            )


def _name_of(given: Given) -> str:
    """A short name for a list that was given none: of the list at that address, else of its host or its file."""
    if not given.is_fetched:
        return PurePath(given.source).stem[:SHORT].strip() or "list"
    known = keeping.name_of_address(given.source)
    return known or (urlsplit(given.source).hostname or "").removeprefix("www.")[:SHORT]
