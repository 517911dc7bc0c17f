"""Feeds over http, from a server of this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from attendance.directory.fetching import read_source
from clinic.errors import Refused


class Lists(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/list":
            self._answer(200, b"[]")
        elif self.path == "/moved":
            self._answer(302, location="/list")
        elif self.path == "/to-a-file":
            self._answer(302, location="file:///etc/hostname")
        elif self.path == "/to-ftp":
            self._answer(302, location="ftp://127.0.0.1/list")
        elif self.path == "/endless":
            self._answer(200, b"x" * (200_000))
        else:
            self._answer(404, b"<html>")

    def _answer(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Lists) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_is_read_and_followed(site):
    assert read_source(f"{site}/list") == read_source(f"{site}/moved") == b"[]"


def test_a_file_is_read(tmp_path):
    (tmp_path / "list.json").write_bytes(b"[1]")
    assert read_source(str(tmp_path / "list.json")) == b"[1]"


@pytest.mark.parametrize(
    ("path", "why"),
    [("/to-a-file", "answered 302 .* not allowed"), ("/to-ftp", "cannot be reached: unknown url type: ftp")],
)
def test_a_redirect_leads_nowhere_but_the_web(site, path, why):
    with pytest.raises(Refused, match=why):
        read_source(f"{site}{path}")


def test_an_answer_that_is_no_list_is_told(site):
    with pytest.raises(Refused, match="answered 404"):
        read_source(f"{site}/gone")


def test_what_is_too_large_is_not_read_to_its_end(site):
    with pytest.raises(Refused, match="is larger than 65,536 bytes"):
        read_source(f"{site}/endless", largest=65_536)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/list", "http://", "http://[x/", "http://127.0.0.1:port/"]
)
def test_an_address_that_leads_nowhere_is_one_sentence(address):
    with pytest.raises(Refused, match="cannot be reached"):
        read_source(address)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("file:///etc/hostname", "is neither a file nor an http or https address"),
        ("gopher://old.example/", "is neither a file nor an http or https address"),
        ("nothing\x00.json", "cannot be read: embedded null byte"),
        ("", "cannot be read: Is a directory"),
    ],
)
def test_what_is_neither_file_nor_web_is_refused(source, why):
    with pytest.raises(Refused, match=why):
        read_source(source)
