"""What reading a list would change, in plain values: kept with the reading, and shown as it was then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypedDict

from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep import addresses
from attendance.directory.upkeep.differences import STAMP, Difference, differences, held_text, place_text
from attendance.directory.upkeep.importing import ImportSummary
from clinic.texts import one_line

# Of each kind of change; more of them nobody reads.
SHOWN = 500
ABOUT: tuple[tuple[str, Callable[[Feed], str]], ...] = (
    ("Fellowship", lambda feed: feed.fellowship.name),
    ("Time zone", lambda feed: feed.time_zone),
    ("Format", lambda feed: str(feed.get_format_display())),
    ("Read from", lambda feed: addresses.shown(feed.source)),
    ("Formats from", lambda feed: addresses.shown(feed.formats_source)),
    ("Read by itself", lambda feed: "every night" if feed.refresh_due_at is not None else "no"),
)


class Told(TypedDict):
    """A meeting: what it is called, when and where it is held, and in what it differs where it does."""

    name: str
    when: str
    where: str
    differences: list[Difference]


class Why(TypedDict):
    """A record that was left out or mended, by its name in the list, which may be empty, and why."""

    slug: str
    why: str


class Counts(TypedDict):
    """read = added + changed + back + unchanged + rejected; open_before: how many were open before it."""

    read: int
    added: int
    changed: int
    back: int
    closing: int
    unchanged: int
    rejected: int
    mended: int
    open_before: int


class Foreseen(TypedDict):
    """counts of all; the meetings of each kind, the first five hundred. collapses: most of the list would be closed.

    new: there is no list of that name yet. about: in what the list itself would differ. fellowship: whose it is.
    by_itself: whether it is read again by itself. mark: see Altered.
    """

    counts: Counts
    added: list[Told]
    changed: list[Told]
    back: list[Told]
    closing: list[Told]
    rejected: list[Why]
    mended: list[Why]
    collapses: bool
    new: bool
    about: list[Difference]
    fellowship: str
    by_itself: bool
    mark: str


def foreseen(summary: ImportSummary, parsed: ParsedFeed, feed: Feed, before: Feed | None) -> Foreseen:
    """What an import came to that was asked to show its meetings, and the list itself as it is and as it was."""
    seen = summary.altered
    assert seen is not None
    return Foreseen(
        counts=Counts(
            read=summary.read,
            added=summary.added,
            changed=summary.changed - seen.came_back,
            back=seen.came_back,
            closing=summary.closed,
            unchanged=summary.unchanged,
            rejected=summary.rejected,
            mended=len(parsed.mended),
            open_before=summary.open_before,
        ),
        added=[_told(meeting) for meeting in seen.added],
        changed=sorted(
            (_told(after, differences(before, after)) for before, after in seen.changed), key=_is_stamp
        ),
        back=[_told(after, differences(before, after)) for before, after in seen.back],
        closing=[_told(meeting) for meeting in seen.closing],
        rejected=_whys(parsed.rejected),
        mended=_whys(parsed.mended),
        collapses=summary.collapses,
        new=before is None,
        about=_about(before, feed) if before is not None else [],
        fellowship=feed.fellowship.name,
        by_itself=feed.refresh_due_at is not None,
        mark=seen.mark,
    )


def is_as_foreseen(now: Foreseen, then: Foreseen) -> bool:
    """Whether the list would do to the directory what it would have done when somebody looked."""
    return (now["mark"], now["new"], now["about"]) == (then["mark"], then["new"], then["about"])


def _about(before: Feed, feed: Feed) -> list[Difference]:
    return [
        Difference(what=what, before=words(before), after=words(feed))
        for what, words in ABOUT
        if words(before) != words(feed)
    ]


def _told(meeting: Meeting, differences: list[Difference] | None = None) -> Told:
    return Told(
        name=meeting.name,
        when=held_text(meeting),
        where=place_text(meeting),
        differences=differences or [],
    )


def _is_stamp(told: Told) -> bool:
    """Whether nothing differs but when the group says that it changed something: nobody need read that first."""
    return {one["what"] for one in told["differences"]} <= {STAMP}


def _whys(faults: Iterable[Fault]) -> list[Why]:
    """The first of them. Why holds what stood in the list, which need not be fit for a database."""
    return [
        Why(slug=one_line(fault.slug), why=one_line(fault.why))
        for fault, _ in zip(faults, range(SHOWN), strict=False)
    ]
