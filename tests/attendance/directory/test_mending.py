"""Riverside knows some meetings better than their lists do, and some that no list tells of. Hillside does not."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from attendance.directory import browsing, finding, mending, naming, overlay
from attendance.directory.browsing import Asked
from attendance.directory.models import Meeting
from attendance.register import meeting_plans, recording
from attendance.register.models import Source
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Clinic
from reminders.contacts import introducing
from tests import cast
from tests.attendance.directory.lists import NOW, a_record, take_in
from tests.cast import BY

pytestmark = pytest.mark.django_db


@pytest.fixture
def lunch(db: None) -> Meeting:
    """Monday Lunch, as the list of Leeds tells of it: at half past twelve in the Wesley."""
    take_in(a_record("lunch"), a_record("noon", name="Noon"))
    return Meeting.objects.get(slug="lunch")


def values(meeting: Meeting, **otherwise: Any) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in overlay.EDITABLE} | otherwise


def mend(clinic: Clinic, meeting: Meeting, **otherwise: Any) -> list[str]:
    held = finding.meeting_by_number(str(meeting.pk), clinic)
    assert held is not None
    return mending.mend_meeting(
        clinic=clinic, meeting=meeting, values=values(held, **otherwise), by=BY, now=NOW
    )


def add(clinic: Clinic, name: str = "Quiet Hour", **told: Any) -> tuple[Meeting, bool]:
    return mending.add_meeting(
        clinic=clinic,
        fellowship="SMART Recovery",
        values={"name": name, "day": 1, "starts_at": time(19), "attendance_option": "in_person", **told},
        by=BY,
        now=NOW,
    )


def seen(clinic: Clinic, words: str = "") -> dict[str, Meeting]:
    found = overlay.as_seen(browsing.browse(clinic, Asked(words=words), NOW))
    return {meeting.slug: meeting for meeting in found}


class TestAMeetingOfAList:
    def test_is_for_one_clinic_as_it_says_and_for_others_as_the_list_does(self, lunch, clinic, other_clinic):
        assert mend(clinic, lunch, starts_at=time(13), location="Hall") == ["starts_at", "location"]
        here, there = seen(clinic)["lunch"], seen(other_clinic)["lunch"]
        assert (here.starts_at, here.location, here.name) == (time(13), "Hall", "Monday Lunch")
        assert there.starts_at == time(12, 30)
        assert there.amendment is None
        assert here == there == lunch, "it is one meeting all the same"
        assert here.reference == lunch.reference == "leeds:lunch"

    def test_is_found_by_what_the_clinic_calls_it_and_no_longer_by_the_list(
        self, lunch, clinic, other_clinic
    ):
        mend(clinic, lunch, name="Soup Kitchen", location="Hall")
        assert set(seen(clinic, "soup")) == {"lunch"}
        assert set(seen(clinic, "monday lunch")) == set()
        assert set(seen(other_clinic, "soup")) == set()
        assert finding.search("soup", 5, clinic) == [lunch]
        assert finding.search("soup", 5) == finding.search("soup", 5, other_clinic) == []
        for found in (
            finding.meeting_by_slug("lunch", clinic),
            finding.meeting_by_number(str(lunch.pk), clinic),
            finding.search("soup", 5, clinic)[0],
        ):
            assert found is not None
            assert (found.pk, found.name) == (lunch.pk, "Soup Kitchen")

    def test_stays_so_when_the_list_is_read_again_and_follows_it_in_all_else(self, lunch, clinic):
        """What makes sense together stays together: with the start its end is the clinic's too."""
        mend(clinic, lunch, starts_at=time(13))
        take_in(a_record("lunch", notes="New door code"), a_record("noon", name="Noon"))
        assert seen(clinic)["lunch"].starts_at == time(13)
        assert seen(clinic)["lunch"].notes == "New door code"
        take_in(a_record("lunch", time="14:00", end_time="15:00"), a_record("noon", name="Noon"))
        here = seen(clinic)["lunch"]
        assert (here.starts_at, here.ends_at, here.hidden) == (
            time(13),
            time(13, 30),
            {"day": 0, "weeks": [], "starts_at": time(14), "ends_at": time(15)},
        )

    def test_leaves_with_its_list_and_comes_back_with_it(self, lunch, clinic):
        mend(clinic, lunch, starts_at=time(13))
        take_in(a_record("noon", name="Noon"))
        assert set(seen(clinic)) == {"noon"}
        take_in(a_record("lunch"), a_record("noon", name="Noon"))
        assert seen(clinic)["lunch"].starts_at == time(13)

    def test_can_be_said_not_to_meet_at_present(self, lunch, clinic, other_clinic):
        mend(clinic, lunch, attendance_option="inactive")
        assert finding.search("lunch", 5, clinic) == []
        assert finding.search("lunch", 5, other_clinic) == [lunch]

    def test_follows_its_list_again_once_nothing_differs(self, lunch, clinic):
        mend(clinic, lunch, starts_at=time(13))
        assert mend(clinic, lunch, starts_at=time(12, 30)) == ["starts_at"]
        assert not clinic.own_meetings.exists()
        assert mend(clinic, lunch) == []
        mend(clinic, lunch, name="Soup")
        assert mending.follow_feed(clinic=clinic, meeting=lunch, by=BY, now=NOW)
        assert not mending.follow_feed(clinic=clinic, meeting=lunch, by=BY, now=NOW)
        assert seen(clinic)["lunch"].name == "Monday Lunch"
        assert list(AuditEntry.objects.filter(subject="meeting").values_list("verb", "fields")) == [
            ("meeting.mended", ["starts_at"]),
            ("meeting.follows_feed", []),
            ("meeting.mended", ["name"]),
            ("meeting.follows_feed", []),
        ]

    def test_mended_a_second_time_keeps_what_was_mended_before(self, lunch, clinic):
        mend(clinic, lunch, starts_at=time(13))
        mend(clinic, lunch, name="Soup")
        amended = naming.amended(seen(clinic)["lunch"])
        assert [(one.what, one.in_list) for one in amended] == [("Name", "Monday Lunch"), ("Starts", "12:30")]

    def test_never_lends_its_amendment_to_a_spreadsheet_or_another_clinic(self, lunch, clinic, other_clinic):
        mend(clinic, lunch, name="Soup")
        (amendment,) = clinic.own_meetings.all()
        for where in (None, clinic, other_clinic):
            assert finding.meeting_by_number(str(amendment.pk), where) is None
            assert finding.meeting_by_slug("lunch", where) == lunch
        with pytest.raises(Refused, match="none of this clinic's"):
            mend_row(clinic, amendment)
        with pytest.raises(Refused, match="none of this clinic's"):
            mend_row(other_clinic, add(clinic)[0])


def mend_row(clinic: Clinic, meeting: Meeting) -> None:
    mending.mend_meeting(clinic=clinic, meeting=meeting, values=values(meeting, name="X"), by=BY, now=NOW)


class TestAMeetingByHand:
    def test_is_the_clinics_own(self, clinic, other_clinic):
        meeting, new = add(clinic, weeks=[1, 3], types=["W"])
        assert (new, meeting.slug, meeting.time_zone) == (True, "quiet-hour-tuesday-1900", "Europe/London")
        assert set(seen(clinic)) == {meeting.slug}
        assert set(seen(other_clinic)) == set()
        for where in (None, other_clinic):
            assert finding.meeting_by_slug(meeting.slug, where) is None
            assert finding.meeting_by_number(str(meeting.pk), where) is None
        assert finding.meeting_by_slug(f":{meeting.slug}", clinic) == meeting

    def test_entered_twice_it_is_there_once(self, clinic):
        assert add(clinic)[1]
        assert add(clinic) == (clinic.own_meetings.get(), False)
        other, new = add(clinic, location="Elsewhere")
        assert (new, other.slug) == (True, "quiet-hour-tuesday-1900-2")

    def test_of_a_name_without_letters_it_still_has_a_slug(self, clinic):
        assert add(clinic, "休息", day=None, starts_at=None)[0].slug == "meeting"
        assert add(clinic, "休息2", day=None, starts_at=None)[0].slug == "2"

    def test_is_changed_in_place(self, clinic):
        meeting, _ = add(clinic)
        assert mend(clinic, meeting, starts_at=time(20)) == ["starts_at"]
        meeting.refresh_from_db()
        assert (meeting.starts_at, meeting.edited, meeting.slug) == (time(20), [], "quiet-hour-tuesday-1900")

    @pytest.mark.parametrize(
        ("told", "field", "sentence"),
        [
            ({"name": " \x00 "}, "name", "A meeting needs a name."),
            (
                {"ends_at": time(19)},
                "ends_at",
                "It ends when it starts: leave the end empty if it is not known.",
            ),
            ({"weeks": [6]}, "weeks", "The weeks of a month are the first to the fifth, and the last."),
            (
                {"latitude": 0.0, "longitude": 0.0},
                "position",
                "The coordinates are 0, 0, which stands for unknown.",
            ),
            ({"latitude": 91.0, "longitude": 1.0}, "position", "The coordinates are not on the globe."),
            ({"city": "x" * 121}, "city", "That is 121 characters long, of 120 at most."),
            (
                {"url": "javascript:alert(1)"},
                "url",
                "'javascript:alert(1)' is no web address: it begins with https://.",
            ),
            (
                {"attendance_option": "online"},
                "conference_url",
                "Say how it is joined online: its web address or a number.",
            ),
        ],
    )
    def test_what_no_meeting_can_be_is_refused(self, clinic, told, field, sentence):
        with pytest.raises(Refused) as refused:
            add(clinic, **told)
        assert (refused.value.sentence, refused.value.field) == (sentence, field)
        assert not clinic.own_meetings.exists()

    def test_without_a_day_it_has_no_hour_and_without_an_hour_no_end(self, clinic):
        meeting, _ = add(clinic, day=None, weeks=[1], ends_at=time(20))
        assert (meeting.starts_at, meeting.ends_at, meeting.weeks) == (None, None, [])
        meeting, _ = add(clinic, starts_at=None, ends_at=time(20))
        assert meeting.ends_at is None


TEXTS = st.sampled_from(["", "One", "Two", "Three"])
NAMES = st.sampled_from(["Lunch", "Soup"])
TIMES = st.sampled_from(["12:00", "13:00"])
STATED = st.fixed_dictionaries({"name": NAMES, "notes": TEXTS, "location": TEXTS, "time": TIMES})
EDITS = st.dictionaries(
    st.sampled_from(["name", "notes", "location"]), st.sampled_from(["Mine", "Ours"]), min_size=1
)


class TestWhateverTheListSays(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(before=STATED, edits=EDITS, readings=st.lists(STATED, max_size=3))
    def test_what_was_mended_stays_and_all_else_follows(self, before, edits, readings):
        clinic = Clinic.objects.filter(slug="riverside").first() or cast.a_clinic("riverside")
        now = NOW
        take_in(a_record("lunch", **before), now=now)
        lunch = Meeting.objects.get(slug="lunch", feed__isnull=False)
        mend(clinic, lunch, **edits)
        for stated in readings:
            now += timedelta(days=1)
            take_in(a_record("lunch", **stated), now=now)
        last = [before, *readings][-1]
        expected = {**last, **edits}
        here = seen(clinic)["lunch"]
        assert {name: getattr(here, name) for name in ("name", "notes", "location")} == {
            name: expected[name] for name in ("name", "notes", "location")
        }
        assert f"{here.starts_at:%H:%M}" == last["time"]


TIMES_OF_A_LIST = st.fixed_dictionaries(
    {
        "day": st.sampled_from([None, 1, 2]),
        "time": st.sampled_from([None, "12:00", "13:00", "14:00"]),
        "end_time": st.sampled_from([None, "13:00", "14:00"]),
        "latitude": st.sampled_from([None, 53.8]),
        "longitude": st.sampled_from([None, -1.5]),
    }
)
TIMES_OF_A_CLINIC = st.fixed_dictionaries(
    {
        "day": st.sampled_from([None, 0, 3]),
        "starts_at": st.sampled_from([None, time(12), time(14)]),
        "ends_at": st.sampled_from([None, time(13), time(15)]),
    }
)


class TestWhateverTheClinicSays(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(before=TIMES_OF_A_LIST, said=TIMES_OF_A_CLINIC, after=TIMES_OF_A_LIST, moved=st.booleans())
    def test_the_list_can_be_read_again(self, before, said, after, moved):
        """An end of the clinic's beside a start of the list's, or half a position, would stop it for everybody."""
        clinic = Clinic.objects.filter(slug="riverside").first() or cast.a_clinic("riverside")
        take_in(a_record("lunch", **before))
        lunch = Meeting.objects.get(slug="lunch", feed__isnull=False)
        place = {"latitude": 53.9, "longitude": -1.5} if moved else {}
        try:
            mend(clinic, lunch, **said, **place)
        except Refused:
            return
        take_in(a_record("lunch", **after))
        here = seen(clinic)["lunch"]
        if "starts_at" in getattr(here, "hidden", {}):
            assert here.day == said["day"]
            assert here.starts_at == (said["starts_at"] if said["day"] is not None else None)


def test_a_word_that_the_list_has_come_round_to_is_not_shown_as_another(lunch, clinic):
    mend(clinic, lunch, location="Hall")
    take_in(a_record("lunch", location="Hall"), a_record("noon", name="Noon"))
    assert naming.amended(seen(clinic)["lunch"]) == []
    mend(clinic, lunch, starts_at=time(13))
    assert [one.what for one in naming.amended(seen(clinic)["lunch"])] == ["Starts"]


def test_saved_unchanged_it_is_still_whoever_changed_it_last(lunch, clinic):
    mend(clinic, lunch, name="Soup")
    held = clinic.own_meetings.get()
    values_of = values(seen(clinic)["lunch"])
    mending.mend_meeting(
        clinic=clinic, meeting=lunch, values=values_of, by=Actor.command("other"), now=NOW + timedelta(days=1)
    )
    assert (clinic.own_meetings.get().edited_by, clinic.own_meetings.get().edited_at) == (
        held.edited_by,
        held.edited_at,
    )


class TestWhatIsRecorded:
    def test_is_about_the_meeting_and_never_about_an_amendment(self, lunch, clinic, sam):
        mend(clinic, lunch, name="Soup")
        (amendment,) = clinic.own_meetings.all()
        planned, _ = meeting_plans.plan_meeting(client=sam, meeting=amendment, by=BY, now=NOW)
        went = recording.record(
            client=sam, attended_on=NOW.date(), source=Source.SLIP, meeting=amendment, by=BY, now=NOW
        )
        joe = cast.a_contact(clinic, "Joe", now=NOW + timedelta(days=60))
        introducing.goes_to(contact=joe, meeting=amendment, by=BY, now=NOW)
        assert {planned.meeting, went.attendance.meeting, *joe.meetings.all()} == {lunch}

    def test_is_never_about_another_clinics_own(self, clinic, other_clinic, sam):
        theirs, _ = add(other_clinic)
        joe = cast.a_contact(clinic, "Joe", now=NOW + timedelta(days=60))
        for act in (
            lambda: meeting_plans.plan_meeting(client=sam, meeting=theirs, by=BY, now=NOW),
            lambda: recording.record(
                client=sam, attended_on=NOW.date(), source=Source.SLIP, meeting=theirs, by=BY, now=NOW
            ),
            lambda: introducing.goes_to(contact=joe, meeting=theirs, by=BY, now=NOW),
        ):
            with pytest.raises(Refused, match="There is no such meeting here"):
                act()
