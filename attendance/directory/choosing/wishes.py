"""What somebody wishes of a meeting, read from the words that are kept of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attendance.directory.choosing.geography import Point
from attendance.directory.feeds.bmlt_languages import CODES as LANGUAGES
from attendance.directory.feeds.bmlt_languages import SPOKEN
from attendance.directory.feeds.type_names import CODES, NAMES
from attendance.directory.kinds import FellowshipKind
from clinic import preferences

KINDS = {
    "12-step": FellowshipKind.TWELVE_STEP,
    "secular": FellowshipKind.SECULAR,
    "other kinds": FellowshipKind.OTHER,
}
AUDIENCES = {"women": "W", "men": "M"}
HOW = {"in person": "in_person", "online": "online"}
DAYS = {
    day: number
    for number, day in enumerate(
        ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
    )
}
# From which hour until before which, local time.
HOURS = {"nights": (0, 4), "mornings": (4, 12), "afternoons": (12, 17), "evenings": (17, 24)}
# What the people of a place speak, where that is not English, by ISO 3166: unmarked meetings are held in it.
SPOKEN_IN = {
    "AT": "de", "BR": "pt", "CO": "es", "DE": "de", "DK": "da", "ES": "es", "FI": "fi", "FR": "fr", "GR": "el",
    "IT": "it", "JP": "ja", "MX": "es", "NL": "nl", "NO": "no", "PL": "pl", "PT": "pt", "SE": "sv", "TR": "tr",
    "UA": "uk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wishes of a meeting; what is empty is all the same to them.

    kinds and fellowships (ids): any of them. audience: W for women alone, M for men. languages: codes of the Meeting
    Guide; local: unmarked meetings are held in one of them. how: in_person or online. days: 0 for Monday, and hours:
    parts of the day, both in the clinic's time zone. codes: marks that a meeting should have. area: where they would
    go, in their own words, near: that place, and within_km: how far from it. unused: words that say nothing of this.
    """

    kinds: frozenset[FellowshipKind] = frozenset()
    fellowships: frozenset[int] = frozenset()
    audience: str = ""
    languages: frozenset[str] = frozenset()
    local: bool = True
    wheelchair: bool = False
    how: str = ""
    days: frozenset[int] = frozenset()
    hours: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    area: str = ""
    near: Point | None = None
    within_km: float | None = None
    unused: tuple[str, ...] = ()

    @property
    def names_a_kind(self) -> bool:
        """Whether they wish for some kinds or fellowships above others."""
        return bool(self.kinds or self.fellowships)


def wishes_of(
    words: Iterable[str],
    *,
    language: str = "",
    country: str = "",
    fellowships: Mapping[str, int] | None = None,
) -> Wishes:
    """The wishes in some words, such as secular, women, evenings, polish, newcomer, na, area: leeds, within: 5 km.

    language: what they speak, by ISO 639-1. country: where, by ISO 3166. fellowships: what fellowships may be called,
    in small letters, with their ids. near is not known here: an area has still to be found on the map.
    """
    told = preferences.told_apart(words)
    single = [*told.ticked, *told.others]
    named = fellowships or {}
    codes = {word: CODES[word] for word in told.others if word in CODES and word not in SPOKEN}
    languages = {LANGUAGES[language]} if language in LANGUAGES else set()
    languages |= {SPOKEN[word] for word in single if word in SPOKEN}
    audience = {AUDIENCES[word] for word in single if word in AUDIENCES}
    how = {HOW[word] for word in single if word in HOW}
    spoken_here = LANGUAGES[SPOKEN_IN.get(country, "en")]
    return Wishes(
        kinds=frozenset(KINDS[word] for word in single if word in KINDS),
        fellowships=frozenset(named[word] for word in single if word in named),
        # Both is as much as neither.
        audience=audience.pop() if len(audience) == 1 else "",
        languages=frozenset(languages),
        local=not languages or spoken_here in languages,
        wheelchair="wheelchair" in single,
        how=how.pop() if len(how) == 1 else "",
        days=frozenset(DAYS[word] for word in single if word in DAYS),
        hours=frozenset(word for word in single if word in HOURS),
        codes=frozenset(codes.values()),
        area=told.area,
        within_km=preferences.kilometres(told.within),
        unused=tuple(word for word in told.others if word not in {*KINDS, *HOURS, *SPOKEN, *named, *codes}),
    )


def language_names(codes: Iterable[str]) -> str:
    """Some languages in words."""
    return " or ".join(sorted(NAMES[code] for code in codes))
