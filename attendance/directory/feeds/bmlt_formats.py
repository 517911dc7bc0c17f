"""The formats of a BMLT server: what each says of the meetings that have it.

A server words its keys itself and in its own language ('F' for Frauen). world_id is the same for all, and what
Meeting Guide has a code for becomes that code, so that one search finds the meetings of both. The other world ids
are Meeting Guide's codes of Narcotics Anonymous already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from attendance.directory.feeds import bmlt_languages, reading
from attendance.directory.feeds.bmlt_weeks import in_order, weeks_meant, weeks_of_key
from attendance.directory.feeds.parsed import CODE_LIMIT, MOST_TYPES, NOTES_LIMIT
from attendance.directory.feeds.type_names import OF_NA

# For formats without a world_id, by their English name, as servers come with them; and one that decides whether a
# meeting is offered, in German too.
NAMED = {
    "open": "OPEN",
    "closed": "CLOSED",
    "men": "M",
    "women": "W",
    "wheelchair": "WCHR",
    "beginners": "BEG",
    "virtual meeting": "VM",
    "hybrid meeting": "HYBR",
    "temporarily closed": "TC",
    "temporarily closed facility": "TC",
    "vorübergehend geschlossen": "TC",
}
# Servers give these keys themselves, in every language.
RESERVED = {"VM": "VM", "HY": "HYBR", "TC": "TC"}
# Codes with a meaning of our own: a key that is one of them by chance would be misread.
OURS = {*OF_NA.values(), "M", "W", "BEG", "TC", *bmlt_languages.CODES.values()}
# A server has its formats in a handful of languages.
MOST_TEXTS = 40


@dataclass(frozen=True, slots=True)
class Meant:
    """What the formats of one meeting come to.

    types: codes, each once. weeks: 1 to 5 and -1 for the last, empty for every week. unlisted: numbers of
    formats that no list explains.
    """

    types: tuple[str, ...] = ()
    weeks: tuple[int, ...] = ()
    online: bool = False
    hybrid: bool = False
    temporarily_closed: bool = False
    unlisted: tuple[str, ...] = ()


class _Text(NamedTuple):
    """A format in one language."""

    key: str
    name: str
    description: str
    language: str


class _Format(NamedTuple):
    """A format in every language its list has: the codes it gives, its world_id, and its weeks."""

    codes: tuple[str, ...]
    world_id: str
    weeks: tuple[int, ...]
    keys: frozenset[str]


class Formats:
    """Formats by number and by key. faults: one sentence for every entry of the list that is none."""

    def __init__(self, stated: Sequence[Any]) -> None:
        """stated: entries of GetFormats or of the administration API. Of two for one number the first holds."""
        self.faults: list[str] = []
        texts: dict[str, list[_Text]] = {}
        world_ids: dict[str, tuple[str, str]] = {}
        for position, entry in enumerate(stated, 1):
            number = _line(entry, "id") if isinstance(entry, dict) else ""
            if not number:
                self.faults.append(f"entry {position} of the list of formats is none and was left out")
                continue
            of_number = texts.setdefault(number, [])
            of_number.extend(islice(_texts(entry), MOST_TEXTS - len(of_number)))
            kind = _line(entry, "format_type_enum", "type")
            world_ids.setdefault(number, (_line(entry, "world_id", "worldId").upper(), kind.upper()))
        self._by_number = {number: _format(texts[number], *world_ids[number]) for number in texts}
        self._by_key: dict[str, _Format] = {}
        for one in self._by_number.values():
            for key in one.keys:
                self._by_key.setdefault(key, one)

    def meant(self, numbers: Sequence[str], keys: Sequence[str]) -> Meant:
        """What the formats of a meeting say, given by number, by key or both."""
        listed = [self._by_number[number] for number in numbers if number in self._by_number]
        explained = {key for one in listed for key in one.keys}
        # Where every number is listed the keys say the same again, though maybe in a language the list has not.
        if not len(keys) == len(numbers) == len(listed):
            listed += [self._by_key.get(key) or _unlisted(key) for key in keys if key not in explained]
        # A key says more than a number, and those of unlisted numbers are among the keys.
        unlisted = () if keys else tuple(number for number in numbers if number not in self._by_number)
        codes = [code for one in listed for code in one.codes] + [f"format {number}" for number in unlisted]
        world_ids = {one.world_id for one in listed}
        return Meant(
            types=tuple(dict.fromkeys(codes)),
            weeks=in_order({week for one in listed for week in one.weeks}),
            online="VM" in world_ids,
            hybrid="HYBR" in world_ids,
            temporarily_closed="TC" in world_ids,
            unlisted=unlisted,
        )


def _texts(entry: Mapping[str, Any]) -> Iterator[_Text]:
    """An entry of GetFormats is of one language; one of the administration API has them all."""
    translations = entry.get("translations")
    if not isinstance(translations, list):
        translations = [entry]
    for text in translations:
        if isinstance(text, dict):
            yield _Text(
                key=_line(text, "key_string", "key"),
                name=_line(text, "name_string", "name"),
                description=_line(text, "description_string", "description"),
                language=_line(text, "lang", "language").lower(),
            )


def _line(entry: Mapping[str, Any], *names: str) -> str:
    """The first of these values that there is, on one line; GetFormats and the API name them differently."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return reading.cut(reading.plain_line(str(value)[:1000]), 500)
    return ""


def _format(texts: list[_Text], world_id: str, kind: str) -> _Format:
    # English first, so that what is shown and what is looked up is English where there is a choice.
    texts = sorted(texts, key=lambda text: text.language != "en")
    keys = frozenset(text.key for text in texts if text.key)
    if not world_id:
        named = (NAMED.get(text.name.casefold(), "") for text in texts)
        world_id = next(filter(None, named), "")
    weeks = {week for text in texts for week in weeks_meant(text.name, text.description)}
    if weeks:
        return _Format((), world_id, in_order(weeks), keys)
    codes: tuple[str, ...] = ()
    if "LANG" in (world_id, kind):
        codes = bmlt_languages.spoken([text.name for text in texts], keys, [t.description for t in texts])
    elif world_id:
        codes = (OF_NA.get(world_id, world_id),)
    return _Format(tuple(reading.cut(code, CODE_LIMIT) for code in codes or _own(texts)), world_id, (), keys)


def _own(texts: list[_Text]) -> tuple[str, ...]:
    """The server's own key; its name instead where the key is a code that means something else."""
    key = next((text.key for text in texts if text.key), "")
    name = next((text.name for text in texts if text.name), "")
    chosen = name if key in OURS and name else key or name
    return (chosen,) if chosen else ()


def _unlisted(key: str) -> _Format:
    """A key that no list explains: as it is, but for the few whose meaning is known."""
    world_id = RESERVED.get(key, "")
    weeks = weeks_of_key(key)
    code = OF_NA.get(world_id, world_id) or reading.cut(key, CODE_LIMIT)
    return _Format(() if weeks else (code,), world_id, weeks, frozenset((key,)))


def keys_in(value: Any) -> list[str]:
    """Keys or numbers of formats as records state them, each once: with commas between, or as a list."""
    parts = (
        value[: 2 * NOTES_LIMIT].split(",")
        if isinstance(value, str)
        else value
        if isinstance(value, list)
        else []
    )
    words = (
        reading.plain_line(str(part)[:200]) for part in parts[:MOST_TYPES] if isinstance(part, str | int)
    )
    return list(dict.fromkeys(filter(None, words)))
