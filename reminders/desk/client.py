"""The Client page as read. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.directory.models import Meeting
from attendance.directory.occurrences import Occurrence, next_held
from attendance.register import plans, usual
from attendance.register.models import PlannedMeeting
from attendance.standing import evaluation, strips
from attendance.standing.models import StandingRecord
from clinic import clock
from clinic.models import Channel, Client, Consent, ConsentState, Episode, Purpose
from reminders.contacts.models import Introduction
from reminders.desk import timeline
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask, NotNow

NEXT_MEETINGS = 3


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
class ClientPage:
    """All that the page shows."""

    client: Client
    standing: StandingRecord
    episodes: list[Episode]
    weeks: list[strips.StripWeek]
    tasks: list[KeyworkerTask]
    planned: list[Prompt]
    channels: list[ChannelConsent]
    introduction: Introduction | None
    not_now: NotNow | None
    planned_meetings: list[PlannedMeeting]
    next_meetings: list[tuple[Meeting, Occurrence]]
    has_pauses: bool
    told: list[timeline.Told]
    more: int

    @property
    def episode(self) -> Episode:
        """The present or last course of treatment."""
        return self.episodes[0]

    @property
    def has_agreed(self) -> bool:
        """Whether there is a consent to messages that could be taken back."""
        return any(one.consent is not None and one.consent.revoked_at is None for one in self.channels)


def client_page(client: Client, now: datetime, shown: int | None = None) -> ClientPage:
    """Everything on one page, at an aware moment; of the timeline the latest so many, or all."""
    standing = evaluation.standing_of(client, now)
    items = timeline.timeline(client)
    today = clock.local_date(now, client.clinic.time_zone)
    prompts_consents: dict[str, Consent] = {
        consent.channel: consent
        for consent in client.consents.filter(purpose=Purpose.PROMPTS).order_by("recorded_at", "id")
    }
    addresses = {Channel.SMS: client.mobile, Channel.EMAIL: client.email}
    return ClientPage(
        client=client,
        standing=standing,
        episodes=list(client.episodes.select_related("programme").order_by("-intake_on")),
        weeks=strips.strips(client.clinic, [client.pk], today).get(client.pk, []),
        tasks=list(client.keyworker_tasks.filter(done_at__isnull=True)),
        planned=list(client.prompts.filter(state=PromptState.PLANNED).select_related("contact")),
        channels=[
            ChannelConsent(channel, address, prompts_consents.get(channel))
            for channel, address in addresses.items()
        ],
        introduction=client.introductions.filter(ended_at__isnull=True)
        .select_related("contact__fellowship")
        .first(),
        not_now=NotNow.objects.filter(client=client, until__gt=today).first(),
        planned_meetings=list(plans.ahead(client, now)),
        next_meetings=next_held(usual.meetings_of([client.pk])[client.pk], now, NEXT_MEETINGS),
        has_pauses=client.pauses.filter(voided_at__isnull=True).exists(),
        told=timeline.folded(items[:shown]),
        more=len(items) - len(items[:shown]),
    )
