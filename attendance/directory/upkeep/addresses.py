"""Addresses of the web as people give them: what they are, and how they are told to others. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from attendance.directory.feeds.reading import cut
from clinic.texts import one_line

WEB = re.compile(r"https?://", re.IGNORECASE)
LONGEST_TOLD = 200
PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Who answers at an address: two with the same origin are one server."""

    scheme: str
    host: str
    port: int | None


class Credentials(NamedTuple):
    """What a server asks for in Basic authentication, as the bytes it expects."""

    user: bytes
    password: bytes


def is_address(source: str) -> bool:
    """Whether a source is an http or https address, and not a file."""
    return WEB.match(source) is not None


def normal(source: str) -> str:
    """The source, an address with its scheme in small letters; a file is left as it is."""
    found = WEB.match(source)
    return found[0].lower() + source[found.end() :] if found else source


def keeps_fresh(source: str, formats_source: str) -> bool:
    """Whether a list can be read again without anybody: all of it comes from addresses."""
    return is_address(source) and (not formats_source or is_address(formats_source))


def open_to_all(source: str) -> str:
    """The source without a user and a password in it; one in which they cannot be told apart as it is."""
    try:
        bare, credentials = parted(source)
    except ValueError:
        return source
    return bare if credentials is not None and is_address(source) else source


def told(address: str) -> str:
    """The address as anybody may read it: without user and password, nor what stands behind a question mark.

    One of which these parts cannot be told apart is not shown at all.
    """
    try:
        parts = urlsplit(address)
        # Raises where what looks like a port is none, such as the half of a password with a slash in it.
        _ = parts.port
    except ValueError:
        return "The address"
    host = parts.netloc.rpartition("@")[2]
    shown = one_line(urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", "")))
    return cut(shown, LONGEST_TOLD)


def shown(source: str) -> str:
    """A source as every clinic's administrators may read it: of an address what told leaves, a file as it is called."""
    return told(source) if is_address(source) else source


def parted(address: str) -> tuple[str, Credentials | None]:
    """The address without user, password and fragment; and those two, where it has them. Raises ValueError."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    if not user:
        return bare, None
    name, _, password = user.partition(":")
    return bare, Credentials(unquote(name).encode(), unquote(password).encode())


def origin(address: str) -> Origin:
    """Whose address it is; raises ValueError for one without a sound port."""
    parts = urlsplit(address)
    port = parts.port if parts.port is not None else PORTS.get(parts.scheme)
    return Origin(parts.scheme, (parts.hostname or "").rstrip("."), port)
