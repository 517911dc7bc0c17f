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
    monkeypatch.setattr(meeting_list, "FEEDS", tmp_path)
    path = tmp_path / "made-up.json"
    assert meeting_list.write(path, 2000) == "made-up ones"
    records = json.loads(path.read_bytes())
    assert len({record["slug"] for record in records}) == 2000
    assert {record["day"] for record in records} == set(range(7))


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
