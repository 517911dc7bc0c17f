"""Holding rows, so that what is done to one client is done in turn.

Whoever holds several takes them in this order: the clinic, a local contact, clients by number, then their
introduction, task or prompt. Rows are held without their keys: others may meanwhile write rows that refer to them.
"""

from collections.abc import Collection

from django.db.models import QuerySet

from clinic import statements
from clinic.lookup import merged_away
from clinic.models import Client, Clinic

NUMBERED = f"""
    SELECT id FROM {Client._meta.db_table}
    WHERE clinic_id = %s AND id IN %s AND merged_into_id IS NULL ORDER BY id
"""  # noqa: S608


def clinic(pk: int) -> None:
    """Hold a clinic's row until the transaction ends, so that what is asked twice at once is done in turn."""
    Clinic.objects.select_for_update(no_key=True).get(pk=pk)


def client(pk: int, *, merged_too: bool = False) -> Client:
    """Hold a client's row, not the clinic's, until the transaction ends; the client as it stands, with its clinic.

    Raises Refused where the record was merged into another meanwhile; unless merged_too, for what only notes what
    became of a row.
    """
    held = Client.with_merged.select_related("clinic").select_for_update(of=("self",), no_key=True)
    found = held.get(pk=pk)
    if found.merged_into_id is not None and not merged_too:
        raise merged_away(found)
    return found


def clients(among: QuerySet[Client], *, skip_locked: bool = False) -> list[int]:
    """Hold the rows of some clients, by number, until the transaction ends; the numbers of those held.

    With skip_locked those whom another process holds are left out.
    """
    held = among.order_by("pk").select_for_update(skip_locked=skip_locked, no_key=True)
    return list(held.values_list("pk", flat=True))


def numbered(clinic: Clinic, client_ids: Collection[int]) -> list[int]:
    """The same of a clinic's clients of these numbers, written out: whoever records a meeting holds somebody so."""
    if not client_ids:
        return []
    held = statements.read(NUMBERED + statements.until_the_end(), clinic.pk, list(client_ids))
    return [client_id for (client_id,) in held]
