"""What a local contact's page shows, read in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from reminders.contacts.models import IntroductionState
from reminders.prompts.models import SignedLink
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import about_introduction


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A contact's page: whom to ring, and how far it has got."""

    contact: str
    client: str
    number: str
    number_shown: str
    will_ring: bool
    spoke: bool
    not_reached: bool


def contact_page(link: SignedLink) -> ContactPage:
    """All that a contact's page shows; the caller has seen that the introduction is under way."""
    introduction = link.prompt.introduction
    assert introduction is not None
    assert link.contact is not None
    tried = link.client.keyworker_tasks.filter(
        kind=TaskKind.NOT_REACHED, about=about_introduction(introduction.pk), done_at__isnull=True
    )
    return ContactPage(
        contact=link.contact.first_name,
        client=link.client.first_name,
        number=link.client.mobile,
        number_shown=_number(link.client.mobile),
        will_ring=introduction.state == IntroductionState.ACCEPTED,
        spoke=introduction.state == IntroductionState.SPOKE,
        not_reached=tried.exists(),
    )


def _number(mobile: str) -> str:
    """A number as people write it, in groups."""
    if not mobile:
        return ""
    number = phonenumbers.parse(mobile)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
