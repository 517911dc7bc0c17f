"""What is plain is taken in without the verbs: it leaves what they would have left, in far fewer queries."""

import random
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import amending, events, intake
from clinic.imports.clients import CLIENTS, take_each
from clinic.imports.lines import COLUMNS
from clinic.imports.running import Sheet, import_sheet
from clinic.models import Clinic, Consent
from tests import cast
from tests.cast import BY, NOW, day
from tests.spreadsheets import Spreadsheet, counts
from tests.stories import stories

pytestmark = pytest.mark.django_db

VERBS_ALONE = Sheet(COLUMNS, take_each, once_each=True)

# For each column what a row may say; what is likelier stands more often.
CELLS = {
    "intake_on": [*["2026-01-07"] * 8, "2026-01-12", "2026-02-16", "2026-04-01", "1899-12-31", "soon"],
    "first_name": ["", "Ana", "Ben", "x" * 81],
    "last_name": ["", "Made-up"],
    "date_of_birth": ["", "", "1990-02-28", "2026-01-07", "2026-01-08"],
    "mobile": ["", "07700 900123", "07700 900124", "123"],
    "email": ["", "", "sam@example.org", "sam"],
    "keyworker": ["", "", "kay", "kim", "nobody"],
    "programme": ["", "Day", "Evenings", "Weekends", "x" * 121],
    "twelve_step_based": ["", "yes", "no"],
    "severity": ["", "0", "15", "16"],
    "motivation": ["", "5"],
    "isolated": ["", "yes", "no"],
    "discharge": [*[("", "")] * 6, *((on, out) for on in ("2026-01-20", "2026-02-02", "2026-01-06", "2026-03-03")
                                     for out in ("completed", "dropped_out", "died")), ("2026-02-01", "")],
    "closing": [*[("", "")] * 8, ("2026-02-20", "moved"), ("2026-01-20", "died"), ("2026-02-02", "withdrew"),
                ("2026-01-01", "moved"), ("2026-03-03", "moved"), ("", "moved")],
    "consent_sms": ["", "yes", "yes", "no"],
    "consent_email": ["", "yes", "no"],
    "consent_on": ["", "2026-01-07", "2026-01-07", "2026-03-03"],
    "consent_how": ["", "in person", "in person", "x" * 121],
    "language": ["", "pl", "x" * 11],
    "preferences": ["", "women; Online"],
}  # fmt: skip


def a_row(rng: random.Random, reference: str, sound: float) -> dict[str, str]:
    """A row about the reference; each cell is drawn from what is sound at first with that likelihood."""
    said = {
        column: rng.choice(cells[:-1] if rng.random() < sound else cells) for column, cells in CELLS.items()
    }
    row = {"reference": reference, **{name: value for name, value in said.items() if isinstance(value, str)}}
    row["discharge_on"], row["discharge_outcome"] = said["discharge"]
    row["closed_on"], row["closed_reason"] = said["closing"]
    return row


def take_in(sheet: Sheet, clinic: Clinic, path: Path) -> tuple[dict[str, int], list[str], list[str]]:
    """Import a file: the counts, why rows were rejected, and the notes; a clinic's own name left out."""
    imported = import_sheet(sheet, path, clinic=clinic, by=BY, now=NOW)
    whys = [why.replace(str(clinic), "the clinic") for _, why in imported.rejects]
    return imported.as_json(), whys, imported.notes


@pytest.mark.parametrize("seed", range(2))
def test_it_leaves_the_very_same_as_the_verbs(clinic, other_clinic, tmp_path, seed):
    for name in ("kay", "kim"):
        cast.a_keyworker(clinic, name)
        cast.a_keyworker(other_clinic, name)
    rng = random.Random(seed)
    effects: set[str] = set()
    for sound in (1, 0.9, 0.8):
        rows = [a_row(rng, f"S{number}", sound) for number in range(40)]
        sheet = Spreadsheet("clients", tmp_path).write(*rows)
        for _ in ("at first", "again"):
            together = take_in(CLIENTS, clinic, sheet.path)
            assert together == take_in(VERBS_ALONE, other_clinic, sheet.path)
            assert stories(clinic) == stories(other_clinic)
            effects |= {effect for effect, number in together[0].items() if number}
    programmes = [
        list(one.programmes.values_list("name", "twelve_step_based")) for one in (clinic, other_clinic)
    ]
    assert programmes[0] == programmes[1]
    assert effects == {"read", "added", "changed", "already", "rejected"}


def test_who_was_just_taken_in_by_another_door_is_found_out(clinic, clients):
    """S1, whom the verbs take in first, stands for the moment at which somebody else takes S2 in."""

    def by_another_door(**_):
        if not clinic.clients.filter(reference="S2").exists():
            cast.a_client(clinic, "S2", first_name="Olu")

    died_after_moving = {
        "discharge_on": "2026-02-02",
        "discharge_outcome": "died",
        "closed_on": "2026-02-01",
        "closed_reason": "moved",
    }
    sheet = clients(died_after_moving, {"reference": "S2", "first_name": "Sam"}, {"reference": "S3"})
    events.client_closed.connect(by_another_door, dispatch_uid="another door")
    try:
        ran = sheet.take_in()
    finally:
        events.client_closed.disconnect(dispatch_uid="another door")
    assert ran.summary == counts(3, added=2, rejected=1)
    assert sheet.why == ["Row 3, reference 'S2': There is already a client 'S2' in Riverside."]
    assert clinic.clients.get(reference="S2").first_name == "Olu"


def queries_of(sheet: Spreadsheet, clinic: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert sheet.take_in(clinic=clinic).summary["rejected"] == 0
    return len(queries)


def test_many_cost_the_queries_of_one(clinic, other_clinic, tmp_path):
    def plain(number: int) -> dict[str, str]:
        return {
            "reference": f"S{number}",
            "intake_on": "2026-01-07",
            "mobile": "07700 900123",
            "programme": "Day",
            "discharge_on": "2026-02-02",
            "discharge_outcome": "completed",
        }

    one, many = Spreadsheet("clients", tmp_path / "one"), Spreadsheet("clients", tmp_path / "many")
    for sheet, number in ((one, 1), (many, 40)):
        sheet.path.parent.mkdir()
        sheet.write(*(plain(number) for number in range(number)))
    assert queries_of(one, "riverside") == queries_of(many, "hillside")
    assert queries_of(one, "riverside") == queries_of(many, "hillside")


def test_the_stages_above_are_told_of_each_as_by_the_verbs(clinic, clients):
    """First of the closing, then of each consent: what a closing settles is not what a consent raises after it."""
    heard: list[str] = []

    def closed(client, **_):
        heard.append(f"closed {client}")

    def written(consents, **_):
        for consent in consents:
            heard.append(f"{consent.channel} of {consent.client}")
            assert Consent.objects.filter(pk=consent.pk, client__closed_on="2026-02-02").exists()

    events.client_closed.connect(closed)
    events.consents_written.connect(written)
    try:
        clients(
            {
                "discharge_on": "2026-02-02",
                "discharge_outcome": "died",
                "consent_sms": "yes",
                "consent_email": "yes",
            },
        ).take_in()
    finally:
        events.client_closed.disconnect(closed)
        events.consents_written.disconnect(written)
    assert heard == ["closed S1", "sms of S1", "email of S1"]


class TestHavingNews:
    """Whether amending would do or refuse anything is known without doing it."""

    @pytest.mark.parametrize(
        ("person", "measured", "news"),
        [
            ({}, {}, False),
            ({"first_name": "Ana"}, {"severity": 3}, False),
            ({"first_name": "Anna"}, {}, True),
            ({}, {"severity": 4}, True),
            ({"date_of_birth": day("2026-01-08")}, {}, True),
        ],
    )
    def test_it(self, clinic, person, measured, news):
        ana = cast.a_client(clinic, "A1", first_name="Ana", intake=intake.Intake(severity=3))
        assert news is amending.has_news(
            client=ana,
            episode=ana.episodes.get(),
            person=intake.Person(**person),
            intake=intake.Intake(**measured),
        )
