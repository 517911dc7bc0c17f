"""Reading single values as feeds write them. Pure; each function says what it accepts and how it refuses."""

import hashlib
import html
import math
import re
import reprlib
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit

from attendance.directory.feeds.parsed import SLUG_LIMIT
from clinic.texts import UNFIT, one_line

TAG = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|body|center|cite|code|dd|dl|dt|em|font|h[1-6]|hr|html|i|img|ins|label|"
    r"mark|ol|p|pre|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tt|u|ul)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
LINE_TAG = re.compile(r"<br\s*/?>|</?(?:p|div|li|tr|h[1-6])(?:\s[^<>]*)?>", re.IGNORECASE)
HIDDEN = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
END_OF_HIDDEN = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE)
SHORT = reprlib.Repr()
SHORT.maxstring = SHORT.maxother = 100
BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)")


def plain_lines(text: str) -> str:
    """Text for people: HTML stripped, entities decoded, unfit characters dropped; its lines are kept."""
    if _is_plain(text):
        return " ".join(text.split())
    if "<" in text:
        text = TAG.sub("", LINE_TAG.sub("\n", _without_hidden(text)))
    text = ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    text = re.sub(r"\r\n?|[\u2028\u2029]", "\n", text)
    text = UNFIT.sub(lambda unfit: _windows_character(unfit.group()), text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_line(text: str) -> str:
    """The same on one line."""
    return " ".join(text.split()) if _is_plain(text) else one_line(plain_lines(text))


def _is_plain(text: str) -> bool:
    """Whether there is nothing to strip, decode or drop but spaces, as in nearly every value of a list."""
    return text.isprintable() and "<" not in text and "&" not in text


def _without_hidden(text: str) -> str:
    """HTML without its comments, scripts and style sheets; one that is never closed stays, and is looked for once."""
    kept: list[str] = []
    position = 0
    never_closed: set[str] = set()
    for begun in HIDDEN.finditer(text):
        kind = (begun[1] or "").lower()
        if begun.start() < position or kind in never_closed:
            continue
        end = END_OF_HIDDEN[kind].search(text, begun.end())
        if end is None:
            never_closed.add(kind)
            continue
        kept += [text[position : begun.start()], " "]
        position = end.end()
    return "".join(kept) + text[position:]


def _windows_character(unfit: str) -> str:
    """Lists kept in old software carry its quotation marks and dashes as control characters 0x80 to 0x9f."""
    if "\x80" <= unfit <= "\x9f":
        return bytes([ord(unfit)]).decode("cp1252", "ignore")
    return ""


def shown(value: Any) -> str:
    """A value as a sentence may show it, however long or deep it is."""
    return cut(SHORT.repr(value), 40)


def cut(text: str, limit: int) -> str:
    """The text, its end replaced by an ellipsis where it is longer than limit characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def fitting_slug(slug: str) -> str:
    """A slug the directory can hold: the same always becomes the same, and different ones stay different.

    Too long, or with the colon that parts a feed's name from a slug, it is shortened and ends in a digest.
    """
    if len(slug) <= SLUG_LIMIT and ":" not in slug:
        return slug
    digest = hashlib.sha256(slug.encode()).hexdigest()[:8]
    return f"{slug.replace(':', '-')[: SLUG_LIMIT - 9]}-{digest}"


def clock_time(text: str) -> time:
    """A local time such as 19:30, 7:30 PM or noon. Raises ValueError."""
    text = text.strip()
    if text.lower() in ("noon", "midnight"):
        return time(12 if text.lower() == "noon" else 0)
    found = CLOCK.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise ValueError(text)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return time(hour, minute)


def number(value: Any) -> float:
    """A number, or the text of one. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    try:
        found = float(value)
    except OverflowError as error:
        raise ValueError(value) from error
    if not math.isfinite(found):
        raise ValueError(value)
    return found


def coordinates(latitude: Any, longitude: Any) -> tuple[float, float]:
    """Degrees north and east. Raises ValueError with the reason where they are no place people meet at."""
    try:
        north, east = number(latitude), number(longitude)
    except ValueError as error:
        raise ValueError("are not two numbers") from error
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError("are not on the globe")
    if (north, east) == (0, 0):
        raise ValueError("are 0, 0, which stands for unknown")
    return north, east


def web_address(text: str) -> str:
    """An http or https address; one without a scheme gets https. Raises ValueError for anything else."""
    if BARE_ADDRESS.match(text) and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise ValueError(text)
    return text


def moment(text: str) -> datetime:
    """When a record was last changed, aware, UTC where it does not say: ISO 8601, or M/D/Y with AM or PM.

    Raises ValueError; so does a day/month order that cannot be told.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007  (it gets its zone below)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
