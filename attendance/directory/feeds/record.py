"""One record of a feed while it is read: values come out clean, and what was mended is noted on the way."""

from collections.abc import Mapping
from typing import Any

from attendance.directory.feeds import reading
from attendance.directory.feeds.parsed import LINE_LIMIT, NOTES_LIMIT, URL_LIMIT, UnusableError
from attendance.directory.kinds import AttendanceOption
from clinic.texts import UNFIT
from clinic.zones import is_time_zone

OPTIONS = frozenset(AttendanceOption.values)


CONTROL_CHARACTERS, HTML, PADDING = "control characters", "HTML", "padding and line breaks"


class Record:
    """A record as a mapping from the feed's own names to values, and why its meeting differs from it.

    The rule for what cannot be read: where it says when or what is meant, the record is unusable; anything
    else is left out and noted. A mere difference of notation (a 12-hour time, a number as text) is not noted.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self._mended: dict[str, None] = {}
        self._tidied: set[str] = set()

    def mend(self, why: str) -> None:
        """Note what was left out or altered, once however often the value is looked at."""
        self._mended[why] = None

    @property
    def mended(self) -> tuple[str, ...]:
        """What was noted, in its order."""
        return tuple(self._mended)

    def tidy(self, what: str) -> None:
        """Note that something is written in another way and says the same; once for a record."""
        self._tidied.add(what)

    @property
    def tidied(self) -> tuple[str, ...]:
        """What was noted so."""
        return tuple(sorted(self._tidied))

    def slug(self, key: str) -> str:
        """The slug as published, a text or a whole number; empty without one. What does not fit is noted.

        A text as long as a book is none.
        """
        value = self.raw.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        if isinstance(value, str) and len(value) > 2 * NOTES_LIMIT:
            return ""
        slug = reading.plain_line(str(value))
        fitting = reading.fitting_slug(slug)
        if fitting != slug:
            self.mend(f"its slug {reading.cut(slug, 100)!r} does not fit and became {fitting!r}")
        return slug

    def word(self, key: str) -> str:
        """The value on one line, cleaned; empty where there is none or it is no text."""
        value = self.raw.get(key)
        if value is None or value == "" or (not value and isinstance(value, list | dict)):
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.mend(f"{key} is no text and was left out")
            return ""
        stated = str(value)[: 2 * NOTES_LIMIT]
        return self._tidied_text(stated, reading.plain_line(stated))

    def line(self, key: str, limit: int = LINE_LIMIT) -> str:
        """The value on one line of up to limit characters."""
        return self._cut(key, self.word(key), limit)

    def lines(self, *keys: str) -> str:
        """The text of several values one below the other, their own lines kept."""
        # Far beyond the limit nothing is looked at, so that a hostile record takes no longer than another.
        values = [value[: 2 * NOTES_LIMIT] for key in keys if isinstance(value := self.raw.get(key), str)]
        plain = [self._tidied_text(value, reading.plain_lines(value)) for value in values]
        return self._cut(keys[0], "\n".join(filter(None, plain)), NOTES_LIMIT)

    def _tidied_text(self, stated: str, plain: str) -> str:
        if stated != plain:
            if UNFIT.search(stated):
                self.tidy(CONTROL_CHARACTERS)
            elif "<" in stated or "&" in stated:
                self.tidy(HTML)
            else:
                self.tidy(PADDING)
        return plain

    def _cut(self, key: str, text: str, limit: int) -> str:
        if len(text) > limit:
            self.mend(f"{key} has {len(text)} characters and was cut to {limit}")
        return reading.cut(text, limit)

    def address_on_the_web(self, key: str) -> str:
        """An http or https address; anything else is left out and noted, a script above all."""
        text = self.word(key)
        if not text:
            return ""
        try:
            address = reading.web_address(text)
        except ValueError:
            address = ""
        if not address or len(address) > URL_LIMIT:
            self.mend(f"{key} is no web address of up to {URL_LIMIT} characters and was left out")
            return ""
        return address

    def degrees(self) -> tuple[float, float] | tuple[None, None]:
        """Latitude and longitude, or neither."""
        latitude, longitude = (self.raw.get(key) for key in ("latitude", "longitude"))
        if latitude in (None, "") and longitude in (None, "") and self.word("coordinates"):
            latitude, _, longitude = self.word("coordinates").partition(",")
        if latitude in (None, "") and longitude in (None, ""):
            return None, None
        try:
            return reading.coordinates(latitude, longitude)
        except ValueError as fault:
            self.mend(f"its coordinates {fault} and were left out")
            return None, None

    def zone(self, key: str) -> str:
        """An IANA time zone, empty for the feed's own."""
        name = self.word(key)
        if name and not is_time_zone(name):
            self.mend(f"its time zone {reading.cut(name, 40)!r} is unknown: the feed's is used")
            return ""
        return name

    def required(self, key: str) -> str:
        """The value on one line; raises UnusableError without one."""
        text = self.line(key)
        if not text:
            raise UnusableError(f"it has no {key}")
        return text


def option_held(*, stated: str, place: bool, online: bool, temporarily_closed: bool) -> AttendanceOption:
    """How one can take part: what the feed states, unless the room is temporarily closed; else what it has.

    place: there is somewhere to go. online: there is an address or number to join, or the feed says so.
    """
    if temporarily_closed:
        return AttendanceOption.ONLINE if online else AttendanceOption.INACTIVE
    if stated in OPTIONS:
        return AttendanceOption(stated)
    if online:
        return AttendanceOption.HYBRID if place else AttendanceOption.ONLINE
    return AttendanceOption.IN_PERSON if place else AttendanceOption.INACTIVE
