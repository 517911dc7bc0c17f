"""Scratch databases with their tables made, dropped again; each is named by the address that DATABASE_URL takes.

The tables are migrated once, in a template, and every database is a copy of it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"

Databases = Callable[[], AbstractContextManager[str]]


@contextmanager
def sqlite() -> Iterator[Databases]:
    """For databases that are each a file in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="template-") as folder:
        template = Path(folder) / "template.sqlite3"
        _migrate(f"sqlite:///{template}")

        @contextmanager
        def database() -> Iterator[str]:
            with tempfile.TemporaryDirectory(prefix="scratch-") as own:
                yield f"sqlite:///{shutil.copy(template, Path(own) / 'scratch.sqlite3')}"

        yield database


def server() -> str:
    """The PostgreSQL that DATABASE_URL names, else one on this machine; empty where none answers."""
    asked = os.environ.get("DATABASE_URL", "")
    address = asked if asked.startswith("postgres") else LOCAL
    try:
        psycopg2.connect(address, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return ""
    return address


@contextmanager
def postgresql(address: str) -> Iterator[Databases]:
    """For databases on the server of that address."""
    with _made(address) as template:
        _migrate(_at(address, template))

        @contextmanager
        def database() -> Iterator[str]:
            with _made(address, like=template) as name:
                yield _at(address, name)

        yield database


@contextmanager
def _made(address: str, like: str = "template1") -> Iterator[str]:
    """A database of a name that nobody else has; nobody may be connected to the one that it is like."""
    name = f"scratch_{secrets.token_hex(6)}"
    _tell(address, f"CREATE DATABASE {name} TEMPLATE {like}")
    try:
        yield name
    finally:
        _tell(address, f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(database: str) -> None:
    """Make the tables in a process of its own, which leaves no connection behind."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"],
        cwd=ROOT,
        env=os.environ
        | dict.fromkeys(("CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "CLOCK_FILE"), "")
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "SECRET_KEY": secrets.token_urlsafe(40),
            "DATABASE_URL": database,
        },
        check=True,
    )


def _at(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _tell(address: str, statement: str) -> None:
    """Through the database that every server has: the one of the address may be a template."""
    with closing(psycopg2.connect(_at(address, "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
