"""Standings read by other systems."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.register import recording
from attendance.register.models import Source
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(clinic):
    """Ada goes every week, Ben has missed one, Cy has never been."""
    people = [cast.a_client(clinic, reference) for reference in ("ada", "ben", "cy")]
    for client, on in ((people[0], "2026-02-24"), (people[1], "2026-02-17")):
        recording.record(client=client, attended_on=day(on), source=Source.KEYWORKER, by=BY, now=NOW)
    return people


def references(response) -> list[str]:
    assert response.status_code == 200
    return [line["reference"] for line in response.json()["results"]]


def test_every_client_with_standing_and_reason(reader, three):
    page = reader.get("standings").json()
    assert (page["count"], page["next"], page["previous"]) == (3, None, None)
    assert page["results"][1] == {
        "reference": "ben",
        "standing": "slipping",
        "missed_weeks": 1,
        "flagged": True,
        "reason": "Missed the week of 23 February 2026; last meeting on 17 February 2026.",
        "next_change_on": "2026-03-09",
    }
    assert [line["standing"] for line in page["results"]] == ["weekly", "slipping", "not_started"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"standing": "slipping"}, ["ben"]),
        ({"flagged": "true"}, ["ben", "cy"]),
        ({"flagged": "yes"}, ["ben", "cy"]),
        ({"flagged": "false"}, ["ada"]),
        ({"flagged": "true", "standing": "weekly"}, []),
        ({"page_size": 2}, ["ada", "ben"]),
        ({"page_size": 2, "page": 2}, ["cy"]),
        ({"page_size": 1, "page": 2, "flagged": "true"}, ["cy"]),
    ],
)
def test_filters_and_pages(reader, three, query, expected):
    assert references(reader.get("standings", **query)) == expected


def test_the_next_page_keeps_what_was_asked(reader, three):
    following = reader.get("standings", flagged="true", page_size=1).json()["next"]
    assert "flagged=true" in following
    assert references(reader.client.get(following)) == ["cy"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"standing": "lost"}, "standing"),
        ({"flagged": "perhaps"}, "flagged"),
        ({"standings": "weekly"}, "standings"),
        ({"page": "two"}, "page"),
        ({"page": 0}, "page"),
        ({"page_size": 1001}, "page_size"),
    ],
)
def test_wrong_questions_name_their_field(reader, three, query, field):
    response = reader.get("standings", **query)
    assert response.status_code == 400
    assert response.json()["errors"].keys() == {field}


def test_what_the_sweep_has_not_seen_yet_is_judged_for_today(reader, three, settings):
    settings.CLOCK_FILE.write_text("2026-03-09T00:00:30Z", encoding="utf-8")
    results = reader.get("standings").json()["results"]
    assert [line["missed_weeks"] for line in results] == [1, 2, 6]


@pytest.mark.parametrize("now", [NOW.isoformat(), "2026-03-09T00:00:30Z"])
def test_the_queries_are_the_same_for_one_client_and_for_fifty(clinic, reader, settings, now):
    settings.CLOCK_FILE.write_text(now, encoding="utf-8")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            references(reader.get("standings"))
        return len(queries)

    cast.a_client(clinic, "T0")
    one = cost()
    for number in range(1, 50):
        cast.a_client(clinic, f"T{number}")
    assert cost() == one <= 8


@pytest.mark.parametrize("now", [NOW.isoformat(), "2026-03-09T00:00:30Z"], ids=["stored", "outdated"])
def test_a_page_reads_the_references_of_all_and_nothing_else_of_whoever_is_not_on_it(
    clinic, reader, settings, now
):
    settings.CLOCK_FILE.write_text(now, encoding="utf-8")
    people = [cast.a_client(clinic, f"T{number:02}") for number in range(20)]
    with CaptureQueriesContext(connection) as captured:
        page = reader.get("standings", page_size=3, page=2)
    assert references(page) == ["T03", "T04", "T05"]
    assert page.json()["count"] == 20
    of_clients = [one["sql"] for one in captured if "client" in one["sql"]]
    named = [re.findall(r" IN \(([\d, ]+)\)", sql) for sql in of_clients]
    shown = ", ".join(str(client.pk) for client in people[3:6])
    assert named[0] == []
    assert {one for numbers in named[1:] for one in numbers} == {shown}
    assert "standing" not in of_clients[0]


def test_no_such_standing_is_told_with_those_there_are(system):
    detail = system.get("standings", standing="zz").json()["detail"]
    assert detail.startswith("standing: 'zz' is not one of not_tracked, paused, settling_in, weekly, ")
