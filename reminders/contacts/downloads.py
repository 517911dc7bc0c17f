"""Local contacts as a table to take along: the very rows that the page shows."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.exports.table import Row, Table
from reminders.contacts.models import LocalContact

CONTACTS = (
    "First name",
    "Fellowship",
    "Area",
    "Can ring",
    "Agreed to serve",
    "Serves",
    "Introductions under way",
)


def of_contacts(contacts: Iterable[LocalContact]) -> Table:
    """Who rings clients and goes along. They are people in recovery themselves."""
    return Table(
        name="contacts",
        title="Local contacts",
        headings=CONTACTS,
        rows=(_contact(contact) for contact in contacts),
    )


def _contact(contact: LocalContact) -> Row:
    return (
        *(contact.first_name, str(contact.fellowship), contact.area, contact.can_ring, contact.agreed_on),
        *(contact.active, contact.under_way),  # type: ignore[attr-defined]  # counted by the page
    )
