"""What a fact came to when it was told, by whichever door."""

from enum import StrEnum


class Effect(StrEnum):
    """Whether a fact was new, added to or altered what was known, or was the very same."""

    ADDED = "added"
    CHANGED = "changed"
    ALREADY = "already"
