"""What stands in the cells of the Register: meetings with who recorded them and when, and what a week came to.

Read for a whole page, and again for the row that a press changed: as few queries as that takes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zlib import crc32
from zoneinfo import ZoneInfo

from attendance.directory.models import Fellowship, Meeting
from attendance.directory.naming import hours_text
from attendance.register.models import Attendance, CheckIn, Pause, Report, Source
from attendance.standing import strips
from attendance.standing.facts import Facts, Outcome, Paused
from attendance.standing.strips import StripWeek
from clinic import statements
from clinic.models import Client, Clinic, Membership, User
from clinic.weeks import DAY, WEEK

# Whatever is known of pauses and of what a client told, these a week comes to by its meetings alone.
BY_MEETINGS_ALONE = frozenset({Outcome.NOT_EXPECTED, Outcome.MET})
# Written out (see clinic.statements): it is read for every row. A week's entries, with each report of them; a meeting
# that the clinic has amended is called what the clinic calls it.
ENTRIES = f"""
    SELECT held.id, held.client_id, held.attended_on AS "day [date]", held.self_only AS "self_only [bool]",
        held.voided_at IS NOT NULL AS "taken_back [bool]", held.meeting_id,
        meeting.name, meeting.day, meeting.weeks, meeting.starts_at AS "starts_at [time]",
        fellowship.name, fellowship.abbreviation,
        report.source, report.reported_by, report.reported_at AS "reported_at [timestamp]"
    FROM {Attendance._meta.db_table} held
    LEFT JOIN {Meeting._meta.db_table} meeting ON meeting.id = COALESCE(
        (SELECT own.id FROM {Meeting._meta.db_table} own
            WHERE own.amends_id = held.meeting_id AND own.clinic_id = held.clinic_id),
        held.meeting_id
    )
    LEFT JOIN {Fellowship._meta.db_table} fellowship ON fellowship.id = held.fellowship_id
    LEFT JOIN {Report._meta.db_table} report ON report.attendance_id = held.id
    WHERE held.client_id IN %s AND held.attended_on BETWEEN %s AND %s AND (held.voided_at IS NULL OR held.id = %s)
    ORDER BY held.id, report.id
"""  # noqa: S608  (names of our own tables, and marks for values)


STAFF = f"""
    SELECT username, first_name, last_name FROM {User._meta.db_table}
    WHERE username IN %s AND id IN (SELECT user_id FROM {Membership._meta.db_table} WHERE clinic_id = %s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's word in an entry. by: a user name, or what else the record shows."""

    source: Source
    by: str
    at: datetime


@dataclass(slots=True)
class Entry:
    """One attendance in a cell, or one just taken back, to be put back."""

    pk: int
    client_id: int
    day: date
    label: str
    name: str
    meeting_id: int | None = None
    self_only: bool = False
    taken_back: bool = False
    said: list[Said] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class Week:
    """What is written down of one client's week. entries: in the order in which they were recorded."""

    entries: list[Entry] = field(default_factory=list)
    check_in: CheckIn | None = None
    pauses: list[Paused] = field(default_factory=list)

    @property
    def standing(self) -> list[Entry]:
        """The entries that count."""
        return [entry for entry in self.entries if not entry.taken_back]

    @property
    def version(self) -> str:
        """Differs as soon as another would be shown: what a page holds, to tell whether it still holds."""
        written = [(entry.pk, entry.meeting_id, len(entry.said)) for entry in self.standing]
        told = self.check_in.pk if self.check_in is not None and not written else 0
        return f"{crc32(repr((written, told)).encode()):x}"

    def on(self, day: date) -> list[Entry]:
        """The entries of a day."""
        return [entry for entry in self.entries if entry.day == day]


def entries_of(
    client_ids: Collection[int], week: date, taken_back: int | None = None
) -> dict[int, list[Entry]]:
    """The entries by client of the week that begins on a day; one query. taken_back: one to be told as well."""
    by_client: dict[int, list[Entry]] = {client_id: [] for client_id in client_ids}
    if not by_client:
        return by_client
    found: dict[int, Entry] = {}
    # No entry has the number 0.
    rows = statements.read(ENTRIES, list(by_client), week, week + WEEK - DAY, taken_back or 0)
    for pk, client_id, day, self_only, is_taken_back, meeting_id, *named, source, by, at in rows:
        if pk not in found:
            label, name = _names(*named)
            found[pk] = Entry(
                pk, client_id, day, label, name, meeting_id, self_only, taken_back=is_taken_back
            )
        if source is not None:
            found[pk].said.append(Said(Source(source), by, statements.moment(at)))
    for entry in found.values():
        by_client[entry.client_id].append(entry)
    return by_client


def just_recorded(attendance: Attendance, meeting: Meeting | None, by: str, now: datetime) -> Entry:
    """The entry of a meeting that a keyworker has recorded at this moment, of which nobody else has told; no query."""
    named = (
        (meeting.name, meeting.day, json.dumps(meeting.weeks), meeting.starts_at)
        if meeting is not None
        else (None, None, None, None)
    )
    label, name = _names(*named, None, None)
    return Entry(
        attendance.pk,
        attendance.client_id,
        attendance.attended_on,
        label,
        name,
        meeting.pk if meeting is not None else None,
        said=[Said(Source.KEYWORKER, by, now)],
    )


def _names(
    meeting: str | None, day: int | None, weeks: str | None, starts_at: time | None, *fellowship: str | None
) -> tuple[str, str]:
    """What an entry is called in its cell, and in full."""
    if meeting is not None:
        return meeting, f"{meeting}, {hours_text(day, json.loads(weeks or '[]'), starts_at)}"
    name, abbreviation = fellowship
    label = abbreviation or name or "Went"
    return label, label


def weeks_of(client_ids: Collection[int], week: date, entries: Mapping[int, list[Entry]]) -> dict[int, Week]:
    """All that is written down of the clients' week, with the entries read before; two queries."""
    found = {client_id: Week(entries=entries[client_id]) for client_id in client_ids}
    for check_in in CheckIn.objects.filter(client__in=client_ids, voided_at__isnull=True, week=week):
        found[check_in.client_id].check_in = check_in
    for client_id, starts_on, ends_on in (
        Pause.objects.filter(client__in=client_ids, voided_at__isnull=True)
        .filter(starts_on__lte=week + WEEK - DAY, ends_on__gte=week)
        .order_by()
        .values_list("client", "starts_on", "ends_on")
    ):
        found[client_id].pauses.append(Paused(starts_on, ends_on))
    return found


def box_of(clinic: Clinic, client: Client, held: Week, week: date, today: date) -> StripWeek:
    """What a client's week came to, by the weekly rule. The client is annotated as by wanted.with_intakes."""
    facts = Facts(
        first_intake_on=client.first_intake_on,  # type: ignore[attr-defined]
        latest_intake_on=client.latest_intake_on or client.first_intake_on,  # type: ignore[attr-defined]
        closed_on=client.closed_on,
        attended=[(entry.day, entry.self_only) for entry in held.standing],
        pauses=held.pauses,
        did_not_go=[week] if held.check_in is not None else [],
    )
    return strips.box_of_week(clinic, facts, week, today)


def week_and_box(
    clinic: Clinic, client: Client, week: date, today: date, entries: list[Entry]
) -> tuple[Week, StripWeek]:
    """One client's week with its entries read before; no query where the meetings alone settle it, else two."""
    held = Week(entries=entries)
    box = box_of(clinic, client, held, week, today)
    if held.standing and box.outcome in BY_MEETINGS_ALONE:
        return held, box
    held = weeks_of([client.pk], week, {client.pk: entries})[client.pk]
    return held, box_of(clinic, client, held, week, today)


def put_in_words(clinic: Clinic, weeks: Iterable[Week], me: User) -> dict[str, str]:
    """Let each entry say who recorded it and when; the names by user name. One query where others than me did."""
    held = list(weeks)
    names = {me.get_username(): str(me)}
    others = {said.by for week in held for entry in week.entries for said in entry.said}
    others |= {week.check_in.recorded_by for week in held if week.check_in is not None}
    others -= {*names, ""}
    if others:
        for username, first_name, last_name in statements.read(STAFF, sorted(others), clinic.pk):
            names[username] = str(User(username=username, first_name=first_name, last_name=last_name))
    zone = ZoneInfo(clinic.time_zone)
    for week in held:
        for entry in week.entries:
            said = "; ".join(
                f"{one.source.label} ({names.get(one.by, one.by)}), {moment_text(one.at, zone)}"
                for one in entry.said
            )
            entry.title = f"{entry.name}. {said}." if said else f"{entry.name}."
    return names


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in few letters, in a time zone, such as 2 Mar at 12:00."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b} at {local:%H:%M}"
