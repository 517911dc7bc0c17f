"""Who in a clinic may have been entered twice, as read; two queries, however many clients there are."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.merging.suspicion import Record, reasons, suspicions
from clinic.models import Client, Clinic

KNOWN_BY = ("first_name", "last_name", "date_of_birth", "mobile", "email")


@dataclass(frozen=True, slots=True)
class Double:
    """Two clients who may be one, the one taken in first before the other, and what speaks for it."""

    one: Client
    other: Client
    reasons: tuple[str, ...]


def likely_doubles(clinic: Clinic) -> list[Double]:
    """Who looks like one person and of whom nobody has said that they are two, the likeliest first."""
    people = {client.pk: client for client in clinic.clients.select_related("keyworker")}
    apart = set(clinic.two_people.values_list("one", "other"))
    found = suspicions([record_of(client) for client in people.values()])
    return [
        Double(people[one.one], people[one.other], one.reasons)
        for one in found
        if (one.one, one.other) not in apart
    ]


def record_of(client: Client) -> Record:
    """What tells who a client is."""
    return Record(client.pk, *(getattr(client, name) for name in KNOWN_BY))


def like(client: Client) -> list[Double]:
    """Whom a client looks like, of those of their clinic; as a new one is taken in."""
    new = record_of(client)
    others = client.clinic.clients.exclude(pk=client.pk)
    told = [(other, reasons(record_of(other), new)) for other in others]
    return [Double(other, client, why) for other, why in told if why]
