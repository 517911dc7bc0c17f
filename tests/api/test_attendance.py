"""Attendance posted by other systems, one at a time and many at once."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.api import AttendanceSerializer
from attendance.register.models import Attendance, ExternalRecord
from tests import cast
from tests.api.conftest import System
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def body(**fields):
    return {
        "external_id": "x-1",
        "reference": "S1",
        "attended_on": "2026-02-03",
        "source": "slip",
        **fields,
    }


def test_the_guide_tells_what_is_needed_and_what_may_be_left_out():
    guide = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = guide.partition("- `POST attendance`: ")[2].partition(". ")[0]
    needed, _, known = told.partition("and as known")
    fields = AttendanceSerializer().fields
    assert re.findall(r"`(\w+)`", needed) == [name for name, field in fields.items() if field.required]
    assert re.findall(r"`(\w+)`", known) == [name for name, field in fields.items() if not field.required]


class TestOne:
    def test_it_is_recorded_and_the_same_again_answers_the_same(self, system, sam, dawn):
        told = body(meeting="dawn", fellowship="AA", note=" signed ")
        first, second = system.post("attendance", told), system.post("attendance/", told)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        attendance = Attendance.objects.get()
        assert first.json() == body(id=attendance.pk, meeting="dawn", fellowship="AA", note="signed")
        assert (attendance.client, attendance.meeting) == (sam, dawn)

    def test_the_same_body_written_otherwise_is_the_same(self, system, sam):
        system.post("attendance", body())
        again = body(meeting=None, note="", fellowship="")
        assert system.post("attendance", dict(reversed(again.items()))).status_code == 200

    def test_a_different_body_under_an_id_is_a_conflict(self, system, sam):
        system.post("attendance", body())
        response = system.post("attendance", body(note="late"))
        assert response.status_code == 409
        assert response.json() == {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "'x-1' was posted before with another body.",
            "field": "external_id",
        }
        assert Attendance.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "field", "said"),
        [
            ({"reference": "X9"}, "reference", "There is no client 'X9' in this clinic."),
            (
                {"attended_on": "2026-03-03"},
                "attended_on",
                "2026-03-03 is in the future: today is 2026-03-02.",
            ),
            ({"attended_on": "2026-01-06"}, "attended_on", "2026-01-06 is before intake on 2026-01-07."),
            ({"meeting": "dusk"}, "meeting", "There is no meeting 'dusk'."),
            ({"note": "x" * 501}, "note", "Note has 501 characters: 500 is the most."),
        ],
    )
    def test_what_a_verb_refuses_is_told_in_its_sentence(self, system, sam, fields, field, said):
        response = system.post("attendance", body(**fields))
        assert response.status_code == 422
        assert (response.json()["detail"], response.json()["field"]) == (said, field)
        assert not Attendance.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "field", "said"),
        [
            ({"attended_on": "2026-02-30"}, "attended_on", "'2026-02-30' is not a day of the calendar."),
            ({"attended_on": "2026-2-3"}, "attended_on", "'2026-2-3' is not a date: write it YYYY-MM-DD."),
            ({"attended_on": 20260203}, "attended_on", "'20260203' is not a date: write it YYYY-MM-DD."),
            (
                {"source": "zz"},
                "source",
                "'zz' is not one of keyworker, client, slip, contact.",
            ),
            ({"fellowship": 5}, "fellowship", "it is no text: write it between quotation marks."),
            ({"reference": 17}, "reference", "it is no text: write it between quotation marks."),
            ({"external_id": True}, "external_id", "it is no text: write it between quotation marks."),
            ({"note": ["x"]}, "note", "it is no text: write it between quotation marks."),
            ({"external_id": ""}, "external_id", "it is empty, and every row needs it."),
            ({"external_id": "x" * 101}, "external_id", "External id has 101 characters: 100 is the most."),
            ({"reference": None}, "reference", "it is empty, and every row needs it."),
            ({"note": "\0"}, "note", "Null characters are not allowed."),
            ({"meetings": "dawn"}, "meetings", "There is no such field here."),
        ],
    )
    def test_what_is_not_well_formed_names_its_field(self, system, sam, fields, field, said):
        response = system.post("attendance", body(**fields))
        assert response.status_code == 400
        assert response.json()["detail"] == f"{field}: {said}"
        assert response.json()["errors"] == {field: [said]}

    def test_a_body_beyond_what_is_read_is_a_problem_too(self, system, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        response = system.post("attendance", body(note="x" * 1000))
        assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")
        assert response.json()["detail"] == "The body is larger than 1,000 bytes: post fewer items at once."

    @pytest.mark.parametrize("sent", [[], "went", 7, None, {}])
    def test_what_is_no_attendance_at_all(self, system, sent):
        response = system.post("attendance", sent)
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"


class TestMany:
    def test_each_item_has_its_own_result(self, system, sam):
        items = [
            body(),
            body(external_id="x-2", attended_on="2026-02-10"),
            body(note="late"),
            body(external_id="x-3", reference="X9"),
            {"external_id": "x-4"},
            body(),
        ]
        response = system.post("attendance", {"items": items})
        assert response.status_code == 207
        results = response.json()["items"]
        assert [one["status"] for one in results] == [201, 201, 409, 422, 400, 200]
        assert results[0]["attendance"] == results[5]["attendance"]
        assert results[3]["problem"]["detail"] == "There is no client 'X9' in this clinic."
        assert results[4]["problem"]["errors"].keys() == {"reference", "attended_on", "source"}
        assert Attendance.objects.count() == 2
        again = system.post("attendance", {"items": items}).json()["items"]
        assert [one["status"] for one in again] == [200, 200, 409, 422, 400, 200]

    def test_a_thousand_will_do_and_one_more_will_not(self, system, sam):
        items = [body(external_id=f"x-{number}") for number in range(1001)]
        response = system.post("attendance", {"items": items})
        assert response.status_code == 413
        assert response.json()["detail"] == "At most 1000 items at once: there are 1001."
        assert not Attendance.objects.exists()
        response = system.post("attendance", {"items": items[:1000]})
        assert {one["status"] for one in response.json()["items"]} == {201}
        assert (Attendance.objects.count(), ExternalRecord.objects.count()) == (1, 1000)

    @pytest.mark.parametrize("sent", [{"items": {}}, {"items": None}, {"items": [], "reference": "S1"}])
    def test_what_is_no_list_of_items(self, system, sent):
        assert system.post("attendance", sent).status_code == 400

    def test_none_is_none(self, system):
        assert system.post("attendance", {"items": []}).json() == {"items": []}

    def test_the_queries_are_the_same_for_one_item_and_for_fifty(self, clinic, system):
        for number in range(50):
            cast.a_client(clinic, f"S{number}")

        def cost(numbers: range) -> int:
            items = [body(external_id=f"x-{number}", reference=f"S{number}") for number in numbers]
            with CaptureQueriesContext(connection) as queries:
                assert system.post("attendance", {"items": items}).status_code == 207
            return len(queries)

        assert cost(range(1)) == cost(range(1, 50))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("require_postgresql")
def test_two_identical_posts_at_once_are_one_attendance(transactional_db):
    riverside = cast.a_clinic("riverside")
    cast.a_client(riverside, "S1")
    system = System(riverside)
    for number in range(1, 6):
        told = body(external_id=f"x-{number}", attended_on=f"2026-02-{number:02}")

        def post(told=told):
            return system.post("attendance", told)

        responses = at_once(post, post)
        assert sorted(response.status_code for response in responses) == [200, 201]
        assert responses[0].json() == responses[1].json()
    assert Attendance.objects.count() == 5
