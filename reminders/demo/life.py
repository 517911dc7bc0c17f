"""What happens to one client, as dated plans. Values only; nothing here has happened yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from attendance.register.models import Source
from attendance.standing.rule import first_expected_week
from clinic.models import ClosedReason, Phase
from clinic.policy import WeeklyPolicy
from clinic.weeks import DAY, WEEK, week_of
from reminders.demo.parts import Part, Reach


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one clinic: from when on it has used the product, today, and its policy."""

    begins: date
    today: date
    policy: WeeklyPolicy

    @property
    def this_week(self) -> date:
        """The first day of the present week."""
        return self.week_of(self.today)

    def week_of(self, day: date) -> date:
        """The first day of the week that holds the day."""
        return week_of(day, self.policy.week_starts_on)

    def expected_from(self, intake_on: date) -> date:
        """The first day of the first week in which somebody taken in on that day is expected."""
        return first_expected_week(self.policy, intake_on)

    def weeks(self, first: date, last: date) -> list[date]:
        """The first days of the weeks from one that holds a day to one that holds another."""
        found = [self.week_of(first)]
        while found[-1] + WEEK <= last:
            found.append(found[-1] + WEEK)
        return found


def is_workday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def workday_from(day: date) -> date:
    """The day itself if the clinic is open, else the next on which it is."""
    while not is_workday(day):
        day += DAY
    return day


def workday_after(day: date) -> date:
    """The next day on which the clinic is open."""
    return workday_from(day + DAY)


@dataclass(frozen=True, slots=True)
class Visit:
    """A meeting somebody goes to; told: by whom the clinic hears of it first, again: and who bears it out."""

    on: date
    meeting: str
    told: Source
    again: Source | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Days away. entered_on: when the clinic writes it down; mistaken: it was another client's."""

    starts_on: date
    ends_on: date
    reason: str
    entered_on: date
    mistaken: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A meeting written down wrongly on a day; right: what it should have been, None if it was not theirs."""

    recorded_on: date
    meeting: str
    wrong: date
    right: date | None
    noticed_on: date


@dataclass(slots=True)
class Life:
    """One client's way through the months: who they are at intake, and what happens when."""

    part: Part
    intake_on: date
    born_on: date | None = None
    severity: int | None = None
    motivation: int | None = None
    controlled_use_impossible: int | None = None
    isolated: bool | None = None
    programme: int = 0
    language: str = "en"
    preferences: list[str] = field(default_factory=list)
    plain_wording: bool = False
    visits: list[Visit] = field(default_factory=list)
    absences: set[date] = field(default_factory=set)
    breaks: list[Break] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    phases: list[tuple[date, Phase]] = field(default_factory=list)
    returned_on: date | None = None
    closed: tuple[date, ClosedReason] | None = None
    introduced_on: date | None = None
    introduction_ends_on: date | None = None
    stops_on: date | None = None
    consents_on: date | None = None

    @property
    def until(self) -> date | None:
        """The last day of the story, if it is over."""
        if self.closed is not None:
            return self.closed[0]
        died = [day for day, phase in self.phases if phase is Phase.DIED]
        return died[0] if died else None

    @property
    def has_number(self) -> bool:
        """Whether the clinic has their mobile number."""
        return self.part.reach is not Reach.EMAILS
