"""Raising tasks for keyworkers, and dealing with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from attendance.register.models import Attendance
from clinic import audit, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind

# What attendance settles by itself: the reason for the task is gone.
SETTLED_BY_ATTENDANCE = (TaskKind.LAPSED, TaskKind.NO_ANSWER, TaskKind.INTRODUCE, TaskKind.BY_HAND)
# Each step of a run may need a person for the same cause; while nobody has dealt with one, another says nothing.
ONE_OPEN_A_RUN = (TaskKind.NOT_REACHED, TaskKind.BY_HAND)
ONE_OPEN_A_CLIENT = (TaskKind.CONFIRM_CONSENT,)
ONE_OPEN = ONE_OPEN_A_RUN + ONE_OPEN_A_CLIENT
PRESSED_TWICE = timedelta(minutes=10)
# How that begins which a task is about that waits for a first meeting.
FIRST_MEETING = "first meeting"
BY_ATTENDANCE, BY_CLOSING, BY_PROVIDER = BY_ITSELF = ("attendance", "closing", "provider")


@dataclass(frozen=True, slots=True)
class Need:
    """Why a person is needed; raised once for a client, kind and about."""

    client: Client
    kind: TaskKind
    reason: str
    about: str = ""
    run: date | None = None


def raise_tasks(needs: Iterable[Need], now: datetime) -> None:
    """Raise tasks in two queries; those already raised about the same thing stay as they are."""
    needs = list(needs)
    waiting = {
        (client_id, kind, None if kind in ONE_OPEN_A_CLIENT else run)
        for client_id, kind, run in KeyworkerTask.objects.filter(
            client__in={need.client.pk for need in needs},
            kind__in=ONE_OPEN,
            done_at__isnull=True,
        ).values_list("client", "kind", "run")
    }
    KeyworkerTask.objects.bulk_create(
        [
            KeyworkerTask(
                clinic_id=need.client.clinic_id,
                client_id=need.client.pk,
                kind=need.kind,
                about=need.about,
                run=need.run,
                reason=need.reason,
                raised_at=now,
            )
            for need in needs
            if (need.client.pk, need.kind, None if need.kind in ONE_OPEN_A_CLIENT else need.run)
            not in waiting
        ],
        ignore_conflicts=True,
    )


def raise_again(need: Need, now: datetime) -> None:
    """Raise a task, opening it anew where somebody dealt with it before: for what people ask for themselves."""
    raise_tasks([need], now)
    KeyworkerTask.objects.filter(
        client=need.client, kind=need.kind, about=need.about, done_at__isnull=False
    ).update(done_at=None, done_by="", outcome="", raised_at=now, reason=need.reason)


@transaction.atomic
def finish(*, task: KeyworkerTask, outcome: str, by: Actor, now: datetime) -> bool:
    """Deal with a task, saying what came of it; False where somebody was quicker. Raises Refused without a word."""
    if not outcome.strip():
        raise Refused("Say what came of it.", "outcome")
    changed = KeyworkerTask.objects.filter(pk=task.pk, done_at__isnull=True).update(
        done_at=now, done_by=by.name or by.kind, outcome=outcome.strip()[:300]
    )
    if changed:
        audit.record(
            by=by, now=now, verb="task.finished", subject=task, clinic=task.clinic, client=task.client
        )
    return bool(changed)


@transaction.atomic
def reopen(*, task: KeyworkerTask, by: Actor, now: datetime) -> bool:
    """Take back that a task was dealt with; False where it is open."""
    changed = KeyworkerTask.objects.filter(pk=task.pk, done_at__isnull=False).update(
        done_at=None, done_by="", outcome=""
    )
    if changed:
        audit.record(
            by=by, now=now, verb="task.reopened", subject=task, clinic=task.clinic, client=task.client
        )
    return bool(changed)


def settle_by_attendance(client_ids: Iterable[int], now: datetime) -> None:
    """Finish what the end of a missed run has made pointless."""
    KeyworkerTask.objects.filter(
        client__in=client_ids, kind__in=SETTLED_BY_ATTENDANCE, done_at__isnull=True
    ).update(done_at=now, done_by=BY_ATTENDANCE, outcome="Their missed weeks ended.")


def settle_first_meeting(client_ids: Iterable[int], now: datetime) -> None:
    """Finish what waits for a first meeting once there is one; open it anew where that one was taken back."""
    waiting = KeyworkerTask.objects.filter(client__in=client_ids, about__startswith=FIRST_MEETING)
    been = Exists(Attendance.objects.filter(client=OuterRef("client"), voided_at__isnull=True))
    waiting.filter(been, done_at__isnull=True).update(
        done_at=now, done_by=BY_ATTENDANCE, outcome="They went to a first meeting."
    )
    waiting.filter(~been, done_by=BY_ATTENDANCE).update(done_at=None, done_by="", outcome="")


def take_up_again(runs: Iterable[tuple[int, date]]) -> None:
    """Open anew what the end of a run had settled, where a correction took that end back: (client, run)."""
    runs = set(runs)
    settled = KeyworkerTask.objects.filter(
        client__in={client_id for client_id, _ in runs},
        run__in={run for _, run in runs},
        done_by=BY_ATTENDANCE,
    )
    again = [
        pk for pk, client_id, run in settled.values_list("pk", "client", "run") if (client_id, run) in runs
    ]
    if again:
        KeyworkerTask.objects.filter(pk__in=again).update(done_at=None, done_by="", outcome="")


def settle_uncertain(client_id: int, prompt_id: int, now: datetime) -> None:
    """Finish the question whether a prompt went out, once it is known that it did."""
    KeyworkerTask.objects.filter(
        client=client_id, kind=TaskKind.UNCERTAIN, about=about_prompt(prompt_id), done_at__isnull=True
    ).update(done_at=now, done_by=BY_PROVIDER, outcome="It went out after all.")


def about_prompt(prompt_id: int) -> str:
    """What a task is about that asks about one prompt."""
    return f"prompt {prompt_id}"


def settle_confirmed(client_id: int, by: Actor, now: datetime) -> None:
    """Finish what asks for a client's consents to be confirmed: none is left that is still to be."""
    KeyworkerTask.objects.filter(
        client=client_id, kind=TaskKind.CONFIRM_CONSENT, done_at__isnull=True
    ).update(done_at=now, done_by=by.name or by.kind, outcome="Consent was settled.")


def settle_closed(client: Client, now: datetime) -> None:
    """Finish every task about a client who was closed."""
    client.keyworker_tasks.filter(done_at__isnull=True).update(
        done_at=now, done_by=BY_CLOSING, outcome="The client was closed."
    )


@transaction.atomic
def put_aside(*, client: Client, until: date, reason: str, by: Actor, now: datetime) -> NotNow:
    """Leave a client off Today until a date; saying the same again changes nothing.

    Raises Refused without a reason or for a date not ahead.
    """
    if not reason.strip():
        raise Refused("Say why not now.", "reason")
    today = clock.local_date(now, client.clinic.time_zone)
    if until <= today:
        raise Refused(f"{until} is not ahead: today is {today}.", "until")
    locking.client(client.pk)
    held = NotNow.objects.filter(client=client, until=until, reason=reason.strip()[:300]).first()
    if held is not None:
        return held
    written, _ = NotNow.objects.update_or_create(
        client=client,
        defaults={
            "clinic": client.clinic,
            "until": until,
            "reason": reason.strip()[:300],
            "said_at": now,
            "said_by": by.name or by.kind,
        },
    )
    audit.record(
        by=by, now=now, verb="client.put_aside", subject=written, clinic=client.clinic, client=client
    )
    return written


@transaction.atomic
def bring_back(*, client: Client, by: Actor, now: datetime) -> bool:
    """End 'not now' before its day, so that the client is on Today again; False where they are not put aside."""
    today = clock.local_date(now, client.clinic.time_zone)
    locking.client(client.pk)
    held = NotNow.objects.filter(client=client, until__gt=today).first()
    if held is None:
        return False
    held.until = today
    held.save(update_fields=["until"])
    audit.record(
        by=by, now=now, verb="client.brought_back", subject=held, clinic=client.clinic, client=client
    )
    return True


@transaction.atomic
def note_call(*, client: Client, outcome: str, by: Actor, now: datetime) -> tuple[KeyworkerTask, bool]:
    """Write down that somebody spoke to a client, with what came of it; the note, and whether it is new.

    Whether a task asked for it does not matter. The same words of the same person within minutes are one
    call: the button was pressed twice. Raises Refused without a word.
    """
    if not outcome.strip():
        raise Refused("Say what came of it.", "outcome")
    locking.client(client.pk)
    said = {"done_by": by.name or by.kind, "outcome": outcome.strip()[:300]}
    noted = client.keyworker_tasks.filter(kind=TaskKind.SPOKE)
    held = noted.filter(done_at__gt=now - PRESSED_TWICE, done_at__lte=now, **said).first()
    if held is not None:
        return held, False
    written = KeyworkerTask.objects.create(
        clinic=client.clinic,
        client=client,
        kind=TaskKind.SPOKE,
        about=str(noted.count() + 1),
        reason="Spoke to them.",
        raised_at=now,
        done_at=now,
        **said,
    )
    audit.record(
        by=by, now=now, verb="client.spoken_to", subject=written, clinic=client.clinic, client=client
    )
    return written, True


def settle_introduced(client: Client, by: Actor, now: datetime) -> None:
    """Finish the tasks that asked for an introduction, to a first contact or to another."""
    asked = (TaskKind.INTRODUCE, TaskKind.DECLINED)
    client.keyworker_tasks.filter(kind__in=asked, done_at__isnull=True).update(
        done_at=now, done_by=by.name or by.kind, outcome="Introduced."
    )
