"""No key of a signed link reaches a log: of gunicorn, of Django, or of the server of a developer's machine."""

import io
import logging
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from gunicorn.config import Config

from config.gunicorn import QuietLogger
from config.secrecy import WithoutKeys, without_keys
from reminders.prompts import tokens
from tests.config.installed import copy_to, gather
from tests.reminders.telling import a_client, a_clinic, after, sweep

ROOT = Path(__file__).resolve().parents[2]
KEY = "q-3_hWkXyA7bq0ZrT5cD1w"


@pytest.fixture
def key(db) -> str:
    """The key of a link as the outbox makes them."""
    harbour = a_clinic()
    ana = a_client(harbour, "Ana", "+447700900111")
    sweep(harbour, after(1))
    return tokens.make_link(ana.prompts.get(), after(1)).split("/l/")[1].strip("/")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"GET /l/{KEY}/ HTTP/1.1", "GET /l/.../ HTTP/1.1"),
        (f"GET /l/{KEY} HTTP/1.1", "GET /l/... HTTP/1.1"),
        (f"Not Found: /l/{KEY}/more/", "Not Found: /l/.../more/"),
        (f"https://weekly.example.org/l/{KEY}?ask=went", "https://weekly.example.org/l/...?ask=went"),
        (f"//l//{KEY}/", "//l//.../"),
        (f"'/l/{KEY}', \"/l/{KEY}\"", "'/l/...', \"/l/...\""),
        (f"GET /harbour/my-settings/address/{KEY}:1a:b-c/", "GET /harbour/my-settings/address/.../"),
        ("/l/short/ and /l/", "/l/.../ and /l/"),
        ("/harbour/clients/1234567890123456789012345/", "/harbour/clients/1234567890123456789012345/"),
    ],
)
def test_what_stands_behind_the_prefix_is_left_out_whatever_its_length(text, kept):
    assert without_keys(text) == kept


def written(level: int, message: str, *arguments: object, exc_info: bool = False) -> str:
    """What a handler behind the filter writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutKeys())
    logger = logging.Logger("somebody")
    logger.addHandler(handler)
    logger.log(level, message, *arguments, exc_info=exc_info)
    return stream.getvalue()


def test_neither_arguments_nor_tracebacks_tell_a_key():
    assert written(logging.INFO, '"%s" %s %s', f"GET /l/{KEY}/", 200, 5) == '"GET /l/.../" 200 5\n'
    try:
        raise LookupError(f"no page for /l/{KEY}/")
    except LookupError:
        told = written(logging.ERROR, "Internal Server Error: %s", f"/l/{KEY}/", exc_info=True)
    assert KEY not in told
    assert "LookupError: no page for /l/.../" in told


def test_all_that_the_product_logs_goes_through_the_filter():
    handlers = [
        handler
        for name in ("", "django", "django.request", "django.security", "django.server")
        for handler in logging.getLogger(name or None).handlers
        if not type(handler).__module__.startswith("_pytest")
    ]
    assert handlers
    for handler in handlers:
        assert any(isinstance(one, WithoutKeys) for one in handler.filters), handler
    assert logging.getLogger("django.server").propagate


class Answered:
    """A response of gunicorn's, as far as its log asks."""

    status, sent, headers = "200 OK", 10, ()


def test_gunicorn_knows_no_key_in_any_atom(key):
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/l/{key}/?ask=went",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": f"/l/{key}/",
        "QUERY_STRING": "ask=went",
        "HTTP_REFERER": f"https://weekly.example.org/l/{key}/",
    }
    headers = [("REFERER", environ["HTTP_REFERER"])]
    atoms = QuietLogger(Config()).atoms(Answered(), headers, environ, timedelta(seconds=1))
    assert (atoms["U"], atoms["r"]) == ("/l/.../", "GET /l/.../?ask=went HTTP/1.1")
    assert key not in repr(atoms)


@pytest.mark.slow
@pytest.mark.processes
def test_a_site_in_trouble_tells_no_key(key, tmp_path):
    """Its database is empty, so that every signed page is an error; and a stranger's host is refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "for-this-test-alone-" + "x" * 30,
        "ALLOWED_HOSTS": "weekly.example.org",
        "BASE_URL": "https://weekly.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        "PORT": str(port),
        "WEB_WORKERS": "2",
    }
    log = tmp_path / "web.log"
    installed = copy_to(tmp_path / "installed")
    gather(installed, environment)
    with log.open("wb") as output:
        web = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "gunicorn", "--config", "python:config.gunicorn"],
            cwd=installed,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        found = {host: status(port, f"/l/{key}/", host) for host in ("weekly.example.org", "evil.example")}
    finally:
        web.terminate()
        web.wait(30)
    said = log.read_text(encoding="utf-8")
    assert found == {"weekly.example.org": 500, "evil.example": 400}
    assert key not in said
    assert "Internal Server Error: /l/.../" in said
    assert "GET /l/.../ 500" in said
    assert said.count("2 web workers without CACHE_URL each count") == 1


def status(port: int, path: str, host: str) -> int:
    """The status of the answer, once there is one."""
    end = time.monotonic() + 40
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status
        except OSError:
            assert time.monotonic() < end, "gunicorn does not answer"
            time.sleep(0.2)
        finally:
            connection.close()
