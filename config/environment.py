"""Reads the environment, each value checked, each fault a sentence that names the setting."""

import contextlib
import os
import secrets
import tempfile
import warnings
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from clinic import clock

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class Environment:
    """The settings that come from outside, by name."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def text(self, name: str, default: str = "") -> str:
        """The value as it stands, or the default where it is missing or empty."""
        return self.values.get(name, "").strip() or default

    def required(self, name: str, hint: str) -> str:
        """The value; raises ImproperlyConfigured where it is missing."""
        value = self.text(name)
        if not value:
            raise ImproperlyConfigured(f"{name} is not set: {hint}")
        return value

    def yes_no(self, name: str, default: bool = False) -> bool:
        """True or false; raises ImproperlyConfigured for any other word."""
        if name not in self.values:
            return default
        word = self.values[name].strip().lower()
        if word in TRUE:
            return True
        if word in FALSE:
            return False
        raise ImproperlyConfigured(f"{name} is {word!r}: use 1 or 0")

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds; raises ImproperlyConfigured otherwise."""
        word = self.text(name, str(default))
        # isdigit alone lets through digits, such as a superscript two, that int refuses.
        if not (word.isascii() and word.isdigit() and lowest <= int(word) <= highest):
            raise ImproperlyConfigured(f"{name} is {word!r}: use a whole number from {lowest} to {highest}")
        return int(word)

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of the choices, the first unless told otherwise; raises ImproperlyConfigured for another word."""
        word = self.text(name)
        if not word:
            return choices[0] if default is None else default
        if word not in choices:
            raise ImproperlyConfigured(f"{name} is {word!r}: use one of {', '.join(choices)}")
        return word

    def address(self, name: str, default: str = "") -> str:
        """An http(s) address without a trailing slash; raises ImproperlyConfigured otherwise."""
        word = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(word)
            sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
            sound = sound and not (parts.query or parts.fragment or any(map(str.isspace, word)))
        except ValueError:
            sound = False
        if not sound:
            raise ImproperlyConfigured(
                f"{name} is {word!r}: use an address such as https://weekly.example.org"
            )
        return word

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's database settings from an address; only PostgreSQL and SQLite are spoken."""
        word = self.text(name, default)
        fault = f"{name} is not understood: use postgresql://user:password@host:5432/name or sqlite:///path"
        try:
            with warnings.catch_warnings():
                # What it would warn of is told below, in our own sentence and without the path of a file.
                warnings.simplefilter("ignore")
                found: dict[str, Any] = environ.Env.db_url_config(word)
        except Exception as error:
            raise ImproperlyConfigured(fault) from error
        engine = found.get("ENGINE", "")
        known = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
        if engine not in known or not found.get("NAME"):
            raise ImproperlyConfigured(fault)
        file = Path(found["NAME"])
        if self.text(name) and engine.endswith("sqlite3") and not file.parent.is_dir():
            raise ImproperlyConfigured(f"{name} names {file}, in a folder that does not exist")
        return found

    def email(self, name: str) -> dict[str, Any] | None:
        """Django's e-mail settings from an address, or None: then e-mails go to the file channel."""
        word = self.text(name)
        if not word:
            return None
        # Only these: others that environ knows lose e-mails quietly or encrypt otherwise than they say.
        ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
        fault = f"{name} is not understood: use smtp+tls://user:password@host:587, smtp+ssl:// or smtp://"
        try:
            parts = urlsplit(word)
            found: dict[str, Any] = environ.Env.email_url_config(word)
        except Exception as error:
            raise ImproperlyConfigured(fault) from error
        if parts.scheme not in ports or not parts.hostname or parts.port == 0:
            raise ImproperlyConfigured(fault)
        return found | {"EMAIL_PORT": parts.port or ports[parts.scheme]}

    def sender(self, name: str, default: str) -> str:
        """The address e-mails come from, with or without a name; raises ImproperlyConfigured otherwise."""
        word = self.text(name, default)
        if not word:
            raise ImproperlyConfigured(
                f"{name} is not set: the address e-mails come from, such as hello@weekly.example.org"
            )
        try:
            validate_email(parseaddr(word)[1])
        except ValidationError as error:
            raise ImproperlyConfigured(
                f"{name} is {word!r}: use an address such as hello@weekly.example.org"
            ) from error
        return word

    def cache(self, name: str) -> dict[str, Any]:
        """Django's cache settings from an address; in memory by default."""
        word = self.text(name, "locmemcache://")
        if word != "locmemcache://" and not is_redis(word):
            raise ImproperlyConfigured(
                f"{name} is not understood: use redis://host:6379/1, or leave it empty"
            )
        found: dict[str, Any] = environ.Env.cache_url_config(word)
        return found

    def broker(self, name: str) -> str:
        """The address of Celery's broker, or an empty string: then the file-based one."""
        word = self.text(name)
        if word and not is_redis(word):
            raise ImproperlyConfigured(
                f"{name} is not understood: use redis://host:6379/0, or leave it empty"
            )
        return word

    def hosts(self, name: str, default: str = "") -> list[str]:
        """Host names by commas; raises ImproperlyConfigured where there is none."""
        found = [host.strip() for host in self.text(name, default).split(",") if host.strip()]
        if not found:
            raise ImproperlyConfigured(f"{name} is not set: the host names the site answers to, by commas")
        for host in found:
            if "/" in host or any(map(str.isspace, host)):
                raise ImproperlyConfigured(
                    f"{name} holds {host!r}: use bare names such as weekly.example.org"
                )
        return found

    def path(self, name: str, default: Path, folder: bool = False) -> Path:
        """A file or folder that the processes write; its parent must be there, but for the default's."""
        path = Path(self.text(name, str(default)))
        if self.text(name) and not path.parent.is_dir():
            raise ImproperlyConfigured(f"{name} is {str(path)!r}, in a folder that does not exist")
        if path.exists() and path.is_dir() != folder:
            wanted = "a folder is needed" if folder else "a file's name is needed"
            raise ImproperlyConfigured(f"{name} is {str(path)!r}: {wanted}")
        return path

    def clock_file(self, name: str, debug: bool) -> Path | None:
        """The file that stands in for the clock; refused outside DEBUG, and unless it holds an instant."""
        word = self.text(name)
        if not word:
            return None
        if not debug:
            raise ImproperlyConfigured(f"{name} moves the clock and is refused unless DEBUG is 1")
        path = Path(word)
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{name} names {word}, which does not hold an instant such as 2026-01-07T12:00:00Z"
            ) from error
        try:
            clock.instant(text)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} names {word}, which will not do: {error}") from error
        return path


def is_redis(word: str) -> bool:
    """Whether this is the address of a Redis server, with the number of a database or without."""
    try:
        parts = urlsplit(word)
        sound = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    number = parts.path.removeprefix("/")
    return sound and (not number or (number.isascii() and number.isdigit()))


def kept_secret(path: Path) -> str:
    """The secret in this file, made where there is none; processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            # A link appears with its content, and only the first process gets to make it.
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text(encoding="utf-8").strip()
