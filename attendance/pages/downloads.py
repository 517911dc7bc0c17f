"""The lists of this stage as tables to take along: each of the very rows that its page shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attendance.directory.browsing import Listed
from attendance.reports.grid import Cell, Grid
from attendance.reports.wanted import Sort, Wanted
from attendance.standing.facts import Outcome
from attendance.standing.strips import WORDS, StripWeek
from clinic.exports.table import Row, Table
from clinic.pages.caseload import Caseload
from clinic.weeks import day_text

if TYPE_CHECKING:
    from attendance.pages import clients, feeds, spreadsheets

CLIENTS = (
    *("Client", "Reference", "Keyworker", "Standing", "Missed weeks", "Reason"),
    "Last weeks, oldest first",
)
GROUPS = (
    *("Meeting", "Fellowship", "Kind", "Group", "Held", "Next on", "Time zone", "How", "Place", "Address"),
    *("Town", "Marked as", "List", "List read on", "Mended by hand", "In spreadsheets"),
)
FEEDS = (
    *(
        "List",
        "Fellowship",
        "Format",
        "Time zone",
        "Open meetings",
        "Last read",
        "Next turn",
        "Kept by",
        "Read from",
    ),
    *("Failing since", "Failures in a row", "Why"),
)

SPREADSHEETS = (
    *("File", "What is in it", "Sent", "Sent by", "State", "Rows", "Added", "Changed", "Known already"),
    *("Rejected", "Taken in", "Taken in by", "Taken back", "Taken back by", "Why it failed"),
)


def weeks_in_words(weeks: Iterable[StripWeek]) -> str:
    """A strip of weeks as text."""
    return "; ".join(week_in_words(week) for week in weeks)


def week_in_words(week: StripWeek) -> str:
    """What a week came to, with the number of its meetings where there are several."""
    word = WORDS[Outcome(week.outcome)]
    return f"{word} ({week.meetings})" if week.meetings > 1 else word


def of_register(grid: Grid, caseload: Caseload, wanted: Wanted) -> Table:
    """The week of the Register, with a column for each of its days."""
    return Table(
        name="register",
        title=f"Register, week of {day_text(grid.week)}",
        headings=(
            *("Client", "Reference"),
            *(f"{cell.day:%a} {day_text(cell.day)}" for cell in grid.days),
            *("Meetings", "Week"),
        ),
        rows=(
            (
                *(str(row.client), row.client.reference),
                *(_day(cell) for cell in row.cells),
                *(len(row.held.standing), week_in_words(row.box)),
            )
            for row in grid.rows
        ),
        of=grid.week.isoformat(),
        filters=[
            whose(caseload),
            ("Week of", day_text(grid.week)),
            *_told(
                ("Name or reference", wanted.text),
                ("Phase", wanted.phase.replace("_", " ")),
                ("Standing", wanted.standing.replace("_", " ")),
                ("Only", "clients with nothing recorded this week" if wanted.missing else ""),
                ("In the order", "" if wanted.sort is Sort.NAME else wanted.sort.label),
            ),
        ],
    )


def _day(cell: Cell) -> str:
    labels = [entry.label for entry in cell.entries if not entry.taken_back]
    return "; ".join([*labels, *(["paused"] if cell.is_paused else [])])


def whose(caseload: Caseload) -> tuple[str, str]:
    """Whose clients a list is of, as a filter."""
    return "Whose clients", "my clients" if caseload.who == "mine" else "everybody"


def of_clients(
    portions: Iterable[Iterable[clients.Row]], caseload: Caseload, text: str, standing: str
) -> Table:
    """The clients found, with their standings."""
    return Table(
        name="clients",
        title="Clients and their standings",
        headings=CLIENTS,
        rows=(_client(row) for rows in portions for row in rows),
        filters=[
            whose(caseload),
            *_told(("Name or reference", text), ("Standing", standing.replace("_", " "))),
        ],
    )


def _client(row: clients.Row) -> Row:
    client, standing = row.client, row.client.standing
    return (
        *(str(client), client.reference, str(client.keyworker or "")),
        *(standing.get_standing_display(), standing.missed_weeks, standing.reason, weeks_in_words(row.weeks)),
    )


def of_groups(portions: Iterable[Iterable[Listed]], filters: Iterable[tuple[str, str]]) -> Table:
    """The meetings of the directory that were looked for."""
    return Table(
        name="groups",
        title="Meetings of the directory",
        headings=GROUPS,
        rows=(_meeting(row) for rows in portions for row in rows),
        filters=_told(*filters),
        about_clients=False,
    )


def _meeting(row: Listed) -> Row:
    meeting, feed = row.meeting, row.meeting.feed
    return (
        *(
            meeting.name,
            str(meeting.fellowship),
            str(meeting.fellowship.get_kind_display()),
            meeting.group_name,
        ),
        *(row.when, row.next_start.date() if row.next_start is not None else None, meeting.time_zone),
        *(str(meeting.get_attendance_option_display()), meeting.location, meeting.address, meeting.city),
        *(", ".join(row.types), feed.name if feed is not None else "entered by hand"),
        *(feed.last_read_at if feed is not None else None, meeting.amendment is not None, meeting.reference),
    )


def of_feeds(rows: Iterable[feeds.Row]) -> Table:
    """The lists that the directory has its meetings from."""
    return Table(
        name="lists-of-meetings",
        title="Lists of meetings",
        headings=FEEDS,
        rows=(_feed(row) for row in rows),
        about_clients=False,
    )


def _feed(row: feeds.Row) -> Row:
    kept, feed = row.kept, row.kept.feed
    return (
        *(
            feed.name,
            str(feed.fellowship),
            str(feed.get_format_display()),
            feed.time_zone,
            kept.open_meetings,
        ),
        *(feed.last_read_at, feed.refresh_due_at, str(feed.kept_by or ""), kept.shown_source),
        *(feed.failing_since, feed.failures, feed.failure),
    )


def of_spreadsheets(lines: Iterable[spreadsheets.Line]) -> Table:
    """What was sent, the latest first. The names of files are people's own, and may name clients."""
    return Table(
        name="spreadsheets",
        title="Spreadsheets that were sent",
        headings=SPREADSHEETS,
        rows=(_spreadsheet(line) for line in lines),
    )


def _spreadsheet(line: spreadsheets.Line) -> Row:
    held = line.held
    counts = (held.rows, held.added, held.changed, held.already, held.rejected)
    return (
        *(held.file_name, line.title, held.uploaded_at, str(held.uploaded_by)),
        str(held.get_state_display()),
        *(counts if line.is_counted else (None,) * len(counts)),
        *(held.taken_in_at, held.taken_in_by, held.taken_back_at, held.taken_back_by, held.failure),
    )


def _told(*filters: tuple[str, str]) -> list[tuple[str, str]]:
    """Those that narrow anything down."""
    return [(label, value) for label, value in filters if value]
