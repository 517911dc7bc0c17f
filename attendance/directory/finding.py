"""Finding meetings: by the slug people write down, and by the first letters they type."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Case, IntegerField, Q, Value, When

from attendance.directory.feeds import reading
from attendance.directory.models import Meeting
from clinic.errors import Refused
from clinic.models import WeekDay

SLUGS_A_QUERY = 1000

T = TypeVar("T")


def meeting_by_slug(text: str) -> Meeting | None:
    """The meeting that `slug` or `feed:slug` names, closed ones too; None where there is none.

    Raises Refused where two feeds share the slug.
    """
    found = _named([text])[text]
    if isinstance(found, Refused):
        raise found
    return found


def meetings_by_slugs(texts: Iterable[str]) -> dict[str, Meeting | Refused]:
    """Each text with the meeting it names, or the refusal that says why it names none or several.

    One query for every thousand texts. Closed meetings are found as well: somebody may have gone before.
    """
    found = _named(list(dict.fromkeys(texts)))
    return {
        text: Refused(f"There is no meeting {text!r}.", "meeting") if named is None else named
        for text, named in found.items()
    }


def search(text: str, limit: int) -> list[Meeting]:
    """Meetings on offer whose name, place or day holds every word typed, best first.

    They come with feed and fellowship, in one query. A day is known by its first three letters. Nothing
    typed finds nothing.
    """
    words = reading.plain_line(text).split()
    if not words:
        return []
    offered = Meeting.objects.offered().select_related("feed", "fellowship")
    for word in words:
        offered = offered.filter(_holds(word))
    by_name = Case(
        When(name__istartswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return list(offered.order_by(by_name, "name", "day", "starts_at", "id")[:limit])


def _holds(word: str) -> Q:
    fields = ("name", "group_name", "location", "address", "city", "region")
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f"{field}__icontains": word})
    if len(word) >= 3:
        days = [day.value for day in WeekDay if day.label.lower().startswith(word.lower())]
        wanted |= Q(day__in=days)
    return wanted


def _named(texts: Sequence[str]) -> dict[str, Meeting | Refused | None]:
    named: dict[str, Meeting | Refused | None] = {}
    for some in _portions(texts):
        # A slug holds no colon, so that the last one parts it from the name of its feed.
        parts = {text: text.strip().rpartition(":") for text in some}
        by_slug: dict[str, list[Meeting]] = {}
        # What no slug holds is not asked for: some of it a database would not even compare.
        wanted = {slug for _, _, slug in parts.values() if slug and not reading.UNFIT.search(slug)}
        found = Meeting.objects.filter(slug__in=wanted).select_related("feed", "fellowship")
        for meeting in found.order_by("id"):
            by_slug.setdefault(meeting.slug, []).append(meeting)
        for text, (_, colon, slug) in parts.items():
            candidates = by_slug.get(slug, [])
            if colon:
                candidates = [meeting for meeting in candidates if meeting.reference == text.strip()]
            named[text] = _only(text, candidates)
    return named


def _only(text: str, candidates: Sequence[Meeting]) -> Meeting | Refused | None:
    if len(candidates) > 1:
        choices = " or ".join(meeting.reference for meeting in candidates)
        return Refused(f"More than one feed has a meeting {text!r}: write {choices}.", "meeting")
    return candidates[0] if candidates else None


def _portions(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, SLUGS_A_QUERY)):
        yield some
