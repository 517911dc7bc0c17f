"""Meetings that a clinic enters by hand, and its own word on those of feeds: both survive every reading of a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from attendance.directory import overlay
from attendance.directory.feeds import reading, slugs
from attendance.directory.feeds.parsed import SLUG_LIMIT
from attendance.directory.fellowships import fellowship_of
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from attendance.directory.models import Meeting
from clinic import audit, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.texts import one_line

LIMITS = {column.name: getattr(column, "max_length", None) for column in Meeting._meta.get_fields()}
LINES = ("notes", "location_notes", "conference_notes")


@transaction.atomic
def add_meeting(
    *,
    clinic: Clinic,
    fellowship: str,
    values: Mapping[str, Any],
    by: Actor,
    now: datetime,
    kind: FellowshipKind | None = None,
) -> tuple[Meeting, bool]:
    """Enter a meeting that no feed tells of; it is the clinic's own. The meeting, and whether it is new.

    values: the columns of overlay.EDITABLE by name, those left out empty; times are local ones of the clinic. One
    that is the same in every column is there already. fellowship: its name or abbreviation; one that nobody has named
    before is made for this clinic, of that kind. Raises Refused for what no meeting can be.
    """
    locking.clinic(clinic.pk)
    told = _checked(values)
    blank = Meeting()
    same = {name: told.get(name, getattr(blank, name)) for name in overlay.EDITABLE}
    whose = fellowship_of(clinic, fellowship, kind)
    held = clinic.own_meetings.filter(amends__isnull=True, fellowship=whose, **same).first()
    if held is not None:
        return held, False
    written = Meeting.objects.create(
        clinic=clinic,
        fellowship=whose,
        slug=_new_slug(clinic, told),
        time_zone=clinic.time_zone,
        edited_by=by.label,
        edited_at=now,
        **told,
    )
    audit.record(by=by, now=now, verb="meeting.added", subject=written, clinic=clinic)
    return written, True


@transaction.atomic
def mend_meeting(
    *, clinic: Clinic, meeting: Meeting, values: Mapping[str, Any], by: Actor, now: datetime
) -> list[str]:
    """Let a meeting be as a clinic says, for this clinic; the columns that are different from before.

    values: all columns of overlay.EDITABLE by name, as they are to be.
    Its own meeting is changed. Of a shared one only what differs from the feed is the clinic's word: all else
    goes on following the feed, and where nothing differs any more, there is no word left. Raises Refused for what
    no meeting can be, and for a meeting of another clinic.
    """
    # Held until the end, as a reading of its feed may be about to change it.
    held = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    told = _checked(values)
    if held.clinic_id is not None:
        if held.clinic_id != clinic.pk or held.amends_id is not None:
            raise Refused("That meeting is none of this clinic's.")
        changed = [name for name, value in told.items() if getattr(held, name) != value]
        row = held
    else:
        amendment = clinic.own_meetings.filter(amends=held).first() or _amendment_of(held, clinic)
        changed = [name for name, value in told.items() if getattr(amendment, name) != value]
        for name, value in told.items():
            setattr(amendment, name, value)
        amendment.edited = overlay.differing(amendment, held)
        if not amendment.edited:
            follow_feed(clinic=clinic, meeting=held, by=by, now=now)
            return changed
        row = amendment
    if changed:
        _write(row, told, by, now)
        audit.record(by=by, now=now, verb="meeting.mended", subject=held, clinic=clinic, fields=changed)
    return changed


@transaction.atomic
def follow_feed(*, clinic: Clinic, meeting: Meeting, by: Actor, now: datetime) -> bool:
    """Take the clinic's word on a meeting of a feed back; False where there is none."""
    gone, _ = clinic.own_meetings.filter(amends=meeting).delete()
    if gone:
        audit.record(by=by, now=now, verb="meeting.follows_feed", subject=meeting, clinic=clinic)
    return bool(gone)


def _amendment_of(meeting: Meeting, clinic: Clinic) -> Meeting:
    amendment = Meeting(clinic=clinic, amends=meeting)
    overlay.take_over(amendment)
    return amendment


def _write(row: Meeting, told: Mapping[str, Any], by: Actor, now: datetime) -> None:
    for name, value in told.items():
        setattr(row, name, value)
    row.edited_by, row.edited_at = by.label, now
    row.save()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as they are kept: texts made fit, what goes with an hour only where there is one. Raises Refused."""
    told = {name: _fit(name, value) for name, value in values.items() if name in overlay.EDITABLE}
    if not told.get("name"):
        raise Refused("A meeting needs a name.", "name")
    if told.get("day") is None:
        told |= {"starts_at": None, "ends_at": None, "weeks": []}
    if told.get("starts_at") is None:
        told["ends_at"] = None
    if told.get("ends_at") is not None and told["ends_at"] == told["starts_at"]:
        raise Refused("It ends when it starts: leave the end empty if it is not known.", "ends_at")
    if not set(told.get("weeks") or []) <= {1, 2, 3, 4, 5, -1}:
        raise Refused("The weeks of a month are the first to the fifth, and the last.", "weeks")
    if told.get("latitude") is not None or told.get("longitude") is not None:
        try:
            told["latitude"], told["longitude"] = reading.coordinates(told["latitude"], told["longitude"])
        except ValueError as fault:
            raise Refused(f"The coordinates {fault}.", "position") from fault
    address = told.get("conference_url")
    online = address or told.get("conference_phone")
    option = told.get("attendance_option")
    if option in (AttendanceOption.ONLINE, AttendanceOption.HYBRID) and not online:
        raise Refused("Say how it is joined online: its web address or a number.", "conference_url")
    return told


def _fit(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str) or isinstance(value, AttendanceOption):
        return value
    text = reading.plain_lines(value) if name in LINES else one_line(value)
    limit = LIMITS[name]
    if limit is not None and len(text) > limit:
        raise Refused(f"That is {len(text)} characters long, of {limit} at most.", name)
    if text and name in ("url", "conference_url"):
        try:
            return reading.web_address(text)
        except ValueError as error:
            raise Refused(f"{text!r} is no web address: it begins with https://.", name) from error
    return text


def _new_slug(clinic: Clinic, told: Mapping[str, Any]) -> str:
    """A slug that no other meeting of the clinic has, made of name, day and hour, such as quiet-hour-tuesday-1900."""
    parts = [told["name"]]
    if told.get("day") is not None:
        parts.append(slugs.DAYS[told["day"]])
    if told.get("starts_at") is not None:
        parts.append(f"{told['starts_at']:%H%M}")
    words = re.findall(r"[a-z0-9]+", " ".join(parts).lower())
    stem = "-".join(words)[: SLUG_LIMIT - 6].strip("-") or "meeting"
    taken = set(clinic.own_meetings.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)
