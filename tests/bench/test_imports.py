"""The bench of imports takes in a list, and its floor writes the rows that the import wrote."""

import json

import pytest

from attendance.directory.models import Feed, Meeting
from bench import imports, meeting_list


@pytest.fixture
def short(tmp_path):
    path = tmp_path / "meetings.json"
    meeting_list.write(path, 30)
    return path


def rows() -> list[dict]:
    return list(Meeting.objects.order_by("pk").values())


def test_a_list_is_as_long_as_asked_and_no_slug_is_twice_in_it(short):
    records = json.loads(short.read_bytes())
    assert len({record["slug"] for record in records}) == len(records) == 30


def test_where_no_published_lists_are_at_hand_meetings_are_made_up(tmp_path, monkeypatch):
    monkeypatch.delenv("MEETING_FEEDS_DIR", raising=False)
    path = tmp_path / "made-up.json"
    assert meeting_list.write(path, 2000) == "made-up ones"
    records = json.loads(path.read_bytes())
    assert len({record["slug"] for record in records}) == 2000
    assert {record["day"] for record in records} == set(range(7))


def test_published_lists_are_found_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("MEETING_FEEDS_DIR", str(tmp_path))
    (tmp_path / "mg_leeds.json").write_text(json.dumps([{"slug": "lantern", "day": 1}]), encoding="utf-8")
    path = tmp_path / "long.json"
    assert meeting_list.write(path, 3) == "1 published ones over and over"
    assert [record["slug"] for record in json.loads(path.read_bytes())] == [
        "0-lantern",
        "1-lantern",
        "2-lantern",
    ]


@pytest.mark.django_db(transaction=True)
def test_it_measures_new_again_and_anew(short):
    found = imports.measure(short)
    assert found.meetings == Meeting.objects.count() >= 30
    assert found.again.queries < found.new.queries
    assert min(found.new.seconds, found.again.seconds, found.anew.seconds, found.floor) > 0
    before, after = found.megabytes
    assert 0 < before <= after


@pytest.mark.django_db(transaction=True)
def test_the_floor_writes_the_rows_that_the_import_wrote(short):
    imports.measure(short)
    imported = rows()
    assert len({row["feed_id"] for row in imported}) == Feed.objects.count() == 1
    imports.floor()
    assert rows() == imported
