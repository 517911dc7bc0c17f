"""What a token opens: the client's page, a contact's, a page that says it is over, or nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from reminders.contacts.models import Introduction, LocalContact
from reminders.prompts import tokens
from reminders.prompts.models import SignedLink


class Door(Enum):
    """Behind which page a link leads at a moment."""

    CLIENT = auto()
    CLIENT_EXPIRED = auto()
    CONTACT = auto()
    CONTACT_OVER = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Opened:
    """A link and the door it opens now."""

    door: Door
    link: SignedLink


def open_link(token: str, now: datetime) -> Opened | None:
    """What a token opens at an aware moment; None where nobody ever made a link of it.

    A wrong token and a malformed one, whatever their shape, take the same two look-ups.
    """
    link = tokens.find(token)
    if link is None:
        return _taken_back(token)
    if link.client.closed_on is not None and link.contact is None:
        return Opened(Door.NOTHING, link)
    if link.contact is None:
        expired = link.expires_at is not None and now >= link.expires_at
        return Opened(Door.CLIENT_EXPIRED if expired else Door.CLIENT, link)
    asked = link.client.closed_on is None and under_way(link.prompt.introduction, link.contact)
    return Opened(Door.CONTACT if asked else Door.CONTACT_OVER, link)


def under_way(introduction: Introduction | None, contact: LocalContact) -> bool:
    """Whether a client's number may be shown to a contact, and the contact named to the client."""
    return introduction is not None and introduction.contact == contact and not introduction.over_because


def is_ours(token: str) -> bool:
    """Whether somebody made a link of this token, whatever it opens by now."""
    return SignedLink.objects.filter(digest=tokens.digest_of(token)).exists()


def crisis_numbers_behind(token: str) -> str:
    """The crisis numbers of the clinic that a token belongs to, whatever it opens by now; empty where to none.

    They are shown to whoever holds a link, even where the page itself is not: 128 bits are not guessed.
    """
    links = SignedLink.objects.filter(digest=tokens.digest_of(token))
    return links.values_list("clinic__crisis_numbers", flat=True).first() or ""


def _taken_back(token: str) -> Opened | None:
    """A contact's link ends with the introduction: they are told that much, so that they need not wonder.

    A client's ends when they are closed, and opens nothing any more.
    """
    link = (
        SignedLink.objects.filter(digest=tokens.digest_of(token), revoked_at__isnull=False)
        .select_related("clinic")
        .first()
    )
    if link is None:
        return None
    return Opened(Door.NOTHING if link.contact_id is None else Door.CONTACT_OVER, link)
