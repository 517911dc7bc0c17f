"""The policy at the door: may this prompt go out now? Asked again just before each is sent.

One pure function from a prompt's facts to a decision with a sentence. Quiet hours and caps defer;
a missing consent suppresses; anything that makes the prompt pointless cancels it; age lets it expire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinic.models import Channel
from clinic.policy import SendingPolicy
from clinic.weeks import day_text
from reminders.prompts import hours
from reminders.prompts.ladder import Step

CAP_DAYS = timedelta(days=7)
HOLD = timedelta(minutes=30)
# What a client asked for, or is owed, stands outside the caps.
OUTSIDE_CAPS = frozenset({Step.NEW_LINK})


class Verdict(StrEnum):
    """What becomes of a prompt."""

    SEND = "send"
    DEFER = "defer"
    CANCEL = "cancel"
    SUPPRESS = "suppress"
    EXPIRE = "expire"


class Cause(StrEnum):
    """What stands against a prompt; it settles who, if anybody, is asked to act in its stead."""

    NOTHING = "nothing"
    OVER = "over"
    HISTORY = "history"
    NO_CONTACT = "no_contact"
    LATE = "late"
    SENDING_OFF = "sending_off"
    PAUSED = "paused"
    HELD = "held"
    AWAITS = "awaits"
    NO_CHANNEL = "no_channel"
    CAPS = "caps"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its sentence and cause; until is set for deferrals, channel for sending."""

    verdict: Verdict
    sentence: str = ""
    cause: Cause = Cause.NOTHING
    until: datetime | None = None
    channel: Channel | None = None

    @property
    def stops_clock(self) -> bool:
        """Whether the wait is one that stops the prompt's clock, beside the hours that are not permitted."""
        return self.cause is Cause.CAPS


@dataclass(frozen=True, slots=True)
class Facts:
    """What the door knows of a prompt just now.

    over: why it has become pointless, such as a flag that closed. channel: over which it can go, else
    no_channel says why none. sent: when the client was last written to under the caps, any order; for a
    prompt to the contact too, for the client is told of it at once. awaits: what has to go out before it.
    introduction_over: why the contact may not be named or written to, where the prompt needs one.
    no_call: why the contact is not to be asked to ring the client, where the prompt asks them.
    history: why it is about what happened before the clinic could have written about it; see history.py.
    returns: whether planning finds it due anew when a pause ends, as the steps of a flag are.
    """

    step: Step
    lives_until: datetime
    sending_on: bool = True
    closed_on: date | None = None
    tracked: bool = True
    paused: bool = False
    over: str = ""
    history: str = ""
    returns: bool = False
    introduction_over: str = ""
    no_call: str = ""
    channel: Channel | None = None
    no_channel: str = ""
    awaits: str = ""
    sent: Sequence[datetime] = ()


def decide(facts: Facts, policy: SendingPolicy, now: datetime) -> Decision:
    """What to do with a prompt at an aware moment; the first reason that applies."""
    if facts.closed_on is not None:
        return Decision(Verdict.CANCEL, f"The client was closed on {day_text(facts.closed_on)}.", Cause.OVER)
    if not facts.tracked:
        return Decision(Verdict.CANCEL, "The client is no longer tracked.", Cause.OVER)
    if facts.over:
        return Decision(Verdict.CANCEL, facts.over, Cause.OVER)
    if facts.history:
        return Decision(Verdict.CANCEL, f"Due {facts.history}: a task instead.", Cause.HISTORY)
    if facts.introduction_over:
        return Decision(Verdict.CANCEL, facts.introduction_over, Cause.NO_CONTACT)
    if facts.paused and facts.returns:
        return Decision(Verdict.CANCEL, "Held by a pause: due again when it ends.", Cause.HELD)
    if now >= facts.lives_until:
        if facts.paused:
            late = "The client was paused for so long that it is too late for it: get in touch yourself."
            return Decision(Verdict.EXPIRE, late, Cause.PAUSED)
        return Decision(Verdict.EXPIRE, "It could not be sent in time.", Cause.LATE)
    if not facts.sending_on:
        off = "Sending is turned off for the clinic."
        return Decision(Verdict.DEFER, off, Cause.SENDING_OFF, now + HOLD)
    if facts.paused:
        return Decision(Verdict.DEFER, "The client is paused.", Cause.PAUSED, now + HOLD)
    if facts.no_call:
        return Decision(Verdict.SUPPRESS, facts.no_call, Cause.NO_CONTACT)
    if facts.channel is None:
        return Decision(Verdict.SUPPRESS, facts.no_channel, Cause.NO_CHANNEL)
    allowed = hours.next_permitted(now, policy)
    capped = now if facts.step in OUTSIDE_CAPS else _capped_until(facts.sent, policy, now)
    if capped > now:
        until = hours.next_permitted(capped, policy)
        return Decision(Verdict.DEFER, "The client was written to lately.", Cause.CAPS, until)
    if allowed > now:
        return Decision(Verdict.DEFER, "Quiet hours.", Cause.QUIET, allowed)
    if facts.awaits:
        return Decision(Verdict.DEFER, facts.awaits, Cause.AWAITS, now + HOLD)
    return Decision(Verdict.SEND, channel=facts.channel)


def _capped_until(sent: Sequence[datetime], policy: SendingPolicy, now: datetime) -> datetime:
    """When the caps next allow a prompt: so many hours after the last, and so many in any seven days."""
    if not sent:
        return now
    latest_first = sorted(sent, reverse=True)
    until = latest_first[0] + timedelta(hours=policy.hours_between_prompts)
    if 0 < policy.prompts_a_week <= len(latest_first):
        until = max(until, latest_first[policy.prompts_a_week - 1] + CAP_DAYS)
    return max(until, now)
