"""Somebody signed in who presses buttons: one connection that is kept, cookies, a token against forgery."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

TIMING = re.compile(r"(\w+);dur=([\d.]+)")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# What one answer tells the next page; nobody reads it here, and it would grow with each press.
UNREAD = "messages"


@dataclass(frozen=True, slots=True)
class Answer:
    """Milliseconds: app by the server's clock, cpu of the thread that answered, seen by the one who asked."""

    status: int
    text: str
    app: float
    cpu: float
    seen: float
    queries: int
    worker: int


class SignedIn:
    """A browser as far as recording needs one."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.get("/sign-in/")
        signed = self.post("/sign-in/", {"username": username, "password": password})
        assert signed.status == 302, signed.status

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address, None, {})

    def post(self, address: str, values: dict[str, str], htmx: bool = False) -> Answer:
        """Send a form, as htmx does or as a page does."""
        asked = {"HX-Request": "true"} if htmx else {}
        headers = {**FORM, **asked, "X-CSRFToken": self.cookies["csrftoken"]}
        return self._ask("POST", address, urlencode(values), headers)

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = perf_counter()
        self.connection.request(method, address, body, {**headers, "Cookie": cookie})
        response = self.connection.getresponse()
        text = response.read().decode()
        seen = 1000 * (perf_counter() - began)
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if name != UNREAD:
                    self.cookies[name] = morsel.value
        told = {name: float(value) for name, value in TIMING.findall(response.headers["Server-Timing"] or "")}
        return Answer(
            response.status, text, told["app"], told["cpu"], seen, int(told["queries"]), int(told["worker"])
        )
