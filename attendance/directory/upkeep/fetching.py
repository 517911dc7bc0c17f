"""Getting the bytes of a feed from a file or an address of the web, within limits; each fault is one sentence."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin

from requests import Request, Response
from requests.exceptions import ContentDecodingError
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as NoAnswer
from urllib3.util.ssl_match_hostname import CertificateError

from attendance.directory.upkeep import addresses
from attendance.directory.upkeep.conditions import conditions, validators_of
from attendance.directory.upkeep.connecting import Deadline, InvalidIPAddress, send
from clinic.errors import Refused

LARGEST = 50 * 1024 * 1024
SECONDS = 30
# For the whole of a fetch; a list, its formats and one of the two once more fit into the time a task may take.
SECONDS_IN_ALL = 90
PORTION = 64 * 1024
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
# The whole content, from the server itself or from one between.
FULL = {200, 203}
UNPACKED = {"", "identity", "gzip", "x-gzip"}
HEADERS = {"User-Agent": "weekly", "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
# What goes wrong on the way; those of requests are among the OSErrors.
FAULTS = (OSError, HTTPError, http.client.HTTPException, ValueError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The whole content of a source, and what to ask its server with the next time; see conditions."""

    content: bytes
    validators: dict[str, str] = field(default_factory=dict)


def read_source(source: str, largest: int = LARGEST, trusted: bool = True) -> bytes:
    """The content of a file, or of an http or https address, of up to largest bytes. Raises Refused.

    trusted: named by whoever runs the server. What is not may be no file, and nothing of a private network.
    """
    return read_whole(source, largest=largest, trusted=trusted).content


def read_whole(
    source: str, *, largest: int = LARGEST, trusted: bool = True, seconds: float = SECONDS_IN_ALL
) -> Fetched:
    """The same with what to ask the server with the next time; of a file nothing is asked. Raises Refused."""
    if not trusted or "://" in source:
        fetched = fetch(source, validators={}, trusted=trusted, largest=largest, seconds=seconds)
        assert fetched is not None, "whoever asks for all of it is sent all of it"
        return fetched
    try:
        with Path(source).open("rb") as file:
            return Fetched(_all_of(file, source, largest))
    except FileNotFoundError:
        raise Refused(f"There is no file {source!r}.", "source") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(f"The file {source!r} cannot be read: {reason}.", "source") from error


def fetch(
    address: str,
    *,
    validators: Mapping[str, Any],
    trusted: bool,
    largest: int = LARGEST,
    seconds: float = SECONDS_IN_ALL,
) -> Fetched | None:
    """The content of an http or https address, unpacked, or None where it has not changed since it was asked.

    validators: what the last answer said to ask with. trusted: it may itself be of a private network; an address it
    redirects to may not, unless that is the same server. seconds: for all of it. Raises Refused, with a sentence
    that holds no password, for whatever is no whole answer within the limits.
    """
    shown = addresses.told(address)
    if not addresses.is_address(address):
        raise Refused(f"{shown!r} is neither a file nor an http or https address.", "source")
    with Deadline(seconds) as deadline, _in_a_sentence(shown, deadline):
        at, credentials = addresses.parted(address)
        home = None
        for _ in range(1 + MOST_REDIRECTS):
            request = Request("GET", at, headers=HEADERS).prepare()
            # Whose address it is goes by what will be asked, and not by another reading of the same text.
            at = str(request.url)
            home = home or addresses.origin(at)
            at_home = addresses.origin(at) == home
            if at_home and credentials is not None:
                request.prepare_auth(credentials)
            asked = conditions(validators, at)
            request.headers.update(asked)
            wait = min(SECONDS, seconds)
            with send(request, deadline=deadline, wait=wait, guarded=not (trusted and at_home)) as answer:
                deadline.check()
                if answer.status_code in REDIRECTS:
                    at = _onward(answer, at, shown)
                elif answer.status_code == HTTPStatus.NOT_MODIFIED and asked:
                    return None
                elif answer.status_code in FULL:
                    content = _content(answer, shown, largest, deadline)
                    return Fetched(content, validators_of(answer.headers, at))
                else:
                    raise Refused(f"{shown} answered {_status(answer)}.", "source")
        raise Refused(f"{shown} leads on more than {MOST_REDIRECTS} times.", "source")


def _all_of(file: BinaryIO, source: str, largest: int) -> bytes:
    content = BytesIO()
    while portion := file.read(PORTION):
        content.write(portion)
        if content.tell() > largest:
            raise Refused(f"{source} is larger than {largest:,} bytes.", "source")
    return content.getvalue()


def _onward(answer: Response, at: str, shown: str) -> str:
    """Where a redirect leads: to the web and nowhere else, and with no credentials that it may name."""
    location = answer.headers.get("Location", "")
    if not location:
        raise Refused(f"{shown} answered {_status(answer)} without saying where to.", "source")
    # Headers are read as Latin-1, and what does not belong in an address at all is mostly UTF-8.
    onward = urljoin(at, location.encode("latin-1").decode("utf-8", "replace"))
    if not addresses.is_address(onward):
        raise Refused(f"{shown} leads to what is no http or https address.", "source")
    return addresses.parted(addresses.normal(onward))[0]


def _content(answer: Response, shown: str, largest: int, deadline: Deadline) -> bytes:
    """All of an answer, unpacked, a portion at a time: what is too large is not held, however small it was packed."""
    packed = answer.headers.get("Content-Encoding", "").strip().lower()
    if packed not in UNPACKED:
        raise Refused(f"{shown} is packed in a way that nobody asked for.", "source")
    too_large = Refused(f"{shown} is larger than {largest:,} bytes.", "source")
    stated = answer.headers.get("Content-Length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > largest:
        raise too_large
    content = BytesIO()
    try:
        for portion in answer.iter_content(PORTION):
            content.write(portion)
            if content.tell() > largest:
                raise too_large
    except ContentDecodingError as error:
        raise Refused(f"{shown} is packed, and cannot be unpacked.", "source") from error
    except FAULTS as error:
        if deadline.passed or _is_silence(error):
            raise
        raise Refused(f"{shown} broke off before its end.", "source") from error
    deadline.check()
    return content.getvalue()


def _status(answer: Response) -> str:
    """The status in our words and not the server's, which may be anything."""
    try:
        return f"{answer.status_code} {HTTPStatus(answer.status_code).phrase}"
    except ValueError:
        return str(answer.status_code)


@contextmanager
def _in_a_sentence(shown: str, deadline: Deadline) -> Iterator[None]:
    """Turn what goes wrong on the way into a sentence; what the libraries say may hold a password."""
    try:
        yield
    except InvalidIPAddress as error:
        raise Refused(f"{shown} leads into a private network, where nothing is fetched.", "source") from error
    except FAULTS as error:
        if deadline.passed:
            why = f"{shown} takes longer than {deadline.seconds:g} seconds to send."
        elif _is_silence(error):
            why = f"{shown} did not answer within {min(SECONDS, deadline.seconds):g} seconds."
        else:
            why = f"{shown} cannot be reached: {_reason(error)}."
        raise Refused(why, "source") from error


def _causes(error: BaseException) -> list[BaseException]:
    """The fault and what it came from, the first cause first; some are only told of inside another."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.insert(0, cause)
        inside = next((part for part in cause.args if isinstance(part, BaseException)), None)
        cause = cause.__cause__ or cause.__context__ or inside
    return found


def _is_silence(error: BaseException) -> bool:
    return isinstance(_causes(error)[0], TimeoutError | NoAnswer)


def _reason(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "nobody knows its name"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate will not do, {cause.verify_message}"
        if isinstance(cause, CertificateError):
            return "its certificate is for another name"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak https"
        if isinstance(cause, http.client.RemoteDisconnected | ConnectionResetError):
            return "it hung up before it answered"
        if isinstance(cause, http.client.HTTPException):
            return "it does not speak http"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return "it is no address of a server"
