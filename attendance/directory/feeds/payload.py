"""From the bytes of a feed to its records, or one sentence about what they are instead."""

import codecs
import json
from typing import Any

from clinic.errors import Refused


def text(data: bytes) -> str:
    """The bytes as UTF-8 text without a byte order mark; raises Refused for another encoding or no text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused("The feed is not UTF-8 text: it looks like UTF-16. Nothing was changed.")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"The feed is not UTF-8 text: byte {error.start + 1} is wrong. Nothing was changed."
        ) from error
    if not decoded.strip():
        raise Refused("The feed is empty. Nothing was changed.")
    return decoded


def json_array(data: bytes) -> list[Any]:
    """The items of a JSON array; raises Refused for anything else, such as the error page of a server."""
    decoded = text(data)
    if decoded.lstrip().startswith("<"):
        raise Refused("The feed is a web page or XML, not JSON. Nothing was changed.")
    try:
        items = json.loads(decoded)
    except json.JSONDecodeError as error:
        where = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise Refused(f"The feed is not JSON: {where}. Nothing was changed.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(
            "The feed is not JSON: a number or its nesting goes on for ever. Nothing was changed."
        ) from error
    if not isinstance(items, list):
        kind = "an object" if isinstance(items, dict) else "a single value"
        raise Refused(f"The feed is {kind}, not an array of meetings. Nothing was changed.")
    return items
