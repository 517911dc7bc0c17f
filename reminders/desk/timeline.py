"""Everything that happened with one client, latest first. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
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
from attendance.standing.models import Flag
from clinic.models import Client, Consent, PhaseChange
from clinic.weeks import day_text
from reminders.contacts.models import IntroductionState, IntroductionStep
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened: what reminders/timeline_item.html draws.

    at orders the items; those that follow each other with the same like, if any, are a run. voided: the sentence
    that says it no longer holds, by whom and why.
    """

    at: datetime
    icon: str
    what: str
    when: date | datetime
    who: str = ""
    note: str = ""
    tone: str = ""
    voided: str = ""
    badge_state: str = ""
    has_time: bool = False
    attendance_id: int | None = None
    like: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing of the timeline, and those just before it that were like it: a run is told by its latest."""

    item: Item
    like_it: list[Item]

    @property
    def first(self) -> date | datetime:
        """When the earliest of them was."""
        return self.like_it[-1].when

    @property
    def last(self) -> date | datetime:
        """When the latest of them was."""
        return self.like_it[0].when


def folded(items: Iterable[Item]) -> list[Told]:
    """The items, with each run of like ones, such as the same message again, folded under its latest."""
    told: list[Told] = []
    for like, run in groupby(items, key=lambda item: item.like):
        alike = list(run)
        told += [Told(alike[0], alike[1:])] if like else [Told(item, []) for item in alike]
    return told


def timeline(client: Client) -> list[Item]:
    """All that happened, latest first, at the clinic's local time."""
    zone = ZoneInfo(client.clinic.time_zone)
    items = [
        *_attendances(client, zone),
        *_plans(client, zone),
        *_choices(client, zone),
        *_pauses_and_check_ins(client, zone),
        *_phases(client, zone),
        *_flags(client, zone),
        *_prompts(client, zone),
        *_people(client, zone),
        *_consents(client, zone),
    ]
    return sorted(items, key=lambda item: item.at, reverse=True)


def _noon(day: date, zone: ZoneInfo) -> datetime:
    """Where a thing without an hour stands in its day."""
    return datetime.combine(day, time(12), zone)


def _attendances(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    held = (
        Attendance.objects.filter(client=client)
        .select_related("meeting", "fellowship")
        .prefetch_related("reports")
    )
    for attendance in held:
        named = attendance.meeting or attendance.fellowship
        place = (
            f"{attendance.meeting.name}, {when_text(attendance.meeting)}"
            if attendance.meeting
            else str(named or "")
        )
        reports = list(attendance.reports.all())
        said = "; ".join(f"{report.get_source_display()} ({report.reported_by})" for report in reports)
        struck_out = f"Struck out: {attendance.void_reason} ({attendance.voided_by})"
        voided = struck_out if attendance.voided_at else ""
        yield Item(
            at=_noon(attendance.attended_on, zone),
            icon="check",
            what=f"Went to a meeting{f': {place}' if place else ''}",
            when=attendance.attended_on,
            who=said,
            note=" ".join(report.note for report in reports if report.note),
            tone="" if voided else "good",
            voided=voided,
            attendance_id=None if voided else attendance.pk,
        )


def _plans(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for planned in PlannedMeeting.objects.filter(client=client).select_related("meeting"):
        at = planned.planned_at.astimezone(zone)
        yield Item(
            at=at,
            icon="calendar",
            what=f"Plans to go to {planned.meeting} on {day_text(planned.held_on)}",
            when=at,
            who=planned.planned_by,
            voided=f"Taken back ({planned.voided_by})" if planned.voided_at else "",
        )


def _choices(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for chosen in ChosenMeeting.objects.filter(client=client).select_related("meeting"):
        at = chosen.chosen_at.astimezone(zone)
        yield Item(
            at=at,
            icon="calendar",
            what=f"Chosen: {chosen.meeting}, {when_text(chosen.meeting)}",
            when=at,
            who=chosen.chosen_by,
            voided=f"Taken back ({chosen.voided_by})" if chosen.voided_at else "",
        )
    for said in UnsuitedMeeting.objects.filter(client=client).select_related("meeting"):
        at = said.said_at.astimezone(zone)
        yield Item(
            at=at,
            icon="minus",
            what=f"Did not suit: {said.meeting}, {when_text(said.meeting)}",
            when=at,
            who=said.said_by,
            note=said.reason,
            voided=f"Taken back ({said.voided_by})" if said.voided_at else "",
        )


def _pauses_and_check_ins(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for pause in Pause.objects.filter(client=client):
        yield Item(
            at=_noon(pause.starts_on, zone),
            icon="pause",
            what=f"Paused until {day_text(pause.ends_on)}: {pause.reason}",
            when=pause.starts_on,
            who=pause.recorded_by,
            voided=f"Taken back ({pause.voided_by})" if pause.voided_at else "",
        )
    for check_in in CheckIn.objects.filter(client=client):
        yield Item(
            at=check_in.recorded_at.astimezone(zone),
            icon="minus",
            what=f"Did not go in the week of {day_text(check_in.week)}",
            when=check_in.recorded_at.astimezone(zone),
            who=f"{check_in.get_source_display()} ({check_in.recorded_by})",
            tone="warn",
            like="Did not go",
            voided=f"Taken back ({check_in.voided_by})" if check_in.voided_at else "",
        )


def _phases(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for change in PhaseChange.objects.filter(episode__client=client):
        yield Item(
            at=_noon(change.changed_on, zone).replace(hour=1),
            icon="flag",
            what=f"Phase: {change.get_phase_display()}",
            when=change.changed_on,
            who=change.recorded_by,
            voided="Corrected since" if change.voided_at else "",
        )
    if client.closed_on is not None:
        yield Item(
            _noon(client.closed_on, zone),
            "slash",
            f"Closed: {client.get_closed_reason_display()}",
            client.closed_on,
        )


def _flags(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for flag in Flag.objects.filter(client=client):
        yield Item(
            _noon(flag.opened_on, zone).replace(hour=2),
            "alert",
            "Missed a week: flagged",
            flag.opened_on,
            tone="warn",
        )
        if flag.closed_at is not None:
            closed = flag.closed_at.astimezone(zone)
            why = str(flag.get_closed_because_display())
            yield Item(
                closed,
                "check-twice",
                f"Flag closed after {flag.missed_weeks} missed: {why.lower()}",
                closed,
                tone="good",
            )


def _prompts(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for prompt in (
        Prompt.objects.filter(client=client).exclude(state=PromptState.PLANNED).select_related("contact")
    ):
        at = (prompt.sent_at or prompt.planned_at).astimezone(zone)
        to = f"to {prompt.contact.first_name}, their contact" if prompt.contact else "to the client"
        yield Item(
            at=at,
            icon="send",
            what=f"Message {to}: {str(prompt.get_step_display()).lower()}",
            when=at,
            has_time=True,
            note=prompt.shown_body or prompt.reason,
            badge_state=prompt.state,
            like=f"{to}: {prompt.step}",
        )


def _people(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for step in IntroductionStep.objects.filter(introduction__client=client).select_related(
        "introduction__contact"
    ):
        at = step.at.astimezone(zone)
        what = f"Introduction to {step.introduction.contact}: {step.get_state_display().lower()}"
        why = step.introduction.ended_reason if step.state == IntroductionState.ENDED else ""
        yield Item(at, "person", what, at, who=step.by, note=why, has_time=True)
    done = KeyworkerTask.objects.filter(client=client, done_at__isnull=False)
    # What settled by itself is told by what settled it.
    for task in done.filter(by_itself=False):
        assert task.done_at is not None
        at = task.done_at.astimezone(zone)
        yield Item(
            at,
            "phone",
            task.get_kind_display(),
            at,
            who=task.done_by,
            note=task.outcome,
            voided=f"Taken back ({task.taken_back_by})" if task.taken_back_at else "",
            has_time=True,
        )


def _consents(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    for consent in Consent.objects.filter(client=client):
        what = f"{consent.get_purpose_display()} ({consent.get_channel_display().lower()})"
        at = consent.recorded_at.astimezone(zone)
        yield Item(at, "shield", f"Consent recorded: {what}", at, who=consent.recorded_by, note=consent.how)
        if consent.revoked_at is not None:
            ended = consent.revoked_at.astimezone(zone)
            yield Item(
                ended,
                "cross",
                f"Consent taken back: {what}",
                ended,
                consent.revoked_by,
                consent.revoked_how,
                "warn",
            )
