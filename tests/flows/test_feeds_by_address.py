"""Lists that have an address: Ada has them fetched, from a server of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from attendance.directory.models import Feed, FeedPreview, Meeting
from attendance.directory.upkeep import turns
from tests import cast
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import a_record
from tests.flows.browsing import Staff
from tests.flows.feeds import a_feed, decides, many
from tests.tables import everything

pytestmark = pytest.mark.django_db


class Shelf(ThreadingHTTPServer):
    """A server with a list at each of its paths."""

    lists: dict[str, bytes]

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Lists(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        body = self.server.lists.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"<html>")

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def shelf(settings: Any) -> Iterator[Shelf]:
    """It stands in the network of the installation, which says that lists may."""
    settings.PRIVATE_FEEDS = True
    with Shelf(("127.0.0.1", 0), Lists) as server:
        server.lists = {}
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_new_list_is_fetched_and_read_every_night_from_then_on(ada: Staff, shelf: Shelf) -> None:
    shelf.lists["/list"] = json.dumps(many(2)).encode()
    said = {"url": shelf.address("/list"), "fellowship": "NA", "time_zone": "Europe/London"}
    page = ada.sends(ada.address("feed_new"), **said)
    assert page.texts("h1") == ["What 127.0.0.1 would change"]
    assert "Fellowship Narcotics Anonymous" in page.text
    assert "Read by itself every night from then on" in page.text
    decides(ada)
    feed = Feed.objects.get()
    assert feed.source == shelf.address("/list")
    assert feed.refresh_due_at == turns.next_night(feed.time_zone, feed.pk, cast.NOW)


def test_the_formats_of_a_bmlt_server_are_fetched_beside_its_list(ada: Staff, shelf: Shelf) -> None:
    shelf.lists |= {
        "/list": json.dumps([bmlt_lists.a_meeting()]).encode(),
        "/formats": json.dumps(bmlt_lists.FORMATS).encode(),
    }
    said = {"url": shelf.address("/list"), "formats_url": shelf.address("/formats")}
    ada.sends(ada.address("feed_new"), fellowship="NA", time_zone="Europe/London", **said)
    decides(ada)
    feed = Feed.objects.get()
    assert (feed.formats_source, Meeting.objects.get().types) == (shelf.address("/formats"), ["O", "X"])
    again = ada.sends(ada.address("feed_now", feed.pk), then="read")
    assert "Nothing would change" in again.texts("h2")


def test_one_that_is_held_is_looked_at_and_then_let_in(ada: Staff, shelf: Shelf) -> None:
    held = {"failing_since": cast.NOW, "failures": 1, "failure": "14 of 20 are missing.", "held": True}
    feed = a_feed(count=20, source=shelf.address("/list"), refresh_due_at=cast.NOW, **held)
    shelf.lists["/list"] = json.dumps(many(6)).encode()
    page = ada.sends(ada.address("feed_now", feed.pk), then="read")
    assert page.went_to == ada.address("feed_preview", FeedPreview.objects.get().pk)
    assert "14 of the 20 open meetings are missing this time" in page.notices[0]
    assert decides(ada).status == 422
    assert decides(ada, accept_closing="on").notices == ["“leeds” is taken in: 14 closed."]
    feed.refresh_from_db()
    assert (feed.held, feed.failing_since) == (False, None)
    assert feed.refresh_due_at == turns.next_night(feed.time_zone, feed.pk, cast.NOW)


def test_read_again_otherwise_it_comes_from_where_it_came_before(ada: Staff, shelf: Shelf) -> None:
    feed = a_feed(count=1, source=shelf.address("/list"))
    shelf.lists["/list"] = json.dumps([a_record("meeting-000")]).encode()
    asked = ada.opens("feed_again", feed.pk)
    assert f"Left empty, it is read from {shelf.address('/list')} as before." in asked.text
    said = {"fellowship": "Al-Anon", "time_zone": "Europe/London", "format": "meeting-guide"}
    page = ada.sends(ada.address("feed_again", feed.pk), **said)
    assert "Fellowship from Narcotics Anonymous → to Al-Anon" in page.text


def test_an_address_that_does_not_answer_is_a_sentence_and_nothing_is_changed(
    ada: Staff, shelf: Shelf
) -> None:
    gone = shelf.address("/gone")
    feed = a_feed(source=gone)
    before = everything()
    page = ada.sends(ada.address("feed_now", feed.pk), then="read")
    assert page.went_to == ada.address("feeds")
    assert "404" in page.notices[0]
    said = {"url": gone, "fellowship": "NA", "time_zone": "Europe/London"}
    (fault,) = ada.sends(ada.address("feed_new"), **said).faults
    assert fault.startswith("Or an address on the web – ")
    in_place = ada.sends(ada.address("feed_now", feed.pk), htmx=True, then="read")
    assert (in_place.status, in_place.headers["HX-Redirect"]) == (204, ada.address("feeds"))
    assert everything() == before
