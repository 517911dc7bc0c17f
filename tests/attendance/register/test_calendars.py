"""Sam's calendar file: what it says of the meetings they chose, what it does not, and how a copy is put right."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.register import calendars, meeting_choices, meeting_plans
from attendance.register.calendars import Offer
from attendance.register.models import ChosenMeeting, PlannedMeeting
from clinic import episodes
from clinic.models import Client, ClosedReason
from tests import cast
from tests.attendance.directory.reading_calendars import File, says, starts
from tests.cast import BY, NOW, TODAY, day
from tests.tables import everything

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _reached_at(settings: Any) -> None:
    settings.BASE_URL = "https://clinics.example:8443/weekly"


@pytest.fixture
def lantern(db: None) -> Meeting:
    """Lantern Street, of which a list knows everything."""
    return cast.a_meeting(
        "lantern",
        name="Lantern Street",
        group_name="Lantern Group",
        day=1,
        starts_at=time(19),
        ends_at=time(20, 30),
        location="St Mary's Church",
        address="St Mary's Church, 4 Mill Lane, Leeds",
        city="Leeds",
        location_notes="Ring at the side door.",
        conference_url="https://video.example/j/1",
        conference_phone="01632 960111",
        conference_notes="Password: serenity",
        notes="Newcomers welcome.",
    )


def choose(client: Client, meeting: Meeting, now: datetime = NOW) -> ChosenMeeting:
    return meeting_choices.choose(client=client, meeting=meeting, by=BY, now=now)[0]


def take_back(chosen: ChosenMeeting, now: datetime = NOW) -> None:
    meeting_choices.void_choice(chosen=chosen, by=BY, now=now)


def plan(client: Client, meeting: Meeting, on: str) -> PlannedMeeting:
    return meeting_plans.plan_meeting(client=client, meeting=meeting, held_on=day(on), by=BY, now=NOW)[0]


def given(client: Client, now: datetime = NOW) -> File:
    client.refresh_from_db()
    return File(calendars.give_out(client, now))


def told(client: Client, now: datetime = NOW) -> list[tuple[str, int, str]]:
    """Of each entry where it starts, its sequence and its status."""
    return [
        (starts(event), int(event["SEQUENCE"]), str(event["STATUS"])) for event in given(client, now).events
    ]


def change(meeting: Meeting, **values: Any) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(**values)


TUESDAY = "2026-03-03 19:00 Europe/London"


def test_a_chosen_meeting_is_an_entry_that_names_nothing_but_a_street(sam, lantern):
    chosen = choose(sam, lantern)
    file = given(sam)
    (event,) = file.events
    assert says(event) == {
        "UID": f"{chosen.uid}@clinics.example",
        "SUMMARY": "Appointment",
        "LOCATION": "4 Mill Lane, Leeds",
        "URL": "https://video.example/j/1",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
    }
    assert (starts(event), event["DTEND"].dt.time(), file.method) == (TUESDAY, time(20, 30), "PUBLISH")
    text = "\n".join(file.lines)
    for telling in (
        "Lantern",
        "Mary",
        "Alcoholics",
        "serenity",
        "960111",
        "Newcomers",
        "Sam",
        "S1",
        "Riverside",
    ):
        assert telling not in text


def test_in_plain_wording_it_says_what_it_is_and_how_to_join(sam, lantern):
    sam.plain_wording = True
    sam.save()
    choose(sam, lantern)
    (event,) = given(sam).events
    assert says(event) | {"UID": ""} == {
        "UID": "",
        "SUMMARY": "Lantern Street",
        "LOCATION": "St Mary's Church, 4 Mill Lane, Leeds",
        "DESCRIPTION": "Ring at the side door.\nPassword: serenity\nBy telephone: 01632 960111",
        "URL": "https://video.example/j/1",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
    }


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("4 Mill Lane, Leeds", "4 Mill Lane, Leeds"),
        ("LANTERN GROUP, 4 Mill Lane", "4 Mill Lane"),
        ("Alcoholics Anonymous, St Mary's Church, 4 Mill Lane", "4 Mill Lane"),
        ("St Mary's Church", "Leeds"),
        ("", "Leeds"),
    ],
)
def test_the_place_is_a_street_or_else_a_town(sam, lantern, address, place):
    change(lantern, address=address)
    choose(sam, lantern)
    assert says(given(sam).events[0])["LOCATION"] == place


def test_a_meeting_that_is_called_like_its_town_is_still_found(sam, lantern):
    change(lantern, name="Leeds", address="4 Mill Lane, Leeds")
    choose(sam, lantern)
    assert says(given(sam).events[0])["LOCATION"] == "4 Mill Lane, Leeds"


def test_what_is_online_alone_has_no_place(sam, lantern):
    """Lists give such a meeting a town, or a whole country."""
    change(lantern, attendance_option=AttendanceOption.ONLINE)
    choose(sam, lantern)
    for sam.plain_wording in (False, True):
        sam.save()
        said = says(given(sam).events[0])
        assert ("LOCATION" in said, said["URL"]) == (False, "https://video.example/j/1")


def test_it_begins_with_the_first_on_or_after_it_was_chosen_however_late_it_is_given_out(sam, lantern):
    choose(sam, lantern)
    assert told(sam, NOW + 100 * DAY) == [(TUESDAY, 0, "CONFIRMED")]


def test_without_a_known_hour_it_is_all_day_and_by_appointment_it_is_none(sam, noon):
    choose(sam, cast.a_meeting("thursdays", day=3, weeks=[1, 3]))
    choose(sam, noon)
    (event,) = given(sam).events
    assert (starts(event), event["RRULE"].to_ical()) == ("2026-03-05 all day", b"FREQ=MONTHLY;BYDAY=1TH,3TH")


def test_one_of_another_zone_is_on_its_own_clock(sam, lantern):
    change(lantern, time_zone="America/New_York")
    choose(sam, lantern)
    assert told(sam)[0][0] == "2026-03-03 19:00 America/New_York"


def test_given_out_again_unchanged_it_is_the_same_but_for_when_it_was_made(sam, lantern):
    choose(sam, lantern)
    first, again = given(sam), given(sam, NOW + DAY)
    stamps = ("DTSTAMP", "LAST-MODIFIED")
    kept = [[line for line in file.lines if not line.startswith(stamps)] for file in (first, again)]
    assert kept[0] == kept[1]
    assert first.events[0]["DTSTAMP"].dt == NOW
    assert again.events[0]["DTSTAMP"].dt == NOW + DAY


def test_the_sequence_grows_exactly_when_it_differs_from_what_was_given_out_last(sam, lantern):
    choose(sam, lantern)
    change(lantern, starts_at=time(18))
    assert told(sam)[0][1] == 0, "nobody had it before"
    for number, values in enumerate(
        [
            {"starts_at": time(17)},
            {"address": "9 Mill Lane, Leeds"},
            {"conference_url": "https://video.example/j/2"},
            {"weeks": [2]},
        ],
        start=1,
    ):
        change(lantern, **values)
        assert [told(sam)[0][1] for _ in range(2)] == [number, number]
    # What a discreet entry does not say does not change it; nor does what comes back before it was given out.
    change(lantern, name="Another Name", conference_notes="Another", notes="Others")
    change(lantern, starts_at=time(9))
    change(lantern, starts_at=time(17))
    assert told(sam)[0][1] == 4
    sam.plain_wording = True
    sam.save()
    assert told(sam)[0][1] == 5


def test_its_uid_stays_through_all_of_it(sam, lantern):
    chosen = choose(sam, lantern)
    for values in ({}, {"day": 4}, {"time_zone": "Europe/Paris"}, {"closed_on": TODAY}):
        change(lantern, **values)
        assert says(given(sam).events[0])["UID"] == f"{chosen.uid}@clinics.example"


@pytest.mark.parametrize(
    "values",
    [
        {"closed_on": TODAY},
        {"attendance_option": AttendanceOption.INACTIVE},
        {"day": None, "starts_at": None, "ends_at": None},
    ],
    ids=["closed", "not held at present", "by appointment from now on"],
)
def test_one_that_is_not_to_be_gone_to_is_cancelled_and_comes_back_with_its_meeting(sam, lantern, values):
    choose(sam, lantern)
    assert told(sam) == [(TUESDAY, 0, "CONFIRMED")]
    as_it_was = {name: getattr(lantern, name) for name in values}
    change(lantern, **values)
    file = given(sam)
    (event,) = file.events
    assert (file.method, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    change(lantern, **as_it_was)
    assert told(sam) == [(TUESDAY, 2, "CONFIRMED")]


def test_a_choice_taken_back_is_cancelled_and_the_same_meeting_chosen_anew_another_entry(sam, lantern):
    first = choose(sam, lantern)
    told(sam)
    take_back(first)
    assert told(sam) == [(TUESDAY, 1, "CANCELLED")]
    second = choose(sam, lantern)
    assert told(sam) == [(TUESDAY, 1, "CANCELLED"), (TUESDAY, 0, "CONFIRMED")]
    assert len({says(event)["UID"] for event in given(sam).events}) == 2
    assert second.uid != first.uid


def test_what_did_not_suit_is_cancelled_and_what_stands_makes_it_no_cancellation_of_all(sam, lantern, clean):
    change(clean, day=4, starts_at=time(12))
    choose(sam, lantern)
    choose(sam, clean)
    assert given(sam).method == "PUBLISH"
    meeting_choices.did_not_suit(client=sam, meeting=lantern, by=BY, now=NOW)
    file = given(sam)
    assert [says(event)["STATUS"] for event in file.events] == ["CANCELLED", "CONFIRMED"]
    assert file.method == "PUBLISH"


def test_closing_the_client_cancels_what_was_given_out(sam, lantern):
    choose(sam, lantern)
    told(sam)
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    assert told(sam) == [(TUESDAY, 1, "CANCELLED")]


def test_nobody_is_told_of_the_end_of_what_they_never_had(sam, lantern, clean):
    take_back(choose(sam, lantern))
    choose(sam, clean)
    change(clean, day=4, closed_on=TODAY)
    assert (told(sam), calendars.offer(sam, NOW)) == ([], Offer.NOTHING)


def test_a_cancelled_entry_is_told_of_for_sixty_days(sam, lantern, clean):
    change(clean, day=4, starts_at=time(12))
    taken_back = choose(sam, lantern)
    choose(sam, clean)
    told(sam)
    take_back(taken_back)
    change(clean, closed_on=TODAY)
    assert len(told(sam, NOW + 60 * DAY - timedelta(seconds=1))) == 2
    # Of a meeting that closed the day is known, and no hour.
    assert len(told(sam, NOW + 60 * DAY)) == 1
    assert told(sam, NOW + 61 * DAY) == []


def test_as_long_as_a_meeting_rests_its_entry_stays_cancelled(sam, lantern):
    """Nobody knows since when it has not been held."""
    choose(sam, lantern)
    told(sam)
    change(lantern, attendance_option=AttendanceOption.INACTIVE)
    assert told(sam, NOW + 200 * DAY) == [(TUESDAY, 1, "CANCELLED")]


def test_a_planned_date_is_an_entry_of_its_own_once(sam, lantern, noon):
    planned = plan(sam, lantern, "2026-03-10")
    by_appointment = plan(sam, noon, "2026-03-04")
    events = given(sam).events
    assert [(says(event)["UID"], starts(event), "RRULE" in event) for event in events] == [
        (f"plan-{by_appointment.pk}@clinics.example", "2026-03-04 all day", False),
        (f"plan-{planned.pk}@clinics.example", "2026-03-10 19:00 Europe/London", False),
    ]
    assert [(event["SEQUENCE"], says(event)["SUMMARY"]) for event in events] == [(0, "Appointment")] * 2


def test_planned_on_the_clinics_calendar_it_is_on_the_meetings_clock(sam, lantern):
    """Tuesday evening in New York is Wednesday in London."""
    change(lantern, time_zone="America/New_York", starts_at=time(20), ends_at=None)
    lantern.refresh_from_db()
    plan(sam, lantern, "2026-03-04")
    assert told(sam)[0][0] == "2026-03-03 20:00 America/New_York"


def test_a_plan_for_a_chosen_meeting_is_in_the_entry_for_every_week(sam, lantern, noon):
    plan(sam, lantern, "2026-03-10")
    plan(sam, noon, "2026-03-04")
    choose(sam, lantern)
    choose(sam, noon)
    # By appointment it has no entry but the one for the day that was agreed.
    assert [where for where, _, _ in told(sam)] == [TUESDAY, "2026-03-04 all day"]


def test_a_plan_taken_back_is_cancelled_until_its_day_is_over(sam, lantern):
    planned = plan(sam, lantern, "2026-03-10")
    told(sam)
    meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    assert told(sam) == [("2026-03-10 19:00 Europe/London", 1, "CANCELLED")]
    assert len(told(sam, datetime(2026, 3, 10, 23, 59, tzinfo=UTC))) == 1
    assert told(sam, datetime(2026, 3, 11, 0, 0, tzinfo=UTC)) == []


@pytest.mark.parametrize("values", [{"closed_on": TODAY}, {"day": 4}], ids=["closed", "moved"])
def test_a_plan_whose_meeting_has_closed_or_moved_is_cancelled(sam, lantern, values):
    plan(sam, lantern, "2026-03-10")
    change(lantern, **values)
    assert [status for _, _, status in told(sam)] == ["CANCELLED"]


def test_what_there_is_for_a_calendar(sam, lantern, noon):
    assert calendars.offer(sam, NOW) == Offer.NOTHING
    choose(sam, noon)
    assert calendars.offer(sam, NOW) == Offer.NOTHING
    planned = plan(sam, noon, "2026-03-04")
    assert calendars.offer(sam, NOW) == Offer.ADD
    meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    assert calendars.offer(sam, NOW) == Offer.NOTHING
    chosen = choose(sam, lantern)
    assert calendars.offer(sam, NOW) == Offer.ADD
    told(sam)
    take_back(chosen)
    assert calendars.offer(sam, NOW) == Offer.TAKE_OUT


def test_only_giving_it_out_writes_and_then_no_more_than_what_was_given_out(sam, lantern):
    choose(sam, lantern)
    before = everything()
    calendars.offer(sam, NOW)
    assert everything() == before
    told(sam)
    after = everything()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"attendance.ChosenMeeting"}
    told(sam)
    assert everything() == after


def test_what_it_costs_does_not_grow_with_the_meetings(sam, django_assert_num_queries):
    def prices(meetings: int) -> None:
        for number in range(meetings):
            name = f"{meetings}-{number}"
            choose(sam, cast.a_meeting(f"chosen-{name}", day=number % 7, starts_at=time(19)))
            plan(sam, cast.a_meeting(f"planned-{name}"), "2026-03-04")
        told(sam)
        with django_assert_num_queries(4):
            assert calendars.give_out(sam, NOW).count(b"BEGIN:VEVENT") >= 2 * meetings
        with django_assert_num_queries(4):
            calendars.offer(sam, NOW)

    prices(1)
    prices(20)


def test_nothing_of_another_client_is_in_it(clinic, sam, lantern):
    other = cast.a_client(clinic, "S2")
    choose(other, lantern)
    plan(other, lantern, "2026-03-10")
    assert given(sam).events == []
