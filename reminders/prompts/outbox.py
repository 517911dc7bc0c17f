"""The outbox: claim, ask the door again, write the attempt down, send outside the transaction, record.

A worker that dies between claiming and hearing back leaves a prompt 'sending'; when its lease is over
the channel is asked, where it can be, and else a person. Nothing is resent blindly, nothing dropped.
"""

from __future__ import annotations

import logging
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clinic.actors import Actor
from clinic.models import Client
from reminders.channels.base import Channel, Message, PassingFault, RefusedAddress, UnsureFault
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.prompts import door, hours, tokens, wording
from reminders.prompts.batch import about_step
from reminders.prompts.door import Decision, Verdict
from reminders.prompts.ladder import Step
from reminders.prompts.models import Attempt, Prompt
from reminders.prompts.reach import reach_of
from reminders.prompts.recheck import address_of, facts_of
from reminders.prompts.states import PromptState, sources_of
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need, raise_tasks

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
# So few at one moment that the last of them is claimed long before the lease of the first is over.
AT_A_MOMENT = 10
MOST_ATTEMPTS = 5
FIRST_BACKOFF = timedelta(minutes=5)
REFUSALS = {
    Verdict.CANCEL: PromptState.CANCELLED,
    Verdict.SUPPRESS: PromptState.SUPPRESSED,
    Verdict.EXPIRE: PromptState.EXPIRED,
}
COUNTED = ("sent", "deferred", "cancelled", "suppressed", "expired", "failed", "uncertain")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A prompt this process alone may send, and the message it has become."""

    prompt: Prompt
    attempt: Attempt
    message: Message


def send_all(
    channels: Mapping[str, Channel], present: Callable[[], datetime], limit: int | None = None
) -> dict[str, int]:
    """Send what is due, a few at a time, each few at their own present moment; what became of how many.

    A long run at one moment would outlive its own leases, and go on into quiet hours.
    """
    tally: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    left = sys.maxsize if limit is None else limit
    while left > 0:
        done = send_due(channels, present(), min(AT_A_MOMENT, left))
        tally.update(done)
        left -= AT_A_MOMENT
        if not sum(done.values()):
            break
    return {name: tally[name] for name in COUNTED}


def send_due(channels: Mapping[str, Channel], now: datetime, limit: int | None = None) -> dict[str, int]:
    """Send what is due at an aware moment, up to a limit; what became of how many."""
    tally: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    tally.update(recover(channels, now))
    due = Prompt.objects.filter(state=PromptState.PLANNED, not_before__lte=now).order_by("not_before", "pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        outcome = send_one(pk, channels, now)
        if outcome:
            tally[outcome] += 1
    return {name: tally[name] for name in COUNTED}


def send_one(pk: int, channels: Mapping[str, Channel], now: datetime) -> str:
    """Send one prompt if the door lets it; what became of it, or an empty string where another has it."""
    claimed = claim(pk, now)
    if not isinstance(claimed, Claimed):
        return claimed
    try:
        provider_id = channels[claimed.message.channel].send(claimed.message)
    except RefusedAddress as fault:
        return _refused(claimed, str(fault), now)
    except PassingFault as fault:
        return _put_off(claimed, str(fault), now)
    except UnsureFault as fault:
        return _unsure(claimed.prompt, str(fault), now)
    except Exception:
        # A fault nobody foresaw must not keep everybody else's prompts waiting behind this one.
        log.exception("prompt %s broke its channel", pk)
        return _unsure(claimed.prompt, "The channel broke while sending.", now)
    return _sent(claimed, provider_id, now)


@transaction.atomic
def claim(pk: int, now: datetime) -> Claimed | str:
    """Take a prompt for this process alone, if it is still to be sent; else what became of it.

    The client is locked first, so that two workers with two prompts for one client cannot both find
    the caps untouched.
    """
    client_id = Prompt.objects.filter(pk=pk).values_list("client_id", flat=True).first()
    if client_id is None:
        return ""
    Client.objects.select_for_update().get(pk=client_id)
    prompt = (
        Prompt.objects.filter(pk=pk, state=PromptState.PLANNED, not_before__lte=now)
        .select_related(
            "clinic", "client__keyworker", "client__clinic", "flag", "contact", "introduction__consent"
        )
        .select_related("introduction__contact", "client__standing")
        .first()
    )
    if prompt is None:
        return ""
    decision = door.decide(facts_of(prompt, now), prompt.clinic.sending_policy, now)
    if decision.verdict is not Verdict.SEND or decision.channel is None:
        return _turned_away(prompt, decision, now)
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
    under_way = introduction is not None and introduction.ended_at is None
    contact = introduction.contact.first_name if introduction is not None and under_way else ""
    signed = client.keyworker.first_name if client.keyworker is not None else ""
    names = wording.Names(client.first_name, contact, signed)
    if prompt.contact_id is not None:
        return wording.for_contact(names)
    return wording.for_client(Step(prompt.step), prompt.occasion, names, client.plain_wording)


def _turned_away(prompt: Prompt, decision: Decision, now: datetime) -> str:
    """Do what the door said instead of sending."""
    planned = Prompt.objects.filter(pk=prompt.pk, state=PromptState.PLANNED)
    if decision.verdict is Verdict.DEFER and decision.until is not None:
        lives_until = prompt.lives_until
        if decision.stops_clock:
            policy = prompt.clinic.sending_policy
            waits = hours.permitted_between(now, decision.until, policy)
            lives_until = min(
                hours.after_permitted(lives_until, waits, policy), prompt.planned_at + hours.LONGEST_LIFE
            )
        planned.update(not_before=decision.until, reason=decision.sentence, lives_until=lives_until)
        return "deferred"
    state = REFUSALS[decision.verdict]
    planned.update(state=state, reason=decision.sentence)
    if decision.verdict is Verdict.SUPPRESS and prompt.contact_id is None:
        _needs_a_person(prompt, reach_of([prompt.client_id])[prompt.client_id].task(), decision.sentence, now)
    elif decision.verdict in (Verdict.SUPPRESS, Verdict.EXPIRE):
        _needs_a_person(prompt, TaskKind.NOT_REACHED, decision.sentence, now)
    elif decision.no_contact and prompt.step == Step.REACH_OUT:
        _needs_a_person(prompt, TaskKind.INTRODUCE, decision.sentence, now)
    return state.value


def _move(prompt: Prompt, to: PromptState, **values: object) -> bool:
    """Move a prompt on if the table of transitions allows it from where it stands now.

    While it is being sent only the holder of its lease may: a worker that was given up, or one of two
    that found it left behind, must not take it from whoever sends it by now.
    """
    movable = Prompt.objects.filter(pk=prompt.pk, state__in=sources_of(to)).filter(
        ~Q(state=PromptState.SENDING) | Q(lease_until=prompt.lease_until)
    )
    return bool(movable.update(state=to, lease_until=None, **values))


def _sent(claimed: Claimed, provider_id: str, now: datetime) -> str:
    with transaction.atomic():
        Attempt.objects.filter(pk=claimed.attempt.pk).update(ended_at=now)
        _went(claimed.prompt, now, provider_id[:120])
    return "sent"


def _went(prompt: Prompt, now: datetime, provider_id: str = "") -> bool:
    """Write down that it went out; a contact who was written to has now been asked."""
    moved = _move(prompt, PromptState.SENT, sent_at=now, provider_id=provider_id)
    if moved and prompt.step == Step.REACH_OUT and prompt.introduction is not None:
        introducing.move(
            introduction=prompt.introduction, to=IntroductionState.ASKED, by=Actor.system("outbox"), now=now
        )
    return moved


@transaction.atomic
def _put_off(claimed: Claimed, fault: str, now: datetime) -> str:
    prompt = claimed.prompt
    Attempt.objects.filter(pk=claimed.attempt.pk).update(ended_at=now, fault=fault[:300])
    if prompt.attempts >= MOST_ATTEMPTS:
        return _failed(prompt, f"{fault} It was tried {prompt.attempts} times.", now)
    wait = FIRST_BACKOFF * 2 ** (prompt.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311  (jitter, no secret)
    _move(prompt, PromptState.PLANNED, not_before=now + wait, reason=fault[:300])
    return "deferred"


@transaction.atomic
def _refused(claimed: Claimed, fault: str, now: datetime) -> str:
    """The address is no good: mark it, so that nothing more goes there, and ask a person for a better one."""
    prompt = claimed.prompt
    marked = {"mobile_refused_at" if prompt.channel == "sms" else "email_refused_at": now}
    if prompt.contact_id is None:
        Client.objects.filter(pk=prompt.client_id).update(**marked)
    else:
        LocalContact.objects.filter(pk=prompt.contact_id).update(**marked)
    Attempt.objects.filter(pk=claimed.attempt.pk).update(ended_at=now, fault=fault[:300])
    return _failed(prompt, fault, now)


@transaction.atomic
def _failed(prompt: Prompt, fault: str, now: datetime) -> str:
    _move(prompt, PromptState.FAILED, reason=fault[:300])
    _needs_a_person(prompt, TaskKind.NOT_REACHED, fault, now)
    return "failed"


@transaction.atomic
def _unsure(prompt: Prompt, fault: str, now: datetime) -> str:
    if not _move(prompt, PromptState.UNCERTAIN, reason=fault[:300]):
        return ""
    _needs_a_person(prompt, TaskKind.UNCERTAIN, f"{fault} Ask them whether it came.", now)
    return "uncertain"


def _needs_a_person(prompt: Prompt, kind: TaskKind, reason: str, now: datetime) -> None:
    about = {
        TaskKind.UNCERTAIN: f"prompt {prompt.pk}",
        TaskKind.INTRODUCE: str(prompt.run),
    }.get(kind, about_step(prompt.run, prompt.step, prompt.occasion))
    whose = f"To {prompt.contact}: " if prompt.contact is not None and kind is not TaskKind.INTRODUCE else ""
    raise_tasks([Need(prompt.client, kind, f"{whose}{reason}"[:300], about, prompt.run)], now)


def recover(channels: Mapping[str, Channel], now: datetime) -> Counter[str]:
    """Settle prompts whose worker never reported back: by the channel's word, else as uncertain."""
    tally: Counter[str] = Counter()
    stuck = Prompt.objects.filter(state=PromptState.SENDING, lease_until__lte=now)
    for prompt in stuck.select_related("client", "contact", "introduction"):
        went = channels[prompt.channel].was_sent(str(prompt.pk))
        log.warning("prompt %s was left sending; the channel says sent: %s", prompt.pk, went)
        with transaction.atomic():
            if went:
                tally["sent"] += _went(prompt, now)
            elif went is False:
                _move(
                    prompt,
                    PromptState.PLANNED,
                    not_before=now,
                    reason="Its worker stopped before it went out.",
                )
            elif _unsure(prompt, "Its worker stopped before it heard back.", now):
                tally["uncertain"] += 1
    return tally
