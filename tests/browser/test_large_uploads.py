"""Files that are too large, or would unfold to more than memory holds, sent to a real web process, which is watched."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from attendance.directory.feeds.payload import MOST_BRACKETS
from tests.browser.harbour import PASSWORD, Harbour
from tests.browser.site import Site

pytestmark = [pytest.mark.processes, pytest.mark.slow]

MB = 2**20
BOUNDARY = "a-part-of-the-form"
FORM = "/harbour/settings/feeds/new/"


class Desk:
    """Ada at a browser that sends whatever she likes, piece by piece."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}

    def signs_in(self) -> None:
        self.asks("GET", "/sign-in/")
        form = urlencode({"username": "ada", "password": PASSWORD, **self.token})
        status, _ = self.asks("POST", "/sign-in/", [form.encode()], "application/x-www-form-urlencoded")
        assert status == 302

    @property
    def token(self) -> dict[str, str]:
        return {"csrfmiddlewaretoken": self.cookies["csrftoken"]}

    def uploads(self, portions: list[bytes]) -> tuple[int, str]:
        """The status, and what the form says is wrong."""
        fields = {**self.token, "fellowship": "NA", "time_zone": "Europe/London"}
        parts = [_part(f'name="{name}"') + value.encode() + b"\r\n" for name, value in fields.items()]
        head = _part('name="file"; filename="list.json"')
        body = [*parts, head, *portions, f"\r\n--{BOUNDARY}--\r\n".encode()]
        status, page = self.asks("POST", FORM, body, f"multipart/form-data; boundary={BOUNDARY}")
        said = re.search(r'field-error".*?</svg><span>.*?</span>(.*?)</span>', page, re.DOTALL)
        return status, said[1] if said else ""

    def asks(
        self, method: str, path: str, body: list[bytes] | None = None, kind: str = ""
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "Content-Length": str(sum(map(len, body)))}
        try:
            connection.request(method, path, iter(body) if body is not None else None, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def _part(named: str) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode()


@pytest.fixture
def harbour(site: Site) -> Site:
    """Harbour Clinic and its administrator Ada, served by a single web process."""
    site.environment["WEB_WORKERS"] = "1"
    Harbour(site).employs("ada", "administrator")
    site.start()
    return site


def most_memory(site: Site) -> int:
    """The most that the web process ever held, in MB: gunicorn's one child."""
    master = site.processes[0].pid
    (child,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    held = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
    assert held is not None
    return int(held[1]) // 1024


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="how much memory is held is read from /proc"
)
def test_whatever_is_sent_is_one_sentence_and_memory_has_a_bound(harbour: Site) -> None:
    ada = Desk(harbour)
    ada.signs_in()
    assert ada.uploads([b"{}"]) == (
        422,
        "It is JSON, but no array of meetings. Choose the format, or another file. Nothing was changed.",
    )
    before = most_memory(harbour)

    too_large = ada.uploads([b"[" + bytes(MB - 1)] * 200)
    assert too_large == (422, "The file is larger than 50 MB. Nothing was changed.")
    grown = most_memory(harbour) - before
    print(f"200 MB sent: {grown} MB more than the {before} MB before")
    assert grown < 40

    # As large as a file may be, and as many values: what a reader of JSON would make gigabytes of.
    endless = ada.uploads([b"[", *[b"{}," * (MB // 3)] * 49, b"{}]"])
    assert endless == (
        422,
        f"The feed has more than {MOST_BRACKETS:,} objects and arrays. Nothing was changed.",
    )
    grown = most_memory(harbour) - before
    print(f"49 MB of empty objects sent: {grown} MB more")
    assert grown < 300
    assert ada.asks("GET", FORM)[0] == 200
