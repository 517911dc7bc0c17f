"""What Sam means to go to: a meeting and a date, chosen together; an intention, and never an attendance."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.register import meeting_plans
from attendance.register.models import PlannedMeeting
from attendance.standing.models import StandingRecord
from clinic import episodes
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, ClosedReason
from tests import cast
from tests.cast import BY, NOW, TODAY, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def tuesdays(db: None) -> Meeting:
    return cast.a_meeting("tuesdays", day=1, starts_at=time(19))


def plan(client: Client, meeting: Meeting, on: str = "", now: datetime = NOW) -> tuple[PlannedMeeting, bool]:
    return meeting_plans.plan_meeting(
        client=client, meeting=meeting, held_on=day(on) if on else None, by=BY, now=now
    )


def ahead(client: Client, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(one.meeting.slug, one.held_on.isoformat()) for one, _ in meeting_plans.ahead(client, now)]


def test_without_a_day_it_is_the_next_time_it_is_held(sam, tuesdays):
    plan(sam, tuesdays)
    assert ahead(sam) == [("tuesdays", "2026-03-03")]
    plan(sam, tuesdays, now=datetime(2026, 3, 3, 20, tzinfo=UTC))
    assert ahead(sam) == [("tuesdays", "2026-03-03"), ("tuesdays", "2026-03-10")]


def test_one_whose_hour_is_not_known_is_held_on_its_day(sam):
    plan(sam, cast.a_meeting("mondays", day=0))
    assert ahead(sam) == [("mondays", "2026-03-02")]


def test_the_date_is_the_clinics_where_the_meeting_is_of_another_zone(sam):
    """Tuesday evening in New York is Wednesday in London."""
    abroad = cast.a_meeting("abroad", day=1, starts_at=time(20))
    abroad.time_zone = "America/New_York"
    abroad.save()
    plan(sam, abroad)
    assert ahead(sam) == [("abroad", "2026-03-04")]


def test_it_starts_when_the_clinics_clock_says_so(sam, tuesdays):
    abroad = cast.a_meeting("abroad", day=1, starts_at=time(20))
    abroad.time_zone = "America/New_York"
    abroad.save()
    plan(sam, abroad)
    plan(sam, tuesdays)
    plan(sam, cast.a_meeting("mondays", day=0))
    starts = [starts for _, starts in meeting_plans.ahead(sam, NOW)]
    assert [f"{one:%a %H:%M}" if one else "" for one in starts] == ["", "Tue 19:00", "Wed 01:00"]


def test_one_that_goes_on_past_midnight_is_planned_for_the_date_on_which_it_starts(sam):
    late = cast.a_meeting("late", day=1, starts_at=time(23, 30))
    with pytest.raises(Refused, match="Late is held on Tuesdays, and 4 March 2026 is a Wednesday"):
        plan(sam, late, "2026-03-04")
    assert plan(sam, late, "2026-03-03")[1]


def test_planned_again_it_is_the_same_plan(sam, tuesdays):
    first, new = plan(sam, tuesdays)
    again, fresh = plan(sam, tuesdays, "2026-03-03")
    assert (new, fresh, again) == (True, False, first)


def test_a_plan_is_no_attendance(sam, tuesdays):
    before = StandingRecord.objects.get(client=sam).reason
    plan(sam, tuesdays)
    assert not sam.attendances.exists()
    assert StandingRecord.objects.get(client=sam).reason == before


def test_it_is_ahead_until_it_begins(sam, tuesdays):
    plan(sam, tuesdays)
    plan(sam, cast.a_meeting("some-time-on-tuesdays", day=1))
    both = [("tuesdays", "2026-03-03"), ("some-time-on-tuesdays", "2026-03-03")]
    assert ahead(sam, datetime(2026, 3, 3, 19, 0, tzinfo=UTC)) == both
    assert ahead(sam, datetime(2026, 3, 3, 19, 1, tzinfo=UTC)) == both[1:]
    assert ahead(sam, datetime(2026, 3, 4, 0, 0, tzinfo=UTC)) == []


def test_one_whose_meeting_has_closed_or_moved_since_is_not_to_be_gone_to(sam, tuesdays):
    plan(sam, tuesdays)
    Meeting.objects.filter(pk=tuesdays.pk).update(day=3)
    assert ahead(sam) == []
    Meeting.objects.filter(pk=tuesdays.pk).update(day=1, closed_on=TODAY)
    assert ahead(sam) == []


def test_it_is_taken_back_once_and_may_be_planned_anew(sam, tuesdays):
    planned, _ = plan(sam, tuesdays)
    assert meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    assert not meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    assert ahead(sam) == []
    assert plan(sam, tuesdays)[1]
    trail = AuditEntry.objects.filter(client_id=sam.pk, subject="plannedmeeting").order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == [
        "meeting.planned", "meeting.not_planned", "meeting.planned",
    ]  # fmt: skip


def test_taken_back_by_a_slip_it_is_planned_again_for_the_same_day(sam, tuesdays):
    """A row of its own: in a calendar the one that was taken back stays cancelled."""
    planned, _ = plan(sam, tuesdays)
    assert not meeting_plans.plan_again(planned=planned, by=BY, now=NOW)
    meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    assert meeting_plans.plan_again(planned=planned, by=BY, now=NOW)
    assert not meeting_plans.plan_again(planned=planned, by=BY, now=NOW)
    assert ahead(sam) == [("tuesdays", "2026-03-03")]
    assert list(sam.planned_meetings.order_by("pk").values_list("voided_at", flat=True)) == [NOW, None]
    assert list(AuditEntry.objects.filter(subject="plannedmeeting").order_by("pk").values_list("verb", flat=True)) == [
        "meeting.planned", "meeting.not_planned", "meeting.planned",
    ]  # fmt: skip


def test_what_has_begun_or_closed_since_is_planned_again_and_what_is_past_is_not(sam, tuesdays):
    planned, _ = plan(sam, tuesdays)
    meeting_plans.void_plan(planned=planned, by=BY, now=NOW)
    Meeting.objects.filter(pk=tuesdays.pk).update(closed_on=TODAY)
    that_evening, the_day_after = datetime(2026, 3, 3, 22, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="2026-03-03 is past: today is 2026-03-04"):
        meeting_plans.plan_again(planned=planned, by=BY, now=the_day_after)
    assert meeting_plans.plan_again(planned=planned, by=BY, now=that_evening)


def test_for_a_client_who_was_closed_nothing_is_planned_again(sam, tuesdays):
    planned, _ = plan(sam, tuesdays)
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    with pytest.raises(Refused, match="was closed on 2026-03-02"):
        meeting_plans.plan_again(planned=planned, by=BY, now=NOW)
    assert sam.planned_meetings.filter(voided_at__isnull=True).count() == 0


def test_what_cannot_be_planned_is_refused_in_a_sentence(sam, tuesdays, noon):
    gone = cast.a_meeting("gone", day=1, closed_on=TODAY)
    early = cast.a_meeting("early", day=0, starts_at=time(8))
    resting = cast.a_meeting("resting", day=1, attendance_option=AttendanceOption.INACTIVE)
    for meeting, on, sentence in [
        (gone, "", "Gone is not held at present."),
        (resting, "", "Resting is not held at present."),
        (noon, "", "Noon is held by appointment: say on which day."),
        (tuesdays, "2026-02-24", "2026-02-24 is past: today is 2026-03-02."),
        (early, "2026-03-02", "On 2026-03-02 it began at 08:00: choose another day."),
        (tuesdays, "2026-06-09", "2026-06-09 is more than three months ahead."),
        (tuesdays, "2026-03-04", "Tuesdays is held on Tuesdays, and 4 March 2026 is a Wednesday."),
    ]:
        with pytest.raises(Refused) as refused:
            plan(sam, meeting, on)
        assert refused.value.sentence == sentence
    assert plan(sam, noon, "2026-03-04")[1], "one by appointment, on whatever day was agreed"


def test_nobody_who_was_closed_plans_anything(sam, tuesdays):
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    with pytest.raises(Refused, match="was closed on 2026-03-02"):
        plan(sam, tuesdays)


def test_closing_takes_back_what_is_ahead_and_tracked_again_they_plan_anew(sam, tuesdays):
    planned, _ = plan(sam, tuesdays)
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    planned.refresh_from_db()
    assert (planned.voided_at, planned.voided_by) == (NOW, "closing")
    episodes.reopen(client=sam, by=BY, now=NOW)
    assert ahead(sam) == []
    assert plan(sam, tuesdays)[1]
