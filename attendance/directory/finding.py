"""Finding meetings: by the slug people write down, and by the first letters they type."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from attendance.directory import overlay
from attendance.directory.feeds import reading
from attendance.directory.feeds.parsed import PUBLISHED_SLUG_LIMIT
from attendance.directory.models import FEED_NAME_LIMIT, Meeting, MeetingQuerySet
from clinic.errors import Refused
from clinic.models import Clinic, WeekDay
from clinic.numbers import row_number
from clinic.texts import UNFIT

SLUGS_A_QUERY = 1000

# Written out: every press asks it, and having it worded takes several times as long as reading its answer.
RECORDABLE = f"""
    SELECT listed.id, listed.clinic_id, listed.amends_id, listed.fellowship_id,
        called.name, called.day, called.weeks, called.starts_at
    FROM {Meeting._meta.db_table} listed JOIN {Meeting._meta.db_table} called ON called.id = COALESCE(
        (SELECT own.id FROM {Meeting._meta.db_table} own WHERE own.amends_id = listed.id AND own.clinic_id = %s),
        listed.id
    )
    WHERE listed.id = %s AND listed.amends_id IS NULL AND (listed.clinic_id IS NULL OR listed.clinic_id = %s)
"""  # noqa: S608  (the name of our own table, and marks for values)

T = TypeVar("T")


def meeting_by_slug(text: str, clinic: Clinic | None = None) -> Meeting | None:
    """The meeting that `slug` or `feed:slug` names, closed ones too; None where there is none.

    The slug is ours, or as the feed published it. Raises Refused where several meetings go by it. With a clinic its
    own meetings are found as well, and each is as this clinic sees it; so in the functions below.
    """
    found = _named([text], clinic)[text]
    if isinstance(found, Refused):
        raise found
    return found


def meetings_by_slugs(texts: Iterable[str], clinic: Clinic | None = None) -> dict[str, Meeting | Refused]:
    """Each text with the meeting it names, or the refusal that says why it names none or several.

    One query for every thousand slugs they may mean. Closed meetings are found as well: somebody may have gone before.
    """
    found = _named(list(dict.fromkeys(texts)), clinic)
    return {
        text: Refused(f"There is no meeting {text!r}.", "meeting") if named is None else named
        for text, named in found.items()
    }


def meeting_by_number(text: str, clinic: Clinic | None = None) -> Meeting | None:
    """The meeting of a number that a page was given, closed ones too; None where there is none."""
    number = row_number(text)
    if number is None:
        return None
    if clinic is None:
        return Meeting.objects.shared().select_related("feed", "fellowship").filter(pk=number).first()
    return overlay.by_numbers(clinic, [number]).get(number)


def recordable(text: str, clinic: Clinic) -> Meeting | None:
    """The meeting of a number that a page was given, as recording takes it: what it is called here and when it is held.

    Closed ones too; None where the clinic has none of that number, and for an amendment, which no page gives.
    """
    number = row_number(text)
    if number is None:
        return None
    return next(iter(Meeting.objects.raw(RECORDABLE, [clinic.pk, number, clinic.pk])), None)


def search(text: str, limit: int, clinic: Clinic | None = None) -> list[Meeting]:
    """Meetings on offer whose name, place or day holds every word typed, best first.

    They come with feed and fellowship, in one query. A day is known by its first three letters. Nothing
    typed finds nothing.
    """
    words = reading.plain_line(text).split()
    if not words:
        return []
    offered = holding_all(_seen_by(clinic).offered(), text)
    by_name = Case(
        When(name__istartswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return overlay.as_seen(offered.order_by(by_name, "name", "day", "starts_at", "id")[:limit])


def holding_all(meetings: QuerySet[Meeting], text: str) -> QuerySet[Meeting]:
    """Those of which name, place or day hold every word of a text."""
    for word in reading.plain_line(text).split():
        meetings = meetings.filter(_holds(word))
    return meetings


def _holds(word: str) -> Q:
    fields = ("name", "group_name", "location", "address", "city", "region")
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f"{field}__icontains": word})
    if len(word) >= 3:
        days = [day.value for day in WeekDay if day.label.lower().startswith(word.lower())]
        wanted |= Q(day__in=days)
    return wanted


def _seen_by(clinic: Clinic | None) -> MeetingQuerySet:
    """The meetings that a clinic sees; without one, those that all share."""
    if clinic is None:
        return Meeting.objects.shared().select_related("feed", "fellowship")
    return Meeting.objects.seen_by(clinic)


def _named(texts: Sequence[str], clinic: Clinic | None) -> dict[str, Meeting | Refused | None]:
    split = {text: list(_split(text.strip())) for text in texts}
    # What no slug holds is not asked for: some of it a database would not even compare.
    slugs = {slug for parts in split.values() for _, slug in parts if not UNFIT.search(slug)}
    by_slug: defaultdict[str, list[Meeting]] = defaultdict(list)
    for wanted in _portions(sorted(slugs)):
        found = _seen_by(clinic).filter(Q(slug__in=wanted) | Q(published_slug__in=wanted))
        for meeting in sorted(overlay.as_seen(found), key=lambda one: one.pk):
            for slug in {meeting.slug, meeting.published_slug}.intersection(wanted):
                by_slug[slug].append(meeting)
    return {
        text: _only(text, [one for feed, slug in parts for one in _meant(by_slug[slug], feed, slug)])
        for text, parts in split.items()
    }


def _split(text: str) -> Iterator[tuple[str | None, str]]:
    """Each feed and slug that a text may name: no feed and all of it, or parted at one of its colons.

    A slug of ours holds no colon, but one that was published may, and so may the name of a feed.
    """
    if not text or len(text) > FEED_NAME_LIMIT + 1 + PUBLISHED_SLUG_LIMIT:
        return
    yield None, text
    for at, letter in enumerate(text):
        if letter == ":" and text[at + 1 :]:
            yield text[:at], text[at + 1 :]


def _meant(found: Sequence[Meeting], feed: str | None, slug: str) -> list[Meeting]:
    """Those found by a slug, of one feed or of any; in each feed a slug of ours goes before a published one."""
    candidates = [one for one in found if feed in (None, one.feed.name if one.feed else "")]
    ours = {one.feed_id for one in candidates if one.slug == slug}
    return [one for one in candidates if one.slug == slug or one.feed_id not in ours]


def _only(text: str, candidates: Sequence[Meeting]) -> Meeting | Refused | None:
    if len(candidates) > 1:
        choices = " or ".join(meeting.reference for meeting in candidates)
        feeds = {meeting.feed_id for meeting in candidates}
        whose = "More than one feed has a meeting" if len(feeds) > 1 else "A feed has several meetings"
        return Refused(f"{whose} {text!r}: write {choices}.", "meeting")
    return candidates[0] if candidates else None


def _portions(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, SLUGS_A_QUERY)):
        yield some
