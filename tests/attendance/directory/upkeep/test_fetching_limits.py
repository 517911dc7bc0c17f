"""A list that never ends, is far too large, or comes a byte at a time: a sentence, within its time and memory."""

import gzip
import json
import socket
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from attendance.directory.upkeep.fetching import LARGEST, SECONDS_IN_ALL, fetch
from clinic.errors import Refused
from config.celery import SOFT_LIMIT_SECONDS
from tests.attendance.list_server import raw, says

ROOT = Path(__file__).resolve().parents[4]
MEGABYTE = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
# Fetches in a process of its own, and tells what was said and how much memory the fetch took at its height.
PROBE = """
import json, sys, tracemalloc
from attendance.directory.upkeep.fetching import fetch
from clinic.errors import Refused
tracemalloc.start()
try:
    said = len(fetch(sys.argv[1], validators={}, trusted=True, seconds=60).content)
except Refused as refusal:
    said = refusal.sentence
print(json.dumps([said, tracemalloc.get_traced_memory()[1] // 2**20]))
"""


def measured(address: str) -> tuple[str | int, int]:
    """What came of it, and the megabytes it took."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, address], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(json.loads(ran.stdout))


def bomb(megabytes: int) -> bytes:
    """So much of nothing, packed into a thousandth of it."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


BOMB = bomb(900)


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        raw(HEAD + b"\r\n[", b"x" * MEGABYTE, for_ever=True),
        raw(CHUNKED, b"10000\r\n" + b"x" * 0x10000 + b"\r\n", for_ever=True),
        raw(HEAD + b"\r\n", *[b"x" * MEGABYTE] * 200),
        raw(HEAD + b"Content-Length: %d\r\n\r\n" % (200 * MEGABYTE), *[b"x" * MEGABYTE] * 200),
        says(200, BOMB, Content_Encoding="gzip"),
    ],
    ids=["never ends", "never ends, in chunks", "200 MB", "200 MB as stated", "a bomb"],
)
def test_what_is_too_large_is_not_held(site, answer):
    address = site.put("/list", answer)
    said, megabytes = measured(address)
    assert said == f"{address} is larger than 52,428,800 bytes."
    assert megabytes < 1.2 * LARGEST / MEGABYTE


@pytest.mark.slow
def test_what_is_just_not_too_large_is_held_once(site):
    content = bytes(LARGEST)
    said, megabytes = measured(
        site.put("/list", says(200, gzip.compress(content, 1), Content_Encoding="gzip"))
    )
    assert said == LARGEST
    assert megabytes < 1.2 * LARGEST / MEGABYTE


EMPTY = gzip.compress(b"")


@pytest.mark.parametrize(
    "answer",
    [
        raw(HEAD + b"X-Slow: ", b"y", every=0.05, for_ever=True),
        raw(b"H", every=0.05, for_ever=True),
        raw(HEAD + b"\r\n[", b"1", every=0.05, for_ever=True),
        raw(HEAD + b"Content-Length: 1000000\r\n\r\n[", b"1", every=0.05, for_ever=True),
        raw(CHUNKED, b"0", every=0.05, for_ever=True),
        raw(HEAD + b"Content-Encoding: gzip\r\n\r\n", EMPTY, every=0.01, for_ever=True),
    ],
    ids=["headers", "status", "content", "content of a length", "length of a chunk", "packed nothing"],
)
def test_what_comes_a_byte_at_a_time_is_left_when_its_time_is_over(site, answer):
    address = site.put("/list", answer)
    begun = time.monotonic()
    with pytest.raises(Refused) as refusal:
        fetch(address, validators={}, trusted=True, seconds=0.5)
    assert time.monotonic() - begun < 3
    assert refusal.value.sentence == f"{address} takes longer than 0.5 seconds to send."


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing_is_left(scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(Refused, match=r"(did not answer within|takes longer than) 0\.5 seconds"):
            fetch(
                f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/", validators={}, trusted=True, seconds=0.5
            )
    assert time.monotonic() - begun < 2


def test_one_that_falls_silent_is_left_when_it_was_waited_for(site):
    address = site.put("/list", raw(HEAD + b"Content-Length: 2\r\n\r\n[", b"", every=0.1, for_ever=True))
    with pytest.raises(Refused, match=r"(did not answer within|takes longer than) 0\.5 seconds"):
        fetch(address, validators={}, trusted=True, seconds=0.5)


def test_redirects_share_the_time_of_the_whole(site):
    def slowly(number):
        return raw(
            HEAD.replace(b"200 OK", b"302 Found"),
            b"Location: /%d\r\nContent-Length: 0\r\n\r\n" % number,
            every=0.3,
        )

    for number in range(5):
        site.put(f"/{number}", slowly(number + 1))
    with pytest.raises(Refused, match=r"takes longer than 0\.5 seconds"):
        fetch(f"{site.address}/0", validators={}, trusted=True, seconds=0.5)
    assert len(site.requests) <= 3


def test_a_list_and_its_formats_fit_into_the_time_of_a_task():
    assert 2 * SECONDS_IN_ALL < SOFT_LIMIT_SECONDS
