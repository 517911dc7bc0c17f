"""Finding a fellowship by whichever of its names people write: one that all share, or the clinic's own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, Q, QuerySet

from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Fellowship
from clinic import audit
from clinic.actors import Actor
from clinic.models import Clinic

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
    ("Recovery Dharma", "RD", FellowshipKind.SECULAR),
)


def _known(name: str) -> tuple[str, str, FellowshipKind] | None:
    for known in WELL_KNOWN:
        if name.casefold() in (known[0].casefold(), known[1].casefold()):
            return known
    return None


def is_well_known(name: str) -> bool:
    """Whether it is the name or abbreviation of one that everybody knows, whether or not a list of it was read."""
    return _known(" ".join(name.split())) is not None


def seed() -> None:
    """Let every fellowship that everybody knows be on the list, whether or not a list of its meetings was read."""
    held = fellowships_by_names((name for name, _, _ in WELL_KNOWN), None)
    new = [known for known in WELL_KNOWN if held[known[0]] is None]
    Fellowship.objects.bulk_create(
        [Fellowship(name=name, abbreviation=abbreviation, kind=kind) for name, abbreviation, kind in new],
        ignore_conflicts=True,
    )
    for name, _, kind in WELL_KNOWN:
        Fellowship.objects.filter(clinic__isnull=True, name=name).exclude(kind=kind).update(kind=kind)


def _kind_of(name: str) -> FellowshipKind:
    return FellowshipKind.TWELVE_STEP if "anonymous" in name.casefold() else FellowshipKind.OTHER


def _words(fellowship: Fellowship) -> set[str]:
    """What people may call it, in small letters."""
    known = _known(fellowship.name)
    names = (fellowship.name, fellowship.abbreviation, *(known[:2] if known else ()))
    return {name.casefold() for name in names} - {""}


def seen_by(clinic: Clinic) -> QuerySet[Fellowship]:
    """The fellowships that all share, and the clinic's own."""
    return Fellowship.objects.filter(Q(clinic__isnull=True) | Q(clinic=clinic))


def fellowships_by_names(names: Iterable[str], clinic: Clinic | None) -> dict[str, Fellowship | None]:
    """Each name or abbreviation as given, with its fellowship or None; one query however many.

    Without a clinic only those that all share are looked at.
    """
    listed = Fellowship.objects.filter(clinic__isnull=True) if clinic is None else seen_by(clinic)
    by_word: dict[str, Fellowship] = {}
    for fellowship in sorted(listed, key=lambda one: one.clinic_id is not None):
        for word in _words(fellowship):
            by_word.setdefault(word, fellowship)
    return {name: by_word.get(" ".join(name.split()).casefold()) for name in names}


def names_on_offer(clinic: Clinic) -> list[str]:
    """The fellowships a clinic sees, and the well-known ones: their groups meet whether or not a list was ever read."""
    there = fellowships_by_names((name for name, _, _ in WELL_KNOWN), clinic)
    new = [name for name, held in there.items() if held is None]
    return sorted([*seen_by(clinic).values_list("name", flat=True), *new], key=str.casefold)


def fellowship_named(name: str) -> Fellowship:
    """The fellowship of that name or abbreviation that all share, made where it is new; name is not empty."""
    found = fellowships_by_names([name], None)[name]
    if found is not None:
        return found
    name = " ".join(name.split())
    name, abbreviation, kind = _known(name) or (name, "", _kind_of(name))
    return _made(name, None, abbreviation, kind)


def fellowship_of(clinic: Clinic, name: str, kind: FellowshipKind | None = None) -> Fellowship:
    """The same as a clinic sees it: one that nobody shares or knows is made for this clinic alone, of that kind."""
    found = fellowships_by_names([name], clinic)[name]
    if found is not None:
        return found
    name = " ".join(name.split())
    return fellowship_named(name) if _known(name) else _made(name, clinic, "", kind or _kind_of(name))


def _made(name: str, clinic: Clinic | None, abbreviation: str, kind: FellowshipKind) -> Fellowship:
    """Make it; where somebody has at this moment made it in other capital letters, theirs."""
    own: dict[str, object] = {"clinic": clinic} if clinic is not None else {"clinic__isnull": True}
    values = {"name": name, "clinic": clinic, "abbreviation": abbreviation, "kind": kind}
    return Fellowship.objects.get_or_create(name__iexact=name, **own, defaults=values)[0]


def fellowship_of_feed(name: str, by: Actor, now: datetime) -> Fellowship:
    """The one that all share from now on. What clinics had named so by themselves becomes this one.

    Without that, a report read again would be about another fellowship than before, and be counted twice.
    """
    shared = fellowship_named(name)
    words = _words(shared)
    for own in Fellowship.objects.filter(clinic__isnull=False).select_related("clinic"):
        # Compared here, as databases differ on what is one letter, large and small.
        if own.name.casefold() not in words:
            continue
        try:
            with transaction.atomic():
                _become(own, shared, by, now)
        except IntegrityError:
            # Somebody has one meeting in both: two facts are not made into one behind their back.
            continue
    return shared


def _become(own: Fellowship, shared: Fellowship, by: Actor, now: datetime) -> None:
    """Let whatever points at a clinic's own fellowship point at the shared one, whichever stage it is of."""
    for relation in Fellowship._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: own})
            rows.update(**{relation.field.name: shared})
    audit.record(by=by, now=now, verb="fellowship.shared", subject=own, clinic=own.clinic)
    own.delete()
