"""Whether a meeting suits somebody, and why. Pure: a meeting and wishes in, sentences out.

Evidence E12 and E13: what people are sent to has to be a place they would go to, and groups without a higher power
stand beside the others as equals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from attendance.directory.choosing.geography import Point, distance_km
from attendance.directory.choosing.wishes import HOURS, Wishes, language_names
from attendance.directory.feeds.bmlt_languages import CODES as LANGUAGES
from attendance.directory.feeds.type_names import NAMES
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from clinic.preferences import distance_text

LANGUAGE_CODES = frozenset(LANGUAGES.values())
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The Meeting Guide's mark for a meeting without a higher power.
SECULAR_MARK = "A"
FOR_ALONE = {"W": "women", "M": "men"}
MINUTES_A_DAY = 24 * 60
# How far somebody is thought to go who has not said it.
USUAL_KM = 25.0
HIGHER_POWER = {
    FellowshipKind.TWELVE_STEP: "12-step",
    FellowshipKind.SECULAR: "secular: no higher power",
    FellowshipKind.OTHER: "another way than the steps",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A meeting as far as choosing needs it.

    group: what tells its group from others: its name and the place. minute: when it starts in a week of the
    clinic's time zone, 0 to 10,079 from Monday's midnight, and ahead: in how many minutes that is; both None by
    appointment. place is None where nobody knows where it is.
    """

    pk: int
    name: str
    group: tuple[str, str]
    fellowship: int
    fellowship_name: str
    kind: FellowshipKind
    option: AttendanceOption
    types: frozenset[str]
    minute: int | None
    ahead: int | None
    place: Point | None
    where: str

    @property
    def kinds(self) -> set[FellowshipKind]:
        """The kinds it is of: a meeting of a 12-step fellowship that calls itself secular is both."""
        return {self.kind, FellowshipKind.SECULAR} if SECULAR_MARK in self.types else {self.kind}

    def shown_kind(self, wishes: Wishes) -> FellowshipKind:
        """The kind to speak of: the one wished for where it is of several."""
        secular = FellowshipKind.SECULAR
        return secular if secular in self.kinds & wishes.kinds else self.kind

    @property
    def in_person(self) -> bool:
        """Whether one can be there in person."""
        return self.option in (AttendanceOption.IN_PERSON, AttendanceOption.HYBRID)

    @property
    def online(self) -> bool:
        """Whether one can join it online or by phone."""
        return self.option in (AttendanceOption.ONLINE, AttendanceOption.HYBRID)


@dataclass(frozen=True, slots=True)
class Judged:
    """A meeting held against wishes: what fits and what does not, in words. distance_km: None where it is not known."""

    candidate: Candidate
    fits: tuple[str, ...]
    misses: tuple[str, ...]
    distance_km: float | None


def closed_to(candidate: Candidate, wishes: Wishes) -> bool:
    """Whether it is not to be offered at all: for women alone or men alone, to somebody who has not asked for that."""
    for_alone = candidate.types & FOR_ALONE.keys()
    return len(for_alone) == 1 and wishes.audience not in for_alone


def judge(candidate: Candidate, wishes: Wishes, country: str = "") -> Judged:
    """Hold a meeting against every wish. country: how distances are written, by ISO 3166."""
    distance = None
    if wishes.near is not None and candidate.place is not None and candidate.in_person:
        distance = distance_km(wishes.near, candidate.place)
    fits: list[str] = []
    misses: list[str] = []
    for suits, words in _held_against(candidate, wishes, distance, partial(distance_text, country=country)):
        (fits if suits else misses).append(words)
    return Judged(candidate, tuple(fits), tuple(misses), distance)


def _held_against(
    candidate: Candidate, wishes: Wishes, distance: float | None, written: partial[str]
) -> Iterator[tuple[bool, str]]:
    yield from _place(candidate, wishes, distance, written)
    if wishes.names_a_kind:
        suits = bool(candidate.kinds & wishes.kinds) or candidate.fellowship in wishes.fellowships
        named = suits and not candidate.kinds & wishes.kinds
        yield suits, candidate.fellowship_name if named else HIGHER_POWER[candidate.shown_kind(wishes)]
    else:
        yield True, HIGHER_POWER[candidate.kind]
    if wishes.audience:
        alone = wishes.audience in candidate.types
        whom = FOR_ALONE[wishes.audience]
        yield alone, f"for {whom} alone" if alone else f"not for {whom} alone"
    yield from _language(candidate, wishes)
    if wishes.wheelchair and candidate.in_person:
        free = "X" in candidate.types
        yield free, "step-free" if free else "not marked as step-free"
    yield from _time(candidate, wishes)
    for code in sorted(wishes.codes):
        marked = code in candidate.types
        yield marked, NAMES[code].lower() if marked else f"not marked as {NAMES[code].lower()}"


def _place(
    candidate: Candidate, wishes: Wishes, distance: float | None, written: partial[str]
) -> Iterator[tuple[bool, str]]:
    if wishes.how == "online":
        yield candidate.online, "online" if candidate.online else "in person only"
        return
    if not candidate.in_person:
        yield wishes.how != "in_person", "online"
        return
    if distance is not None:
        yield distance <= (wishes.within_km or USUAL_KM), f"{written(distance)} away"
    elif wishes.near is not None and wishes.within_km is not None:
        # A town or an area of that name will do where nobody knows the very spot.
        there = bool(wishes.area) and wishes.area in candidate.where
        yield there, f"in {wishes.area.title()}" if there else "how far is not known"


def _language(candidate: Candidate, wishes: Wishes) -> Iterator[tuple[bool, str]]:
    marked = candidate.types & LANGUAGE_CODES
    if not wishes.languages:
        return
    if marked:
        spoken = marked & wishes.languages
        if not spoken or not wishes.local:
            yield bool(spoken), f"in {language_names(spoken or marked)}"
    elif not wishes.local:
        yield False, f"not marked as {language_names(wishes.languages)}"


def _time(candidate: Candidate, wishes: Wishes) -> Iterator[tuple[bool, str]]:
    if not wishes.days and not wishes.hours:
        return
    if candidate.minute is None:
        yield False, "by appointment"
        return
    day, minute = divmod(candidate.minute, MINUTES_A_DAY)
    if wishes.days:
        yield day in wishes.days, f"on {DAY_NAMES[day]}s"
    if wishes.hours:
        part = part_of_day(minute // 60)
        yield part in wishes.hours, f"in the {part.removesuffix('s')}"


def part_of_day(hour: int) -> str:
    """The part of the day that an hour from 0 to 23 is of, as wishes name it."""
    return next(part for part, (first, over) in HOURS.items() if first <= hour < over)
