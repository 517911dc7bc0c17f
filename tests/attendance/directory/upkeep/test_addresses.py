"""Addresses of the web: told without what is secret in them, and taken apart as a server is asked by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.upkeep import addresses
from attendance.directory.upkeep.conditions import conditions, validators_of

LIST = "https://lists.example/leeds"
GOOD = "Mon, 02 Mar 2026 12:00:00 GMT"
# What is neither a tag nor a date.
ODD = ["", "*", "7", "yesterday", GOOD + "\r\nX: y", None, 7, [GOOD]]
PLACE = st.text(st.characters(codec="utf-8", exclude_characters="/?#@\\[]"), min_size=4)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (LIST, LIST),
        (f"{LIST}?key=secret&switcher=GetSearchResults#x", f"{LIST}?…"),
        ("https://ana:secret@lists.example:8443/leeds", "https://lists.example:8443/leeds"),
        ("https://ana@lists.example/@leeds", "https://lists.example/@leeds"),
        ("https://ana:se@cret@lists.example/", "https://lists.example/"),
        ("https://[::1]:8000/leeds", "https://[::1]:8000/leeds"),
        ("https://ana:se/cret@lists.example/", "The address"),
        ("https://[x/", "The address"),
        (f"https://lists.example/{'x' * 300}", f"https://lists.example/{'x' * 177}…"),
        ("https://lists.example/a\u202eb c", "https://lists.example/ab c"),
    ],
)
def test_it_is_told_without_what_may_be_secret(address, told):
    assert addresses.told(address) == told


@given(PLACE, PLACE)
def test_no_password_is_told_or_named(user, password):
    secret = f"<{password}>"
    address = f"https://{user}:{secret}@lists.example/leeds?token={secret}"
    assert secret not in addresses.told(address)
    assert addresses.open_to_all(f"https://{user}:{secret}@lists.example/leeds") == LIST


@pytest.mark.parametrize(
    ("source", "formats", "fresh"),
    [
        (LIST, "", True),
        ("HTTP://lists.example/", LIST, True),
        (LIST, "formats.json", False),
        ("leeds.json", "", False),
        ("leeds.json", LIST, False),
        ("https.json", "", False),
        ("ftp://lists.example/", "", False),
        ("", "", False),
    ],
)
def test_only_what_comes_from_addresses_keeps_fresh(source, formats, fresh):
    assert addresses.keeps_fresh(source, formats) is fresh


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (LIST, "https://lists.example:443/x", True),
        (LIST, "https://LISTS.example./x", True),
        (LIST, "http://lists.example/leeds", False),
        (LIST, "https://lists.example:444/leeds", False),
        (LIST, "https://lists.example.org/leeds", False),
        ("http://lists.example:80/", "http://lists.example:8000/", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, same):
    assert (addresses.origin(one) == addresses.origin(other)) is same


class TestConditions:
    SOUND = {"ETag": 'W/"7"', "Last-Modified": GOOD}

    def test_what_was_told_goes_back_to_whoever_told_it(self):
        kept = validators_of(self.SOUND, LIST)
        assert kept == {"etag": 'W/"7"', "last_modified": GOOD, "address": LIST}
        asked = {"If-None-Match": 'W/"7"', "If-Modified-Since": GOOD}
        assert conditions(kept, LIST) == asked
        assert conditions(kept, LIST + "/other") == {}

    @pytest.mark.parametrize(
        "etag", [*ODD, '""', '"7', '"a", "b"', '"é"', "W/7", 'w/"7"', '"' + "7" * 201 + '"']
    )
    def test_an_odd_tag_is_neither_kept_nor_sent(self, etag):
        if isinstance(etag, str):
            assert validators_of({"ETag": etag}, LIST) == {}
        assert conditions({"etag": etag, "address": LIST}, LIST) == {}

    @pytest.mark.parametrize(
        "day", [*ODD, "2026-03-02", "Mon, 32 Mar 2026 12:00:00 GMT", GOOD + " " * 99 + "x"]
    )
    def test_nor_is_an_odd_date(self, day):
        if isinstance(day, str):
            assert validators_of({"Last-Modified": day}, LIST) == {}
        assert conditions({"last_modified": day, "address": LIST}, LIST) == {}

    def test_one_sound_one_is_enough(self):
        assert validators_of(self.SOUND | {"ETag": "*"}, LIST) == {
            "last_modified": GOOD,
            "address": LIST,
        }

    def test_an_address_that_is_too_long_to_keep_is_asked_for_all_of_it(self):
        assert validators_of(self.SOUND, LIST + "x" * 1000) == {}

    @given(st.text(), st.text(), st.text())
    def test_whatever_a_server_says_no_header_is_broken(self, etag, day, address):
        kept = validators_of({"ETag": etag, "Last-Modified": day}, address)
        for sent in (conditions(kept, address), conditions({"etag": etag, "last_modified": day}, address)):
            assert all(
                value.isascii() and value.isprintable() and len(value) <= 204 for value in sent.values()
            )
