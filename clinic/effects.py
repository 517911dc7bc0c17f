"""What a fact came to when it was told, by whichever door."""

from enum import StrEnum


class Effect(StrEnum):
    """Whether a fact was new, added to or altered what was known, or was the very same."""

    ADDED = "added"
    CHANGED = "changed"
    ALREADY = "already"


# Why something was taken back by the button that stands beside what was just done.
UNDONE = "Undone right after."
