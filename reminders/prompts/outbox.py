"""The outbox: claim, ask the door again, write the attempt down, send outside the transaction, record.

A worker that dies between claiming and hearing back leaves a prompt 'sending'; when its lease is over
the channel is asked, where it can be, and else a person. Nothing is resent blindly, nothing dropped.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import QuerySet

from clinic import locking
from clinic.actors import Actor
from reminders.channels.base import Channel, Message, PassingFault, RefusedAddress, UnsureFault
from reminders.prompts import door, outcomes, tokens, wording
from reminders.prompts.door import Verdict
from reminders.prompts.ladder import Step
from reminders.prompts.models import Attempt, Prompt
from reminders.prompts.recheck import address_of, facts_of
from reminders.prompts.states import PromptState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
# So few at one moment that the last of them is claimed long before the lease of the first is over.
AT_A_MOMENT = 10
COUNTED = ("sent", "deferred", "cancelled", "suppressed", "expired", "failed", "uncertain")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A prompt this process alone may send, and the message it has become."""

    prompt: Prompt
    attempt: Attempt
    message: Message


def send_all(
    channels: Mapping[str, Channel],
    present: Callable[[], datetime],
    limit: int | None = None,
    *,
    clinic_id: int | None = None,
    time_left: Callable[[], bool] = lambda: True,
) -> dict[str, int]:
    """Send what is due, a few at a time, each few at their own present moment; what became of how many.

    A long run at one moment would outlive its own leases, and go on into quiet hours. It is for one clinic
    or for all, and claims nothing more once there is no time left.
    """
    tally: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    left = sys.maxsize if limit is None else limit
    while left > 0 and time_left():
        done = send_due(channels, present(), min(AT_A_MOMENT, left), clinic_id=clinic_id, time_left=time_left)
        tally.update(done)
        left -= AT_A_MOMENT
        if not sum(done.values()):
            break
    return {name: tally[name] for name in COUNTED}


def send_due(
    channels: Mapping[str, Channel],
    now: datetime,
    limit: int | None = None,
    *,
    clinic_id: int | None = None,
    time_left: Callable[[], bool] = lambda: True,
) -> dict[str, int]:
    """Send what is due at an aware moment, up to a limit, of one clinic or of all; what became of how many."""
    tally: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    tally.update(recover(channels, now, clinic_id))
    planned = _prompts_of(clinic_id).filter(state=PromptState.PLANNED, not_before__lte=now)
    due = planned.order_by("not_before", "pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if not time_left():
            break
        outcome = send_one(pk, channels, now)
        if outcome:
            tally[outcome] += 1
    return {name: tally[name] for name in COUNTED}


def _prompts_of(clinic_id: int | None) -> QuerySet[Prompt]:
    """The prompts of one clinic; of all without one."""
    return Prompt.objects.all() if clinic_id is None else Prompt.objects.filter(clinic=clinic_id)


def send_one(pk: int, channels: Mapping[str, Channel], now: datetime) -> str:
    """Send one prompt if the door lets it; what became of it, or an empty string where another has it."""
    claimed = claim(pk, now)
    if not isinstance(claimed, Claimed):
        return claimed
    try:
        provider_id = channels[claimed.message.channel].send(claimed.message)
    except SoftTimeLimitExceeded:
        # The task is to end. Whether this one went out the channel is asked when its lease is over.
        raise
    except RefusedAddress as fault:
        return outcomes.refused(claimed.prompt, claimed.attempt, claimed.message.to, str(fault), now)
    except PassingFault as fault:
        return outcomes.put_off(claimed.prompt, claimed.attempt, str(fault), now)
    except UnsureFault as fault:
        return outcomes.unsure(claimed.prompt, str(fault), now)
    except Exception:
        # A fault nobody foresaw must not keep everybody else's prompts waiting behind this one.
        log.exception("prompt %s broke its channel", pk)
        return outcomes.unsure(claimed.prompt, "The channel broke while sending.", now)
    return outcomes.sent(claimed.prompt, claimed.attempt, provider_id, now)


@transaction.atomic
def claim(pk: int, now: datetime) -> Claimed | str:
    """Take a prompt for this process alone, if it is still to be sent; else what became of it.

    The client is locked first, so that two workers with two prompts for one client cannot both find
    the caps untouched.
    """
    found = Prompt.objects.filter(pk=pk).only("client_id").first()
    if found is None:
        return ""
    locking.client(found.client_id, merged_too=True)
    prompt = (
        Prompt.objects.filter(pk=pk, state=PromptState.PLANNED, not_before__lte=now)
        .select_related(
            "clinic", "client__keyworker", "client__clinic", "flag", "contact", "introduction__consent"
        )
        .select_related("introduction__contact", "client__standing")
        .first()
    )
    if prompt is None or prompt.client_id != found.client_id:
        # Gone, or with the record that stays of somebody who was entered twice: found there at the next tick.
        return ""
    decision = door.decide(facts_of(prompt, now), prompt.clinic.sending_policy, now)
    if decision.verdict is not Verdict.SEND or decision.channel is None:
        return outcomes.turned_away(prompt, decision, now)
    words = _words(prompt)
    prompt.channel, prompt.subject, prompt.body = decision.channel.value, words.subject, words.body
    prompt.lease_until = now + LEASE
    won = Prompt.objects.filter(pk=pk, state=PromptState.PLANNED).update(
        state=PromptState.SENDING,
        lease_until=prompt.lease_until,
        attempts=prompt.attempts + 1,
        channel=prompt.channel,
        subject=prompt.subject,
        body=prompt.body,
        reason="",
    )
    if not won:
        return ""
    prompt.attempts += 1
    attempt = Attempt.objects.create(prompt=prompt, began_at=now)
    body = words.body.replace(wording.LINK, tokens.make_link(prompt, now))
    to = address_of(prompt, decision.channel)
    return Claimed(prompt, attempt, Message(str(pk), prompt.channel, to, words.subject, body, now))


def _words(prompt: Prompt) -> wording.Words:
    """The prompt's text, worded just before it goes, so that names are those of today."""
    client = prompt.client
    introduction = prompt.introduction
    named = introduction is not None and not introduction.over_because
    contact = introduction.contact.first_name if introduction is not None and named else ""
    signed = client.keyworker.first_name if client.keyworker is not None else ""
    names = wording.Names(client.first_name, contact, signed)
    if prompt.contact_id is not None:
        return wording.for_contact(names)
    return wording.for_client(Step(prompt.step), prompt.occasion, names, client.plain_wording)


def recover(channels: Mapping[str, Channel], now: datetime, clinic_id: int | None = None) -> Counter[str]:
    """Settle prompts whose worker never reported back: by the channel's word, else as uncertain."""
    tally: Counter[str] = Counter()
    stuck = _prompts_of(clinic_id).filter(state=PromptState.SENDING, lease_until__lte=now)
    for prompt in stuck.select_related("client", "contact", "introduction"):
        channel = channels.get(prompt.channel)
        went = channel.was_sent(str(prompt.pk)) if channel is not None else None
        log.warning("prompt %s was left sending; the channel says sent: %s", prompt.pk, went)
        with transaction.atomic():
            locking.client(prompt.client_id, merged_too=True)
            if went:
                tally["sent"] += outcomes.went(prompt, sent_at=now, by=Actor.system("outbox"), now=now)
            elif went is False:
                outcomes.move(
                    prompt,
                    PromptState.PLANNED,
                    not_before=now,
                    reason="Its worker stopped before it went out.",
                )
            elif outcomes.unsure(prompt, "Its worker stopped before it heard back.", now):
                tally["uncertain"] += 1
    return tally
