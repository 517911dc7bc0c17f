"""Feeds over http, from a server of this machine: what is read, what is asked with, and where a redirect may lead."""

import base64
import gzip

import pytest

from attendance.directory.upkeep.fetching import Fetched, fetch, read_source, read_whole
from clinic.errors import Refused
from tests.attendance.list_server import a_list, raw, says, serving, to


def ask(address: str, validators: dict[str, str] | None = None, **limits) -> Fetched | None:
    return fetch(address, validators=validators or {}, trusted=True, **limits)


def refused(address: str, validators: dict[str, str] | None = None, **limits) -> str:
    with pytest.raises(Refused) as refusal:
        ask(address, validators, **limits)
    assert refusal.value.field == "source"
    assert "\n" not in refusal.value.sentence
    return refusal.value.sentence


def test_an_address_is_read_and_followed(site):
    there = site.put("/list", says(200, b"[]"))
    moved = site.put("/moved", to("/list"))
    assert read_source(there) == read_source(moved) == b"[]"
    assert read_source(there.replace("http", "HTTP", 1)) == b"[]"


def test_a_file_is_read(tmp_path):
    (tmp_path / "list.json").write_bytes(b"[1]")
    assert read_source(str(tmp_path / "list.json")) == b"[1]"
    assert read_whole(str(tmp_path / "list.json")).validators == {}


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    (tmp_path / "list.json").write_bytes(b"x" * 101)
    with pytest.raises(Refused, match=r"list.json is larger than 100 bytes\.$"):
        read_source(str(tmp_path / "list.json"), largest=100)


@pytest.mark.parametrize("source", ["{}/list.json", "file://{}/list.json", ""])
def test_what_a_browser_gives_is_never_a_file(tmp_path, source):
    (tmp_path / "list.json").write_bytes(b"[1]")
    with pytest.raises(Refused, match="is neither a file nor an http or https address"):
        read_source(source.format(tmp_path), trusted=False)


class TestConditions:
    """A server is asked for what is new, and for all of it where that cannot be told."""

    @pytest.mark.parametrize("how", [{}, {"etag": False, "dated": True}, {"dated": True}])
    def test_what_has_not_changed_is_not_sent_again(self, site, how):
        address = site.put("/list", a_list(b"[1]", **how))
        first = ask(address)
        assert first.content == b"[1]"
        assert ask(address, first.validators) is None
        site.put("/list", a_list(b"[1, 2]"))
        assert (
            ask(address, first.validators if how != {"etag": False, "dated": True} else {}).content
            == b"[1, 2]"
        )

    def test_they_are_those_of_the_address_that_answered(self, site):
        """A list that has moved to another server is not "as before" because that one has an old file there."""
        site.put("/old", a_list(b"[1]", etag=False, dated=True))
        site.put("/new", a_list(b"[2]", etag=False, dated=True))
        address = site.put("/list", to("/old"), to("/old"), to("/new"))
        first = ask(address)
        assert ask(address, first.validators) is None
        assert ask(address, first.validators).content == b"[2]"
        assert "If-Modified-Since" not in site.asked("/list")[1]

    def test_nothing_new_where_nobody_asked_is_no_list(self, site):
        address = site.put("/list", says(304, Content_Length=None))
        assert refused(address) == f"{address} answered 304 Not Modified."

    @pytest.mark.parametrize("etag", ["*", '"' + "x" * 5000 + '"', "unquoted", '""', '"a", *'])
    def test_an_odd_validator_is_not_kept(self, site, etag):
        assert ask(site.put("/list", says(200, b"[]", ETag=etag))).validators == {}

    def test_a_weak_one_is_as_good_as_another(self, site):
        address = site.put("/list", says(200, b"[]", ETag='W/"7"'))
        assert ask(address, ask(address).validators).content == b"[]"
        assert site.asked("/list")[1]["If-None-Match"] == 'W/"7"'


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_five_are_followed(self, site, status):
        for number in range(5):
            site.put(f"/{number}", to(f"/{number + 1}", status))
        site.put("/5", says(200, b"[]"))
        assert ask(f"{site.address}/0").content == b"[]"

    def test_a_sixth_is_not(self, site):
        address = site.put("/round", to("/round"))
        assert refused(address) == f"{address} leads on more than 5 times."
        assert len(site.requests) == 6

    @pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://127.0.0.1/list", "data:,[]"])
    def test_they_lead_nowhere_but_the_web(self, site, location):
        address = site.put("/list", to(location))
        assert refused(address) == f"{address} leads to what is no http or https address."

    @pytest.mark.parametrize("location", ["http://[x/", "http://127.0.0.1:port/"])
    def test_one_that_leads_nowhere_is_a_sentence(self, site, location):
        address = site.put("/list", to(location))
        assert refused(address) == f"{address} cannot be reached: it is no address of a server."

    def test_one_that_does_not_say_where_to(self, site):
        address = site.put("/list", says(302))
        assert refused(address) == f"{address} answered 302 Found without saying where to."

    def test_a_server_of_a_private_network_may_redirect_within_itself_alone(self, site):
        site.put("/list", says(200, b"[]"))
        with serving() as other:
            there = other.put("/list", says(200, b"[]"))
            for location in (
                there,
                there.replace("127.0.0.1", "localhost"),
                f"//127.0.0.1:{other.port}/list",
            ):
                address = site.put("/moved", to(location))
                assert (
                    refused(address) == f"{address} leads into a private network, where nothing is fetched."
                )
            assert other.requests == []
        assert ask(site.put("/moved", to(f"{site.address}/list"))).content == b"[]"


class TestPasswords:
    """A user and a password in an address are for its own server, and for nobody who reads a sentence."""

    def test_they_are_sent_to_the_server_they_are_for(self, site):
        address = site.put("/list", to("/here")).replace("//", "//ana:se%2Fcr%C3%A9t@")
        site.put("/here", says(200, b"[]"))
        fetched = ask(address)
        sent = base64.b64encode("ana:se/crét".encode()).decode()
        assert [asked["Authorization"] for _, asked in site.requests] == [f"Basic {sent}"] * 2
        assert "secr" not in str(fetched.validators)

    def test_and_to_no_other(self, site, monkeypatch):
        with serving() as proxy:
            monkeypatch.setenv("http_proxy", proxy.address)
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            proxy.put("http://93.184.215.14/list", says(200, b"[]"))
            away = site.put("/list", to("http://ben:other@93.184.215.14/list"))
            assert ask(away.replace("//", "//ana:secret@")).content == b"[]"
            assert "Authorization" in site.asked("/list")[0]
            assert "Authorization" not in proxy.requests[0][1]

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("/gone", "answered 404 Not Found"),
            ("/large", "is larger than 100 bytes"),
            ("/ftp", "leads to what is no http or https address"),
            ("/away", "leads into a private network, where nothing is fetched"),
            ("/cut", "broke off before its end"),
            ("/odd", "cannot be reached: it does not speak http"),
        ],
    )
    def test_no_sentence_tells_them(self, site, path, why):
        site.put("/large", says(200, b"x" * 101))
        site.put("/ftp", to("ftp://ana:secret@example.org/"))
        site.put("/away", to("http://ana:secret@127.0.0.1:1/"))
        site.put("/cut", says(200, b"[]", Content_Length="9"))
        site.put("/odd", raw(b"220 peer ESMTP\r\n"))
        site.put("/gone?key=secret", says(404))
        address = f"{site.address}{path}".replace("//", "//ana:secret@")
        told = site.address + path
        assert refused(address, largest=100) == f"{told} {why}."
        if path == "/gone":
            assert refused(f"{address}?key=secret#secret") == f"{told}?… {why}."

    @pytest.mark.parametrize(
        "address",
        [
            "http://ana:secret@127.0.0.1:1/list",
            "http://ana:se/cret@127.0.0.1/",
            "ftp://ana:secret@york.example/",
        ],
    )
    def test_nor_where_nobody_answers(self, address):
        assert "cret" not in refused(address)


class TestNoList:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (says(500, b"<html>"), "answered 500 Internal Server Error"),
            (says(204, Content_Length=None), "answered 204 No Content"),
            (says(206, b"["), "answered 206 Partial Content"),
            (says(599), "answered 599"),
            (raw(b""), "cannot be reached: it hung up before it answered"),
            (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n[]"), "cannot be reached: it does not speak http"),
            (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000), "cannot be reached: it does not speak http"),
            (says(200, b"[1]", Content_Length="4"), "broke off before its end"),
            (says(200, b"[1]", Content_Length=None, Transfer_Encoding="chunked"), "broke off before its end"),
            (says(200, b"5\r\n[1", Content_Length=None, Transfer_Encoding="chunked"), "broke off before its end"),
            (says(200, b"[1]", Content_Encoding="br"), "is packed in a way that nobody asked for"),
            (says(200, b"[1]", Content_Encoding="gzip, gzip"), "is packed in a way that nobody asked for"),
            (says(200, b"[1]", Content_Encoding="gzip"), "is packed, and cannot be unpacked"),
        ],
    )  # fmt: skip
    def test_is_told_in_a_sentence(self, site, answer, why):
        address = site.put("/list", answer)
        assert refused(address) == f"{address} {why}."

    def test_more_than_was_stated_is_cut_where_it_ends(self, site):
        assert ask(site.put("/list", says(200, b"[1]trailing", Content_Length="3"))).content == b"[1]"

    def test_a_packed_list_is_unpacked(self, site):
        address = site.put("/list", says(200, gzip.compress(b"[1]"), Content_Encoding="gzip"))
        assert ask(address).content == b"[1]"
        assert site.asked("/list")[0]["Accept-Encoding"] == "gzip"

    @pytest.mark.parametrize(
        "address",
        ["http://127.0.0.1:1/list", "http://", "http://[x/", "http://127.0.0.1:port/", "http://a b/"],
    )
    def test_an_address_that_leads_nowhere_is_one_sentence(self, address):
        assert "cannot be reached" in refused(address)

    def test_a_name_that_nobody_knows(self):
        assert refused("http://nowhere.invalid/list") == (
            "http://nowhere.invalid/list cannot be reached: nobody knows its name."
        )

    def test_a_server_without_https(self, site):
        address = site.address.replace("http", "https")
        assert refused(address) == f"{address} cannot be reached: it does not speak https."

    @pytest.mark.parametrize(
        ("source", "why"),
        [
            ("file:///etc/hostname", "is neither a file nor an http or https address"),
            ("gopher://old.example/", "is neither a file nor an http or https address"),
            ("nothing\x00.json", "cannot be read: embedded null byte"),
            ("", "cannot be read: Is a directory"),
        ],
    )
    def test_what_is_neither_file_nor_web_is_refused(self, source, why):
        with pytest.raises(Refused, match=why):
            read_source(source)
