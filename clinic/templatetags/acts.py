"""What templates ask about acts on clients."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.contrib.messages.storage.base import Message

from clinic.pages.act import UNDO

register = template.Library()


class Undo(NamedTuple):
    """What a button undoes: an act by its name, the client, and the row."""

    act: str
    client: int
    row: int


@register.filter
def undo_of(message: Message) -> Undo | None:
    """What the notice of an act offers to undo; None where it offers nothing."""
    kind, *told = (message.extra_tags or "").split(":")
    if kind != UNDO:
        return None
    act, client, row = told
    return Undo(act, int(client), int(row))
