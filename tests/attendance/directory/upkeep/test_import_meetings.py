"""The command: its exits, its sentences and its one JSON object."""

import json
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command, load_command_class
from django.core.management.base import CommandError

from attendance.directory.feeds import parser_of
from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep.turns import next_night
from clinic.errors import Refused
from tests.attendance.directory.bmlt_lists import FORMATS, a_meeting
from tests.attendance.directory.lists import a_record
from tests.attendance.directory.sheets import NAWS_52, TEMPLATE, a_naws_row, a_sheet, a_template_row
from tests.attendance.list_server import a_list, says

pytestmark = pytest.mark.django_db
NOW = "2026-01-07T12:00:00Z"


@pytest.fixture
def a_file(tmp_path):
    def write(*records, name="list.json"):
        path = tmp_path / name
        path.write_text(json.dumps(records), encoding="utf-8")
        return str(path)

    return write


def run(
    source: str, *more: str, format: str = "meeting-guide", zone: str = "Europe/London", out: Any = None
) -> Any:
    """Run the command; the object on its last line. out sees all it prints, when it does not end well too."""
    out = out or StringIO()
    arguments = [source, "--format", format, "--fellowship", "NA", "--time-zone", zone, "--now", NOW, *more]
    call_command("import_meetings", *arguments, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_last_line_is_the_summary(a_file):
    assert run(a_file(a_record(latitude=0, longitude=0), a_record("other")), "--feed", "leeds") == {
        "read": 2,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "closed": 0,
        "rejected": 0,
        "tidied": {},
        "warnings": [
            {
                "slug": "monday-lunch",
                "why": "its coordinates are 0, 0, which stands for unknown and were left out",
            }
        ],
    }
    assert Feed.objects.get().last_read_at.isoformat() == "2026-01-07T12:00:00+00:00"


def test_what_is_only_written_in_another_way_is_counted_by_its_kind(a_file):
    source = a_file(
        a_record("one", time="12:30 PM", day="1", name="  Lunch "),
        a_record("two", time="7:00 a.m.", end_time="8:00 AM", day=[1], notes="<p>Ring &amp; wait</p>"),
        a_record("three", latitude="53.8", longitude="-1.5", location="The\u0000 Mill"),
        a_record("four"),
    )
    tidied = {
        "12-hour times": 2,
        "days as texts or lists": 2,
        "padding and line breaks": 1,
        "HTML": 1,
        "coordinates as texts": 1,
        "control characters": 1,
    }
    first, again = run(source), run(source)
    assert (first["tidied"], first["warnings"]) == (tidied, [])
    assert (again["tidied"], again["unchanged"]) == (tidied, 4), "told again, though it was not read again"


def test_the_feed_is_the_source_unless_named(a_file):
    source = a_file(a_record())
    run(source)
    assert Feed.objects.get().name == Feed.objects.get().source == source


def test_a_second_run_finds_everything_unchanged(a_file):
    source = a_file(a_record(), a_record("other"))
    run(source)
    again = run(source)
    assert (again["read"], again["unchanged"], again["added"]) == (2, 2, 0)


def test_a_rejected_record_is_exit_1_with_the_summary(a_file):
    out = StringIO()
    with pytest.raises(SystemExit) as exit:
        run(a_file(a_record(), {"slug": "nameless"}), out=out)
    assert exit.value.code == 1
    summary = json.loads(out.getvalue())
    assert (summary["read"], summary["added"], summary["rejected"]) == (2, 1, 1)
    assert summary["warnings"] == [{"slug": "nameless", "why": "left out: it has no name"}]
    assert Meeting.objects.count() == 1


def test_a_dry_run_writes_nothing(a_file):
    assert run(a_file(a_record()), "--dry-run")["added"] == 1
    assert not Feed.objects.exists()


def refused(*arguments: str, **options: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        run(*arguments, out=out, **options)
    assert error.value.returncode == 2
    assert out.getvalue() == ""
    assert not Feed.objects.exists()
    sentence = str(error.value)
    assert "\n" not in sentence
    return sentence


def test_what_cannot_be_done_is_exit_2_with_a_sentence_and_no_summary(a_file, tmp_path):
    good = a_file(a_record())
    page, binary = tmp_path / "page.html", tmp_path / "old.json"
    page.write_text("<html>Not found</html>", encoding="utf-8")
    binary.write_bytes(b"[\xff\xfe]")
    assert refused(str(tmp_path / "nothing.json")) == f"There is no file {str(tmp_path / 'nothing.json')!r}."
    assert refused(str(tmp_path)) == f"The file {str(tmp_path)!r} cannot be read: Is a directory."
    assert refused(str(page)) == "The feed is a web page or XML, not JSON. Nothing was changed."
    assert refused(str(binary)).startswith("The feed is not UTF-8 text")
    assert refused(good, zone="Nowhere") == (
        "'Nowhere' is not a time zone: use an IANA name such as Europe/London."
    )
    assert refused(good, "--feed", "") == "The name of the feed is empty."
    assert refused(good, "--formats", good).startswith("--formats goes with --format bmlt")
    assert refused("ftp://york.example/list") == (
        "'ftp://york.example/list' is neither a file nor an http or https address."
    )


def test_a_format_nobody_knows_is_exit_2_as_well(capsys):
    command = load_command_class("attendance", "import_meetings")
    with pytest.raises(SystemExit) as exit:
        command.run_from_argv(["manage.py", "import_meetings", "list.json", "--format", "pdf"])
    assert exit.value.code == 2
    assert "invalid choice: 'pdf'" in capsys.readouterr().err


def test_a_format_without_a_parser_is_refused():
    with pytest.raises(Refused) as refusal:
        parser_of("pdf")
    assert refusal.value.sentence == (
        "Feeds in the format 'pdf' cannot be read yet; meeting-guide, bmlt, naws, tsml-sheet can."
    )


def test_the_formats_of_a_bmlt_feed_come_from_a_file_of_their_own(a_file):
    source = a_file(a_meeting())
    formats = a_file(*FORMATS, name="formats.json")
    assert run(source, "--formats", formats, format="bmlt")["added"] == 1
    assert Meeting.objects.get().types == ["O", "X"]
    assert run(source, format="bmlt")["changed"] == 1
    assert Meeting.objects.get().types == ["O", "Beh"]


def test_a_list_of_formats_that_cannot_be_read_is_exit_2_as_well(a_file, tmp_path):
    source, page = a_file(a_meeting()), tmp_path / "page.html"
    page.write_text("<html>Not found</html>", encoding="utf-8")
    nowhere = str(tmp_path / "nothing.json")
    assert refused(source, "--formats", nowhere, format="bmlt") == f"There is no file {nowhere!r}."
    assert refused(source, "--formats", str(page), format="bmlt") == (
        "The list of formats is a web page or XML, not JSON. Nothing was changed."
    )


@pytest.mark.parametrize(
    ("format", "headings", "row"),
    [("naws", NAWS_52, a_naws_row()), ("tsml-sheet", TEMPLATE, a_template_row({}))],
)
def test_a_sheet_is_read_by_its_content_whatever_its_name(tmp_path, format, headings, row):
    path = tmp_path / "list.json"
    path.write_bytes(a_sheet(headings, row))
    assert (run(str(path), format=format)["added"], run(str(path), format=format)["unchanged"]) == (1, 1)


def test_a_meeting_that_a_naws_export_deletes_is_closed_and_that_rejects_nothing(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(a_sheet(NAWS_52, a_naws_row(), a_naws_row(bmlt_id="97")))
    run(str(path), format="naws")
    path.write_bytes(a_sheet(NAWS_52, a_naws_row(), a_naws_row(bmlt_id="97", Delete="D")))
    summary = run(str(path), format="naws")
    assert (summary["read"], summary["unchanged"], summary["closed"], summary["rejected"]) == (1, 1, 1, 0)
    assert summary["warnings"] == [{"slug": "97", "why": "it is marked as deleted and was left out"}]
    assert Meeting.objects.open().get().slug == "96"


def test_a_person_may_accept_that_a_feed_collapsed(a_file):
    run(a_file(*[a_record(str(number)) for number in range(10)]), "--feed", "leeds")
    smaller = a_file(a_record("0"), name="smaller.json")
    with pytest.raises(CommandError, match=r"9 of the 10 open meetings.* With --accept-closing they are\."):
        run(smaller, "--feed", "leeds")
    assert run(smaller, "--feed", "leeds", "--accept-closing")["closed"] == 9


class TestByAddress:
    """Where it was read from is remembered, for it is fetched again from there every night."""

    def test_the_list_and_its_formats(self, site):
        source = site.put("/list", a_list(json.dumps([a_meeting()]).encode()))
        formats = site.put("/formats", a_list(json.dumps(FORMATS).encode()))
        run(source.replace("http", "HTTP"), "--formats", formats, "--feed", "leeds", format="bmlt")
        feed = Feed.objects.get()
        assert (feed.source, feed.formats_source) == (source, formats)
        assert set(feed.validators) == {source, formats}
        assert all(set(told) == {"address", "etag"} for told in feed.validators.values())
        assert feed.refresh_due_at == next_night("Europe/London", feed.pk, datetime.fromisoformat(NOW))

    def test_a_password_in_it_is_no_part_of_the_name(self, site):
        source = site.put("/list", a_list(json.dumps([a_record()]).encode()))
        run(source.replace("//", "//ana:secret@"))
        assert (Feed.objects.get().name, Feed.objects.get().source) == (
            source,
            source.replace("//", "//ana:secret@"),
        )

    def test_a_dry_run_gives_it_no_turn(self, site):
        run(site.put("/list", a_list(json.dumps([a_record()]).encode())), "--dry-run")
        assert not Feed.objects.exists()

    @pytest.mark.parametrize("which", ["source", "formats"])
    def test_one_that_is_too_long_to_be_remembered_is_refused(self, site, which):
        plain, long = "/list", "/" + "x" * 1000
        for path in (plain, long):
            site.put(path, a_list(json.dumps([a_meeting()]).encode()))
        source, formats = (long, plain) if which == "source" else (plain, long)
        site.put(formats, a_list(json.dumps(FORMATS).encode()))
        told = refused(
            site.address + source, "--formats", site.address + formats, "--feed", "leeds", format="bmlt"
        )
        assert told == f"The address has {len(site.address + long)} characters, of 1000 at most."

    def test_what_is_no_list_is_a_sentence(self, site):
        page = site.put("/page", says(200, b"<!doctype html><title>Not found</title>"))
        assert refused(page) == "The feed is a web page or XML, not JSON. Nothing was changed."
        gone = site.put("/gone", says(410))
        assert refused(gone) == f"{gone} answered 410 Gone."
