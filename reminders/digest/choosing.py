"""What members of staff choose for themselves: their mornings, and the address they are written to at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction

from clinic import audit, checks
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Channel as By
from clinic.models import Clinic, User
from clinic.ways import ways
from reminders.channels.base import Channel, ChannelFault, Message, RefusedAddress
from reminders.digest import composing, mornings
from reminders.digest.models import DigestChoice

NO_WAY = "This installation sends no e-mails: whoever runs it has set no EMAIL_URL."
LIFE = timedelta(days=2)
SALT = "reminders.digest.address"
LONGEST_ADDRESS = checks.longest(User, "email")


@transaction.atomic
def choose(
    *, user: User, clinic: Clinic, days: Collection[int], hour: int, by: Actor, now: datetime
) -> DigestChoice:
    """Let somebody be written to on these days of the week (0 for Monday) from an hour on, the clinic's; none stops it.

    Raises Refused for a day or an hour that is none, without an address or a way to send, or where they see no client.
    """
    if not mornings.EARLIEST_HOUR <= hour <= mornings.LATEST_HOUR:
        raise Refused(
            f"Choose an hour from {mornings.EARLIEST_HOUR:02}:00 to {mornings.LATEST_HOUR:02}:00.", "hour"
        )
    if not set(days) <= set(range(7)):
        raise Refused("Choose days of the week.", "days")
    if days:
        if not composing.has_a_list(composing.permissions_of(user, clinic)):
            raise Refused(f"Your role in {clinic} sees no client, so there is nothing to tell you of.")
        if By.EMAIL not in ways():
            raise Refused(NO_WAY)
        if not user.email:
            raise Refused("Give your e-mail address first: it is where these go.", "days")
    values = {"weekdays": mornings.bits_of(days), "hour": hour}
    held = DigestChoice.objects.filter(user=user, clinic=clinic).first()
    if held is not None and (held.weekdays, held.hour) == tuple(values.values()):
        return held
    choice, _ = DigestChoice.objects.update_or_create(user=user, clinic=clinic, defaults=values)
    audit.record(
        by=by, now=now, verb="digest.chosen", subject=choice, clinic=clinic, fields=["weekdays", "hour"]
    )
    return choice


@dataclass(frozen=True, slots=True)
class Confirming:
    """An address somebody gave and has not yet shown to be theirs, with the key that only its mailbox gets."""

    address: str
    key: str


def confirm_first(*, user: User, address: str) -> Confirming:
    """Check a new address, and make the key by which its mailbox is shown to be the person's own.

    Nothing is stored: the key holds whose, which and instead of which, and is void once the address has changed.
    Raises Refused for what is no address, or theirs already.
    """
    address = checks.at_most(checks.email(address.strip()), LONGEST_ADDRESS, "email")
    if address == user.email:
        raise Refused("That is your address already.", "email")
    key = signing.dumps([user.pk, user.email, address], salt=SALT, compress=False)
    return Confirming(address, key)


def ask_the_mailbox(confirming: Confirming, link: str, channel: Channel | None, now: datetime) -> None:
    """Write to the new address. Raises Refused where nothing could be sent."""
    if channel is None:
        raise Refused(NO_WAY)
    body = (
        "Somebody, you we hope, gave this address as the one they are written to at.\n\n"
        f"If it was you, confirm it here within {LIFE.days} days, signed in as yourself: {link}\n\n"
        "If it was not, do nothing: nothing is sent here unless it is confirmed.\n"
    )
    subject = "Please confirm your address"
    message = Message(f"address-{now:%Y%m%d%H%M%S%f}", By.EMAIL, confirming.address, subject, body, now)
    try:
        channel.send(message)
    except RefusedAddress as fault:
        raise Refused(f"{fault} Look at it again.", "email") from fault
    except ChannelFault as fault:
        raise Refused(f"{fault} Try again in a while.", "email") from fault


def address_in(key: str, user: User) -> str:
    """The address that a key confirms. Raises Refused where it is another person's, too old, or was used."""
    try:
        whose, instead_of, address = signing.loads(key, salt=SALT, max_age=LIFE)
    except signing.BadSignature as error:
        raise Refused("This link is no longer good. Ask for a new one.") from error
    if whose != user.pk:
        raise Refused("This link is for somebody else. Sign in as whoever asked for it.")
    if instead_of != user.email:
        raise Refused("Your address has changed since. Ask for a new link.")
    return str(address)


@transaction.atomic
def confirm(*, key: str, user: User, clinic: Clinic, by: Actor, now: datetime) -> str:
    """Write down the address that a key confirms, and return it. Raises Refused as address_in does."""
    held = User.objects.get(pk=user.pk)
    held.email = address_in(key, held)
    held.save(update_fields=["email"])
    audit.record(by=by, now=now, verb="staff.address_changed", subject=held, clinic=clinic, fields=["email"])
    return held.email


@transaction.atomic
def forget_address(*, user: User, clinic: Clinic, by: Actor, now: datetime) -> bool:
    """Take somebody's address away, so that nothing is sent to them; False where there was none."""
    changed = User.objects.filter(pk=user.pk).exclude(email="").update(email="")
    if changed:
        audit.record(
            by=by, now=now, verb="staff.address_changed", subject=user, clinic=clinic, fields=["email"]
        )
    return bool(changed)


def link_to(path: str) -> str:
    """A path of the site as a link in an e-mail."""
    return f"{settings.BASE_URL}{path}"
