"""The Register as read: a caseload down, the days of a week across. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Min, Q, QuerySet

from attendance.directory.models import Meeting
from attendance.directory.naming import options, when_text
from attendance.register import usual
from attendance.register.models import Attendance, CheckIn, Pause
from attendance.standing import strips
from attendance.standing.strips import StripWeek
from clinic import clock
from clinic.models import Client, Clinic
from clinic.weeks import DAY, WEEK, week_of

PAGE = 50
# Of the meetings a client has been to, how many a row offers before anything is typed.
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One attendance in a cell: what to show, and who says so; or one just taken back, to be put back."""

    pk: int
    label: str
    title: str
    taken_back: bool = False


@dataclass(slots=True)
class Cell:
    """One day of one client. usual: the meeting that a press records, where they have one of that day."""

    day: date
    is_today: bool
    is_future: bool
    before_intake: bool
    is_paused: bool = False
    usual: Meeting | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def can_add(self) -> bool:
        """Whether a meeting may be recorded here."""
        return not self.is_future and not self.before_intake


@dataclass(slots=True)
class Row:
    """One client's week. options: the meetings they have been to, as the field offers them, the last first.

    box: what the week came to by the weekly rule, as the last column draws it.
    """

    client: Client
    cells: list[Cell]
    box: StripWeek
    options: list[str] = field(default_factory=list)
    check_in: CheckIn | None = None

    @property
    def meetings(self) -> int:
        """How many meetings are recorded for the week."""
        return sum(not entry.taken_back for cell in self.cells for entry in cell.entries)


@dataclass(frozen=True, slots=True)
class Grid:
    """A week of a caseload, fifty clients a page; shown is its one day that a narrow window has room for."""

    week: date
    shown: date
    days: list[Cell]
    rows: list[Row]
    earlier: date
    later: date | None
    is_current: bool
    page_obj: Page[Any]


def grid(
    clinic: Clinic,
    clients: QuerySet[Client],
    week_asked: date | None,
    now: datetime,
    day_asked: date | None = None,
    page: str | None = None,
    taken_back: int | None = None,
    a_page: int = PAGE,
) -> Grid:
    """The week that holds the day asked for, the current one by default; never one still to come.

    Of its days the one asked for is shown, else today, else its last. taken_back: the entry to show as such.
    a_page: how many clients.
    """
    today = clock.local_date(now, clinic.time_zone)
    current = week_of(today, clinic.week_starts_on)
    week = min(week_of(week_asked, clinic.week_starts_on), current) if week_asked is not None else current
    last = week + WEEK - DAY
    found = (
        clients.select_related("clinic", "standing").annotate(first_intake_on=Min("episodes__intake_on"))
        .filter(first_intake_on__lte=last).order_by("first_name", "last_name", "reference")
    )  # fmt: skip
    page_obj = Paginator(found, a_page).get_page(page)
    people = list(page_obj.object_list)
    ids = [client.pk for client in people]
    boxes = _boxes(clinic, ids, week, today)
    rows = {client.pk: Row(client, _cells(client, week, today), boxes[client.pk]) for client in people}
    _enter_attendances(rows, ids, week, last, taken_back)
    for pause in Pause.objects.filter(
        client__in=ids, voided_at__isnull=True, starts_on__lte=last, ends_on__gte=week
    ):
        for cell in rows[pause.client_id].cells:
            cell.is_paused = cell.is_paused or pause.starts_on <= cell.day <= pause.ends_on
    for check_in in CheckIn.objects.filter(client__in=ids, voided_at__isnull=True, week=week):
        rows[check_in.client_id].check_in = check_in
    for client_id, meetings in usual.meetings_of(ids, clinic).items():
        rows[client_id].options = options(meetings[:OFFERED])
        for cell in rows[client_id].cells:
            cell.usual = usual.meeting_on(meetings, cell.day, clinic.time_zone) if cell.can_add else None
    return Grid(
        week=week,
        shown=next(day for day in (day_asked, today, last) if day is not None and week <= day <= last),
        days=[Cell(day, day == today, day > today, False) for day in _days(week)],
        rows=list(rows.values()),
        earlier=week - WEEK,
        later=week + WEEK if week < current else None,
        is_current=week == current,
        page_obj=page_obj,
    )


def _boxes(clinic: Clinic, ids: Sequence[int], week: date, today: date) -> dict[int, StripWeek]:
    """What the week came to by client, as known today; four queries."""
    return {
        client_id: next(box for box in boxes if box.starts_on == week)
        for client_id, boxes in strips.strips(clinic, ids, today, since=week).items()
    }


def _days(week: date) -> list[date]:
    return [week + timedelta(days=number) for number in range(7)]


def _cells(client: Client, week: date, today: date) -> list[Cell]:
    first: date = client.first_intake_on  # type: ignore[attr-defined]  # annotated by grid()
    return [Cell(day, day == today, day > today, day < first) for day in _days(week)]


def _enter_attendances(
    rows: dict[int, Row], ids: Sequence[int], week: date, last: date, taken_back: int | None
) -> None:
    held = (
        Attendance.objects.filter(client__in=ids, attended_on__range=(week, last))
        .filter(Q(voided_at__isnull=True) | Q(pk=taken_back))
        .select_related("meeting", "fellowship")
        .prefetch_related("reports")
        .order_by("id")
    )
    for attendance in held:
        cell = rows[attendance.client_id].cells[(attendance.attended_on - week).days]
        cell.entries.append(_entry(attendance))


def _entry(attendance: Attendance) -> Entry:
    reports = list(attendance.reports.all())
    said = ", ".join(f"{report.get_source_display().lower()} ({report.reported_by})" for report in reports)
    if attendance.meeting is not None:
        label, name = attendance.meeting.name, f"{attendance.meeting.name}, {when_text(attendance.meeting)}"
    else:
        named = attendance.fellowship
        label = (named.abbreviation or named.name) if named is not None else "Went"
        name = label
    return Entry(attendance.pk, label, f"{name}. Reported by {said}.", attendance.voided_at is not None)
