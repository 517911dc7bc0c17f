"""Transferring clients to another clinic of the organisation, with their consent: offered there, then taken over.

Until somebody there takes over they see nothing but a first name and what was agreed to. Taking over makes a record of
its own, through the verbs of intake, and closes the former one: two clinics share no row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from clinic import audit, checks, clock, consents, episodes, events, handing_over, intake, interviews, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import (
    Channel,
    Client,
    Clinic,
    ClosedReason,
    ConsentState,
    Episode,
    Interview,
    Phase,
    Purpose,
    Transfer,
    TransferState,
    User,
)
from clinic.weeks import day_text

# For so long it may wait: a consent has an end.
MAY_WAIT = timedelta(days=30)
LONGEST_WHY = min(checks.longest(Transfer, "ended_because"), consents.LONGEST_HOW)
LONGEST_WHO = checks.longest(Transfer, "ended_by")
CLOSED = "They are not tracked any more."
MERGED = "The record was put together with another one."
REVOKED = "The client took the consent back."
IN_TIME = "Nobody took over in time."
QUICKER = "Somebody was quicker: this transfer is not waiting any more."
WORDING = (
    "{clinic} may tell {to} my first name now, and give {to} my record once a keyworker there takes me over, so "
    "that my care and going to meetings every week go on there: my name, date of birth, number, e-mail address, "
    "language and preferences; my courses of treatment, with what was measured at intake; the meetings I went to "
    "and who said so; pauses, and what I said of weeks and in follow-up interviews. Notes are not given. This "
    "holds until {until}, or until {to} has taken over or declined. Before that I can take it back at any time, "
    "by telling {clinic}. What was given by then stays with {to}, which may use it, and pass it on, only as the "
    "law on such records (42 CFR Part 2) allows. I need not agree: {clinic} goes on as before."
)


def others(clinic: Clinic) -> QuerySet[Clinic]:
    """The other clinics of a clinic's organisation, by name; none where it has no organisation."""
    if clinic.organisation is None:
        return Clinic.objects.none()
    return clinic.organisation.clinics.exclude(pk=clinic.pk).order_by("name", "pk")


def last_day(clinic: Clinic, now: datetime) -> date:
    """The last local day on which a transfer offered now may be taken over."""
    return clock.local_date(now, clinic.time_zone) + MAY_WAIT


def wording(clinic: Clinic, to: Clinic, until: date) -> str:
    """What a client agrees to: who tells whom what, why, until when, and how to take it back (42 CFR 2.31)."""
    return WORDING.format(clinic=clinic, to=to, until=day_text(until))


def is_lapsed(transfer: Transfer, now: datetime) -> bool:
    """Whether its last day is over."""
    return clock.local_date(now, transfer.clinic.time_zone) > transfer.until


def there(who: str, clinic: Clinic) -> str:
    """Somebody of a clinic, as another clinic's records name them."""
    return f"{who or 'somebody'} at {clinic}"[:LONGEST_WHO]


def standing(client: Client) -> Transfer | None:
    """The transfer of a client that waits to be taken over, if any."""
    return client.transfers.filter(state=TransferState.OFFERED).select_related("to", "clinic").first()


def waiting_in(clinic: Clinic, now: datetime) -> list[Transfer]:
    """What a clinic is asked to take over and may still, the longest-waiting first; one query."""
    asked = clinic.incoming_transfers.filter(state=TransferState.OFFERED).order_by("offered_at", "pk")
    return [
        one for one in asked.select_related("clinic", "client", "consent", "to") if not is_lapsed(one, now)
    ]


@transaction.atomic
def offer(*, client: Client, to: Clinic, given_on: date, how: str, by: Actor, now: datetime) -> Transfer:
    """Ask another clinic of the organisation to take a client over, who agreed to it on a day and somehow.

    Raises Refused for a client who was closed or waits to be taken over already, a clinic that is none of the
    organisation's others, and as consents.give does; also without how.
    """
    client = locking.client(client.pk)
    clinic, how = client.clinic, how.strip()
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    if not others(clinic).filter(pk=to.pk).exists():
        raise Refused(f"{to} is no other clinic of the organisation of {clinic}.", "to")
    if not how:
        raise Refused("Say how the client agreed.", "how")
    held = standing(client)
    if held is not None and is_lapsed(held, now):
        _end(held, TransferState.WITHDRAWN, IN_TIME, Actor.system("transfer"), now)
    elif held is not None:
        raise Refused(f"{client} waits to be taken over by {held.to} already.")
    until = last_day(clinic, now)
    consent = consents.give(
        client=client,
        purpose=Purpose.TRANSFER,
        channel=Channel.CLINIC,
        given_on=given_on,
        how=how,
        wording=wording(clinic, to, until),
        by=by,
        now=now,
    )
    offered = Transfer.objects.create(
        clinic=clinic, to=to, client=client, consent=consent, until=until, offered_at=now, offered_by=by.label
    )
    audit.record(by=by, now=now, verb="transfer.offered", subject=offered, clinic=clinic, client=client)
    return offered


@transaction.atomic
def withdraw(*, transfer: Transfer, why: str, by: Actor, now: datetime) -> bool:
    """Ask the other clinic no more, and take the consent back; False where the transfer had ended before.

    Raises Refused without why, or for one too long.
    """
    why = checks.reason(why, LONGEST_WHY)
    locking.client(transfer.client_id, merged_too=True)
    if not _end(transfer, TransferState.WITHDRAWN, why, by, now):
        return False
    consents.revoke(consent=transfer.consent, how=why, by=by, now=now)
    return True


def withdraw_of(client: Client, why: str, by: Actor, now: datetime) -> None:
    """The same of the transfer of a client that waits, if any: because of what happened to them."""
    held = standing(client)
    if held is not None:
        withdraw(transfer=held, why=why, by=by, now=now)


def lapse_due(clinic: Clinic, now: datetime) -> int:
    """End what nobody took over by its last day; how many."""
    today = clock.local_date(now, clinic.time_zone)
    due = clinic.transfers.filter(state=TransferState.OFFERED, until__lt=today).select_related(
        "clinic", "client"
    )
    return sum(_lapse(transfer, now) for transfer in due.order_by("client_id"))


@transaction.atomic
def _lapse(transfer: Transfer, now: datetime) -> bool:
    locking.client(transfer.client_id, merged_too=True)
    return _end(transfer, TransferState.WITHDRAWN, IN_TIME, Actor.system("transfer"), now)


@transaction.atomic
def decline(*, transfer: Transfer, reason: str, by: Actor, now: datetime) -> None:
    """Say that the clinic that was asked does not take the client over, and why.

    Raises Refused without a reason, for one too long, and where the transfer has ended.
    """
    reason = checks.reason(reason, LONGEST_WHY)
    locking.client(transfer.client_id, merged_too=True)
    by_them = _of(by, transfer.to)
    if not _end(transfer, TransferState.DECLINED, reason, by_them, now):
        raise Refused(QUICKER)
    audit.record(by=by, now=now, verb="transfer.declined", subject=transfer, clinic=transfer.to)


def _of(by: Actor, clinic: Clinic) -> Actor:
    """Somebody of another clinic, as records here name them."""
    return replace(by, name=there(by.label, clinic))


def _end(transfer: Transfer, state: TransferState, why: str, by: Actor, now: datetime) -> bool:
    """End a transfer that waits, whose client is held; part of a verb, and audited."""
    ended = {"state": state, "ended_at": now, "ended_by": by.label, "ended_because": why}
    if not Transfer.objects.filter(pk=transfer.pk, state=TransferState.OFFERED).update(**ended):
        return False
    audit.record(
        by=by, now=now, verb=f"transfer.{state.value}", subject=transfer, clinic=transfer.clinic,
        client=transfer.client,
    )  # fmt: skip
    return True


@transaction.atomic
def take_over(
    *, transfer: Transfer, keyworker: User, by: Actor, now: datetime, reference: str = ""
) -> Client:
    """Take a client over from another clinic: their new record here, with what they agreed to be given.

    The former record is closed as moved, today there, and everything unsent is cancelled. No consent to messages comes
    along. All of it or nothing. An empty reference is given one. Raises Refused where the transfer has ended or its
    last day is over, the clinics are of one organisation no more, the consent does not stand, for a reference already
    taken, and for somebody who is no keyworker here.
    """
    locking.clinic(transfer.to_id)
    former = locking.client(transfer.client_id, merged_too=True)
    transfer = Transfer.objects.select_related("to__organisation", "clinic", "consent").get(pk=transfer.pk)
    here = transfer.to
    _check(transfer, now)
    if not handing_over.keyworkers(here).filter(pk=keyworker.pk).exists():
        raise Refused(f"{keyworker} is no keyworker of {here} at present.", "keyworker")
    with events.gathered():
        newcomer = _record_here(former, here, keyworker, reference, by, now)
        _copy_interviews(former, newcomer, by, now)
        transfer.state, transfer.accepted = TransferState.ACCEPTED, newcomer
        transfer.ended_at, transfer.ended_by = now, there(by.label, here)
        transfer.save(update_fields=["state", "accepted", "ended_at", "ended_by"])
        transfer.client = former
        events.client_transferred.send(sender=Transfer, transfer=transfer, newcomer=newcomer, by=by, now=now)
        by_them = _of(by, here)
        for actor, clinic, client in ((by, here, newcomer), (by_them, transfer.clinic, former)):
            audit.record(
                by=actor, now=now, verb="transfer.accepted", subject=transfer, clinic=clinic, client=client
            )
        episodes.close(
            client=former,
            closed_on=clock.local_date(now, transfer.clinic.time_zone),
            reason=ClosedReason.MOVED,
            by=by_them,
            now=now,
        )
    return newcomer


def _check(transfer: Transfer, now: datetime) -> None:
    if not transfer.is_open or is_lapsed(transfer, now):
        raise Refused(QUICKER)
    if transfer.consent.state is not ConsentState.GIVEN:
        raise Refused("The client's consent does not stand any more.")
    if not others(transfer.to).filter(pk=transfer.clinic_id).exists():
        raise Refused(f"{transfer.clinic} and {transfer.to} are of one organisation no more.")


def _record_here(
    former: Client, here: Clinic, keyworker: User, reference: str, by: Actor, now: datetime
) -> Client:
    """The client's record here: who they are, and their courses of treatment with how each ended."""
    person = intake.Person(
        first_name=former.first_name,
        last_name=former.last_name,
        date_of_birth=former.date_of_birth,
        mobile=former.mobile,
        email=former.email,
        keyworker=keyworker,
        language=former.language,
        preferences=list(former.preferences),
        plain_wording=former.plain_wording,
    )
    first, *later = former.episodes.select_related("programme").order_by("intake_on")
    newcomer = intake.take_in(
        clinic=here,
        reference=reference,
        intake_on=first.intake_on,
        person=person,
        intake=_measured(first, here),
        by=by,
        now=now,
    )
    newcomer.mobile_refused_at = former.mobile_refused_at
    newcomer.email_refused_at = former.email_refused_at
    newcomer.save(update_fields=["mobile_refused_at", "email_refused_at"])
    _end_as(episodes.latest_episode(newcomer), first, by, now)
    for episode in later:
        begun = episodes.return_to_treatment(
            client=newcomer, intake_on=episode.intake_on, intake=_measured(episode, here), by=by, now=now
        )
        _end_as(begun, episode, by, now)
    return newcomer


def _measured(episode: Episode, here: Clinic) -> intake.Intake:
    """What was measured at an intake; its programme where there is one of that name here."""
    named = episode.programme.name if episode.programme is not None else None
    return intake.Intake(
        programme=here.programmes.filter(name=named).first() if named is not None else None,
        twelve_step_based=episode.twelve_step_based,
        severity=episode.severity,
        motivation=episode.motivation,
        controlled_use_impossible=episode.controlled_use_impossible,
        isolated=episode.isolated,
    )


def _end_as(episode: Episode, former: Episode, by: Actor, now: datetime) -> None:
    if former.discharged_on is not None:
        episodes.change_phase(
            episode=episode, phase=Phase(former.phase), changed_on=former.discharged_on, by=by, now=now
        )


def _copy_interviews(former: Client, newcomer: Client, by: Actor, now: datetime) -> None:
    held = former.interviews.filter(voided_at__isnull=True)
    copies = [
        Interview(
            clinic=newcomer.clinic,
            client=newcomer,
            kind=one.kind,
            held_on=one.held_on,
            used_alcohol=one.used_alcohol,
            used_drugs=one.used_drugs,
            attendance=one.attendance,
            controlled_use_impossible=one.controlled_use_impossible,
            recorded_at=one.recorded_at,
            recorded_by=there(one.recorded_by, former.clinic),
        )
        for one in held
    ]
    written = Interview.objects.bulk_create(copies)
    audit.record_entries([interviews.recorded(one, by, now) for one in written])
