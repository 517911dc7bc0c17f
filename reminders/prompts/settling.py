"""Settling what nobody could say: whether a prompt went out. A person asked, and says what they found.

The software sends nothing again by itself (docs/prompts.md: nothing is resent blindly). A person who knows
that it did not come lets it go once more; the door asks everything again before it does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import TextChoices

from clinic import audit, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from reminders.prompts import outcomes
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist import tasks, words
from reminders.worklist.models import KeyworkerTask, TaskKind


class Answer(TextChoices):
    """What somebody found out about an uncertain prompt."""

    CAME = "came", "It came"
    DID_NOT_COME = "did_not_come", "It did not come"
    UNKNOWN = "unknown", "It cannot be known"


# Where an answer takes the prompt. What cannot be known stays uncertain, and counts as sent under the caps.
BECOMES: dict[Answer, PromptState] = {
    Answer.CAME: PromptState.SENT,
    Answer.DID_NOT_COME: PromptState.PLANNED,
    Answer.UNKNOWN: PromptState.UNCERTAIN,
}


@transaction.atomic
def settle(
    *, task: KeyworkerTask, answer: Answer, by: Actor, now: datetime, note: str = ""
) -> PromptState | None:
    """Finish the task that asks about a prompt, and move the prompt by the answer; how the prompt stands then.

    None where it is uncertain no longer: what the provider said meanwhile holds. Raises Refused where the
    task is of another kind, or somebody was quicker.
    """
    client = locking.client(task.client_id)
    if task.kind != TaskKind.UNCERTAIN:
        raise Refused("This does not ask about a message.", "task")
    outcome = f"{answer.label}. {note.strip()}".strip()
    if not tasks.close(task=task, outcome=outcome, by=by, now=now):
        raise Refused("Somebody was quicker: this is off the list.", "task")
    prompt = _prompt_of(task, client)
    if prompt is None:
        return None
    if answer is Answer.CAME:
        _it_came(prompt, by, now)
    elif answer is Answer.DID_NOT_COME:
        _it_did_not(prompt, task, now)
    audit.record(
        by=by,
        now=now,
        verb="prompt.settled",
        subject=prompt,
        clinic=client.clinic,
        client=client,
        fields=[] if answer is Answer.UNKNOWN else ["state"],
    )
    return BECOMES[answer]


@transaction.atomic
def ask_again(*, task: KeyworkerTask, by: Actor, now: datetime) -> bool:
    """Open the question about a prompt again, of which somebody had said that it cannot be known; False where it waits.

    Raises Refused where the prompt is uncertain no longer, as it has moved by an answer or may have gone out since,
    and for a client who was closed.
    """
    client = locking.client(task.client_id)
    task.refresh_from_db()
    if task.kind != TaskKind.UNCERTAIN:
        raise Refused("This does not ask about a message.")
    if task.done_at is None:
        return False
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    if _prompt_of(task, client) is None:
        raise Refused("The message is uncertain no longer: what was said of it stands.")
    return bool(words.open_again(client, client.keyworker_tasks.filter(pk=task.pk), by, now))


def _prompt_of(task: KeyworkerTask, client: Client) -> Prompt | None:
    """The prompt that a task asks about, while it is uncertain; a client has few."""
    uncertain = client.prompts.filter(state=PromptState.UNCERTAIN).select_related("introduction")
    return next((one for one in uncertain if tasks.about_prompt(one.pk) == task.about), None)


def _it_came(prompt: Prompt, by: Actor, now: datetime) -> None:
    """It went out when it was tried last."""
    last = prompt.tries.order_by("began_at").last()
    sent_at = last.began_at if last is not None else prompt.planned_at
    outcomes.went(prompt, sent_at=sent_at, by=by, now=now)
    prompt.tries.filter(ended_at__isnull=True).update(ended_at=now)


def _it_did_not(prompt: Prompt, task: KeyworkerTask, now: datetime) -> None:
    """Let it go once more: the outbox sends it, or says at the door why not."""
    outcomes.move(prompt, PromptState.PLANNED, not_before=now, reason="It did not come: to be sent again.")
    prompt.tries.filter(ended_at__isnull=True).update(ended_at=now, fault="It did not come.")
    # A task is raised once about a thing, and the next try may become as uncertain.
    KeyworkerTask.objects.filter(pk=task.pk).update(about=f"{task.about}, try {prompt.attempts}")
