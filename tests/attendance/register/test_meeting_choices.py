"""What Sam goes to from now on, and what did not suit: each a word that is kept, and may be taken back."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import IntegrityError, transaction

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Feed, Meeting
from attendance.register import meeting_choices, meeting_plans
from attendance.register.models import ChosenMeeting, UnsuitedMeeting
from attendance.standing.models import StandingRecord
from clinic import episodes
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, Clinic, ClosedReason
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def tuesdays(db: None) -> Meeting:
    return cast.a_meeting("tuesdays", day=1, starts_at=time(19))


def choose(client: Client, meeting: Meeting) -> tuple[ChosenMeeting, bool]:
    chosen, new, _ = meeting_choices.choose(client=client, meeting=meeting, by=BY, now=NOW)
    return chosen, new


def did_not_suit(client: Client, meeting: Meeting, reason: str = "") -> tuple[UnsuitedMeeting, bool]:
    said, new, _ = meeting_choices.did_not_suit(client=client, meeting=meeting, reason=reason, by=BY, now=NOW)
    return said, new


def plan(client: Client, meeting: Meeting, on: str) -> None:
    meeting_plans.plan_meeting(client=client, meeting=meeting, held_on=day(on), by=BY, now=NOW)


def chosen(client: Client) -> list[str]:
    return [one.meeting.slug for one in meeting_choices.chosen_by_client(client)]


def unsuited(client: Client) -> list[str]:
    return [one.meeting.slug for one in meeting_choices.unsuited_of(client)]


def trail(client: Client) -> list[str]:
    """What was done about the client's meetings, in order."""
    entries = AuditEntry.objects.filter(client_id=client.pk, verb__startswith="meeting.").order_by("pk")
    return list(entries.values_list("verb", flat=True))


def a_meeting_of_hillside(hillside: Clinic) -> Meeting:
    meeting = cast.a_meeting("theirs", day=1, starts_at=time(19))
    Meeting.objects.filter(pk=meeting.pk).update(clinic=hillside, edited_by="hal", edited_at=NOW)
    meeting.refresh_from_db()
    return meeting


def amended(meeting: Meeting, clinic: Clinic) -> Meeting:
    """A clinic's word on a meeting: a row of its own."""
    told = {"day": meeting.day, "starts_at": time(18), "slug": meeting.slug, "name": meeting.name}
    return Meeting.objects.create(
        **told,
        clinic=clinic,
        amends=meeting,
        edited=["starts_at"],
        edited_by="kay",
        edited_at=NOW,
        fellowship=meeting.fellowship,
        time_zone=meeting.time_zone,
        attendance_option=meeting.attendance_option,
    )


def test_chosen_it_stands_until_it_is_taken_back_and_may_be_chosen_anew(sam, tuesdays):
    first, new = choose(sam, tuesdays)
    again, fresh = choose(sam, tuesdays)
    assert (new, fresh, again) == (True, False, first)
    assert chosen(sam) == ["tuesdays"]
    assert meeting_choices.void_choice(chosen=first, by=BY, now=NOW)
    assert not meeting_choices.void_choice(chosen=first, by=BY, now=NOW)
    assert chosen(sam) == []
    anew, new = choose(sam, tuesdays)
    assert new
    assert anew.uid != first.uid
    assert trail(sam) == ["meeting.chosen", "meeting.not_chosen", "meeting.chosen"]
    first.refresh_from_db()
    assert (first.chosen_by, first.voided_by, first.voided_at) == ("tests", "tests", NOW)


def test_a_choice_is_no_attendance(sam, tuesdays):
    before = StandingRecord.objects.get(client=sam).reason
    choose(sam, tuesdays)
    assert not sam.attendances.exists()
    assert StandingRecord.objects.get(client=sam).reason == before


def test_what_did_not_suit_is_said_once_with_a_reason_and_may_be_taken_back(sam, tuesdays):
    said, new = did_not_suit(sam, tuesdays, "Too many stairs.")
    again, fresh = did_not_suit(sam, tuesdays, "Too loud.")
    assert (new, fresh, again, again.reason) == (True, False, said, "Too many stairs.")
    assert unsuited(sam) == ["tuesdays"]
    assert meeting_choices.suits_after_all(unsuited=said, by=BY, now=NOW)
    assert not meeting_choices.suits_after_all(unsuited=said, by=BY, now=NOW)
    assert unsuited(sam) == []
    assert did_not_suit(sam, tuesdays)[1]
    assert trail(sam) == ["meeting.did_not_suit", "meeting.suits_after_all", "meeting.did_not_suit"]


def test_what_did_not_suit_is_no_longer_chosen_nor_planned(sam, tuesdays, noon):
    choose(sam, tuesdays)
    choose(sam, noon)
    plan(sam, tuesdays, "2026-03-10")
    plan(sam, noon, "2026-03-11")
    did_not_suit(sam, tuesdays)
    assert (chosen(sam), unsuited(sam)) == (["noon"], ["tuesdays"])
    assert [one.meeting for one, _ in meeting_plans.ahead(sam, NOW)] == [noon]
    assert trail(sam)[4:] == ["meeting.not_chosen", "meeting.not_planned", "meeting.did_not_suit"]


def test_planned_after_it_was_said_it_is_taken_back_when_that_is_said_again(sam, tuesdays):
    did_not_suit(sam, tuesdays)
    plan(sam, tuesdays, "2026-03-10")
    assert not did_not_suit(sam, tuesdays)[1]
    assert meeting_plans.ahead(sam, NOW) == []


def test_a_plan_that_is_past_is_left_as_it_was(sam, tuesdays):
    """It is about what they meant to do then."""
    planned, _ = meeting_plans.plan_meeting(client=sam, meeting=tuesdays, by=BY, now=NOW)
    later = NOW.replace(day=4)
    meeting_choices.did_not_suit(client=sam, meeting=tuesdays, by=BY, now=later)
    planned.refresh_from_db()
    assert planned.voided_at is None


def test_what_fails_half_way_takes_nothing_back(sam, tuesdays):
    choose(sam, tuesdays)
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        # Nobody said it: the last of its rows is refused.
        meeting_choices.did_not_suit(client=sam, meeting=tuesdays, reason=None, by=BY, now=NOW)
    assert everything() == before


def test_choosing_what_had_not_suited_takes_that_word_back(sam, tuesdays):
    said, _ = did_not_suit(sam, tuesdays)
    choose(sam, tuesdays)
    assert (chosen(sam), unsuited(sam)) == (["tuesdays"], [])
    said.refresh_from_db()
    assert (said.voided_at, said.voided_by) == (NOW, "tests")
    assert trail(sam) == ["meeting.did_not_suit", "meeting.suits_after_all", "meeting.chosen"]


def test_what_goes_with_a_word_is_said_row_by_row(sam, tuesdays, noon):
    """So that undoing it brings back just that."""
    plan(sam, noon, "2026-03-11")
    earlier, _ = meeting_plans.plan_meeting(client=sam, meeting=tuesdays, by=BY, now=NOW)
    meeting_plans.void_plan(planned=earlier, by=BY, now=NOW)
    plan(sam, tuesdays, "2026-03-10")
    stands, _ = choose(sam, tuesdays)
    said, _, with_it = meeting_choices.did_not_suit(client=sam, meeting=tuesdays, by=BY, now=NOW)
    assert with_it.chosen == [stands]
    assert [one.held_on for one in with_it.planned] == [day("2026-03-10")]
    assert meeting_choices.choose(client=sam, meeting=tuesdays, by=BY, now=NOW)[2] == [said]
    assert meeting_choices.choose(client=sam, meeting=tuesdays, by=BY, now=NOW)[2] == []


def test_taken_back_by_a_slip_it_stands_again_as_it_was_written(sam, tuesdays, noon):
    stood, _ = choose(sam, tuesdays)
    said, _ = did_not_suit(sam, noon, "Too loud.")
    meeting_choices.void_choice(chosen=stood, by=BY, now=NOW)
    meeting_choices.suits_after_all(unsuited=said, by=BY, now=NOW)
    kay = Actor.staff(cast.a_keyworker(sam.clinic, "kim"))
    assert meeting_choices.restore_choice(chosen=stood, by=kay, now=NOW)
    assert meeting_choices.restore_unsuited(unsuited=said, by=kay, now=NOW)
    assert (chosen(sam), unsuited(sam)) == (["tuesdays"], ["noon"])
    for row, by, reason in (
        (sam.chosen_meetings.get(), "chosen_by", ""),
        (sam.unsuited_meetings.get(), "said_by", "Too loud."),
    ):
        assert (getattr(row, by), row.voided_at, row.voided_by, getattr(row, "reason", "")) == (
            "tests", None, "", reason,
        )  # fmt: skip
    assert trail(sam)[4:] == ["meeting.choice_restored", "meeting.word_restored"]
    before = everything()
    assert not meeting_choices.restore_choice(chosen=stood, by=kay, now=NOW)
    assert not meeting_choices.restore_unsuited(unsuited=said, by=kay, now=NOW)
    assert everything() == before


def test_what_was_built_on_since_does_not_stand_again(sam, tuesdays):
    first, _ = choose(sam, tuesdays)
    meeting_choices.void_choice(chosen=first, by=BY, now=NOW)
    choose(sam, tuesdays)
    with pytest.raises(Refused, match="Tuesdays was chosen since: take that back instead"):
        meeting_choices.restore_choice(chosen=first, by=BY, now=NOW)
    said, _ = did_not_suit(sam, tuesdays)
    with pytest.raises(Refused, match="Tuesdays was said not to suit since: take that back instead"):
        meeting_choices.restore_choice(chosen=first, by=BY, now=NOW)
    choose(sam, tuesdays)
    before = everything()
    with pytest.raises(Refused, match="Tuesdays was chosen since"):
        meeting_choices.restore_unsuited(unsuited=said, by=BY, now=NOW)
    assert everything() == before


def test_of_a_client_who_was_closed_nothing_stands_again(sam, tuesdays, noon):
    stood, said = choose(sam, tuesdays)[0], did_not_suit(sam, noon)[0]
    meeting_choices.suits_after_all(unsuited=said, by=BY, now=NOW)
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    before = everything()
    with pytest.raises(Refused, match="was closed on 2026-03-02"):
        meeting_choices.restore_choice(chosen=stood, by=BY, now=NOW)
    with pytest.raises(Refused, match="was closed on 2026-03-02"):
        meeting_choices.restore_unsuited(unsuited=said, by=BY, now=NOW)
    assert everything() == before


def test_what_cannot_be_chosen_is_refused_in_a_sentence(sam, other_clinic):
    theirs = a_meeting_of_hillside(other_clinic)
    for meeting, sentence in [
        (cast.a_meeting("gone", day=1, closed_on=TODAY), "Gone is not held at present."),
        (
            cast.a_meeting("resting", day=1, attendance_option=AttendanceOption.INACTIVE),
            "Resting is not held at present.",
        ),
        (theirs, "There is no such meeting here."),
    ]:
        before = everything()
        with pytest.raises(Refused) as refused:
            choose(sam, meeting)
        assert (refused.value.sentence, refused.value.field) == (sentence, "meeting")
        assert everything() == before
    with pytest.raises(Refused, match="There is no such meeting here"):
        did_not_suit(sam, theirs)


def test_one_that_is_not_held_any_more_may_have_not_suited(sam):
    assert did_not_suit(sam, cast.a_meeting("gone", day=1, closed_on=TODAY))[1]


def test_a_clinics_own_meeting_is_for_its_clients(sam, other_clinic):
    hal = cast.a_client(other_clinic, "H1")
    assert choose(hal, a_meeting_of_hillside(other_clinic))[1]


def test_a_clinics_word_on_a_meeting_stands_for_the_meeting(sam, clinic, tuesdays):
    feed = Feed.objects.create(
        name="orange",
        format="bmlt",
        fellowship=tuesdays.fellowship,
        time_zone="Europe/London",
        last_read_at=NOW,
    )
    Meeting.objects.filter(pk=tuesdays.pk).update(feed=feed, fingerprint="f")
    tuesdays.refresh_from_db()
    word = amended(tuesdays, clinic)
    first, _ = choose(sam, word)
    assert first.meeting == tuesdays
    assert choose(sam, tuesdays) == (first, False)
    assert did_not_suit(sam, word)[0].meeting == tuesdays
    assert chosen(sam) == []


def test_nobody_who_was_closed_chooses_or_judges_anything(sam, tuesdays):
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    for verb in (choose, did_not_suit):
        with pytest.raises(Refused, match="was closed on 2026-03-02"):
            verb(sam, tuesdays)


def test_closing_takes_choices_back_as_it_does_plans_and_leaves_what_did_not_suit(sam, tuesdays, noon):
    """Tracked again they choose anew; what did not suit them then is still so."""
    row, _ = choose(sam, tuesdays)
    did_not_suit(sam, noon)
    episodes.close(client=sam, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    row.refresh_from_db()
    assert (row.voided_at, row.voided_by) == (NOW, "closing")
    episodes.reopen(client=sam, by=BY, now=NOW)
    assert (chosen(sam), unsuited(sam)) == ([], ["noon"])
    assert choose(sam, tuesdays)[1]


def test_what_is_read_comes_with_its_meeting_in_one_query(sam, django_assert_num_queries):
    for number in range(5):
        choose(sam, cast.a_meeting(f"chosen-{number}", day=number))
        did_not_suit(sam, cast.a_meeting(f"unsuited-{number}", day=number))
    for read in (meeting_choices.chosen_by_client, meeting_choices.unsuited_of):
        with django_assert_num_queries(1):
            assert len({(row.meeting.reference, row.meeting.fellowship.name) for row in read(sam)}) == 5


def test_nothing_is_read_of_others(clinic, other_clinic, sam, tuesdays):
    choose(cast.a_client(clinic, "S2"), tuesdays)
    did_not_suit(cast.a_client(other_clinic, "H1"), tuesdays)
    assert (chosen(sam), unsuited(sam)) == ([], [])
