from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.kinds import AttendanceOption, FellowshipKind
from attendance.directory.models import Feed, Meeting
from attendance.directory.occurrences import occurrences
from clinic.errors import Refused
from clinic.models import AuditEntry
from tests import cast
from tests.attendance.directory.lists import NOW, a_record, take_in

pytestmark = pytest.mark.django_db


def many(count: int, **stated) -> list[dict]:
    return [a_record(f"meeting-{number}", **stated) for number in range(count)]


def test_a_feed_goes_in_whole():
    summary = take_in(a_record(timezone="Europe/Paris"), a_record("other"), source="leeds.json")
    assert (summary.read, summary.added, summary.warnings) == (2, 2, ())
    meeting = Meeting.objects.get(slug="monday-lunch")
    assert (meeting.day, meeting.starts_at, meeting.types) == (0, time(12, 30), ["O", "X"])
    assert [m.time_zone for m in Meeting.objects.order_by("slug")] == ["Europe/Paris", "Europe/London"]
    feed = Feed.objects.get()
    assert (feed.name, feed.format, feed.source, feed.last_read_at) == (
        "leeds",
        "meeting-guide",
        "leeds.json",
        NOW,
    )
    assert feed.fellowship.kind == meeting.fellowship.kind == FellowshipKind.TWELVE_STEP


def test_again_changes_nothing_but_when_it_was_last_read():
    take_in(*many(3))
    before = list(Meeting.objects.order_by("id").values())
    summary = take_in(*many(3), now=NOW + timedelta(days=7))
    assert (summary.unchanged, summary.added, summary.changed, summary.closed) == (3, 0, 0, 0)
    assert list(Meeting.objects.order_by("id").values()) == before
    assert Feed.objects.get().last_read_at == NOW + timedelta(days=7)


def test_a_change_in_the_feed_changes_the_meeting_and_keeps_its_id():
    take_in(a_record(), a_record("other"))
    before = Meeting.objects.get(slug="monday-lunch").pk
    summary = take_in(a_record(time="13:00", end_time="14:00", types=["C"]), a_record("other"))
    assert (summary.changed, summary.unchanged) == (1, 1)
    meeting = Meeting.objects.get(slug="monday-lunch")
    assert (meeting.pk, meeting.starts_at, meeting.types) == (before, time(13, 0), ["C"])


def test_a_meeting_that_left_is_closed_and_comes_back_when_it_returns():
    take_in(a_record(), a_record("other"))
    gone = take_in(a_record(), now=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert (gone.unchanged, gone.closed) == (1, 1)
    other = Meeting.objects.get(slug="other")
    assert other.closed_on == date(2026, 4, 1)  # half past midnight in the feed's time zone
    assert not Meeting.objects.offered().contains(other)

    still_gone = take_in(a_record(), now=NOW + timedelta(days=100))
    assert still_gone.closed == 0
    assert Meeting.objects.get(slug="other").closed_on == date(2026, 4, 1)

    back = take_in(a_record(), a_record("other"))
    assert (back.changed, back.added) == (1, 0)
    assert Meeting.objects.offered().contains(other)
    assert Meeting.objects.get(slug="other").pk == other.pk


def test_feeds_keep_to_themselves():
    take_in(a_record(), feed="leeds")
    summary = take_in(a_record(name="Elsewhere"), feed="york")
    assert (summary.added, summary.closed) == (1, 0)
    assert set(Meeting.objects.values_list("feed__name", "name")) == {
        ("leeds", "Monday Lunch"),
        ("york", "Elsewhere"),
    }


def test_temporarily_closed_and_inactive_meetings_are_kept_and_not_offered():
    take_in(
        a_record("open"), a_record("closed", types=["TC"]), a_record("idle", attendance_option="inactive")
    )
    assert set(Meeting.objects.open().values_list("slug", flat=True)) == {"open", "closed", "idle"}
    assert [m.slug for m in Meeting.objects.offered()] == ["open"]


def test_one_bad_record_stops_no_other_and_does_not_close_its_meeting():
    take_in(*many(3))
    summary = take_in(*many(2), a_record("meeting-2", day="Someday"), None)
    assert (summary.read, summary.unchanged, summary.rejected, summary.closed) == (4, 2, 2, 0)
    assert [(fault.slug, fault.why) for fault in summary.warnings] == [
        ("meeting-2", "left out: its day 'Someday' is no day of the week: 0 is Sunday, 6 Saturday"),
        ("", "left out: record 4 is no object"),
    ]
    assert Meeting.objects.get(slug="meeting-2").closed_on is None


def test_a_dry_run_counts_and_writes_nothing():
    summary = take_in(*many(3), dry_run=True)
    assert summary.added == 3
    assert not any(table.objects.exists() for table in (Meeting, Feed, AuditEntry))
    assert not cast.fellowships_of_their_own().exists()
    take_in(*many(3))
    summary = take_in(a_record("meeting-0", name="Renamed"), a_record("meeting-1"), dry_run=True)
    assert (summary.changed, summary.unchanged, summary.closed) == (1, 1, 1)
    assert Meeting.objects.open().filter(name="Monday Lunch").count() == 3


def test_a_feed_that_collapses_waits_for_a_person():
    take_in(*many(20))
    with pytest.raises(Refused, match="11 of the 20 open meetings of the feed leeds are missing"):
        take_in(*many(9, name="Renamed"), now=NOW + timedelta(days=7))
    assert Meeting.objects.open().filter(name="Monday Lunch").count() == 20
    assert Feed.objects.get().last_read_at == NOW
    assert AuditEntry.objects.count() == 1
    assert take_in(*many(10)).closed == 10  # half is believed
    with pytest.raises(Refused, match="somebody should look before they are closed"):
        take_in()
    assert take_in(accept_closing=True).closed == 10


def test_a_small_feed_may_lose_everything():
    take_in(*many(9))
    assert take_in().closed == 9


def test_the_wrong_fellowship_is_put_right_by_importing_again():
    take_in(*many(2), fellowship="Alcoholics Anonymous")
    assert take_in(*many(2), fellowship="Narcotics Anonymous").changed == 2
    assert set(Meeting.objects.values_list("fellowship__name", flat=True)) == {"Narcotics Anonymous"}
    assert Feed.objects.get().fellowship.name == "Narcotics Anonymous"


def test_another_time_zone_moves_the_meetings_that_state_none():
    take_in(a_record(), a_record("paris", timezone="Europe/Paris"))
    assert (
        take_in(a_record(), a_record("paris", timezone="Europe/Paris"), time_zone="Europe/Dublin").changed
        == 1
    )
    assert set(Meeting.objects.values_list("time_zone", flat=True)) == {"Europe/Dublin", "Europe/Paris"}


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone"),
        ({"feed": "  "}, "The name of the feed is empty"),
        ({"feed": "f" * 201}, "The name of the feed has 201 characters, of 200 at most"),
        ({"fellowship": " "}, "The name of the fellowship is empty"),
        ({"fellowship": "f" * 121}, "The name of the fellowship has 121 characters"),
    ],
)
def test_what_will_not_do_is_refused_with_nothing_written(how, sentence):
    with pytest.raises(Refused, match=sentence):
        take_in(a_record(), **how)
    assert not any(table.objects.exists() for table in (Meeting, Feed, AuditEntry))
    assert not cast.fellowships_of_their_own().exists()


def test_the_receipt_says_who_and_what_kind_of_change():
    take_in(*many(2))
    take_in(a_record("meeting-0", name="Renamed"))
    first, second = AuditEntry.objects.order_by("id")
    assert (first.verb, first.subject, first.subject_id) == ("feed.imported", "feed", Feed.objects.get().pk)
    assert (first.actor_kind, first.actor_name, first.clinic) == ("command", "import_meetings", None)
    assert (first.fields, second.fields) == (["added"], ["changed", "closed"])


def test_past_midnight_and_by_appointment_are_held_as_stated():
    take_in(
        a_record(time="23:00", end_time="00:00"), a_record("appointment", day=None, time=None, end_time=None)
    )
    late, appointment = Meeting.objects.order_by("-slug")
    assert occurrences(late.weekly_time, NOW, 1)[0].ends == datetime(2026, 1, 13, 0, 0, tzinfo=UTC)
    assert appointment.weekly_time is None
    assert set(Meeting.objects.offered()) == {late, appointment}


def queries_of(action) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        action()
    return len(caught)


def test_a_second_import_costs_the_same_for_1_and_for_50():
    take_in(*many(1), feed="one")
    take_in(*many(50), feed="fifty")
    assert queries_of(lambda: take_in(*many(1), feed="one")) == queries_of(
        lambda: take_in(*many(50), feed="fifty")
    )


def test_a_changed_feed_costs_the_same_for_1_and_for_25():
    take_in(*many(1), feed="one")
    take_in(*many(25), feed="twenty-five")
    one = queries_of(lambda: take_in(*many(1, name="Renamed"), feed="one"))
    assert one == queries_of(lambda: take_in(*many(25, name="Renamed"), feed="twenty-five"))


def test_closing_thousands_takes_two_queries_a_thousand():
    take_in(*many(1200))
    empty = queries_of(lambda: take_in(*many(1200)))
    assert queries_of(lambda: take_in(accept_closing=True)) == empty + 4
    assert Meeting.objects.exclude(closed_on=None).count() == 1200


def test_online_meetings_are_offered():
    take_in(a_record(types=["ONL"], conference_url="https://meet.example/1", conference_url_notes="Code 12"))
    meeting = Meeting.objects.offered().get()
    assert (meeting.attendance_option, meeting.conference_notes) == (AttendanceOption.HYBRID, "Code 12")
