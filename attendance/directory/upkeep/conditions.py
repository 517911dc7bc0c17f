"""What a server says to ask with the next time, so that it need not send again what has not changed. Pure.

A condition goes back to the very address whose answer it came with: another server's word on what is new says
nothing of this list. And it goes back only where it is sound; without one the list is sent in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

# Quoted, as it has to be: a bare star would be answered with "nothing new" for ever. An empty one tells nothing apart.
ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,200}"')
DATE = re.compile(r"[A-Za-z0-9 ,:+-]{1,40}")
LONGEST_ADDRESS = 1000


def validators_of(headers: Mapping[str, str], address: str) -> dict[str, str]:
    """What an answer says, as etag and last_modified as far as they are sound, and the address it came from."""
    told = {
        "etag": headers.get("ETag", "").strip(),
        "last_modified": headers.get("Last-Modified", "").strip(),
    }
    kept = {name: value for name, value in told.items() if _is_sound(name, value)}
    return kept | {"address": address} if kept and len(address) <= LONGEST_ADDRESS else {}


def conditions(validators: Mapping[str, Any], address: str) -> dict[str, str]:
    """The headers by which an address is asked for what is new; none where there is nothing sound to ask with."""
    if validators.get("address", address) != address:
        return {}
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {
        header: validators[name] for name, header in names.items() if _is_sound(name, validators.get(name))
    }


def _is_sound(name: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if name == "etag":
        return ETAG.fullmatch(value) is not None
    try:
        return DATE.fullmatch(value) is not None and bool(parsedate_to_datetime(value))
    except ValueError:
        return False
