"""The Client page as read. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from attendance.directory.models import Meeting
from attendance.directory.occurrences import Occurrence, next_held
from attendance.register import calendars, meeting_choices, meeting_plans, usual
from attendance.register.models import ChosenMeeting, Pause, PlannedMeeting, UnsuitedMeeting
from attendance.standing import evaluation, strips
from attendance.standing.models import StandingRecord
from clinic import clock, consents, interviews
from clinic.follow_up import FollowUp
from clinic.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    Episode,
    Interview,
    Note,
    Purpose,
)
from clinic.weeks import day_text
from reminders.contacts.models import Introduction
from reminders.desk import weeks
from reminders.desk.timeline.story import Story, story
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask, NotNow

NEXT_MEETINGS = 3
NOTES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ChannelConsent:
    """What the client said to one channel."""

    channel: Channel
    address: str
    consent: Consent | None

    @property
    def scheme(self) -> str:
        """What a link to the address starts with: a telephone rings it, a computer writes to it."""
        return "tel" if self.channel is Channel.SMS else "mailto"

    @property
    def state(self) -> str:
        """In words."""
        return (
            ConsentState(self.consent.state).label if self.consent is not None else "Not asked or not given"
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen meeting, and when it is next held: a moment of the clinic's, or a date where its hour is not known."""

    row: ChosenMeeting
    starts: datetime | None
    on: date | None


@dataclass(frozen=True, slots=True)
class ClientPage:
    """All that the page shows."""

    client: Client
    standing: StandingRecord
    episodes: list[Episode]
    years: list[weeks.Year]
    notes: list[Note]
    tasks: list[KeyworkerTask]
    planned_prompts: list[Prompt]
    channels: list[ChannelConsent]
    introduction: Introduction | None
    not_now: NotNow | None
    planned_meetings: list[tuple[PlannedMeeting, datetime | None]]
    chosen_meetings: list[Chosen]
    unsuited_meetings: list[UnsuitedMeeting]
    calendar: calendars.Offer
    next_meetings: list[tuple[Meeting, Occurrence]]
    has_pauses: bool
    follow_ups: list[FollowUp]
    interviews: list[Interview]
    story: Story

    @property
    def episode(self) -> Episode:
        """The present or last course of treatment."""
        return self.episodes[0]

    @property
    def has_agreed(self) -> bool:
        """Whether there is a consent to messages that could be taken back."""
        return any(one.consent is not None and one.consent.revoked_at is None for one in self.channels)


def client_page(client: Client, now: datetime, asked: QueryDict) -> ClientPage:
    """Everything on one page, at an aware moment; of the timeline what the address asks for."""
    standing = evaluation.standing_of(client, now)
    today = clock.local_date(now, client.clinic.time_zone)
    planned = meeting_plans.ahead(client, now)
    planned_for = {(one.meeting_id, starts) for one, starts in planned}
    chosen = meeting_choices.chosen_as_seen(client)
    unsuited = meeting_choices.unsuited_as_seen(client)
    told_of = {row.meeting_id for row in chosen} | {said.meeting_id for said in unsuited}
    known = [
        one
        for one in usual.meetings_of([client.pk], client.clinic)[client.pk]
        if one.is_offered and one.pk not in told_of
    ]
    episodes = list(client.episodes.select_related("programme").order_by("-intake_on"))
    held = list(client.interviews.filter(voided_at__isnull=True).order_by("-held_on", "-pk"))
    prompts_consents: dict[str, Consent] = {
        consent.channel: consent
        for consent in client.consents.filter(purpose=Purpose.PROMPTS).order_by("recorded_at", "id")
    }
    pauses = list(client.pauses.filter(voided_at__isnull=True))
    boxes = strips.strips(client.clinic, [client.pk], today).get(client.pk, [])
    marks = [*_milestones(client, episodes), *(weeks.paused(*_told(pause)) for pause in pauses)]
    return ClientPage(
        client=client,
        standing=standing,
        episodes=episodes,
        years=weeks.years(boxes, marks, today, client.clinic.week_starts_on),
        notes=list(
            client.notes.filter(voided_at__isnull=True).order_by("-pinned", "-written_at", "-pk")[
                :NOTES_SHOWN
            ]
        ),
        tasks=list(client.keyworker_tasks.filter(done_at__isnull=True)),
        planned_prompts=list(client.prompts.filter(state=PromptState.PLANNED).select_related("contact")),
        channels=[
            ChannelConsent(channel, consents.address_of(client, channel), prompts_consents.get(channel))
            for channel in (Channel.SMS, Channel.EMAIL)
        ],
        introduction=client.introductions.filter(ended_at__isnull=True)
        .select_related("contact__fellowship")
        .first(),
        not_now=NotNow.objects.filter(client=client, until__gt=today).first(),
        planned_meetings=planned,
        chosen_meetings=[_next(row, now) for row in chosen],
        unsuited_meetings=unsuited,
        calendar=calendars.offer(client, now),
        next_meetings=[
            (meeting, held)
            for meeting, held in next_held(known, now, NEXT_MEETINGS)
            if (meeting.pk, held.starts) not in planned_for
        ],
        has_pauses=bool(pauses),
        follow_ups=interviews.follow_ups_of(client, episodes, held, now),
        interviews=held,
        story=story(client, asked),
    )


def _told(pause: Pause) -> tuple[date, date, str]:
    return pause.starts_on, pause.ends_on, pause.reason


def _milestones(client: Client, episodes: list[Episode]) -> Iterator[weeks.Mark]:
    """Where treatment began and ended, and tracking, the earliest course of treatment first."""
    for number, episode in enumerate(reversed(episodes)):
        again = " again" if number else ""
        yield weeks.Mark(episode.intake_on, f"taken in{again} on {day_text(episode.intake_on)}", "in")
        if episode.discharged_on is not None:
            phase = episode.get_phase_display().lower()
            ended = f"treatment ended on {day_text(episode.discharged_on)}: {phase}"
            yield weeks.Mark(episode.discharged_on, ended, "end")
    if client.closed_on is not None:
        yield weeks.Mark(client.closed_on, f"tracking ended on {day_text(client.closed_on)}", "off")


def _next(row: ChosenMeeting, now: datetime) -> Chosen:
    """When a chosen meeting is next held; never, where it is not held at present or by appointment."""
    meeting, zone = row.meeting, row.client.clinic.time_zone
    if not meeting.is_offered:
        return Chosen(row, None, None)
    held = next_held([meeting], now, 1)
    return Chosen(row, held[0][1].starts if held else None, meeting.next_date(now, zone))
