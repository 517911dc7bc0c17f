"""Which meetings suit a client: their preferences, where they have been and what did not suit them, held together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from attendance.directory import overlay
from attendance.directory.browsing import held_next
from attendance.directory.choosing import finding, ranking
from attendance.directory.choosing.finding import MOST_PLACES, SPREAD_KM
from attendance.directory.choosing.geography import Point, middle
from attendance.directory.choosing.ranking import MOST_SUITING
from attendance.directory.choosing.suiting import Judged
from attendance.directory.choosing.wishes import Wishes, wishes_of
from attendance.directory.models import Meeting
from attendance.directory.naming import next_day_text, option_text, when_text
from attendance.register import meeting_choices
from clinic.models import Client


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A meeting for a client: when it is next held, in its own time zone, and None by appointment; why it is offered,
    and what of it does not fit."""

    meeting: Meeting
    next_start: datetime | None
    why: tuple[str, ...]
    misses: tuple[str, ...]
    is_chosen: bool
    did_not_suit: bool

    @property
    def when(self) -> str:
        """Its day and hour, such as Tue 19:00."""
        return when_text(self.meeting)

    @property
    def next_day(self) -> str:
        """The day on which it is next held, in words."""
        return next_day_text(self.next_start) if self.next_start is not None else ""

    @property
    def asked(self) -> str:
        """What an address says to name it in the form of an act."""
        return urlencode({"meeting": option_text(self.meeting)})


@dataclass(frozen=True, slots=True)
class Suitable:
    """What suits a client, best first, and near misses where that is little.

    wishes: as they were understood. near_last: distances are from where they last went, for want of an area; where
    they have been nowhere, from where the clinic's clients go, if that is known.
    unknown_area: the area they named is not on the map. more: how many suit beyond those listed.
    """

    wishes: Wishes
    suits: list[Suggestion]
    close: list[Suggestion]
    more: int
    near_last: bool
    unknown_area: bool


def suitable(
    client: Client,
    now: datetime,
    *,
    words: Iterable[str] | None = None,
    fallback: Point | None = None,
    most: int = MOST_SUITING,
) -> Suitable:
    """The meetings that suit a client from an aware moment on; the queries do not grow with the meetings.

    words: other preferences than those on record, to look what there would be. fallback: from where to reckon for
    somebody who has named no area and been nowhere; without it, from where the clinic's clients go.
    """
    clinic = client.clinic
    wishes = wishes_of(
        client.preferences if words is None else words,
        language=client.language,
        country=clinic.country,
        fellowships=finding.fellowships_by_word(clinic),
    )
    attended = _attended(client)
    near = finding.place_named(clinic, wishes.area)
    unknown_area = bool(wishes.area) and near is None
    last = next((place for _, place in attended if place is not None), None)
    near_last = near is None and last is not None
    near = near or last or fallback or _where_clients_go(client)
    wishes = replace(wishes, near=near)
    unsuited = set(meeting_choices.unsuited_of(client).values_list("meeting", flat=True))
    choice = ranking.choose(
        finding.candidates(clinic, wishes, now),
        wishes,
        unsuited=ranking.unsuited_of(finding.these(clinic, unsuited, now)),
        country=clinic.country,
        most=most,
    )
    listed = [*choice.suits, *choice.close]
    meetings = overlay.by_numbers(clinic, (one.candidate.pk for one in listed))
    chosen = set(meeting_choices.chosen_by_client(client).values_list("meeting", flat=True))
    been = {meeting for meeting, _ in attended}

    def suggestion(judged: Judged) -> Suggestion:
        pk = judged.candidate.pk
        meeting = meetings[pk]
        ahead = held_next(meeting, now, 1)
        why = (*judged.fits, "they have been here") if pk in been else judged.fits
        return Suggestion(
            meeting, ahead[0].starts if ahead else None, why, judged.misses, pk in chosen, pk in unsuited
        )

    return Suitable(
        wishes=wishes,
        suits=[suggestion(one) for one in choice.suits],
        close=[suggestion(one) for one in choice.close],
        more=choice.more,
        near_last=near_last,
        unknown_area=unknown_area,
    )


def _where_clients_go(client: Client) -> Point | None:
    """The middle of where the clinic's clients went last: that is where the clinic is."""
    places = (
        client.clinic.attendances.filter(voided_at__isnull=True, meeting__latitude__isnull=False)
        .order_by("-attended_on", "-pk")
        .values_list("meeting__latitude", "meeting__longitude")[:MOST_PLACES]
    )
    known = [Point(north, east) for north, east in places if north is not None and east is not None]
    return middle(known, SPREAD_KM)


def _attended(client: Client) -> list[tuple[int, Point | None]]:
    """The meetings a client has been to, the latest first, with where those in person are."""
    rows = (
        client.attendances.filter(voided_at__isnull=True, meeting__isnull=False)
        .order_by("-attended_on", "-pk")
        .values_list("meeting", "meeting__latitude", "meeting__longitude")
    )
    return [
        (meeting, Point(north, east) if north is not None and east is not None else None)
        for meeting, north, east in rows
        if meeting is not None
    ]
