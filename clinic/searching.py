"""Finding a client as somebody types: by name or reference, whatever the accents and capital letters. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Letters that do not come apart into one and its accent, as people without them on their keyboards type them.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
APOSTROPHES = re.compile("['’‘ʼ`´]")
# Those of Latin, Greek and Cyrillic letters; whoever writes in other ways has their marks looked up one by one.
ACCENTS = re.compile("[\u0300-\u036f]+")
BETWEEN_WORDS = re.compile(r"[\W_]+")
NOT_IN_WORDS = re.compile(r"[^\w\n]+|_+")
NO_WORD = {code: None for code in range(128) if code != ord("\n") and not chr(code).isalnum()}


def folded(text: str) -> str:
    """The text without accents, capital letters and apostrophes."""
    if text.isascii():
        return APOSTROPHES.sub("", text).lower()
    apart = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text).casefold())
    plain = ACCENTS.sub("", apart).translate(PLAIN)
    if plain.isascii():
        return plain
    return unicodedata.normalize("NFC", "".join(one for one in plain if not unicodedata.combining(one)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A client as a search sees them. mine: of the searcher's own caseload."""

    pk: int
    first_name: str
    last_name: str
    reference: str
    mine: bool = False
    closed: bool = False


def words_of(text: str) -> tuple[str, ...]:
    """The words that a name or a reference can be found by: its parts, and all of it run together."""
    parts = [part for part in BETWEEN_WORDS.split(folded(text)) if part]
    return (*parts, "".join(parts)) if len(parts) > 1 else tuple(parts)


def found(listed: Iterable[Listed], text: str, most: int) -> list[Listed]:
    """Those that a text may mean, the likeliest first, so many at most.

    Each word of the text has to be in a word of the name or the reference. A reference typed in full comes first;
    then the searcher's own clients; then those of whom every word begins one; then who is still tracked; and then by
    name. No text finds everybody, in that order.
    """
    typed = [word for word in BETWEEN_WORDS.split(folded(text)) if word]
    if text.strip() and not typed:
        return []
    ranked = [(rank, one) for one in listed if (rank := _rank(one, typed)) is not None]
    ranked.sort(key=lambda both: both[0])
    return [one for _, one in ranked[:most]]


def _run_together(lines: str) -> str:
    """Each line folded, without what stands between its words."""
    if lines.isascii():
        return lines.lower().translate(NO_WORD)
    return NOT_IN_WORDS.sub("", folded(lines))


def _rank(one: Listed, typed: list[str]) -> tuple[object, ...] | None:
    """What a client is sorted by; None where the words do not mean them."""
    # Almost everybody is left out here, at each letter typed: a name or reference run together holds all its words.
    together = _run_together(f"{one.first_name}\n{one.last_name}\n{one.reference}")
    if not all(word in together for word in typed):
        return None
    reference = words_of(one.reference)
    words = (*words_of(one.first_name), *words_of(one.last_name), *reference)
    begins = all(any(other.startswith(word) for other in words) for word in typed)
    in_full = bool(typed) and bool(reference) and "".join(typed) == reference[-1]
    name = folded(f"{one.first_name} {one.last_name}").strip()
    return (not in_full, not one.mine, not begins, one.closed, not name, name, one.reference, one.pk)
