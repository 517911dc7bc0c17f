"""Getting the bytes of a feed from a file or an address of the web."""

import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol

from clinic.errors import Refused

LARGEST = 50 * 1024 * 1024
SECONDS = 30
# A server that sends a little now and then keeps within every single wait, so that the whole has a limit too.
SECONDS_IN_ALL = 300
PORTION = 64 * 1024


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...


def read_source(source: str, largest: int = LARGEST) -> bytes:
    """The content of a file, or of an http or https address, of up to largest bytes. Raises Refused."""
    if "://" in source:
        return _fetched(source, largest)
    try:
        with Path(source).open("rb") as file:
            return _all_of(file, source, largest)
    except FileNotFoundError:
        raise Refused(f"There is no file {source!r}.", "source") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(f"The file {source!r} cannot be read: {reason}.", "source") from error


def _fetched(address: str, largest: int) -> bytes:
    # Only these handlers: urllib's usual ones would also follow a redirect to ftp, or read file:// addresses.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    if not address.lower().startswith(("http://", "https://")):
        raise Refused(f"{address!r} is neither a file nor an http or https address.", "source")
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "weekly", "Accept": "*/*"})  # noqa: S310
        with opener.open(request, timeout=SECONDS) as response:
            return _all_of(response, address, largest)
    except urllib.error.HTTPError as error:
        raise Refused(f"{address} answered {error.code} {error.reason}.", "source") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Refused(f"{address} cannot be reached: {reason}.", "source") from error


def _all_of(stream: _Readable, source: str, largest: int) -> bytes:
    started = time.monotonic()
    content = bytearray()
    while portion := stream.read1(PORTION):
        content += portion
        if len(content) > largest:
            raise Refused(f"{source} is larger than {largest:,} bytes.", "source")
        if time.monotonic() - started > SECONDS_IN_ALL:
            raise Refused(f"{source} takes longer than {SECONDS_IN_ALL} seconds to send.", "source")
    return bytes(content)
