"""The Register as read: a caseload down, the days of a week across. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Min, QuerySet

from attendance.directory.models import Meeting
from attendance.directory.naming import options
from attendance.register import usual
from attendance.reports import cells
from attendance.reports.cells import Entry, Week
from attendance.reports.wanted import Sort, Wanted, wanted_of, with_intakes
from attendance.standing.strips import StripWeek
from clinic import clock
from clinic.models import Client, Clinic, Episode, User
from clinic.weeks import DAY, WEEK, day_text, week_of

PAGE = 50
# Of the meetings a client has been to, how many the field offers before anything is typed.
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Where on the Register somebody is: a day of the week, the one day shown, the page; an entry just taken back."""

    week: date | None = None
    day: date | None = None
    page: str | None = None
    taken_back: int | None = None


@dataclass(slots=True)
class Cell:
    """One day of one client. usual: the meeting that a press records, where they have one of that day."""

    day: date
    is_today: bool
    is_future: bool
    before_intake: bool
    entries: list[Entry]
    is_paused: bool = False
    usual: Meeting | None = None

    @property
    def can_add(self) -> bool:
        """Whether a meeting may be recorded here."""
        return not self.is_future and not self.before_intake

    @property
    def press(self) -> str:
        """What a press on + says: the day, the number of the meeting that stands there, and the last entry seen."""
        seen = max((entry.pk for entry in self.entries), default=0)
        number = self.usual.pk if self.usual is not None else 0
        return f"{self.day} {number} {seen}" if seen else f"{self.day} {number}" if number else f"{self.day}"


@dataclass(slots=True)
class Row:
    """One client's week. box: what it came to by the weekly rule, as the last column draws it.

    note: what the list is sorted by, in few words. told: who wrote down 'did not go', and when.
    """

    client: Client
    cells: list[Cell]
    box: StripWeek
    held: Week
    told: str = ""
    note: str = ""

    @property
    def did_not_go(self) -> bool:
        """Whether the week shows as one of which they said so: no meeting speaks against it."""
        return self.held.check_in is not None and not self.held.standing

    @property
    def written(self) -> list[Cell]:
        """The cells with something in them."""
        return [cell for cell in self.cells if cell.entries]


@dataclass(frozen=True, slots=True)
class Grid:
    """A week of a caseload, fifty clients a page; shown is its one day that a narrow window has room for.

    earlier: None where nobody of the caseload was taken in before this week. known: the meetings that the clients
    of the page have been to, as the field offers them. narrowed: whether a filter leaves somebody out.
    """

    week: date
    shown: date
    today: date
    days: list[Cell]
    rows: list[Row]
    earlier: date | None
    later: date | None
    first: date | None
    is_current: bool
    known: list[str]
    usual: list[Meeting]
    narrowed: bool
    page_obj: Page[Any]


def grid(
    clinic: Clinic,
    clients: QuerySet[Client],
    asked: Asked,
    wanted: Wanted,
    reader: User,
    now: datetime,
    a_page: int = PAGE,
) -> Grid:
    """The week that holds the day asked for, the current one by default; never one still to come.

    Of its days the one asked for is shown, else today, else its last. a_page: how many clients.
    """
    today = clock.local_date(now, clinic.time_zone)
    current = week_of(today, clinic.week_starts_on)
    week = min(week_of(asked.week, clinic.week_starts_on), current) if asked.week is not None else current
    last = week + WEEK - DAY
    first_intake: date | None = Episode.objects.filter(client__in=clients).aggregate(Min("intake_on"))[
        "intake_on__min"
    ]
    there = with_intakes(clients.select_related("clinic", "standing"), last, today)
    page_obj = Paginator(wanted_of(there, wanted, week), a_page).get_page(asked.page)
    people = list(page_obj.object_list)
    ids = [client.pk for client in people]
    rows = rows_of(clinic, people, week, today, reader, asked.taken_back)
    known: dict[int, Meeting] = {}
    on_offer: dict[int, Meeting] = {}
    meetings_of = usual.meetings_of(ids, clinic)
    for row in rows:
        meetings = meetings_of[row.client.pk]
        known |= {meeting.pk: meeting for meeting in meetings[:OFFERED]}
        row.note = _note(row.client, wanted.sort)
        for cell in row.cells:
            cell.usual = _on_offer(cell, meetings, clinic) if cell.can_add else None
            if cell.usual is not None:
                on_offer[cell.usual.pk] = cell.usual
    return Grid(
        week=week,
        shown=next(day for day in (asked.day, today, last) if day is not None and week <= day <= last),
        today=today,
        days=[_cell(day, today, week, []) for day in _days(week)],
        rows=rows,
        earlier=week - WEEK if first_intake is not None and first_intake < week else None,
        later=week + WEEK if week < current else None,
        first=first_intake,
        is_current=week == current,
        known=options(sorted(known.values(), key=lambda meeting: meeting.name)),
        usual=list(on_offer.values()),
        narrowed=wanted.narrows,
        page_obj=page_obj,
    )


def rows_of(
    clinic: Clinic,
    people: Collection[Client],
    week: date,
    today: date,
    reader: User,
    taken_back: int | None = None,
) -> list[Row]:
    """What is written down of these clients' week, without what a press would record; four queries at most.

    The clients are annotated as by wanted.with_intakes, and taken in before the week ended.
    """
    ids = [client.pk for client in people]
    weeks = cells.weeks_of(ids, week, cells.entries_of(ids, week, taken_back))
    names = cells.put_in_words(clinic, weeks.values(), reader)
    return [
        row_of(
            client,
            weeks[client.pk],
            cells.box_of(clinic, client, weeks[client.pk], week, today),
            week,
            today,
            names,
        )
        for client in people
    ]


def row_of(client: Client, held: Week, box: StripWeek, week: date, today: date, names: dict[str, str]) -> Row:
    """One client's row from what was read of it. names: who is called what, by user name."""
    first: date = client.first_intake_on  # type: ignore[attr-defined]  # annotated by wanted.with_intakes
    row = Row(client, [_cell(day, today, first, held.on(day)) for day in _days(week)], box, held)
    for cell in row.cells:
        cell.is_paused = any(pause.starts_on <= cell.day <= pause.ends_on for pause in held.pauses)
    if held.check_in is not None:
        by, at = held.check_in.recorded_by, held.check_in.recorded_at
        when = cells.moment_text(at, ZoneInfo(client.clinic.time_zone))
        row.told = f"{held.check_in.get_source_display()} ({names.get(by, by)}), {when}."
    return row


def _on_offer(cell: Cell, meetings: list[Meeting], clinic: Clinic) -> Meeting | None:
    """What + records in a cell: the usual meeting of the day, but where anything stands there already none."""
    if any(not entry.taken_back for entry in cell.entries):
        return None
    return usual.meeting_on(meetings, cell.day, clinic.time_zone)


def _note(client: Client, sort: Sort) -> str:
    if sort is Sort.STANDING:
        missed = client.standing.missed_weeks
        return f"{missed} {'week' if missed == 1 else 'weeks'} missed"
    if sort is Sort.LAST:
        last: date | None = client.last_attended_on  # type: ignore[attr-defined]  # annotated by wanted_of
        return f"last on {day_text(last)}" if last is not None else "no meeting yet"
    return ""


def _days(week: date) -> list[date]:
    return [week + timedelta(days=number) for number in range(7)]


def _cell(day: date, today: date, first: date, entries: list[Entry]) -> Cell:
    return Cell(day, day == today, day > today, day < first, entries)
