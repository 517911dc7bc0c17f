"""Consents: given per purpose and channel, worded and dated; taken back at once, by any door."""

from datetime import date, datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from clinic import audit, checks, events, locking
from clinic.actors import Actor
from clinic.models import (
    Channel,
    Client,
    Clinic,
    Consent,
    ConsentState,
    Purpose,
    SpreadsheetEffect,
)

LONGEST_HOW = checks.longest(Consent, "how")
PROMPT_WORDING = {
    Channel.SMS: (
        "The clinic may text me about going to meetings every week. "
        "I can stop it at any time, by the link in each text or by telling the clinic."
    ),
    Channel.EMAIL: (
        "The clinic may e-mail me about going to meetings every week. I can stop it at any time, by the link in each "
        "e-mail or by telling the clinic."
    ),
}


def live(client: Client, purpose: Purpose, channel: Channel) -> Consent | None:
    """The consent in force or still to confirm, for a purpose that has one a channel."""
    return (
        client.consents.filter(purpose=purpose, channel=channel, revoked_at__isnull=True)
        .order_by("-id")
        .first()
    )


def ever_revoked(client: Client, channel: Channel) -> bool:
    """Whether the client once took back prompts over this channel: no import may undo that.

    A consent that went with the spreadsheet it came in is none that the client took back.
    """
    revoked = client.consents.filter(purpose=Purpose.PROMPTS, channel=channel, revoked_at__isnull=False)
    return revoked.exclude(_with_its_spreadsheet()).exists()


def _with_its_spreadsheet() -> Exists:
    return Exists(
        SpreadsheetEffect.objects.filter(
            subject="consent", subject_id=OuterRef("pk"), undone_at=OuterRef("revoked_at")
        )
    )


def stopped_addresses(clinic: Clinic) -> set[str]:
    """The numbers and e-mail addresses whose holders took back prompts and have not agreed anew; one query.

    Whoever holds one has said that they want none, and nobody can tell for whom (see stop_at_their_address).
    """
    of_client = {"client": OuterRef("client"), "channel": OuterRef("channel"), "purpose": Purpose.PROMPTS}
    stopped = Consent.objects.filter(
        ~Exists(Consent.objects.filter(**of_client, revoked_at__isnull=True)),
        ~_with_its_spreadsheet(),
        clinic=clinic,
        purpose=Purpose.PROMPTS,
        revoked_at__isnull=False,
    ).values_list("channel", "client__mobile", "client__email")
    return {
        same_address(mobile if channel == Channel.SMS else email) for channel, mobile, email in stopped
    } - {""}


class Reached(Protocol):
    """Whoever may have a number and an e-mail address: a client, a contact, somebody about to be taken in."""

    @property
    def mobile(self) -> str | None: ...

    @property
    def email(self) -> str | None: ...


def address_of(person: Reached, channel: Channel) -> str:
    """The number or e-mail address that a channel of prompts reaches somebody at; empty where none is known."""
    return (person.mobile if channel is Channel.SMS else person.email) or ""


def same_address(address: str) -> str:
    """A number or an e-mail address as it is compared with others: e-mails without regard to capital letters."""
    return address.lower()


@transaction.atomic
def give(
    *,
    client: Client,
    purpose: Purpose,
    channel: Channel,
    given_on: date | None,
    how: str,
    by: Actor,
    now: datetime,
    wording: str = "",
) -> Consent:
    """Write down a consent. Without given_on or how it is to be confirmed, and nothing is sent on it.

    Prompts over one channel have one live consent: giving it again returns it, and confirms it where
    it was to be confirmed. Raises Refused for a date in the future or before 1900, or a how that is too long.
    """
    client = locking.client(client.pk)
    if given_on is not None:
        checks.past_date(given_on, clinic=client.clinic, now=now, field="given_on")
    checks.at_most(how, LONGEST_HOW, "how")
    held = live(client, purpose, channel) if purpose is Purpose.PROMPTS else None
    if held is not None:
        if held.state is ConsentState.GIVEN or given_on is None or not how:
            return held
        held.given_on, held.how = given_on, how
        held.save(update_fields=["given_on", "how"])
        audit.record(
            by=by, now=now, verb="consent.confirmed", subject=held, clinic=client.clinic, client=client
        )
        events.consents_written.send(sender=Consent, consents=[held], by=by, now=now)
        return held
    written = Consent.objects.create(
        clinic=client.clinic,
        client=client,
        purpose=purpose,
        channel=channel,
        wording=wording or PROMPT_WORDING[channel],
        given_on=given_on,
        how=how,
        recorded_at=now,
        recorded_by=by.label,
    )
    audit.record(by=by, now=now, verb="consent.given", subject=written, clinic=client.clinic, client=client)
    events.consents_written.send(sender=Consent, consents=[written], by=by, now=now)
    return written


@transaction.atomic
def revoke(*, consent: Consent, how: str, by: Actor, now: datetime) -> bool:
    """Take a consent back at once; False where it was taken back already. Raises Refused for a how too long."""
    checks.at_most(how, checks.longest(Consent, "revoked_how"), "how")
    locking.client(consent.client_id)
    changed = Consent.objects.filter(pk=consent.pk, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by=by.label, revoked_how=how
    )
    if not changed:
        return False
    consent.refresh_from_db()
    audit.record(
        by=by, now=now, verb="consent.revoked", subject=consent, clinic=consent.clinic, client=consent.client
    )
    events.consent_revoked.send(sender=Consent, consent=consent, by=by, now=now)
    return True


@transaction.atomic
def doubt(*, consent: Consent, given_on: date | None, how: str, by: Actor, now: datetime) -> bool:
    """Take a confirmation back: the consent says again what it said before; False where it does, or was taken back.

    Without given_on or how it is to be confirmed anew, and nothing is sent on it.
    """
    locking.client(consent.client_id)
    consent.refresh_from_db()
    if consent.revoked_at is not None or (consent.given_on, consent.how) == (given_on, how):
        return False
    consent.given_on, consent.how = given_on, how
    consent.save(update_fields=["given_on", "how"])
    audit.record(
        by=by, now=now, verb="consent.doubted", subject=consent, clinic=consent.clinic, client=consent.client
    )
    events.consents_written.send(sender=Consent, consents=[consent], by=by, now=now)
    return True


@transaction.atomic
def stop_prompts(*, client: Client, how: str, by: Actor, now: datetime) -> int:
    """Take back every consent of a client to prompts, over all channels; how many there were."""
    return _revoke_all(client.consents.all(), how, by, now)


@transaction.atomic
def stop_at_their_address(*, client: Client, how: str, by: Actor, now: datetime) -> int:
    """Take back what stop_prompts does, and the consents of others of the clinic to texts to the same number.

    The same for e-mails to the same address: whoever holds it has said that they want none, and nobody can tell
    for whom. How many consents there were.
    """
    others = client.clinic.clients.exclude(pk=client.pk)
    of_all = Q(client=client)
    if client.mobile:
        of_all |= Q(client__in=others.filter(mobile=client.mobile), channel=Channel.SMS)
    if client.email:
        of_all |= Q(client__in=others.filter(email__iexact=client.email), channel=Channel.EMAIL)
    return _revoke_all(Consent.objects.filter(of_all), how, by, now)


def _revoke_all(held: QuerySet[Consent], how: str, by: Actor, now: datetime) -> int:
    """Revoke the live consents to prompts among these, client by client as everybody locks them."""
    prompts = held.filter(purpose=Purpose.PROMPTS, revoked_at__isnull=True).order_by("client_id", "pk")
    return sum(revoke(consent=consent, how=how, by=by, now=now) for consent in prompts)
