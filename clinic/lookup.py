"""Finding clients by the reference that people and other systems write."""

from collections.abc import Iterable

from clinic.errors import Refused
from clinic.models import Client, Clinic


def clients_by_reference(clinic: Clinic, references: Iterable[str]) -> dict[str, Client]:
    """The clinic's clients among the references, one query; a reference nobody has is left out.

    The reference of a record that was merged into another finds the one that stays.
    """
    found = Client.with_merged.filter(clinic=clinic, reference__in=set(references)).select_related(
        "merged_into"
    )
    held = {one.reference: one.merged_into or one for one in found}
    # Two references of one client are one and the same, so that what is set on the one is seen on the other.
    same: dict[int, Client] = {}
    for client in held.values():
        client.clinic = clinic
    return {reference: same.setdefault(client.pk, client) for reference, client in held.items()}


def merged_away(client: Client) -> Refused:
    """What every door says of a record that was merged into another."""
    stays = client.merged_into
    assert stays is not None
    return Refused(
        f"{client.reference} was entered twice, and is put together with {stays.reference}: look there.",
        "reference",
    )


def unknown_reference(reference: str) -> Refused:
    """What every door says where a reference names no client of the clinic."""
    return Refused(f"There is no client {reference!r} in this clinic.", "reference")


def client_by_reference(clinic: Clinic, reference: str) -> Client:
    """The clinic's client of that reference; raises Refused where there is none."""
    found = clients_by_reference(clinic, [reference]).get(reference)
    if found is None:
        raise unknown_reference(reference)
    return found


def not_here(client: Client) -> Refused:
    """What to say of a client in hand who could not be held: merged away meanwhile, or never of this clinic."""
    gone = (
        Client.with_merged.filter(pk=client.pk, merged_into__isnull=False)
        .select_related("merged_into")
        .first()
    )
    if gone is not None:
        return merged_away(gone)
    return Refused("There is no such client in this clinic.", "reference")
