"""Holding rows, so that what is done to one client is done in turn.

Whoever holds several takes them in this order: the clinic, clients by number, then their contact, introduction or
task. Rows are held without their keys: others may meanwhile write rows that refer to them.
"""

from clinic.models import Client


def client(pk: int) -> Client:
    """Hold a client's row, not the clinic's, until the transaction ends; the client as it stands, with its clinic."""
    held = Client.objects.select_related("clinic").select_for_update(of=("self",), no_key=True)
    return held.get(pk=pk)
