"""Keeps the keys of links in messages out of every log: a log is read by more people than a message is.

A signed link carries its key in the path, and paths are logged by gunicorn, by Django where an answer is an
error, and by the server of a developer's machine. So does the link by which staff confirm an address, which it holds.
"""

import logging
import re

# Whatever stands behind these up to the next part of an address; a key has no shape of its own to go by.
KEY = re.compile(r"(/(?:l|my-settings/address)/+)[^/?\s\"']+")
FORMATTER = logging.Formatter()


def without_keys(text: str) -> str:
    """The text with '...' in the place of each key."""
    return KEY.sub(r"\1...", text)


class WithoutKeys(logging.Filter):
    """Lets every record pass, without keys in its message or in the traceback that goes with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place, so that whoever handles it later sees no key either."""
        record.msg, record.args = without_keys(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = FORMATTER.formatException(record.exc_info)
        if record.exc_text:
            # Formatters write down this text where they find it, and make none of their own.
            record.exc_text = without_keys(record.exc_text)
        return True
