"""Finding a fellowship by whichever of its names people write."""

from collections.abc import Iterable

from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Fellowship

# Name, abbreviation, kind. Others are taken as they are named; an "Anonymous" is a 12-step fellowship.
WELL_KNOWN = (
    ("Alcoholics Anonymous", "AA", FellowshipKind.TWELVE_STEP),
    ("Narcotics Anonymous", "NA", FellowshipKind.TWELVE_STEP),
    ("Cocaine Anonymous", "CA", FellowshipKind.TWELVE_STEP),
    ("Crystal Meth Anonymous", "CMA", FellowshipKind.TWELVE_STEP),
    ("Marijuana Anonymous", "MA", FellowshipKind.TWELVE_STEP),
    ("Dual Recovery Anonymous", "DRA", FellowshipKind.TWELVE_STEP),
    ("Al-Anon", "", FellowshipKind.TWELVE_STEP),
    ("Nar-Anon", "", FellowshipKind.TWELVE_STEP),
    ("SMART Recovery", "SMART", FellowshipKind.SECULAR),
    ("LifeRing Secular Recovery", "LifeRing", FellowshipKind.SECULAR),
    ("Women for Sobriety", "WFS", FellowshipKind.SECULAR),
    ("Secular Organizations for Sobriety", "SOS", FellowshipKind.SECULAR),
    ("Recovery Dharma", "RD", FellowshipKind.OTHER),
)


def _known(name: str) -> tuple[str, str, FellowshipKind]:
    for known in WELL_KNOWN:
        if name.casefold() in (known[0].casefold(), known[1].casefold()):
            return known
    kind = FellowshipKind.TWELVE_STEP if "anonymous" in name.casefold() else FellowshipKind.OTHER
    return name, "", kind


def fellowships_by_names(names: Iterable[str]) -> dict[str, Fellowship | None]:
    """Each name or abbreviation as given, with its fellowship or None; one query however many."""
    by_word: dict[str, Fellowship] = {}
    for fellowship in Fellowship.objects.all():
        for word in (fellowship.name, fellowship.abbreviation, *_known(fellowship.name)[:2]):
            by_word.setdefault(word.casefold(), fellowship)
    by_word.pop("", None)
    return {name: by_word.get(" ".join(name.split()).casefold()) for name in names}


def names_on_offer() -> list[str]:
    """The fellowships there are, and the well-known ones: their groups meet whether or not a list was ever read."""
    there = fellowships_by_names(name for name, _, _ in WELL_KNOWN)
    new = [name for name, held in there.items() if held is None]
    return sorted([*Fellowship.objects.values_list("name", flat=True), *new], key=str.casefold)


def fellowship_named(name: str) -> Fellowship:
    """The fellowship of that name or abbreviation, made where it is new; name is not empty."""
    found = fellowships_by_names([name])[name]
    if found is not None:
        return found
    name = " ".join(name.split())
    full_name, abbreviation, kind = _known(name)
    if name.casefold() != full_name.casefold():
        abbreviation = ""
    return Fellowship.objects.get_or_create(name=name, defaults={"abbreviation": abbreviation, "kind": kind})[
        0
    ]
