"""What becomes of a prompt: by the door's word, or by the provider's. Each is a move in the table of states.

Where a prompt will not go out, or nobody can say whether it did, a person is asked in its stead. The client is
held before their prompt, as everywhere: a person may be settling it at this moment.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clinic import locking
from clinic.actors import Actor
from clinic.models import Channel, Client
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.prompts import hours
from reminders.prompts.batch import about_task
from reminders.prompts.door import Cause, Decision, Verdict
from reminders.prompts.ladder import Step
from reminders.prompts.models import Attempt, PlannedFlag, Prompt
from reminders.prompts.reach import reach_of
from reminders.prompts.states import PromptState, sources_of
from reminders.worklist import by_itself
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need, about_prompt, raise_tasks

MOST_ATTEMPTS = 5
FIRST_BACKOFF = timedelta(minutes=5)
# What was cancelled meanwhile is not taken up here: only planning revives it. What another worker has sent
# meanwhile stays sent: only a report of its delivery moves it on.
TRIED = frozenset({PromptState.SENDING, PromptState.UNCERTAIN})
REFUSALS = {
    Verdict.CANCEL: PromptState.CANCELLED,
    Verdict.SUPPRESS: PromptState.SUPPRESSED,
    Verdict.EXPIRE: PromptState.EXPIRED,
}


def turned_away(prompt: Prompt, decision: Decision, now: datetime) -> str:
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
    held = decision.cause is Cause.HELD
    planned.update(state=state, reason=decision.sentence, held=held)
    if held:
        # Planning is to look at the flag again: with the pause over, whatever is due by then is due anew.
        PlannedFlag.objects.filter(flag=prompt.flag_id).delete()
    if kind := _task_instead(prompt, decision):
        _needs_a_person(prompt, kind, decision.sentence, now)
    return state.value


def _task_instead(prompt: Prompt, decision: Decision) -> TaskKind | None:
    """What a person is asked to do where a prompt is not to go out: no step just evaporates.

    None where it has become pointless, or where it comes again when a pause ends. What is raised while the client
    is paused shows on Today afterwards.
    """
    match decision.cause:
        case Cause.NO_CHANNEL if prompt.contact_id is None:
            return reach_of([prompt.client_id])[prompt.client_id].task()
        case Cause.NO_CHANNEL | Cause.LATE:
            return TaskKind.NOT_REACHED
        case Cause.NO_CONTACT if prompt.step == Step.REACH_OUT:
            return TaskKind.INTRODUCE
        case Cause.HISTORY:
            return TaskKind.BY_HAND
        case Cause.PAUSED if prompt.step in (Step.FIRST_STEPS, Step.EXPECT_A_CALL):
            return TaskKind.BY_HAND
        case _:
            return None


def move(prompt: Prompt, to: PromptState, **values: object) -> bool:
    """Move a prompt that was tried on, if the table of transitions allows it from where it stands now.

    While it is being sent only the holder of its lease may: a worker that was given up, or one of two
    that found it left behind, must not take it from whoever sends it by now.
    """
    held = TRIED.intersection(sources_of(to))
    movable = Prompt.objects.filter(pk=prompt.pk, state__in=held).filter(
        ~Q(state=PromptState.SENDING) | Q(lease_until=prompt.lease_until)
    )
    return bool(movable.update(state=to, lease_until=None, **values))


def sent(prompt: Prompt, attempt: Attempt, provider_id: str, now: datetime) -> str:
    """The provider took it; an empty string where another worker has it by now, as with every outcome below."""
    with transaction.atomic():
        locking.client(prompt.client_id, merged_too=True)
        Attempt.objects.filter(pk=attempt.pk).update(ended_at=now)
        by = Actor.system("outbox")
        return "sent" if went(prompt, sent_at=now, by=by, now=now, provider_id=provider_id[:120]) else ""


def went(prompt: Prompt, *, sent_at: datetime, by: Actor, now: datetime, provider_id: str = "") -> bool:
    """Write down now that it went out at a moment; a contact who was written to has now been asked.

    Part of a verb that holds the client.
    """
    if not move(prompt, PromptState.SENT, sent_at=sent_at, provider_id=provider_id):
        return False
    by_itself.prompt_went_out(prompt.client_id, prompt.pk, now)
    if prompt.step == Step.REACH_OUT and prompt.introduction is not None:
        introducing.move(introduction=prompt.introduction, to=IntroductionState.ASKED, by=by, now=now)
    return True


@transaction.atomic
def put_off(prompt: Prompt, attempt: Attempt, fault: str, now: datetime) -> str:
    """A passing fault: try again after a while that doubles, with jitter; give up after the fifth try."""
    locking.client(prompt.client_id, merged_too=True)
    Attempt.objects.filter(pk=attempt.pk).update(ended_at=now, fault=fault[:300])
    if prompt.attempts >= MOST_ATTEMPTS:
        return failed(prompt, f"{fault} It was tried {prompt.attempts} times.", now)
    wait = FIRST_BACKOFF * 2 ** (prompt.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311  (jitter, no secret)
    moved = move(prompt, PromptState.PLANNED, not_before=now + wait, reason=fault[:300])
    return "deferred" if moved else ""


@transaction.atomic
def refused(prompt: Prompt, attempt: Attempt, to: str, fault: str, now: datetime) -> str:
    """The address is no good: mark it, so that nothing more goes there, and ask a person for a better one.

    Only the address that was written to: another that came in while it was being sent may be the better one.
    """
    field = "mobile" if prompt.channel == Channel.SMS else "email"
    marked = {f"{field}_refused_at": now}
    if prompt.contact_id is not None:
        LocalContact.objects.filter(pk=prompt.contact_id, **{field: to}).update(**marked)
    locking.client(prompt.client_id, merged_too=True)
    if prompt.contact_id is None:
        Client.objects.filter(pk=prompt.client_id, **{field: to}).update(**marked)
    Attempt.objects.filter(pk=attempt.pk).update(ended_at=now, fault=fault[:300])
    return failed(prompt, fault, now)


@transaction.atomic
def failed(prompt: Prompt, fault: str, now: datetime) -> str:
    """It will not go out; a person is asked to reach them in another way."""
    locking.client(prompt.client_id, merged_too=True)
    if not move(prompt, PromptState.FAILED, reason=fault[:300]):
        return ""
    _needs_a_person(prompt, TaskKind.NOT_REACHED, fault, now)
    return "failed"


@transaction.atomic
def unsure(prompt: Prompt, fault: str, now: datetime) -> str:
    """Nobody can say whether it went out, so it is not sent again; a person is asked to find out."""
    locking.client(prompt.client_id, merged_too=True)
    if not move(prompt, PromptState.UNCERTAIN, reason=fault[:300]):
        return ""
    _needs_a_person(prompt, TaskKind.UNCERTAIN, f"{fault} Ask them whether it came.", now)
    return "uncertain"


def _needs_a_person(prompt: Prompt, kind: TaskKind, reason: str, now: datetime) -> None:
    about = (
        about_prompt(prompt.pk)
        if kind is TaskKind.UNCERTAIN
        else about_task(kind, prompt.run, prompt.step, prompt.occasion)
    )
    whose = f"To {prompt.contact}: " if prompt.contact is not None and kind is not TaskKind.INTRODUCE else ""
    raise_tasks([Need(prompt.client, kind, f"{whose}{reason}"[:300], about, prompt.run)], now)
