"""Texts as people and other systems write them, made fit for a column, a page and a telephone. Pure."""

import re

# What none of these should meet: control characters, halves of characters, and marks that turn the direction of
# what follows. Those that only join letters or part them, as Persian and Hindi names need, are not among them.
UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def one_line(text: str) -> str:
    """The text on one line: its white space folded, line breaks too, and unfit characters dropped."""
    words = (UNFIT.sub("", word) for word in text.split())
    return " ".join(word for word in words if word)


def lines(text: str) -> str:
    """The text with its line breaks, each written the same way; blank ends and unfit characters are dropped."""
    whole = re.sub("\r\n?|\u2028|\u2029", "\n", text).replace("\t", " ")
    return "\n".join(UNFIT.sub("", line).rstrip() for line in whole.split("\n")).strip()
