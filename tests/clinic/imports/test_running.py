"""Importing a file: what goes in, what is rejected and where to, and that again changes nothing."""

import pytest

from clinic.models import AuditEntry, Client, Programme
from tests.spreadsheets import counts

pytestmark = pytest.mark.django_db


def test_good_rows_go_in_and_bad_ones_go_beside_the_file_with_why(clinic, clients):
    sheet = clients(
        {"reference": "S1", "severity": "7"},
        {"reference": "S2", "severity": "16"},
        {"reference": "S3", "severity": "0"},
    )
    ran = sheet.take_in()
    assert (ran.code, ran.summary) == (1, counts(3, added=2, rejected=1))
    assert [client.reference for client in clinic.clients.all()] == ["S1", "S3"]
    assert sheet.rejects == [
        {
            "reference": "S2",
            "intake_on": "2026-01-07",
            "severity": "16",
            "why": "Row 3, severity '16': Severity is 16: it goes from 0 to 15.",
        }
    ]
    assert ran.err == f"1 of 3 rows were rejected: see {sheet.rejects_path}\n"


def test_again_changes_nothing(clinic, clients):
    sheet = clients(
        {
            "first_name": "Sam",
            "mobile": "07700 900123",
            "email": "sam@example.org",
            "programme": "Day programme",
            "twelve_step_based": "yes",
            "severity": "7",
            "motivation": "10",
            "controlled_use_impossible": "5",
            "isolated": "no",
            "discharge_on": "2026-02-02",
            "discharge_outcome": "completed",
            "closed_on": "2026-02-20",
            "closed_reason": "moved",
            "consent_sms": "yes",
            "consent_email": "no",
            "consent_on": "2026-01-07",
            "consent_how": "in person",
            "language": "en",
            "preferences": "women; Online;women",
        }
    )
    assert sheet.take_in().summary == counts(1, added=1)
    entries = AuditEntry.objects.count()
    ran = sheet.take_in()
    assert (ran.code, ran.summary) == (0, counts(1, already=1))
    assert AuditEntry.objects.count() == entries


def test_a_row_goes_in_entirely_or_not_at_all(clinic, clients):
    sheet = clients({"programme": "Evenings", "discharge_on": "2026-01-01", "discharge_outcome": "completed"})
    assert sheet.take_in().summary == counts(1, rejected=1)
    assert sheet.why == [
        "Row 2, discharge_on '2026-01-01': 2026-01-01 is before intake on 2026-01-07.",
    ]
    assert not Client.objects.exists()
    assert not Programme.objects.exists()


def test_a_dry_run_tells_all_and_changes_nothing(clinic, clients):
    sheet = clients({"reference": "S1"}, {"reference": "S2", "intake_on": "2026-04-01"})
    ran = sheet.take_in("--dry-run")
    assert (ran.code, ran.summary) == (1, counts(2, added=1, rejected=1))
    assert sheet.why == ["Row 3, intake_on '2026-04-01': 2026-04-01 is in the future: today is 2026-03-02."]
    assert not Client.objects.exists()
    assert sheet.take_in(now="2026-04-01T12:00:00Z").summary == counts(2, added=2)


def test_rejects_of_an_earlier_run_are_cleared_away(clinic, clients):
    assert clients({"severity": "99"}).take_in().code == 1
    sheet = clients({"severity": "9"})
    assert sheet.rejects_path.exists()
    assert sheet.take_in().code == 0
    assert not sheet.rejects_path.exists()


def test_mended_rejects_can_be_imported_as_they_are(clinic, clients):
    sheet = clients({"reference": "S1", "severity": "99"})
    sheet.take_in()
    mended = sheet.rejects_path.read_text(encoding="utf-8").replace(",99,", ",9,")
    sheet.path.write_text(mended, encoding="utf-8")
    assert sheet.take_in().summary == counts(1, added=1)


def test_cells_beyond_the_header_stay_behind_the_why(clinic, clients):
    sheet = clients({})
    sheet.path.write_text("reference,intake_on\nS1\nS2,2026-01-07,more\n", encoding="utf-8")
    assert sheet.take_in().summary == counts(2, rejected=2)
    assert sheet.rejects_path.read_text(encoding="utf-8").splitlines() == [
        "reference,intake_on,why",
        'S1,,"Row 2: too few cells: it has 1, and the header 2."',
        'S2,2026-01-07,"Row 3: too many cells: it has 3, and the header 2.",more',
    ]


def test_the_second_row_of_a_reference_is_rejected(clinic, clients):
    sheet = clients({"first_name": "Sam"}, {"reference": "S2"}, {"first_name": "Samuel"})
    assert sheet.take_in().summary == counts(3, added=2, rejected=1)
    assert sheet.why == ["Row 4, reference 'S1': row 2 has the same reference."]
    assert clinic.clients.get(reference="S1").first_name == "Sam"


def test_where_the_rejects_cannot_be_written_the_reasons_are_told(clinic, clients):
    sheet = clients({"reference": "S1"}, {"reference": "S2", "severity": "99"})
    sheet.rejects_path.mkdir()
    ran = sheet.take_in()
    assert (ran.code, ran.summary) == (1, counts(2, added=1, rejected=1))
    assert "Row 3, severity '99'" in ran.err


@pytest.mark.parametrize("clinic_named", ["riverside", "nowhere"])
def test_a_file_that_cannot_be_read_writes_nothing(clinic, clients, clinic_named):
    sheet = clients({"first_nam": "Sam"})
    ran = sheet.take_in(clinic=clinic_named)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert not sheet.rejects_path.exists()


def test_a_file_that_is_not_there(clinic, clients):
    sheet = clients({})
    sheet.path.unlink()
    ran = sheet.take_in()
    assert (ran.code, ran.out, ran.err) == (2, "", f"{sheet.path}: No such file or directory\n")
