"""Kay enters a meeting that no list tells of, and mends one of a list; Hal of Hillside sees nothing of it."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from attendance.directory.models import Meeting
from tests import cast
from tests.attendance.directory.lists import a_record, take_in
from tests.flows.browsing import Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

QUIET_HOUR = {
    "fellowship": "Harbour Walkers",
    "kind": "secular",
    "name": "Quiet Hour",
    "day": "1",
    "starts_at": "19:00",
    "ends_at": "20:00",
    "attendance_option": "in_person",
    "address": "1 Quay Street, Leeds",
    "position": "53.7997, -1.5492",
    "types": ["W", "X"],
    "languages": ["POL"],
}


@pytest.fixture
def lunch(db: None) -> Meeting:
    take_in(a_record("lunch", types=["O", "X", "QQ", "POL"], latitude=53.8, longitude=-1.5))
    return Meeting.objects.get()


def as_it_stands(page: Any) -> dict[str, Any]:
    """What the form of a page would send if it were sent as it is."""
    sent: dict[str, Any] = {}
    for one in page.elements("input"):
        told = dict(one.attributes)
        if told.get("type") in ("checkbox", "radio"):
            if "checked" in told:
                sent.setdefault(told["name"], []).append(told["value"])
        elif told.get("name") not in (None, "csrfmiddlewaretoken"):
            sent[told["name"]] = told.get("value", "")
    for one in page.elements("textarea"):
        sent[dict(one.attributes)["name"]] = "".join(str(child) for child in one.children).strip()
    for one in page.elements("select"):
        chosen = [dict(option.attributes) for option in one.children if hasattr(option, "attributes")]
        sent[dict(one.attributes)["name"]] = [told["value"] for told in chosen if "selected" in told]
    return sent


def test_a_meeting_by_hand_is_added_with_a_fellowship_of_its_own(kay: Staff, hal: Staff) -> None:
    page = kay.sends(kay.address("new_meeting"), **QUIET_HOUR)
    assert page.notices == ["Quiet Hour is in the directory of this clinic."]
    for words in (
        "Harbour Walkers (secular)",
        "Tue 19:00 to 20:00",
        "Women, Wheelchair Access, Polish",
        "Entered by hand by kay, last changed on 2 March 2026; only this clinic sees it",
        ":quiet-hour-tuesday-1900",
    ):
        assert words in page.text
    meeting = Meeting.objects.get()
    assert (meeting.latitude, meeting.longitude) == (53.7997, -1.5492)
    assert "Quiet Hour" in kay.opens("groups").text
    assert "Quiet Hour" in kay.opens("meeting_options", meeting="quiet").html
    assert "Quiet Hour" not in hal.opens("groups", everywhere="on").text
    assert "Quiet Hour" not in hal.opens("meeting_options", meeting="quiet").html
    for name in ("group", "mend_meeting", "follow_list"):
        assert hal.opens(name, meeting.pk).status == 404
    assert kay.sends(kay.address("new_meeting"), **QUIET_HOUR).notices == [
        "Quiet Hour is in the directory already."
    ]


def test_ana_went_there_and_it_can_be_recorded_by_its_name(kay: Staff, ana: Any) -> None:
    kay.sends(kay.address("new_meeting"), **QUIET_HOUR)
    kay.does("log", ana, attended_on="2026-02-24", meeting="quiet", source="keyworker")
    assert ana.attendances.get().meeting == Meeting.objects.get()


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": ""}, "This field is required."),
        ({"fellowship": ""}, "This field is required."),
        ({"starts_at": "25:00"}, "Enter a valid time."),
        ({"position": "north of here"}, "Write two numbers, such as 53.7997, -1.5492."),
        ({"position": "95, 1"}, "The coordinates are not on the globe."),
        ({"ends_at": "19:00"}, "It ends when it starts: leave the end empty if it is not known."),
        ({"attendance_option": "by boat"}, "Select a valid choice."),
        ({"attendance_option": "hybrid"}, "Say how it is joined online: its web address or a number."),
        ({"types": ["<b>"]}, "Select a valid choice."),
        ({"conference_url": "javascript:alert(1)"}, "'javascript:alert(1)' is no web address"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_added(kay: Staff, wrong: dict[str, Any], fault: str) -> None:
    before = everything()
    page = kay.sends(kay.address("new_meeting"), **{**QUIET_HOUR, **wrong})
    assert page.status == 422
    assert any(fault in told for told in page.faults), page.faults
    assert everything() == before


def test_saved_as_it_stands_nothing_is_different(kay: Staff, lunch: Meeting) -> None:
    form = as_it_stands(kay.opens("mend_meeting", lunch.pk))
    assert kay.sends(kay.address("mend_meeting", lunch.pk), **form).notices == ["Nothing was different."]
    assert Meeting.objects.get() == lunch


def test_a_meeting_of_a_list_is_mended_for_this_clinic_and_says_so(
    kay: Staff, hal: Staff, lunch: Meeting
) -> None:
    form = as_it_stands(kay.opens("mend_meeting", lunch.pk))
    page = kay.sends(
        kay.address("mend_meeting", lunch.pk),
        **{**form, "starts_at": "13:00", "types": ["O"], "languages": ["POL"]},
    )
    assert page.notices == ["Saved, for this clinic."]
    assert "Marked as Open, QQ, Polish the list says Open, Wheelchair Access, QQ, Polish" in page.text
    assert "Starts 13:00 the list says 12:30" in page.text
    assert "By kay on 2 March 2026, for this clinic alone" in page.text
    assert "mended by hand" in kay.opens("groups").text
    assert "Mended by hand" not in hal.opens("group", lunch.pk).text
    lunch.refresh_from_db()
    assert (lunch.starts_at, lunch.types) == (time(12, 30), ["O", "X", "QQ", "POL"])

    take_in(a_record("lunch", name="Long Lunch", time="12:00"))
    page = kay.opens("group", lunch.pk)
    assert "Long Lunch" in page.text
    assert "Starts 13:00 the list says 12:00" in page.text

    asked = kay.opens("follow_list", lunch.pk)
    assert "Follow the list again?" in asked.text
    assert kay.sends(kay.address("follow_list", lunch.pk)).notices == ["Long Lunch follows its list again."]
    assert kay.sends(kay.address("follow_list", lunch.pk)).notices == [
        "Long Lunch followed its list already."
    ]
    assert "Mended by hand" not in kay.opens("group", lunch.pk).text


def test_the_register_and_the_clients_page_go_by_what_was_mended(
    kay: Staff, ana: Any, lantern: Meeting
) -> None:
    kay.does("log", ana, attended_on="2026-02-24", meeting="lantern", source="keyworker")
    form = as_it_stands(kay.opens("mend_meeting", lantern.pk))
    kay.sends(
        kay.address("mend_meeting", lantern.pk), **{**form, "name": "Lamp Street", "starts_at": "20:15"}
    )
    client = kay.opens("client", ana)
    assert "Usual Lamp Street Tuesday 3 March 2026, 20:15" in client.text
    register = kay.opens("register", week="2026-02-23")
    assert "Lamp Street · Tue 20:15" in register.html
    assert register.texts("button", name="take_back") == ["Lamp Street"]
    pressed = kay.presses(ana, htmx=True, week="2026-03-02", went_on=f"2026-03-02 {lantern.pk}")
    assert pressed.notices == ["Ana Madeup, 2 March 2026: recorded at Lamp Street."]
    assert pressed.texts("button", name="take_back") == ["Lamp Street"]


def test_a_manager_may_and_an_administrator_may_not(mo: Staff, ada: Staff, lantern: Meeting) -> None:
    assert "Add a meeting" in mo.opens("groups").text
    assert mo.opens("mend_meeting", lantern.pk).status == 200
    assert ada.sends(ada.address("new_meeting"), **QUIET_HOUR).status == 403
    assert not cast.fellowships_of_their_own().exists()


def test_what_was_changed_while_the_page_was_open_is_not_undone_unseen(kay: Staff, lunch: Meeting) -> None:
    form = as_it_stands(kay.opens("mend_meeting", lunch.pk))
    take_in(
        a_record(
            "lunch",
            types=["O", "X", "QQ", "POL"],
            latitude=53.8,
            longitude=-1.5,
            time="14:00",
            end_time="15:00",
        )
    )
    page = kay.sends(kay.address("mend_meeting", lunch.pk), **{**form, "notes": "Ring twice."})
    assert page.status == 422
    assert any("has changed this meeting since you opened the page" in told for told in page.faults)
    assert not Meeting.objects.filter(amends=lunch).exists()
    again = as_it_stands(page)
    assert kay.sends(kay.address("mend_meeting", lunch.pk), **again).notices == ["Saved, for this clinic."]
    assert Meeting.objects.get(amends=lunch).starts_at == time(12, 30)
