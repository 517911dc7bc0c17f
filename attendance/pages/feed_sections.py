"""What reading a list would change, in the order in which somebody should look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attendance.directory.upkeep.foreseen import Foreseen

AT_ONCE = 50
# By its name in Foreseen: what it is called, and what that means.
MEETINGS = (
    ("closing", "Closing", "They are not in the list any more, and are offered to nobody from then on."),
    ("changed", "Changed", "What was, and what becomes of it."),
    ("back", "Coming back", "They had left the list, and are in it again."),
    ("added", "New", "The directory has none of them yet."),
)
RECORDS = (
    (
        "rejected",
        "Left out",
        "No meeting could be made of these records. One that was there stays as it was.",
    ),
    ("mended", "Mended", "Something was left out or altered, and the meeting goes in."),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of change: all there are, those shown at once, those that unfold, and how many are not shown at all."""

    name: str
    title: str
    meaning: str
    count: int
    shown: Sequence[Mapping[str, Any]]
    folded: Sequence[Mapping[str, Any]]

    @property
    def left_out(self) -> int:
        """How many there are besides those shown and folded."""
        return self.count - len(self.shown) - len(self.folded)


def sections_of(foreseen: Foreseen) -> list[Section]:
    """The kinds of change that there are."""
    return list(_sections(foreseen))


def _sections(foreseen: Foreseen) -> Iterator[Section]:
    held: Mapping[str, Any] = foreseen
    for name, title, meaning in (*MEETINGS, *RECORDS):
        rows = held[name]
        if rows:
            count = held["counts"][name]
            yield Section(name, title, meaning, count, rows[:AT_ONCE], rows[AT_ONCE:])


def in_short(foreseen: Foreseen) -> str:
    """What it did in a few words, such as 12 new, 3 changed; where nothing was changed it says so."""
    counts: Mapping[str, Any] = foreseen["counts"]
    words = {"added": "new", "changed": "changed", "back": "back again", "closing": "closed"}
    done = [f"{counts[name]} {word}" for name, word in words.items() if counts[name]]
    return ", ".join(done) if done else "no meeting was changed"
