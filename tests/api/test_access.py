"""Who may use the API, and what everybody else is told: problem details, whatever went wrong."""

import pytest
from django.test import Client as Browser
from django.utils import timezone
from drf_spectacular.validation import validate_schema

from attendance.register.models import Attendance
from clinic.models import ApiToken, AuditEntry

pytestmark = pytest.mark.django_db

BODY = {"external_id": "x-1", "reference": "S1", "attended_on": "2026-02-03", "source": "slip"}


def problem(response) -> dict:
    """The problem a response tells of; it is one in form as well."""
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "detail"} <= body.keys()
    return body


@pytest.mark.parametrize("header", [None, "Bearer abc", "Basic a2F5OnB3"])
def test_nothing_without_a_token(sam, header):
    headers = {"Authorization": header} if header else {}
    response = Browser().get("/api/v1/standings", headers=headers)
    assert problem(response)["detail"] == "Authentication credentials were not provided."
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token wrong", "token \xff"])
def test_nor_with_a_wrong_one(sam, header):
    response = Browser().get("/api/v1/standings", headers={"Authorization": header})
    assert problem(response)["status"] == 401


def test_nor_with_a_revoked_one(system):
    ApiToken.objects.update(revoked_at=timezone.now())
    assert "was revoked" in problem(system.get("standings"))["detail"]


def test_signing_in_as_staff_opens_nothing(keyworker):
    browser = Browser()
    browser.force_login(keyworker)
    assert browser.get("/api/v1/standings").status_code == 401


def test_a_read_only_token_reads_and_does_not_write(reader, sam):
    assert reader.get("standings").status_code == 200
    response = reader.post("attendance", BODY)
    assert (response.status_code, problem(response)["detail"]) == (403, "This token may only read.")
    assert not Attendance.objects.exists()


def test_another_clinics_client_is_unknown(stranger, sam):
    assert stranger.get("standings").json()["results"] == []
    assert problem(stranger.post("attendance", BODY))["detail"] == "There is no client 'S1' in this clinic."


def test_the_audit_trail_names_the_token(system, sam):
    system.post("attendance", BODY)
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor_kind, entry.actor_name) == ("token", "riverside writer")


@pytest.mark.parametrize(
    ("send", "status", "said"),
    [
        (lambda system: system.get("nothing/here"), 404, "There is no such address in the API"),
        (lambda system: system.get(""), 404, "There is no such address in the API"),
        (lambda system: system.get("attendance"), 405, 'Method "GET" not allowed.'),
        (lambda system: system.post("standings", {}), 405, 'Method "POST" not allowed.'),
        (lambda system: system.get("standings", page=7), 404, "Invalid page."),
        (
            lambda system: system.client.post("/api/v1/attendance", "{", content_type="application/json"),
            400,
            "JSON parse error",
        ),
        (
            lambda system: system.client.post("/api/v1/attendance", b"\xff", content_type="application/json"),
            400,
            "JSON parse error",
        ),
        (
            lambda system: system.client.post(
                "/api/v1/attendance", "[" * 100_000, content_type="application/json"
            ),
            400,
            "The body is nested too deeply.",
        ),
        (
            lambda system: system.client.post("/api/v1/attendance", "a=1", content_type="text/plain"),
            415,
            "Unsupported media type",
        ),
        (
            lambda system: system.client.get("/api/v1/standings", HTTP_ACCEPT="text/html"),
            406,
            "Could not satisfy",
        ),
    ],
)
def test_whatever_goes_wrong_is_a_problem(system, send, status, said):
    response = send(system)
    assert response.status_code == status
    assert said in problem(response)["detail"]


def test_unknown_addresses_are_not_told_to_strangers():
    assert Browser().get("/api/v1/nothing/here").status_code == 401


def test_the_schema_is_open_and_whole(db):
    response = Browser().get("/api/v1/schema/?format=json")
    assert response.status_code == 200
    schema = response.json()
    validate_schema(schema)
    assert {"/api/v1/attendance/", "/api/v1/standings/"} <= schema["paths"].keys()
    assert schema["components"]["securitySchemes"].keys() == {"token"}
    posting = schema["paths"]["/api/v1/attendance/"]["post"]
    assert posting["responses"].keys() == {
        *("200", "201", "207"),
        *("400", "401", "403", "409", "413", "422"),
    }
    asked = {one["name"] for one in schema["paths"]["/api/v1/standings/"]["get"]["parameters"]}
    assert asked == {"standing", "flagged", "page", "page_size"}


def test_a_wrong_host_is_told_as_a_problem_and_as_a_page_elsewhere(system):
    system.client.defaults["HTTP_HOST"] = "elsewhere.example"
    response = system.get("standings")
    assert (problem(response)["status"], response.status_code) == (400, 400)
    assert response.json()["detail"].startswith("The site does not answer to this host name: ")
    assert (
        Browser(headers={"host": "elsewhere.example"})
        .get("/sign-in/")["Content-Type"]
        .startswith("text/html")
    )
