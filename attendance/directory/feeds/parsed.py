"""What every format is read into: meetings, and what was wrong with the records they came from."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time

from attendance.directory.kinds import AttendanceOption

SLUG_LIMIT = 64
# Beyond it nobody copies a slug into a spreadsheet.
PUBLISHED_SLUG_LIMIT = 500
LINE_LIMIT = 255
CITY_LIMIT = 120
ADDRESS_LIMIT = 500
URL_LIMIT = 1000
NOTES_LIMIT = 10_000
CODE_LIMIT = 60
MOST_TYPES = 100


@dataclass(frozen=True, slots=True)
class ParsedMeeting:
    """One meeting as its feed states it, ready for the directory's columns; see Meeting for what they mean.

    time_zone is empty where the record states none. weeks: only on these such days of a month, 1 to 5 and -1 for
    the last; without any, every week. updated_at is aware. published_slug is the feed's own
    where the meeting has another, else empty.
    """

    slug: str
    name: str
    attendance_option: AttendanceOption
    group_name: str = ""
    day: int | None = None
    weeks: tuple[int, ...] = ()
    starts_at: time | None = None
    ends_at: time | None = None
    time_zone: str = ""
    types: tuple[str, ...] = ()
    notes: str = ""
    url: str = ""
    location: str = ""
    location_notes: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    approximate: bool = False
    latitude: float | None = None
    longitude: float | None = None
    conference_url: str = ""
    conference_phone: str = ""
    conference_notes: str = ""
    updated_at: datetime | None = None
    published_slug: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record was mended or left out; slug is empty where it has none."""

    slug: str
    why: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read: meetings with one slug each, records that could not be used, and what was mended.

    still_there: slugs that meetings of rejected records may have had before. Their meetings have not
    left the feed, it is only illegible on them. digest: of the bytes and all else it was read from, where that is
    known; see rereading. tidied: how many records were written in another way than the directory's, by the kind of
    difference, where that says the same.
    """

    meetings: list[ParsedMeeting] = field(default_factory=list)
    rejected: list[Fault] = field(default_factory=list)
    mended: list[Fault] = field(default_factory=list)
    still_there: set[str] = field(default_factory=set)
    digest: str = ""
    tidied: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """How many meetings the feed speaks of; a record that is held on three days speaks of three."""
        return len(self.meetings) + len(self.rejected)


class UnusableError(Exception):
    """A record of which no meeting can be made; its text says why."""
