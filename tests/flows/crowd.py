"""Crowds and long histories, to see what a page costs when there is much to show."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from attendance.directory.models import Meeting
from attendance.register import correcting, meeting_choices, pausing, recording
from attendance.register.models import Answer, Source
from clinic import consents, episodes, interviews
from clinic.models import Channel, Client, InterviewKind, Phase, Purpose
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt
from reminders.prompts.states import NOT_YET, PromptState
from reminders.worklist import tasks, words
from reminders.worklist.models import TaskKind
from reminders.worklist.said import Said
from reminders.worklist.tasks import Need
from tests import cast
from tests.cast import BY, NOW
from tests.flows.browsing import Staff

NUMBERS = count(1)


def a_prompt(
    client: Client,
    state: PromptState = PromptState.SENT,
    step: Step = Step.ENCOURAGE,
    now: datetime = NOW,
    **told: object,
) -> Prompt:
    """A message about a client that has got as far as that."""
    out = state in (PromptState.SENT, PromptState.DELIVERED)
    given = {
        "run": date(2026, 1, 26),
        "occasion": str(next(NUMBERS)),
        "body": "Pick a time that suits: {link}",
        "planned_at": now,
        "not_before": now,
        "lives_until": now + timedelta(hours=36),
        "sent_at": now if out else None,
        "delivered_at": now if state is PromptState.DELIVERED else None,
        "lease_until": now + timedelta(minutes=5) if state is PromptState.SENDING else None,
        "reason": "" if out or state in NOT_YET else "Why not.",
        "channel": Channel.SMS if told.get("body", "words") else "",
        **told,
    }
    return Prompt.objects.create(clinic=client.clinic, client=client, step=step, state=state, **given)


def somebody_in_need(keyworker: Staff, contact: LocalContact, meeting: Meeting) -> Client:
    """A flagged client with everything a row of a list can show."""
    client = cast.a_client(
        keyworker.clinic,
        f"C{next(NUMBERS)}",
        first_name="Somebody",
        last_name="Else",
        keyworker=keyworker.user,
    )
    need = Need(client, TaskKind.LAPSED, "Five weeks without a word.", run=date(2026, 1, 26))
    tasks.raise_tasks([need, Need(client, TaskKind.BY_HAND, "No number is known.")], NOW)
    introduction = introducing.introduce(
        client=client, contact=contact, how="signed form", given_on=cast.TODAY, by=BY, now=NOW
    )
    a_prompt(client)
    a_prompt(client, PromptState.DELIVERED, Step.REACH_OUT, contact=contact, introduction=introduction)
    a_prompt(client, PromptState.PLANNED, Step.KEEP_GOING)
    recording.record(
        client=client, attended_on=date(2026, 1, 13), source=Source.CLIENT, meeting=meeting, by=BY, now=NOW
    )
    _pause(client, 3)
    pausing.check_in(
        client=client, week=cast.TODAY, answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
    )
    return client


def something_happens(client: Client, contact: LocalContact, nth: int) -> None:
    """One more of everything that a client's page tells of; nth goes from 0 up to some fifty."""
    now = NOW + timedelta(minutes=nth)
    day = date(2026, 1, 8) + timedelta(days=nth)
    meeting = cast.a_meeting(f"held-{nth}", day=nth % 7, starts_at="19:00")
    went = recording.record(
        client=client,
        attended_on=day,
        source=Source.CLIENT,
        meeting=meeting,
        note="With Joe.",
        by=BY,
        now=now,
    )
    if nth % 2:
        correcting.void(attendance=went.attendance, reason="Another day.", by=BY, now=now)
    word = (meeting_choices.choose, meeting_choices.did_not_suit)[nth % 2]
    word(client=client, meeting=meeting, by=BY, now=now)
    _pause(client, nth)
    a_prompt(client, now=now)
    a_prompt(client, PromptState.CANCELLED, now=now)
    a_prompt(client, PromptState.PLANNED, Step.KEEP_GOING, now=now)
    words.spoke(client=client, said=Said.OTHER, words=f"Spoke, {nth}.", by=BY, now=now)
    tasks.raise_tasks([Need(client, TaskKind.NOT_REACHED, "Try again.", about=str(nth), run=day)], now)
    given = consents.give(
        client=client, purpose=Purpose.PROMPTS, channel=Channel.SMS, given_on=day, how="form", by=BY, now=now
    )
    consents.revoke(consent=given, how="by link", by=BY, now=now)
    introducing.end_for(client, "Another one.", BY, now)
    introduction = introducing.introduce(
        client=client, contact=contact, how="signed form", given_on=day, by=BY, now=now
    )
    introducing.move(introduction=introduction, to=IntroductionState.SPOKE, by=BY, now=now)
    interviews.record(
        client=client,
        kind=InterviewKind.EIGHT_MONTHS,
        held_on=day,
        answers=interviews.Answers(used_alcohol=bool(nth % 2)),
        by=BY,
        now=now,
    )
    phase = (Phase.COMPLETED, Phase.DROPPED_OUT)[nth % 2]
    episodes.change_phase(
        episode=episodes.latest_episode(client), phase=phase, changed_on=day, by=BY, now=now
    )


def _pause(client: Client, nth: int) -> None:
    day = date(2025, 6, 1) + timedelta(days=nth)
    pausing.pause(client=client, starts_on=day, ends_on=day, reason="Holiday", by=BY, now=NOW)
