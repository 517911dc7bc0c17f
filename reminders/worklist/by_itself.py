"""Tasks that end with what they wait for: attendance, an answer, an introduction, a consent, the client's going.

What ended without anybody dealing with it is marked so, and comes back where a correction takes the reason back. What
somebody's act elsewhere has dealt with, such as an introduction, is theirs, and in the audit trail by their name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance.register.models import Attendance
from clinic import statements
from clinic.actors import Actor
from clinic.models import Client, Consent, Purpose
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.tasks import FIRST_MEETING, about_introduction, about_prompt, deal_with, open_anew

# What is about missed weeks, and so is pointless once they have ended.
ABOUT_A_RUN = (TaskKind.LAPSED, TaskKind.NO_ANSWER, TaskKind.INTRODUCE, TaskKind.BY_HAND)
# Asked at every press, and answered with nothing by nearly all.
WAITING = f"SELECT id FROM {KeyworkerTask._meta.db_table} WHERE client_id IN %s AND about LIKE %s LIMIT 1"  # noqa: S608
INTRODUCED = "Introduced."
RECORD, CLOSING, PROVIDER = "the record", "closing", "the provider"


def end_runs(runs: Iterable[tuple[int, date]], outcome: str, now: datetime) -> None:
    """Finish what runs of missed weeks asked for that have ended: (client, run); outcome says how they ended."""
    waiting = KeyworkerTask.objects.filter(kind__in=ABOUT_A_RUN, done_at__isnull=True)
    _end(_of_runs(waiting, runs), RECORD, outcome, now)


def take_up_again(runs: Iterable[tuple[int, date]]) -> None:
    """Open anew what the end of a run had finished, where a correction took that end back: (client, run)."""
    ended = KeyworkerTask.objects.filter(kind__in=ABOUT_A_RUN, by_itself=True)
    open_anew(_of_runs(ended, runs))


def first_meetings(client_ids: Iterable[int], now: datetime) -> None:
    """Finish what waits for a first meeting once there is one; open it anew where that one was taken back."""
    numbers = list(client_ids)
    if not numbers or not statements.read(WAITING, numbers, f"{FIRST_MEETING}%"):
        return
    waiting = KeyworkerTask.objects.filter(client__in=numbers, about__startswith=FIRST_MEETING)
    been = Exists(Attendance.objects.filter(client=OuterRef("client"), voided_at__isnull=True))
    _end(waiting.filter(been, done_at__isnull=True), RECORD, "They went to a first meeting.", now)
    open_anew(waiting.filter(~been, by_itself=True))


def prompt_went_out(client_id: int, prompt_id: int, now: datetime) -> None:
    """Finish the question whether a prompt went out, once it is known that it did."""
    asked = KeyworkerTask.objects.filter(
        client=client_id, kind=TaskKind.UNCERTAIN, about=about_prompt(prompt_id), done_at__isnull=True
    )
    _end(asked, PROVIDER, "It went out after all.", now)


def closed(client: Client, now: datetime) -> None:
    """Finish every task about a client who was closed."""
    _end(client.keyworker_tasks.filter(done_at__isnull=True), CLOSING, "The client was closed.", now)


def consents_confirmed(client_ids: Iterable[int], by: Actor, now: datetime) -> None:
    """Finish what asks for consents to be confirmed, for those clients of whom none is left that is still to be."""
    lacking = Consent.objects.filter(
        Q(given_on__isnull=True) | Q(how=""),
        client=OuterRef("client"),
        purpose=Purpose.PROMPTS,
        revoked_at__isnull=True,
    )
    settled = KeyworkerTask.objects.filter(
        ~Exists(lacking), client__in=client_ids, kind=TaskKind.CONFIRM_CONSENT, done_at__isnull=True
    )
    deal_with(settled, "Consent was settled.", by, now)


def introduced(client: Client, by: Actor, now: datetime) -> None:
    """Finish the tasks that asked for an introduction, to a first contact or to another."""
    asked = (TaskKind.INTRODUCE, TaskKind.DECLINED)
    deal_with(client.keyworker_tasks.filter(kind__in=asked, done_at__isnull=True), INTRODUCED, by, now)


def contact_reached(client: Client, introduction_id: int, by: Actor, now: datetime) -> None:
    """Finish what says that a contact rang in vain, once the two have spoken."""
    about = about_introduction(introduction_id)
    in_vain = client.keyworker_tasks.filter(kind=TaskKind.NOT_REACHED, about=about, done_at__isnull=True)
    deal_with(in_vain, "They have spoken since.", by, now)


def _of_runs(tasks: QuerySet[KeyworkerTask], runs: Iterable[tuple[int, date]]) -> QuerySet[KeyworkerTask]:
    """Those of the tasks that belong to one of these runs; one query to find them, none where there are no runs."""
    runs = set(runs)
    if not runs:
        return KeyworkerTask.objects.none()
    near = tasks.filter(
        client__in={client_id for client_id, _ in runs}, run__in={run for _, run in runs}
    ).values_list("pk", "client", "run")
    found = [pk for pk, client_id, run in near if (client_id, run) in runs]
    return KeyworkerTask.objects.filter(pk__in=found)


def _end(tasks: QuerySet[KeyworkerTask], by: str, outcome: str, now: datetime) -> None:
    tasks.update(done_at=now, done_by=by, outcome=outcome, by_itself=True)
