"""What is read at every press by statements written out is what the ORM would have found, and of nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import models
from django.http import Http404

from attendance.directory import finding, mending
from attendance.directory.models import Meeting
from attendance.register import correcting, recording
from attendance.register.models import Attendance, Source
from attendance.reports import cells, wanted
from clinic import episodes
from clinic.access import MergedAway, viewer_in
from clinic.intake import Intake
from clinic.merging.merge import merge
from clinic.models import Client, Clinic, Phase, User
from clinic.weeks import DAY, WEEK
from tests import cast
from tests.attendance.directory.lists import a_record, take_in
from tests.cast import BY, NOW, TODAY

pytestmark = pytest.mark.django_db
MONDAY = cast.day("2026-02-23")


def columns(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_client_is_the_one_of_the_list_of_clients(
    keyworker: User, clinic: Clinic, other_clinic: Clinic
) -> None:
    viewer = viewer_in(keyworker, clinic.slug)
    ana = cast.a_client(
        clinic, "A1", first_name="Ana", date_of_birth=cast.day("1990-02-28"), keyworker=keyworker
    )
    found = viewer.client(ana.pk)
    assert columns(found) == columns(viewer.clients().get(pk=ana.pk))
    assert found.clinic is viewer.clinic
    elsewhere = cast.a_client(other_clinic, "A1")
    for number in (elsewhere.pk, 0, -1, 10**30):
        with pytest.raises(Http404):
            viewer.client(number)
    twice = cast.a_client(clinic, "A2")
    merge(kept=ana, merged=twice, by=BY, now=NOW)
    assert not viewer.clients().filter(pk=twice.pk).exists()
    with pytest.raises(MergedAway):
        viewer.client(twice.pk)


def test_a_meeting_to_record_is_one_that_the_clinic_has(clinic: Clinic, other_clinic: Clinic) -> None:
    take_in(a_record("lunch"), a_record("noon", name="Noon"))
    lunch = Meeting.objects.get(slug="lunch")
    held = finding.meeting_by_number(str(lunch.pk), clinic)
    assert held is not None
    told = {name: getattr(held, name) for name in ("day", "starts_at", "attendance_option", "location")}
    mending.mend_meeting(clinic=clinic, meeting=lunch, values={"name": "Late Lunch", **told}, by=BY, now=NOW)
    told = {"name": "Quiet Hour", "day": 1, "starts_at": held.starts_at, "attendance_option": "in_person"}
    own, theirs = (
        mending.add_meeting(clinic=where, fellowship="SMART Recovery", values=told, by=BY, now=NOW)[0]
        for where in (clinic, other_clinic)
    )
    for meeting in Meeting.objects.all():
        here = meeting.amends_id is None and meeting.clinic_id in (None, clinic.pk)
        found = finding.recordable(str(meeting.pk), clinic)
        assert (found is not None) == here, meeting
        if found is not None:
            seen = finding.meeting_by_number(str(meeting.pk), clinic)
            read = ("pk", "clinic_id", "amends_id", "fellowship_id", "name", "day", "weeks", "starts_at")
            assert [getattr(found, name) for name in read] == [getattr(seen, name) for name in read]
    assert {finding.recordable(str(one.pk), clinic) is None for one in (own, theirs)} == {True, False}
    assert finding.recordable("9" * 19, clinic) is None
    assert finding.recordable("lunch", clinic) is None


def test_the_entries_of_a_week_are_those_that_are_written_down(clinic: Clinic, dawn: Meeting) -> None:
    sam, ben = cast.a_client(clinic, "S1"), cast.a_client(clinic, "B1")
    for client, days, meeting, source in (
        (sam, 0, dawn, Source.KEYWORKER),
        (sam, 0, dawn, Source.CLIENT),
        (sam, 2, None, Source.CLIENT),
        (sam, 6, None, Source.KEYWORKER),
        (ben, 1, None, Source.KEYWORKER),
        (sam, -1, None, Source.KEYWORKER),
        (sam, 7, None, Source.KEYWORKER),
    ):
        on = MONDAY + days * DAY
        recording.record(client=client, attended_on=on, source=source, meeting=meeting, by=BY, now=NOW)
    gone = sam.attendances.get(attended_on=MONDAY + 6 * DAY)
    correcting.void(attendance=gone, reason="It was Ben.", by=BY, now=NOW)
    for taken_back in (None, gone.pk):
        found = cells.entries_of([sam.pk, ben.pk], MONDAY, taken_back)
        assert list(found) == [sam.pk, ben.pk]
        for client in (sam, ben):
            rows = Attendance.objects.filter(
                models.Q(voided_at__isnull=True) | models.Q(pk=taken_back),
                client=client,
                attended_on__range=(MONDAY, MONDAY + WEEK - DAY),
            )
            assert [
                (one.pk, one.client_id, one.day, one.meeting_id, one.self_only, one.taken_back, len(one.said))
                for one in found[client.pk]
            ] == [
                (row.pk, row.client_id, row.attended_on, row.meeting_id, row.self_only, row.voided_at is not None,
                 row.reports.count())
                for row in rows.order_by("pk")
            ]  # fmt: skip
            said = [(said.source, said.by, said.at) for one in found[client.pk] for said in one.said]
            kept = [
                (report.source, report.reported_by, report.reported_at)
                for row in rows.order_by("pk")
                for report in row.reports.order_by("pk")
            ]
            assert said == kept
            assert {at.utcoffset() for _, _, at in said} == {timedelta()}
    assert cells.entries_of([], MONDAY) == {}


def test_one_client_says_of_their_intakes_what_a_list_says(clinic: Clinic) -> None:
    sam = cast.a_client(clinic, "S1", "2025-03-03")
    episodes.change_phase(
        episode=episodes.latest_episode(sam),
        phase=Phase.DROPPED_OUT,
        changed_on=cast.day("2025-06-02"),
        by=BY,
        now=NOW,
    )
    episodes.return_to_treatment(client=sam, intake_on=TODAY - DAY, intake=Intake(), by=BY, now=NOW)
    for today in (TODAY, TODAY - WEEK):
        listed = wanted.with_intakes(Client.objects.filter(pk=sam.pk), TODAY, today).get()
        alone = Client.objects.get(pk=sam.pk)
        wanted.tell_intakes(alone, today)
        first, latest = (
            [getattr(one, name) for one in (alone, listed)]
            for name in ("first_intake_on", "latest_intake_on")
        )
        assert first[0] == first[1] == cast.day("2025-03-03")
        assert latest[0] == latest[1]
