"""What came of speaking to a client, or of trying to: a short list, so that it can be counted. Pure."""

from __future__ import annotations

from django.db.models import TextChoices


class Said(TextChoices):
    """What came of it, in the order of the form."""

    WENT = "went", "Went since then"
    MEANS_TO_GO = "means_to_go", "Means to go"
    WANTS_COMPANY = "wants_company", "Wants somebody to go with them"
    ANOTHER_KIND = "another_kind", "Wants another kind of meeting"
    WANTS_PAUSE = "wants_pause", "Asked for a pause"
    NOT_REACHED = "not_reached", "Could not be reached, or left word"
    UNWILLING = "unwilling", "Does not want to talk now"
    OTHER = "other", "Something else"


# Nobody was spoken to: what waits for a word with the client waits on.
IN_VAIN = frozenset({Said.NOT_REACHED})


def in_words(said: Said, words: str) -> str:
    """What came of it as the record shows it, with whatever words were added."""
    if not words:
        return str(said.label)
    return words if said is Said.OTHER else f"{said.label}: {words}"
