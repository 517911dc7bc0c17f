"""From the bytes of a feed to its records, or one sentence about what they are instead."""

import codecs
import json
import re
from typing import Any

from clinic.errors import Refused

# Beyond these it is no list of meetings, and reading it would take memory and time without end: 50 MB of real lists
# hold sixty thousand meetings and three million values, each after a comma or a bracket.
MOST_VALUES = 5_000_000
MOST_BRACKETS = 2_000_000
MOST_RECORDS = 500_000
MOST_COLUMNS = 1000
CALLBACK = re.compile(r"\s*(?:/\*[^*]{0,80}\*/\s*)?[A-Za-z_$][\w$.]{0,127}\s*\(\s*")


def text(data: bytes, what: str = "The feed") -> str:
    """The bytes as UTF-8 text without a byte order mark; raises Refused for another encoding or no text.

    what: how the refusals call the bytes, here and in the functions below.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused(f"{what} is not UTF-8 text: it looks like UTF-16. Nothing was changed.")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{what} is not UTF-8 text: byte {error.start + 1} is wrong. Nothing was changed."
        ) from error
    if not decoded.strip():
        raise Refused(f"{what} is empty. Nothing was changed.")
    return decoded


def json_array(data: bytes) -> list[Any]:
    """The items of a JSON array; raises Refused for anything else, such as the error page of a server."""
    items = json_value(text(data))
    if not isinstance(items, list):
        kind = "an object" if isinstance(items, dict) else "a single value"
        raise Refused(f"The feed is {kind}, not an array of meetings. Nothing was changed.")
    return with_an_end(items)


def with_an_end(items: list[Any], what: str = "The feed") -> list[Any]:
    """The items, which are no more than any list has; raises Refused otherwise."""
    if len(items) > MOST_RECORDS:
        raise Refused(f"{what} has more than {MOST_RECORDS:,} records. Nothing was changed.")
    return items


def refuse_endless_lines(decoded: str) -> None:
    """Raise Refused where a text has more lines than any list."""
    if decoded.count("\n") + decoded.count("\r") - decoded.count("\r\n") > MOST_RECORDS:
        raise Refused(f"The feed has more than {MOST_RECORDS:,} lines. Nothing was changed.")


def refuse_endless(decoded: str, what: str = "The feed") -> None:
    """Raise Refused where a text has more values in JSON than any list."""
    brackets = decoded.count("{") + decoded.count("[")
    if brackets > MOST_BRACKETS:
        raise Refused(f"{what} has more than {MOST_BRACKETS:,} objects and arrays. Nothing was changed.")
    if brackets + decoded.count(",") > MOST_VALUES:
        raise Refused(f"{what} has more than {MOST_VALUES:,} values. Nothing was changed.")


def begins_as_json(decoded: str) -> bool:
    """Whether a text is meant as an array or object in JSON or JSONP, or is the page of a server instead."""
    return decoded.lstrip().startswith(("[", "{", "<")) or CALLBACK.match(decoded) is not None


def json_value(decoded: str, what: str = "The feed") -> Any:
    """The one value of a JSON text, or of JSONP, which is a call: `callback([...]);`. Raises Refused."""
    if decoded.lstrip().startswith("<"):
        raise Refused(f"{what} is a web page or XML, not JSON. Nothing was changed.")
    refuse_endless(decoded, what)
    called = CALLBACK.match(decoded)
    begin = called.end() if called else len(decoded) - len(decoded.lstrip())
    try:
        # Not strict: line breaks and other control characters may stand in texts as they are.
        value, end = json.JSONDecoder(strict=False).raw_decode(decoded, begin)
    except json.JSONDecodeError as error:
        where = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise Refused(f"{what} is not JSON: {where}. Nothing was changed.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"{what} is not JSON: a number or its nesting goes on for ever. Nothing was changed."
        ) from error
    rest = decoded[end:].strip()
    if called and not rest:
        raise Refused(
            f"{what} is JSONP that was cut short: its last bracket is missing. Nothing was changed."
        )
    if rest not in ([")", ");"] if called else [""]):
        line = decoded.count("\n", 0, end) + 1
        raise Refused(
            f"{what} is not JSON: after its end in line {line} another text follows. Nothing was changed."
        )
    return value
