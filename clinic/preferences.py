"""What suits a client: words such as secular or online, as spreadsheets hold them; an area is the word 'area: …'."""

from collections.abc import Iterable

# The words that a form offers to tick; spreadsheets may hold any others beside them.
OFFERED = {
    "12-step": "12-step groups",
    "secular": "Secular groups",
    "women": "Women only",
    "wheelchair": "Step-free, for a wheelchair",
    "online": "Online",
}
AREA = "area: "


def words(*texts: str, ticked: Iterable[str] = (), area: str = "") -> list[str]:
    """The words of texts with ; between, those ticked, and where somebody would go; each once, in order."""
    free = [word.strip().lower() for text in texts for word in text.split(";")]
    place = " ".join(area.replace(";", ",").split()).lower()
    return sorted({*free, *ticked, AREA + place if place else ""} - {""})


def told_apart(held: Iterable[str]) -> tuple[list[str], str, list[str]]:
    """The words that are offered to tick, the area (the first, where there are several), and all others."""
    all_words = list(held)
    area = next((word for word in all_words if word.startswith(AREA)), "")
    ticked = [word for word in all_words if word in OFFERED]
    return ticked, area.removeprefix(AREA), [word for word in all_words if word not in (*ticked, area)]
