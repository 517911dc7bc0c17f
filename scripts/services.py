# ruff: noqa: T201
"""Which of a PostgreSQL and a Redis server answer; a missing database is made.

python -m scripts.services postgresql://user@host:port/database redis://host:port/number
"""

import sys
from urllib.parse import urlsplit

import psycopg2
import redis
from psycopg2 import sql


def connect(address: str, database: str) -> "psycopg2.extensions.connection":
    """A connection to a database of the server at this address, outside any transaction."""
    parts = urlsplit(address)
    connection = psycopg2.connect(
        host=parts.hostname,
        port=parts.port or 5432,
        user=parts.username,
        password=parts.password,
        dbname=database,
        connect_timeout=3,
    )
    connection.autocommit = True
    return connection


def make_database(address: str, name: str) -> None:
    """Make a database of this name unless it is there."""
    connection = connect(address, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def drop_database(address: str, name: str) -> None:
    """Remove a database, and whoever is still connected to it."""
    connection = connect(address, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    finally:
        connection.close()


def redis_answers(address: str) -> bool:
    """Whether a Redis server answers at this address."""
    try:
        with redis.Redis.from_url(address, socket_connect_timeout=3) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def main(arguments: list[str]) -> int:
    """Print a line for each server that answers."""
    postgresql, broker = arguments
    try:
        make_database(postgresql, urlsplit(postgresql).path.removeprefix("/"))
        print("PostgreSQL answers")
    except psycopg2.OperationalError:
        pass
    if redis_answers(broker):
        print("Redis answers")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
