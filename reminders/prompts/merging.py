"""Two records of one client are put together: no message goes twice, and nothing that waits for a person is lost."""

from __future__ import annotations

from datetime import datetime

from clinic import clock
from clinic.errors import Refused
from clinic.merging.rows import Merging
from clinic.models import Client
from reminders.contacts.models import Introduction
from reminders.prompts.models import PlannedFlag, Prompt
from reminders.prompts.planning import cancel_unsent
from reminders.prompts.states import PromptState
from reminders.worklist import by_itself
from reminders.worklist.models import KeyworkerTask, NotNow

LONGEST_ABOUT = 60
SENDING = "A message to one of the two is just going out: try again in a minute."
TWO_CONTACTS = (
    "Both have an introduction under way: end the one that is not to go on, and put them together then."
)
DECIDED_ANEW = "Entered twice: what is due is decided anew."
ON_THE_OTHER = "Entered twice: it stands on the other record."


def wait_for_what_is_going_out(client_ids: list[int]) -> None:
    """Raise Refused while a message is with a provider: what becomes of it is written down first."""
    if Prompt.objects.filter(client__in=client_ids, state=PromptState.SENDING).exists():
        raise Refused(SENDING)


def prepare(merging: Merging) -> None:
    """Settle what cannot stand twice; raises Refused where a person has to decide first."""
    kept, merged = merging.kept, merging.merged
    wait_for_what_is_going_out([kept.pk, merged.pk])
    live = Introduction.objects.filter(client__in=[kept, merged], ended_at__isnull=True)
    if live.count() > 1:
        raise Refused(TWO_CONTACTS)
    cancel_unsent(merged.prompts.all(), DECIDED_ANEW)
    _join_tasks(merging)
    _join_not_now(kept, merged, merging.now)


def _join_tasks(merging: Merging) -> None:
    """A task about the same thing is one: open where either is. What was done stays told, each time it was."""
    kept, merged = merging.kept, merging.merged
    held = {(task.kind, task.about): task for task in kept.keyworker_tasks.all()}
    enough = {task.one_open[1:] for task in held.values() if task.done_at is None and task.one_open}
    for task in merged.keyworker_tasks.order_by("pk"):
        twin = held.get((task.kind, task.about))
        if task.done_at is not None:
            if twin is not None:
                task.about = f"{task.about[: LONGEST_ABOUT - 22]} {merged.pk}-{task.pk}".strip()
                task.save(update_fields=["about"])
            continue
        one_open = task.one_open[1:] if task.one_open is not None else None
        if one_open in enough or (twin is not None and twin.done_at is None):
            _close(task, merging.now)
            continue
        if twin is not None:
            _open_again(twin, task)
            _close(task, merging.now)
        if one_open is not None:
            enough.add(one_open)


def _open_again(twin: KeyworkerTask, task: KeyworkerTask) -> None:
    """Ask for the kept client what was asked for the other, though it was once dealt with."""
    twin.done_at, twin.done_by, twin.outcome, twin.by_itself = None, "", "", False
    twin.raised_at, twin.reason, twin.run = task.raised_at, task.reason, task.run
    twin.save()


def _close(task: KeyworkerTask, now: datetime) -> None:
    task.done_at, task.done_by, task.outcome, task.by_itself = now, by_itself.RECORD, ON_THE_OTHER, True
    task.save(update_fields=["done_at", "done_by", "outcome", "by_itself"])


def _join_not_now(kept: Client, merged: Client, now: datetime) -> None:
    """Of two the kept one's holds, unless it is over: then the other's words are its own."""
    own, theirs = (NotNow.objects.filter(client=one).first() for one in (kept, merged))
    if own is None or theirs is None or own.until > clock.local_date(now, kept.clinic.time_zone):
        return
    own.until, own.reason, own.said_at, own.said_by = (
        theirs.until,
        theirs.reason,
        theirs.said_at,
        theirs.said_by,
    )
    own.save()


def decide_anew(merging: Merging) -> None:
    """Let the ladder look again at the flag of the kept client, and end what asks for consents that lack nothing."""
    PlannedFlag.objects.filter(flag__client=merging.kept).update(missed_weeks=0)
    by_itself.consents_confirmed({merging.kept.pk}, merging.by, merging.now)
