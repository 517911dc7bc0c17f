"""Kay logs meetings and puts them right, pauses clients, and notes weeks in which they did not go."""

from __future__ import annotations

import pytest

from attendance.directory.models import Meeting
from attendance.register.models import Attendance
from clinic.models import Client
from tests import cast
from tests.flows.browsing import Clock, Page, Staff

pytestmark = pytest.mark.django_db


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def log(kay: Staff, client: Client, on: str = "2026-02-24", **more: object) -> Attendance:
    assert (
        kay.does("log", client, attended_on=on, source="keyworker", **more).notices[0].startswith("Recorded")
    )
    return client.attendances.get(attended_on=on, voided_at__isnull=True)


def test_a_logged_meeting_takes_a_client_off_today_and_a_struck_out_one_brings_them_back(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting
) -> None:
    assert waiting(kay.opens("today")) == ["Ana Madeup", "Ben Madeup"]
    went = log(kay, ana, meeting="lantern", note="Stayed for tea.")
    assert (went.meeting, went.fellowship) == (lantern, lantern.fellowship)
    assert [(one.source, one.note, one.reported_by) for one in went.reports.all()] == [
        ("keyworker", "Stayed for tea.", "kay")
    ]
    assert waiting(kay.opens("today")) == ["Ben Madeup"]

    kay.does("void", ana, attendance=went.pk, reason="It was Ben.")
    assert waiting(kay.opens("today")) == ["Ana Madeup", "Ben Madeup"]
    told = kay.opens("client", ana).text
    assert "Went to a meeting: Lantern Street, Tue 19:00" in told
    assert "Struck out on 2 March 2026, 12:00, by kay: It was Ben." in told


def test_a_second_source_adds_to_the_meeting_already_known(kay: Staff, ana: Client) -> None:
    went = log(kay, ana)
    page = kay.does("log", ana, attended_on="2026-02-24", source="slip")
    assert page.notices == ["Added to the meeting already known on 24 February 2026."]
    assert [one.source for one in went.reports.all()] == ["keyworker", "slip"]


def test_a_fellowship_alone_will_do(kay: Staff, ana: Client, lantern: Meeting) -> None:
    went = log(kay, ana, fellowship=lantern.fellowship.pk)
    assert (went.meeting, went.fellowship) == (None, lantern.fellowship)


def test_the_form_remembers_where_they_go_and_suggests_as_one_types(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting, at: Clock
) -> None:
    cast.a_meeting("quay", name="Quay Side", day=5, starts_at="11:00")
    assert kay.opens("act_log", ana).value("meeting") == ""
    log(kay, ana, meeting="lantern")
    offered = "Lantern Street · Tue 19:00 · Lantern Hall · [:lantern]"
    form = kay.opens("act_log", ana)
    assert form.value("meeting") == "", "today is a Monday"
    at("2026-03-03 20:30")
    assert kay.opens("act_log", ana).value("meeting") == offered
    field = dict(form.elements("input", name="meeting")[0].attributes)
    (suggested,) = form.elements("datalist", id=field["list"] or "")
    assert field["hx-target"] == f"#{field['list']}"
    assert [dict(one.attributes)["value"] for one in suggested.children] == [offered]
    assert kay.opens("act_log", ben).value("meeting") == ""

    typed = kay.goes_to(field["hx-get"] or "", htmx=True, meeting="quay sat")
    assert typed.html.strip() == '<option value="Quay Side · Sat 11:00 · [:quay]"></option>'
    assert log(kay, ben, meeting=offered).meeting == lantern


@pytest.mark.parametrize("act", ["log", "correct"])
def test_a_meeting_of_another_day_is_asked_about_and_taken_at_a_second_word(
    act: str, kay: Staff, ana: Client, lantern: Meeting
) -> None:
    """Tuesday's meeting was held on a Wednesday: a slip of the finger, unless somebody says that it was not."""
    values: dict[str, object] = {"attended_on": "2026-02-25", "meeting": "lantern", "source": "keyworker"}
    if act == "correct":
        values |= {"attendance": log(kay, ana).pk, "reason": "A day later."}
    asked = kay.does(act, ana, **values)
    assert asked.status == 422
    assert "Lantern Street is held on Tuesdays, and 25 February 2026 is a Wednesday." in asked.text
    (tick,) = asked.elements("input", name="anyway")
    assert dict(tick.attributes)["type"] == "checkbox"
    assert not ana.attendances.filter(attended_on="2026-02-25").exists()

    assert kay.does(act, ana, **values, anyway="on").status == 200
    assert ana.attendances.get(attended_on="2026-02-25").meeting == lantern


def test_a_second_word_holds_for_what_it_was_said_of(kay: Staff, ana: Client, lantern: Meeting) -> None:
    """Ticked for a Wednesday it is in sight while the form comes back, and gone with the Wednesday."""
    other_day = {"attended_on": "2026-02-25", "meeting": "lantern", "source": "keyworker", "anyway": "on"}
    back = kay.does("log", ana, **other_day, note="x" * 301)
    (tick,) = back.elements("input", name="anyway")
    assert (dict(tick.attributes)["type"], "checked" in dict(tick.attributes)) == ("checkbox", True)
    back = kay.does("log", ana, **{**other_day, "attended_on": "2026-02-24"}, note="x" * 301)
    (hidden,) = back.elements("input", name="anyway")
    assert (dict(hidden.attributes)["type"], dict(hidden.attributes).get("value")) == ("hidden", None)


def test_two_meetings_of_one_name_are_told_apart_before_anything_is_written(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    cast.a_meeting("lantern-2", name="Lantern Street", day=4, starts_at="12:00")
    page = kay.does("log", ana, attended_on="2026-02-24", source="keyworker", meeting="lantern street")
    assert page.status == 422
    assert page.faults[0].startswith(
        "Meeting – “lantern street” may mean several meetings: Lantern Street · Tue 19:00"
    )
    assert not ana.attendances.exists()


def test_a_correction_starts_from_what_is_on_record(kay: Staff, ana: Client, lantern: Meeting) -> None:
    went = log(kay, ana, meeting="lantern")
    form = kay.opens("act_correct", ana, attendance=went.pk)
    held = {"attended_on": form.value("attended_on"), "meeting": form.value("meeting")}
    assert held == {
        "attended_on": "2026-02-24",
        "meeting": "Lantern Street · Tue 19:00 · Lantern Hall · [:lantern]",
    }
    same = kay.does("correct", ana, attendance=went.pk, reason="A slip.", **held)
    assert same.notices == ["Nothing was different."]

    kay.does("correct", ana, attendance=went.pk, reason="A slip.", **{**held, "attended_on": "2026-02-17"})
    right = ana.attendances.get(voided_at__isnull=True)
    assert (right.attended_on.isoformat(), right.meeting, right.corrects) == ("2026-02-17", lantern, went)
    assert kay.opens("act_correct", ana, attendance="nonsense").status == 200


def test_a_meeting_that_is_not_known_after_all_leaves_the_fellowship(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    went = log(kay, ana, meeting="lantern")
    kay.does(
        "correct", ana, attendance=went.pk, attended_on="2026-02-24", meeting="", reason="Which is not known."
    )
    right = ana.attendances.get(voided_at__isnull=True)
    assert (right.meeting, right.fellowship) == (None, lantern.fellowship)


def test_a_paused_client_is_off_today_until_the_pause_is_taken_back(kay: Staff, ana: Client) -> None:
    kay.does("pause", ana, starts_on="2026-02-28", ends_on="2026-03-08", kind="hospital", detail="")
    assert waiting(kay.opens("today")) == []
    page = kay.opens("client", ana)
    assert "Paused until 8 March 2026, with 4 weeks missed before it." in page.text
    assert "Paused until 8 March 2026: Hospital" in page.text

    choices = kay.opens("act_void_pause", ana).texts("option")
    assert choices == ["28 February 2026 to 8 March 2026: Hospital"]
    kay.does("void_pause", ana, pause=ana.pauses.get().pk, reason="They stayed.")
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    assert "Taken back on 2 March 2026, 12:00, by kay: They stayed." in kay.opens("client", ana).text


def test_did_not_go_is_knowledge_and_only_weeks_since_intake_are_asked_about(
    kay: Staff, ana: Client, riverside: object
) -> None:
    new = cast.a_client(ana.clinic, "N1", "2026-02-25", first_name="New")
    assert kay.opens("act_did_not_go", new).texts("option") == [
        "Last week of 23 February 2026",
        "This week of 2 March 2026",
    ]
    newest = cast.a_client(ana.clinic, "N2", "2026-03-02", first_name="Newest")
    assert kay.opens("act_did_not_go", newest).texts("option") == ["This week of 2 March 2026"]
    weeks = kay.opens("act_did_not_go", ana).texts("option")
    assert (len(weeks), weeks[1], weeks[-2]) == (8, "Week of 16 February 2026", "Week of 12 January 2026")
    kay.does("did_not_go", ana, week="2026-02-23")
    page = kay.opens("client", ana)
    assert "Week of 23 February 2026: did not go" in page.text
    assert "Week of 16 February 2026: nothing recorded" in page.text
    assert "Did not go in the week of 23 February 2026" in page.text


def test_a_pause_is_taken_back_only_where_there_is_one(kay: Staff, ana: Client) -> None:
    def offered() -> bool:
        return any("/void_pause/" in link for link in kay.opens("client", ana).links)

    assert not offered()
    page = kay.opens("act_void_pause", ana)
    assert "Ana Madeup has no pause that could be put right." in page.text
    assert (page.elements("select"), page.texts("button", class_="button-primary")) == ([], [])
    kay.does("pause", ana, starts_on="2026-03-02", ends_on="2026-03-03", kind="holiday")
    assert offered()
    kay.does("void_pause", ana, pause=ana.pauses.get().pk, reason="They stayed.")
    assert not offered()
