"""Ends a transfer that waits when what it rests on is gone, in the same transaction."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from clinic import transferring
from clinic.actors import Actor
from clinic.events import client_closed, clients_merging, consent_revoked
from clinic.merging.rows import Merging
from clinic.models import Client, Consent, Purpose


@receiver(client_closed)
def ask_nobody(sender: object, client: Client, now: datetime, **_: Any) -> None:
    """A client who was closed is to be taken over by nobody."""
    transferring.withdraw_of(client, transferring.CLOSED, Actor.system("closing"), now)


@receiver(consent_revoked)
def end_with_the_consent(sender: object, consent: Consent, by: Actor, now: datetime, **_: Any) -> None:
    """Without the consent there is no transfer."""
    if consent.purpose == Purpose.TRANSFER:
        transferring.withdraw_of(consent.client, transferring.REVOKED, by, now)


@receiver(clients_merging)
def ask_about_the_one_who_stays(sender: object, merging: Merging, **_: Any) -> None:
    """A record that leads to another is to be taken over by nobody; what the kept one's client agreed to stands."""
    transferring.withdraw_of(merging.merged, transferring.MERGED, merging.by, merging.now)
