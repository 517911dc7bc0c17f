"""A server of lists on this machine, that speaks the protocol and goes wrong as servers do."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)


class Asked(BaseHTTPRequestHandler):
    """One request, answered by whatever stands at its path."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        self.close_connection = True
        site: Site = self.server.site
        site.requests.append((self.path, dict(self.headers)))
        answers = site.pages[self.path]
        # The last one stands for ever.
        answer = answers.pop(0) if len(answers) > 1 else answers[0] if answers else says(404)
        with contextlib.suppress(OSError):
            answer(self)

    def says(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Status, headers and content; headers by their names with _ for -; None leaves one out."""
        self.send_response(status)
        told = {"Content-Length": str(len(body)), "Connection": "close"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in told.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


Answer = Callable[[Asked], None]


class Site:
    """Its address, what stands at which path, and what was asked of it so far, as path and headers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.pages: defaultdict[str, list[Answer]] = defaultdict(list)
        self.requests: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, *answers: Answer) -> str:
        """Let these answers stand at a path, one after the other and the last for ever; the address of it."""
        self.pages[path] = list(answers)
        return self.address + path

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for a path."""
        return [headers for asked, headers in self.requests if asked == path]


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever hangs up on it is no fault of ours."""


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A server on a free port, until the end of the block."""
    with Server(("127.0.0.1", 0), Asked) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.daemon_threads, server.block_on_close = True, False
        site = server.site = Site(server.server_port)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def says(status: int = 200, body: bytes = b"", **headers: Any) -> Answer:
    """One answer, whatever was asked."""
    return lambda asked: asked.says(status, body, **headers)


def to(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return says(status, Location=location)


def a_list(body: bytes, *, etag: bool = True, dated: bool = False) -> Answer:
    """A list as a good server gives it: not again to whoever has it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag} if etag else {}
    headers |= {"Last-Modified": format_datetime(WRITTEN, usegmt=True)} if dated else {}

    def answer(asked: Asked) -> None:
        since = asked.headers.get("If-Modified-Since")
        known = etag and asked.headers.get("If-None-Match") == tag
        if known or (dated and since and parsedate_to_datetime(since) >= WRITTEN):
            asked.says(304, Content_Length=None, **headers)
        else:
            asked.says(200, body, Content_Type="application/json", **headers)

    return answer


def raw(*pieces: bytes, every: float = 0.0, for_ever: bool = False) -> Answer:
    """Bytes as they are, the pieces with so many seconds between; with the last one again and again."""

    def answer(asked: Asked) -> None:
        for piece in pieces:
            asked.wfile.write(piece)
            time.sleep(every)
        while for_ever:
            asked.wfile.write(pieces[-1])
            time.sleep(every)

    return answer
