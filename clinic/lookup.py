"""Finding clients by the reference that people and other systems write."""

from collections.abc import Iterable

from clinic.errors import Refused
from clinic.models import Client, Clinic


def clients_by_reference(clinic: Clinic, references: Iterable[str]) -> dict[str, Client]:
    """The clinic's clients among the references, one query; a reference nobody has is left out."""
    return {client.reference: client for client in clinic.clients.filter(reference__in=set(references))}


def unknown_reference(reference: str) -> Refused:
    """What every door says where a reference names no client of the clinic."""
    return Refused(f"There is no client {reference!r} in this clinic.", "reference")


def client_by_reference(clinic: Clinic, reference: str) -> Client:
    """The clinic's client of that reference; raises Refused where there is none."""
    found = clients_by_reference(clinic, [reference]).get(reference)
    if found is None:
        raise unknown_reference(reference)
    return found
