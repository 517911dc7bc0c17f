"""The manager's view of Today: how much waits for each keyworker, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinic.models import Clinic, Membership, Role, User
from clinic.numbers import row_number
from reminders.desk import ranking
from reminders.desk.today import Row, Waiting

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """What waits for one keyworker, or for none: how many, how many of them at each place, the longest wait.

    asked: what the address says to see them alone.
    """

    asked: str
    name: str
    number: int
    places: list[tuple[int, str]]
    longest: timedelta | None

    @property
    def waits(self) -> str:
        """The longest wait in words; empty where nobody waits."""
        return ranking.span(self.longest) if self.longest is not None else ""

    @property
    def is_nobody(self) -> bool:
        """Whether these clients have no keyworker."""
        return self.asked == NOBODY


def team(clinic: Clinic, found: Waiting) -> list[Line]:
    """A line for each keyworker by name, those for whom nobody waits too; first, clients without one. One query."""
    staff = Membership.objects.filter(clinic=clinic, role=Role.KEYWORKER).select_related("user")
    keyworkers: dict[int, User] = {one.user_id: one.user for one in staff}
    keyworkers |= {user.pk: user for row in found.rows if (user := row.client.keyworker) is not None}
    by_name = sorted(keyworkers.values(), key=lambda user: (str(user).casefold(), user.pk))
    lines = [_line(str(user.pk), str(user), found.of([user.pk]).rows) for user in by_name]
    without = found.of([None]).rows
    return [_line(NOBODY, "No keyworker", without), *lines] if without else lines


def asked_for(asked: str, found: Waiting) -> Waiting:
    """Those of the keyworker that an address asks for; all where it asks for none that there could be."""
    if asked == NOBODY:
        return found.of([None])
    number = row_number(asked)
    return found.of([number]) if number is not None else found


def _line(asked: str, name: str, rows: Sequence[Row]) -> Line:
    numbers = Counter(row.place for row in rows)
    return Line(
        asked,
        name,
        len(rows),
        [(numbers[place], ranking.IN_SHORT[place]) for place in ranking.Place if numbers[place]],
        max((row.case.waiting for row in rows), default=None),
    )
