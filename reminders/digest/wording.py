"""What the e-mail of a morning says. Pure, and discreet: numbers, a link, no client, nothing of what a clinic does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinic.texts import one_line
from reminders.desk.ranking import Place

SUBJECT = "Your list for today"
# Shorter and vaguer than the headings of Today: a mailbox is read over shoulders.
PLACES = {
    Place.RING_ME: "asked to be rung",
    Place.LAPSED: "out of touch",
    Place.ISOLATED: "falling behind, and on their own",
    Place.SLIPPING: "falling behind",
    Place.NO_FIRST_MEETING: "not started yet",
    Place.UNSURE: "not reached, or not known whether they were",
    Place.OTHER: "something to settle",
    Place.INTERVIEW: "due to be asked how they are",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many need somebody, by their place on Today, and how many tasks have waited too long."""

    places: Mapping[Place, int]
    waiting: int

    @property
    def total(self) -> int:
        """How many people that is."""
        return sum(self.places.values())


@dataclass(frozen=True, slots=True)
class Morning:
    """What one person is told; mine or team is None where they have no such view of the clinic."""

    first_name: str
    mine: Numbers | None
    team: Numbers | None
    today_url: str
    settings_url: str
    days: Sequence[int]
    hour: int


def body(morning: Morning) -> str:
    """The text. A morning on which nobody waits says so: silence would look like an e-mail that was lost."""
    name = one_line(morning.first_name)
    parts = [f"Good morning{f', {name}' if name else ''}."]
    if morning.mine is not None:
        nobody = "Nobody needs you this morning."
        parts.append(_told(morning.mine, "you", "gone to your manager", nobody))
    if morning.team is not None:
        gone = "come to you, or to another manager"
        parts.append(
            _told(morning.team, "somebody of the team", gone, "Nobody is on the team's list this morning.")
        )
    parts += [
        f"Your list: {morning.today_url}",
        f"You chose this e-mail for {_days(morning.days)} at {morning.hour:02}:00. Change or stop it here: "
        f"{morning.settings_url}",
    ]
    return "\n\n".join(parts) + "\n"


def _told(numbers: Numbers, whom: str, gone: str, nobody: str) -> str:
    people = "person needs" if numbers.total == 1 else "people need"
    lines = [f"{numbers.total} {people} {whom} this morning:" if numbers.total else nobody]
    lines += [f"  {number} {PLACES[place]}" for place, number in sorted(numbers.places.items()) if number]
    if numbers.waiting:
        verb = "has" if numbers.waiting == 1 else "have"
        lines += ["", f"Waiting too long: {numbers.waiting}, which {verb} {gone}."]
    return "\n".join(lines)


def _days(days: Sequence[int]) -> str:
    """Days of the week in words: each day, Monday to Friday, or a list."""
    if len(days) == 7:
        return "every day"
    if list(days) == [0, 1, 2, 3, 4]:
        return "Monday to Friday"
    named = [DAYS[day] for day in days]
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)
