"""What a timeline tells of going to meetings: attendances, plans, choices, pauses, weeks without a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from attendance.directory.naming import when_text
from attendance.register.models import (
    Attendance,
    CheckIn,
    ChosenMeeting,
    Pause,
    PlannedMeeting,
    UnsuitedMeeting,
)
from clinic.models import Client
from clinic.weeks import DAY, WEEK, day_text
from reminders.desk.timeline.items import Item, ItemAct, Kind, noon, put_right

STRUCK_OUT, TAKEN_BACK, CORRECTED = "Struck out", "Taken back", "Corrected"


def attendances(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The meetings they went to, with everybody's word for it; two queries."""
    held = list(
        Attendance.objects.filter(client=client)
        .select_related("meeting", "fellowship")
        .prefetch_related("reports")
    )
    by_number = {attendance.pk: attendance for attendance in held}
    corrected = {attendance.corrects_id for attendance in held}
    for attendance in held:
        reports = list(attendance.reports.all())
        wrong = by_number.get(attendance.corrects_id or 0)
        word = CORRECTED if attendance.pk in corrected else STRUCK_OUT
        row = f"attendance={attendance.pk}"
        stands = attendance.voided_at is None
        yield Item(
            at=noon(attendance.attended_on, zone),
            kind=Kind.MEETINGS,
            icon="check",
            what=f"Went to a meeting{_where(attendance)}",
            when=attendance.attended_on,
            who="; ".join(f"{report.get_source_display()} ({report.reported_by})" for report in reports),
            note=" ".join(report.note for report in reports if report.note),
            tone="good" if stands else "",
            voided=put_right(word, attendance.voided_at, attendance.voided_by, attendance.void_reason, zone),
            before=f"{day_text(wrong.attended_on)}{_where(wrong)}" if wrong is not None else "",
            acts=(ItemAct("correct", "Correct", row), ItemAct("void", "Strike out", row)) if stands else (),
        )


def _where(attendance: Attendance) -> str:
    if attendance.meeting is not None:
        return f": {attendance.meeting.name}, {when_text(attendance.meeting)}"
    return f": {attendance.fellowship}" if attendance.fellowship is not None else ""


def plans(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The meetings they meant to go to."""
    for planned in PlannedMeeting.objects.filter(client=client).select_related("meeting"):
        at = planned.planned_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.MEETINGS,
            icon="calendar",
            what=f"Plans to go to {planned.meeting} on {day_text(planned.held_on)}",
            when=at,
            who=planned.planned_by,
            voided=put_right(TAKEN_BACK, planned.voided_at, planned.voided_by, "", zone),
            about=(planned.held_on, planned.held_on),
        )


def choices(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The meetings they chose, and those that did not suit; two queries."""
    for chosen in ChosenMeeting.objects.filter(client=client).select_related("meeting"):
        at = chosen.chosen_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.MEETINGS,
            icon="calendar",
            what=f"Chosen: {chosen.meeting}, {when_text(chosen.meeting)}",
            when=at,
            who=chosen.chosen_by,
            voided=put_right(TAKEN_BACK, chosen.voided_at, chosen.voided_by, "", zone),
        )
    for said in UnsuitedMeeting.objects.filter(client=client).select_related("meeting"):
        at = said.said_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.MEETINGS,
            icon="minus",
            what=f"Did not suit: {said.meeting}, {when_text(said.meeting)}",
            when=at,
            who=said.said_by,
            note=said.reason,
            voided=put_right(TAKEN_BACK, said.voided_at, said.voided_by, "", zone),
        )


def pauses(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The days on which the weekly rule waited."""
    held = list(Pause.objects.filter(client=client))
    by_number = {pause.pk: pause for pause in held}
    corrected = {pause.corrects_id for pause in held}
    for pause in held:
        wrong = by_number.get(pause.corrects_id or 0)
        word = CORRECTED if pause.pk in corrected else TAKEN_BACK
        row = f"pause={pause.pk}"
        acts = (ItemAct("correct_pause", "Correct", row), ItemAct("void_pause", "Take back", row))
        yield Item(
            at=noon(pause.starts_on, zone),
            kind=Kind.FLAGS,
            icon="pause",
            what=f"Paused until {day_text(pause.ends_on)}: {pause.reason}",
            when=pause.starts_on,
            who=pause.recorded_by,
            voided=put_right(word, pause.voided_at, pause.voided_by, pause.void_reason, zone),
            before=f"{day_text(wrong.starts_on)} to {day_text(wrong.ends_on)}" if wrong is not None else "",
            acts=acts if pause.voided_at is None else (),
            about=(pause.starts_on, pause.ends_on),
        )


def check_ins(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The weeks of which somebody said that they did not go."""
    for check_in in CheckIn.objects.filter(client=client):
        at: datetime = check_in.recorded_at.astimezone(zone)
        row = f"check_in={check_in.pk}"
        voided = put_right(TAKEN_BACK, check_in.voided_at, check_in.voided_by, check_in.void_reason, zone)
        yield Item(
            at=at,
            kind=Kind.MEETINGS,
            icon="minus",
            what=f"Did not go in the week of {day_text(check_in.week)}",
            when=at,
            who=f"{check_in.get_source_display()} ({check_in.recorded_by})",
            tone="" if voided else "warn",
            like="" if voided else "Did not go",
            voided=voided,
            acts=() if voided else (ItemAct("void_check_in", "Take back", row),),
            about=(check_in.week, check_in.week + WEEK - DAY),
        )
