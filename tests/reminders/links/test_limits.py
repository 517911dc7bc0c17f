import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory, override_settings

from clinic import limits
from tests.reminders.links.test_client_page import text

WRONG = "/l/AAAAAAAAAAAAAAAAAAAAAA/"


def test_an_address_that_asks_too_often_is_asked_to_wait(client, check_in):
    for _ in range(60):
        assert client.get(check_in).status_code == 200
    response = client.get(check_in)
    assert response.status_code == 429
    assert "Please try again in a while." in text(response)
    assert response.headers["Retry-After"] == "60"
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get(check_in, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_an_address_that_tries_tokens_is_turned_away_and_whoever_has_a_right_one_there_is_not(
    client, check_in
):
    """A waiting room's wifi is one address."""
    for _ in range(20):
        assert client.get(WRONG).status_code == 404
    assert client.get(WRONG).status_code == 429
    assert client.get(check_in).status_code == 200
    assert client.get(check_in, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_behind_a_proxy_each_sender_has_a_share_of_their_own(client, db):
    for number in range(21):
        sender = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert client.get(WRONG, REMOTE_ADDR="127.0.0.1", headers=sender).status_code == 404


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "198.51.100.66, 198.51.100.7", "198.51.100.7"),
        ("::1", "198.51.100.7:51234", "198.51.100.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("2a00:1450:4001:81a::200e", "", "2a00:1450:4001:81a::/64"),
        ("", "", "unknown"),
        ("127.0.0.1", "not an address", "unknown"),
    ],
)
def test_the_address_of_a_request_is_the_one_our_own_proxy_saw(peer, forwarded, address):
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert limits.address_of(request) == address


class BrokenCache(LocMemCache):
    """A cache whose server is gone."""

    def add(self, *args, **kwargs):
        raise ConnectionError

    get = incr = set = add


def test_without_its_cache_the_site_lets_people_in(client, check_in, caplog):
    with override_settings(CACHES={"default": {"BACKEND": f"{__name__}.BrokenCache"}}):
        assert client.get(check_in).status_code == 200
        assert client.get(WRONG).status_code == 404
    assert "cannot be counted" in caplog.text
