"""Scratch databases, made and dropped by the bench; each is named by the address that DATABASE_URL takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


@contextmanager
def sqlite() -> Iterator[str]:
    """A file in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'scratch.sqlite3'}"


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
def postgresql(address: str) -> Iterator[str]:
    """A database of its own on the server of that address."""
    name = f"bench_{os.getpid()}"
    _tell(address, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        _tell(address, f"DROP DATABASE {name} WITH (FORCE)")


def _tell(address: str, statement: str) -> None:
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
