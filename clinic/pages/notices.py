"""What a page says of an act just done, with what may be done next: take it back, or go on.

Django's messages keep a text and its tags; the links go with the tags, and templates read them back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Link:
    """The words on a button, and where it leads: to an act, or to a page of its own."""

    label: str
    address: str
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What may be done after a notice: undo takes back what it tells of."""

    undo: Link | None
    offers: list[Link]


def add(request: HttpRequest, sentence: str, *, undo: Link | None, offers: Iterable[Link]) -> None:
    """Say on the next page that something was done."""
    links = {
        "undo": asdict(undo) if undo is not None else None,
        "offers": [asdict(offer) for offer in offers],
    }
    messages.success(request, sentence, extra_tags=json.dumps(links) if any(links.values()) else "")


def what_next(tags: str) -> Next:
    """What the tags of a notice offer; nothing where they are a notice's of another kind."""
    try:
        links = json.loads(tags or "")
    except json.JSONDecodeError:
        return Next(None, [])
    undo = links["undo"]
    return Next(Link(**undo) if undo else None, [Link(**offer) for offer in links["offers"]])
