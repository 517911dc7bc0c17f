"""Members of staff at their browsers: they open pages and press buttons; what they are told is read as they read it."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpResponseBase
from django.test import Client as Browser
from django.test.html import Element, parse_html
from django.urls import reverse

from clinic.models import Client, Clinic, User

HTMX = {"HX-Request": "true"}
# Sets the clock that the pages read to a moment in London, such as "2026-03-02 12:00".
Clock = Callable[[str], datetime]


@dataclass(frozen=True)
class Page:
    """What came back: its status, and what a person reads there."""

    status: int
    html: str
    went_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Any) -> Page:
        """The page in an answer; where it was reached by redirects, the address of the last."""
        steps = getattr(answer, "redirect_chain", [])
        went_to = steps[-1][0] if steps else answer.headers.get("Location", "")
        return cls(answer.status_code, _body(answer), went_to, dict(answer.headers))

    @classmethod
    def of_element(cls, element: Element) -> Page:
        """A part of a page, as if it were all."""
        return cls(200, str(element))

    @cached_property
    def tree(self) -> Element:
        """The page as its tags nest; a page whose tags do not nest is no page."""
        tree = parse_html(self.html) if self.html.strip() else None
        return tree if isinstance(tree, Element) else Element("none", ())

    @property
    def text(self) -> str:
        """Every word of the body in order, whatever the tags between."""
        return " ".join(" ".join(_words(self.tree)).split())

    def texts(self, tag: str = "", **attributes: str) -> list[str]:
        """The words of each element of that tag with those attributes; class_ names one class."""
        return [" ".join(" ".join(_words(one)).split()) for one in self.elements(tag, **attributes)]

    def elements(self, tag: str = "", **attributes: str) -> list[Element]:
        """The elements of that tag with those attributes, in order; class_ names one class."""
        return [one for one in _inside(self.tree) if _is(one, tag, attributes)]

    def value(self, name: str) -> str:
        """What the field of that name holds."""
        return next(dict(one.attributes).get("value") or "" for one in self.elements("input", name=name))

    @property
    def notices(self) -> list[str]:
        """What the page says of the act just done."""
        return self.texts("div", class_="alert")

    @property
    def faults(self) -> list[str]:
        """What a form says is wrong."""
        return [
            words for summary in self.elements("div", class_="error-summary") for words in _items(summary)
        ]

    @property
    def links(self) -> list[str]:
        """Where the page's links and forms lead."""
        named = [dict(one.attributes) for one in _inside(self.tree)]
        return [html.unescape(one.get("href") or one.get("action") or "") for one in named]


@dataclass
class Staff:
    """Somebody at a browser, signed in; their pages are those of one clinic."""

    user: User
    clinic: Clinic
    browser: Browser = field(default_factory=Browser)

    def __post_init__(self) -> None:
        self.browser.force_login(self.user)

    def address(self, name: str, *of: Any) -> str:
        """The address of a page of the clinic, by its name; of a client where it is about one."""
        return reverse(
            name, args=[self.clinic.slug, *(one.pk if isinstance(one, Client) else one for one in of)]
        )

    def opens(self, name: str, *of: Any, htmx: bool = False, **query: Any) -> Page:
        """Open a page by its name."""
        return self.goes_to(self.address(name, *of), htmx=htmx, **query)

    def goes_to(self, address: str, /, htmx: bool = False, **query: Any) -> Page:
        """Open an address."""
        return Page.of(self.browser.get(address, query, headers=HTMX if htmx else None, follow=not htmx))

    def sends(self, address: str, /, htmx: bool = False, **values: Any) -> Page:
        """Send a form, and follow to where it leads; with htmx the answer is as the script gets it."""
        return Page.of(self.browser.post(address, values, headers=HTMX if htmx else None, follow=not htmx))

    def does(self, act: str, client: Client, htmx: bool = False, **values: Any) -> Page:
        """Do an act on a client: send its form."""
        return self.sends(self.address(f"act_{act}", client), htmx=htmx, **values)

    def presses(self, client: Client, htmx: bool = False, week: str = "2026-03-02", **button: Any) -> Page:
        """Press a button in a client's row of the Register."""
        return self.sends(self.address("register_row", client), htmx=htmx, week=week, **button)


def _body(answer: HttpResponseBase) -> str:
    content: bytes = getattr(answer, "content", b"")
    return content.decode()


def _inside(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _inside(child)


def _words(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Element):
            if child.name not in {"head", "script", "style"}:
                yield from _words(child)
        else:
            yield html.unescape(str(child))


def _items(element: Element) -> list[str]:
    return [" ".join(" ".join(_words(one)).split()) for one in _inside(element) if one.name == "li"]


def _is(element: Element, tag: str, attributes: dict[str, str]) -> bool:
    held = {key: value or "" for key, value in element.attributes}
    wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return tag in ("", element.name) and all(
        value in held.get(key, "").split() if key == "class" else held.get(key) == value
        for key, value in wanted.items()
    )
