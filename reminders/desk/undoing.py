"""Taking back what reaches into every stage: an introduction that was a slip of the hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinic.actors import Actor
from reminders.contacts import introducing
from reminders.contacts.models import Introduction
from reminders.prompts.models import Prompt
from reminders.prompts.states import COUNTS_AS_SENT
from reminders.worklist import by_itself, words
from reminders.worklist.models import TaskKind


@dataclass(frozen=True, slots=True)
class Undone:
    """An introduction that was taken back. told: to whom a message about it had gone out, as far as known."""

    told: list[str]


@transaction.atomic
def undo_introduction(*, introduction: Introduction, by: Actor, now: datetime) -> Undone | None:
    """End an introduction as undone, with its consent; what it had finished waits again. None where it had ended.

    What is unsent about it is cancelled; what went out cannot be. Raises Refused where the contact has answered since.
    """
    client, contact = introduction.client, introduction.contact
    if not introducing.undo(introduction=introduction, by=by, now=now):
        return None
    finished = client.keyworker_tasks.filter(
        kind__in=[TaskKind.INTRODUCE, TaskKind.DECLINED],
        done_at=introduction.began_at,
        outcome=by_itself.INTRODUCED,
    )
    words.open_again(client, finished, by, now)
    went_out = Prompt.objects.filter(introduction=introduction, state__in=COUNTS_AS_SENT)
    to_contact = {pk is not None for pk in went_out.values_list("contact", flat=True)}
    return Undone(
        [str(who) for who, is_contact in ((contact, True), (client, False)) if is_contact in to_contact]
    )
