"""Handing clients over from one keyworker to another: at once, from a coming day, or until the other is back.

A client's keyworker is read wherever it matters: prompts are worded and signed just before they go, and tasks show on
the Today of whoever is the keyworker then. So what is scheduled follows by itself, and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from clinic import audit, checks, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client, Clinic, HandedClient, HandOver, Membership, Role, User
from clinic.weeks import DAY

LONGEST_NOTE = checks.longest(HandOver, "note")
# Further ahead than this nobody knows who will be there.
LONGEST_AHEAD = timedelta(days=92)
# For so long it may be taken back in one press; later on it is a hand-over of its own.
MAY_BE_TAKEN_BACK = timedelta(days=7)
BACK = "Back from leave."
TAKEN_BACK = "Taken back."


def keyworkers(clinic: Clinic) -> QuerySet[User]:
    """Who may be handed clients: the clinic's keyworkers who still sign in, by name."""
    ids = Membership.objects.filter(clinic=clinic, role=Role.KEYWORKER).values("user")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("first_name", "last_name", "username")


def left_behind(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Those of these clients whose keyworker has left: signs in no more, or is none of their clinic's any more."""
    serves = Membership.objects.filter(
        clinic=OuterRef("clinic"), user=OuterRef("keyworker"), role=Role.KEYWORKER
    )
    return clients.filter(keyworker__isnull=False).filter(Q(keyworker__is_active=False) | ~Exists(serves))


@transaction.atomic
def hand_over(
    *,
    clinic: Clinic,
    clients: Collection[Client],
    held_by: User | None,
    to: User,
    by: Actor,
    now: datetime,
    note: str = "",
    starts_on: date | None = None,
    until: date | None = None,
) -> HandOver:
    """Make another their keyworker, all of them or none: today, or on a coming local date of the clinic.

    held_by: whose they are as far as the asker knows, None for nobody's. until: the last day of a leave; the
    day after they go back. Raises Refused where somebody was quicker with one of them, for a keyworker who is none of
    the clinic's or has left, for a day past or too far ahead, or a note that is too long.
    """
    note = checks.at_most(note.strip(), LONGEST_NOTE, "note")
    today = clock.local_date(now, clinic.time_zone)
    starts_on = starts_on or today
    _check_days(today, starts_on, until, held_by)
    _check_keyworker(clinic, to, held_by)
    if not clients:
        raise Refused("Choose at least one client.", "clients")
    held = _hold(clinic, [client.pk for client in clients])
    elsewhere = [client for client in held if client.keyworker_id != _pk(held_by)]
    if elsewhere or len(held) < len(clients):
        raise Refused(_quicker(elsewhere, held_by))
    _check_not_planned(held, to, starts_on)
    made = {"clinic": clinic, "made_at": now, "made_by": by.label}
    given = HandOver.objects.create(**made, held_by=held_by, to=to, note=note, starts_on=starts_on)
    _list(given, held)
    if until is not None and held_by is not None:
        back = HandOver.objects.create(
            **made, held_by=to, to=held_by, note=BACK, starts_on=until + DAY, brings_back=given
        )
        _list(back, held)
    if starts_on > today:
        audit.record(by=by, now=now, verb="hand_over.planned", subject=given, clinic=clinic)
    else:
        _carry_out(given, held, by, now)
    return given


def _check_days(today: date, starts_on: date, until: date | None, held_by: User | None) -> None:
    for day, field in ((starts_on, "starts_on"), (until, "until")):
        if day is not None and day < today:
            raise Refused(f"{day} is past: today is {today}.", field)
        if day is not None and day > today + LONGEST_AHEAD:
            raise Refused(f"{day} is more than {LONGEST_AHEAD.days} days ahead.", field)
    if until is not None and until < starts_on:
        raise Refused(f"{until} is before {starts_on}, the first day.", "until")
    if until is not None and held_by is None:
        raise Refused("They are nobody's now, so that there is nobody to give them back to.", "until")


def _check_keyworker(clinic: Clinic, to: User, held_by: User | None) -> None:
    if not keyworkers(clinic).filter(pk=to.pk).exists():
        raise Refused(f"{to} is no keyworker of {clinic} at present.", "to")
    if held_by is not None and held_by.pk == to.pk:
        raise Refused(f"They are {to}'s already: choose somebody else.", "to")


def _check_not_planned(clients: Collection[Client], to: User, starts_on: date) -> None:
    """Raise Refused where the very same is to come: the button was pressed twice."""
    same = HandedClient.objects.filter(client__in=clients, hand_over__to=to, hand_over__starts_on=starts_on)
    to_come = same.filter(hand_over__carried_out_at__isnull=True, hand_over__ended_at__isnull=True)
    first = to_come.select_related("client").first()
    if first is not None:
        raise Refused(f"{first.client} goes to {to} on {starts_on} already.")


def _quicker(elsewhere: Collection[Client], held_by: User | None) -> str:
    whose = f"{held_by}'s" if held_by is not None else "nobody's"
    who = ", ".join(str(client) for client in list(elsewhere)[:3]) or "One of them"
    more = f" and {len(elsewhere) - 3} more" if len(elsewhere) > 3 else ""
    be = "are" if len(elsewhere) > 1 else "is"
    return f"Somebody was quicker: {who}{more} {be} {whose} no longer. Nobody was handed over: look again."


def _pk(user: User | None) -> int | None:
    return user.pk if user is not None else None


def _hold(clinic: Clinic, client_ids: Collection[int]) -> list[Client]:
    """Hold the clients, by number; as they stand then."""
    held = locking.clients(clinic.clients.filter(pk__in=client_ids))
    return list(Client.objects.filter(pk__in=held).select_related("clinic", "keyworker").order_by("pk"))


def _list(given: HandOver, clients: Collection[Client]) -> None:
    HandedClient.objects.bulk_create(
        [HandedClient(clinic_id=given.clinic_id, hand_over=given, client=client) for client in clients]
    )


def _carry_out(given: HandOver, held: Collection[Client], by: Actor, now: datetime) -> list[Client]:
    """Move those of the clients who are still whose they were; part of a verb that holds them all."""
    moving = [client for client in held if client.keyworker_id == given.held_by_id]
    given.carried_out_at = now
    given.save(update_fields=["carried_out_at"])
    _move(given, moving, given.to, now, "client.handed_over", by)
    given.handed.filter(client__in=moving).update(moved_at=now)
    return moving


def _move(
    given: HandOver, clients: Collection[Client], to: User | None, now: datetime, verb: str, by: Actor
) -> None:
    Client.objects.filter(pk__in=[client.pk for client in clients]).update(keyworker=to)
    audit.record_entries(
        audit.entry(
            by=by, now=now, verb=verb, subject=given, clinic=client.clinic, client=client,
            fields=["keyworker"],
        )
        for client in clients
    )  # fmt: skip


def carry_out_due(clinic: Clinic, now: datetime) -> int:
    """Carry out what was planned for today or before, in order; how many clients changed hands.

    Who was handed to somebody else meanwhile stays there. One whose new keyworker has left by then does not happen.
    """
    today = clock.local_date(now, clinic.time_zone)
    due = clinic.hand_overs.filter(carried_out_at__isnull=True, ended_at__isnull=True, starts_on__lte=today)
    return sum(
        _carry_out_one(clinic, pk, now) for pk in due.order_by("starts_on", "pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _carry_out_one(clinic: Clinic, pk: int, now: datetime) -> int:
    by = Actor.system("hand-over")
    held = _hold(
        clinic,
        list(HandedClient.objects.filter(hand_over=pk, clinic=clinic).values_list("client", flat=True)),
    )
    given = clinic.hand_overs.select_related("to", "held_by").get(pk=pk)
    if not given.is_to_come:
        return 0
    if not keyworkers(clinic).filter(pk=given.to_id).exists():
        _end(given, f"{given.to} had left by then.", by, now)
        return 0
    if given.brings_back_id is not None:
        covered = HandedClient.objects.filter(hand_over=given.brings_back_id, moved_at__isnull=False)
        gone = set(covered.values_list("client", flat=True))
        held = [client for client in held if client.pk in gone]
    return len(_carry_out(given, held, by, now))


def _end(given: HandOver, why: str, by: Actor, now: datetime) -> None:
    given.ended_at, given.ended_by, given.ended_because = now, by.label, why
    given.save(update_fields=["ended_at", "ended_by", "ended_because"])
    audit.record(by=by, now=now, verb="hand_over.ended", subject=given, clinic=given.clinic)


def may_be_taken_back(given: HandOver, now: datetime) -> bool:
    """Whether one press still takes it back: it is to come, or was carried out lately."""
    return given.is_to_come or (
        given.stands and given.carried_out_at is not None and now - given.carried_out_at <= MAY_BE_TAKEN_BACK
    )


@transaction.atomic
def take_back(*, hand_over: HandOver, by: Actor, now: datetime) -> int:
    """Take a hand-over back, and the end of its days of cover with it; how many clients went back.

    Who was handed on since stays where they are. Raises Refused where it was taken back already, or is too long ago.
    """
    clinic = hand_over.clinic
    held = _hold(clinic, list(hand_over.handed.values_list("client", flat=True)))
    given = clinic.hand_overs.select_related("to", "held_by", "clinic").get(pk=hand_over.pk)
    if given.ended_at is not None:
        raise Refused("Somebody was quicker: this hand-over was taken back already.")
    if not may_be_taken_back(given, now):
        raise Refused(f"This is more than {MAY_BE_TAKEN_BACK.days} days ago: hand them over anew.")
    moved = set(given.handed.filter(moved_at__isnull=False).values_list("client", flat=True))
    back = [client for client in held if client.pk in moved and client.keyworker_id == given.to_id]
    _move(given, back, given.held_by, now, "client.hand_over_taken_back", by)
    _end(given, TAKEN_BACK, by, now)
    for later in clinic.hand_overs.filter(
        brings_back=given, carried_out_at__isnull=True, ended_at__isnull=True
    ):
        _end(later, TAKEN_BACK, by, now)
    return len(back)


@transaction.atomic
def see(*, hand_over: HandOver, by: Actor, now: datetime) -> bool:
    """Note that the new keyworker has seen it; False where that was noted before. Raises Refused for anybody else."""
    if by.user is None or by.user.pk != hand_over.to_id:
        raise Refused(f"Only {hand_over.to} can say that they have seen this.")
    seen = hand_over.clinic.hand_overs.filter(
        pk=hand_over.pk, seen_at__isnull=True, carried_out_at__isnull=False
    )
    if not seen.update(seen_at=now):
        return False
    audit.record(by=by, now=now, verb="hand_over.seen", subject=hand_over, clinic=hand_over.clinic)
    return True


def unseen(clinic: Clinic, user: User) -> QuerySet[HandOver]:
    """What was handed to somebody who has not said yet that they have seen it, latest first."""
    return clinic.hand_overs.filter(
        to=user, carried_out_at__isnull=False, seen_at__isnull=True, ended_at__isnull=True
    ).select_related("held_by", "to")
