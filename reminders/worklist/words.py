"""Words with clients: that somebody spoke to them, or tried to, and what came of it; and taking either back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from attendance.register.models import Attendance
from attendance.standing.models import Flag
from clinic import audit, checks, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from clinic.weeks import day_text
from reminders.worklist.by_itself import ABOUT_A_RUN
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.said import IN_VAIN, Said, in_words
from reminders.worklist.tasks import FIRST_MEETING, close, open_anew

PRESSED_TWICE = timedelta(minutes=10)
# Beside the longest of the list there is room for this much in the record.
LONGEST_WORDS = 240
OF_ANOTHER_KIND = "Another of the kind waits already: finish that one."


@transaction.atomic
def spoke(
    *, client: Client, said: Said, by: Actor, now: datetime, words: str = ""
) -> tuple[KeyworkerTask, bool]:
    """Write down what came of speaking to a client, or of trying to; the word, and whether it is new.

    A word finishes what waits for one; a try finishes nothing. What needs more than a word stays open, and no task
    need have asked for it. The same of the same person within minutes is one call: the button was pressed twice.
    Raises Refused where something else came of it and it is not said what, or at too great a length.
    """
    words = checks.at_most(words.strip(), LONGEST_WORDS, "words")
    if said is Said.OTHER and not words:
        raise Refused("Say in a few words what came of it.", "words")
    locking.client(client.pk)
    kind = TaskKind.TRIED if said in IN_VAIN else TaskKind.SPOKE
    told = in_words(said, words)
    noted = client.keyworker_tasks.filter(kind=kind)
    word = noted.filter(
        done_at__gt=now - PRESSED_TWICE,
        done_at__lte=now,
        done_by=by.label,
        said=said,
        outcome=told,
        taken_back_at__isnull=True,
    ).first()
    new = word is None
    if word is None:
        word = KeyworkerTask.objects.create(
            clinic=client.clinic,
            client=client,
            kind=kind,
            about=str(noted.count() + 1),
            reason=f"{kind.label}.",
            raised_at=now,
            done_at=now,
            done_by=by.label,
            outcome=told,
            said=said,
        )
        verb = "client.spoken_to" if kind is TaskKind.SPOKE else "client.tried"
        audit.record(by=by, now=now, verb=verb, subject=word, clinic=client.clinic, client=client)
    if kind is TaskKind.SPOKE:
        for task in client.keyworker_tasks.filter(done_at__isnull=True).select_related("clinic", "client"):
            if task.answered_by_speaking:
                close(task=task, outcome=told, by=by, now=now, answered_by=word)
    return word, new


@transaction.atomic
def take_back(*, word: KeyworkerTask, by: Actor, now: datetime) -> bool:
    """Take back that somebody spoke to a client, or tried to; what it had finished waits again. False where it was.

    What has lost its reason since, such as missed weeks that ended, stays done. Raises Refused for a closed client.
    """
    client = locking.client(word.client_id)
    changed = KeyworkerTask.objects.filter(
        pk=word.pk, kind__in=[TaskKind.SPOKE, TaskKind.TRIED], taken_back_at__isnull=True
    )
    if not changed.exists():
        return False
    _still_tracked(client)
    changed.update(taken_back_at=now, taken_back_by=by.label)
    audit.record(
        by=by, now=now, verb="client.word_taken_back", subject=word, clinic=client.clinic, client=client
    )
    open_again(client, client.keyworker_tasks.filter(answered_by=word), by, now)
    return True


@transaction.atomic
def reopen(*, task: KeyworkerTask, by: Actor, now: datetime) -> bool:
    """Open again a task that somebody finished; False where it waits already.

    Raises Refused where its answer moved a message, a word with the client or the record finished it, its reason has
    gone since, or another of the kind waits.
    """
    client = locking.client(task.client_id)
    stands = client.keyworker_tasks.get(pk=task.pk)
    if stands.done_at is None:
        return False
    _still_tracked(client)
    if (
        stands.kind in (TaskKind.UNCERTAIN, TaskKind.SPOKE, TaskKind.TRIED)
        or stands.answered_by_id is not None
    ):
        raise Refused("That was not finished by itself: take back what finished it on the client's page.")
    if stands.by_itself or not _with_a_reason(client, client.keyworker_tasks.filter(pk=task.pk)).exists():
        raise Refused("The reason for it has gone since, so that it stays off the list.")
    if not open_again(client, client.keyworker_tasks.filter(pk=task.pk), by, now):
        raise Refused(OF_ANOTHER_KIND)
    return True


def open_again(client: Client, finished: QuerySet[KeyworkerTask], by: Actor, now: datetime) -> list[int]:
    """Open again what an act had finished that is taken back, and audit it; part of a verb that holds the client.

    Which were opened: not what has lost its reason since.
    """
    again = open_anew(_with_a_reason(client, finished))
    audit.record_entries(
        audit.entry(by=by, now=now, verb="task.reopened", subject=task, clinic=client.clinic, client=client)
        for task in client.keyworker_tasks.filter(pk__in=again)
    )
    return again


def _with_a_reason(client: Client, tasks: QuerySet[KeyworkerTask]) -> QuerySet[KeyworkerTask]:
    """Those among them that are about no missed weeks that have ended, and no first meeting that has come."""
    flags = Flag.objects.filter(client=client)
    over = set(flags.filter(closed_at__isnull=False).values_list("run", flat=True)) - set(
        flags.filter(closed_at__isnull=True).values_list("run", flat=True)
    )
    about = Q(kind__in=ABOUT_A_RUN, run__in=over)
    if Attendance.objects.filter(client=client, voided_at__isnull=True).exists():
        about |= Q(about__startswith=FIRST_MEETING)
    return tasks.exclude(about)


def _still_tracked(client: Client) -> None:
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {day_text(client.closed_on)}: track them again first.")
