"""Attendance taken in together leaves what the verb would have left, in as many queries for many rows as for one."""

from __future__ import annotations

import random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.directory.fellowships import fellowship_named
from attendance.directory.models import Meeting
from attendance.register import recording
from attendance.register.models import Attendance, Source
from clinic import events
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic
from tests import cast
from tests.cast import NOW, day
from tests.spreadsheets import Spreadsheet, counts
from tests.stories import stories

pytestmark = pytest.mark.django_db

BY = Actor.command("import_csv")
PEOPLE = [f"S{number}" for number in range(12)]
# What a row may say; few days, so that many rows are about the same one.
CELLS = {
    "attended_on": ["2026-01-28", "2026-01-29", "2026-02-10", "2026-02-24", "2026-01-06", "2026-03-03"],
    "source": [source.value for source in Source],
    "meeting": ["", "", "dawn", "noon"],
    "fellowship": ["", "", "AA", "NA"],
    "note": ["", "", "signed", "told me"],
}


@pytest.fixture
def meetings() -> dict[str, Meeting]:
    """Dawn and Noon, both of Alcoholics Anonymous."""
    return {slug: cast.a_meeting(slug) for slug in ("dawn", "noon")}


@pytest.fixture
def people(clinic: Clinic, other_clinic: Clinic) -> None:
    """The same dozen in both clinics: by the first clinic's spreadsheet and by the second's verb."""
    for one in (clinic, other_clinic):
        for reference in PEOPLE:
            cast.a_client(one, reference)


def registers(clinic: Clinic) -> list[tuple[object, ...]]:
    """Every attendance of a clinic with where it was and what was reported of it, in the order written."""
    held = Attendance.objects.filter(clinic=clinic).order_by("client__reference", "pk")
    return [
        (
            *(one.client.reference, one.attended_on, one.self_only, one.recorded_at),
            *(one.meeting.slug if one.meeting else "", str(one.fellowship)),
            *(one.corrects_id, one.voided_at, one.voided_by, one.void_reason),
            [
                (said.source, said.note, said.reported_at, said.reported_by)
                for said in one.reports.order_by("pk")
            ],
        )
        for one in held.select_related("client", "meeting", "fellowship")
    ]


def by_the_verb(clinic: Clinic, rows: list[dict[str, str]], meetings: dict[str, Meeting]) -> dict[str, int]:
    """Record the rows one after another; how many came to what."""
    clients = {client.reference: client for client in clinic.clients.all()}
    came_to = dict.fromkeys(("added", "changed", "already", "rejected"), 0)
    with transaction.atomic(), events.gathered():
        for row in sorted(rows, key=lambda row: row["reference"]):
            meeting = meetings.get(row["meeting"])
            named = fellowship_named(row["fellowship"]) if row["fellowship"] else None
            if meeting is not None and named not in (None, meeting.fellowship):
                came_to["rejected"] += 1
                continue
            try:
                receipt = recording.record(
                    client=clients[row["reference"]],
                    attended_on=day(row["attended_on"]),
                    source=Source(row["source"]),
                    meeting=meeting,
                    fellowship=named,
                    note=row["note"],
                    by=BY,
                    now=NOW,
                )
            except Refused:
                came_to["rejected"] += 1
            else:
                came_to[receipt.effect.value] += 1
    return came_to


@pytest.mark.parametrize("seed", range(6))
def test_it_leaves_the_very_same_as_the_verb(clinic, other_clinic, people, meetings, tmp_path, seed):
    dice = random.Random(seed)
    seen: set[str] = set()
    for _ in range(2):
        rows = [
            {"reference": dice.choice(PEOPLE)} | {name: dice.choice(cells) for name, cells in CELLS.items()}
            for _ in range(80)
        ]
        sheet = Spreadsheet("attendance", tmp_path).write(*rows)
        for _ in ("at first", "again"):
            together = sheet.take_in().summary
            assert together == {"read": 80, **by_the_verb(other_clinic, rows, meetings)}
            assert registers(clinic) == registers(other_clinic)
            assert stories(clinic) == stories(other_clinic)
            seen |= {effect for effect, number in together.items() if number}
    assert seen == {"read", "added", "changed", "already", "rejected"}


def queries(work) -> int:
    """How many statements a piece of work takes, those that only open or close a transaction left out."""
    with CaptureQueriesContext(connection) as asked:
        work()
    return sum(
        not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))
        for query in asked.captured_queries
    )


def test_many_rows_cost_the_queries_of_one(clinic, other_clinic, people, meetings, tmp_path):
    def taking_in(people: list[str], clinic: str) -> int:
        rows = [
            {"reference": one, "attended_on": "2026-02-24", "meeting": "dawn", "source": "slip"}
            for one in people
        ]
        sheet = Spreadsheet("attendance", tmp_path).write(*rows)
        return queries(lambda: sheet.take_in(clinic=clinic))

    for _ in ("at first", "again"):
        assert taking_in(PEOPLE[:1], "riverside") == taking_in(PEOPLE, "hillside")


def test_a_press_costs_no_more_than_it_has_to(sam):
    """The client held, their intake, the day looked up; three rows; what they are judged by; the tasks that wait."""

    def press(on: str) -> int:
        return queries(
            lambda: recording.record(client=sam, attended_on=day(on), source=Source.KEYWORKER, by=BY, now=NOW)
        )

    press("2026-02-23")  # closes the flag, and the standing alters
    assert press("2026-02-24") == 9
    assert press("2026-01-29") == 9


def test_it_takes_more_than_one_portion(sam, tmp_path, meetings):
    """Rows of one client stay together, however long the file."""
    rows = [
        {"reference": "S1", "attended_on": f"2026-02-{number % 20 + 1:02}", "source": source.value}
        for number in range(1100)
        for source in (Source.SLIP, Source.CLIENT)
    ]
    ran = Spreadsheet("attendance", tmp_path).write(*rows).take_in()
    assert ran.summary == counts(2200, added=20, changed=20, already=2160)
