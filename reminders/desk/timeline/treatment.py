"""What a timeline tells of treatment and of following up: phases, consents, flags."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from attendance.standing.models import Flag
from clinic.models import Client, Consent, Interview, PhaseChange
from clinic.weeks import day_text
from reminders.desk.timeline.items import Item, ItemAct, Kind, noon, put_right


def phases(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """How treatment began and ended, and the end of tracking."""
    held = list(PhaseChange.objects.filter(episode__client=client))
    by_number = {change.pk: change for change in held}
    for change in held:
        wrong = by_number.get(change.corrects_id or 0)
        stands = change.voided_at is None
        yield Item(
            at=noon(change.changed_on, zone).replace(hour=1),
            kind=Kind.TREATMENT,
            icon="flag",
            what=f"Phase: {change.get_phase_display()}",
            when=change.changed_on,
            who=change.recorded_by,
            voided=put_right("Corrected", change.voided_at, change.voided_by, change.void_reason, zone),
            before=f"{wrong.get_phase_display()}, {day_text(wrong.changed_on)}" if wrong is not None else "",
            acts=(ItemAct("correct_phase", "Correct", f"change={change.pk}"),) if stands else (),
        )
    if client.closed_on is not None:
        yield Item(
            at=noon(client.closed_on, zone),
            kind=Kind.TREATMENT,
            icon="slash",
            what=f"Closed: {client.get_closed_reason_display()}",
            when=client.closed_on,
        )


def flags(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """The weeks that were missed, as the weekly rule noticed them."""
    for flag in Flag.objects.filter(client=client):
        yield Item(
            at=noon(flag.opened_on, zone).replace(hour=2),
            kind=Kind.FLAGS,
            icon="alert",
            what="Missed a week: flagged",
            when=flag.opened_on,
            tone="warn",
        )
        if flag.closed_at is not None:
            closed = flag.closed_at.astimezone(zone)
            why = str(flag.get_closed_because_display())
            yield Item(
                at=closed,
                kind=Kind.FLAGS,
                icon="check-twice",
                what=f"Flag closed after {flag.missed_weeks} missed: {why.lower()}",
                when=closed,
                tone="good",
            )


def consents(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """What they agreed to, and what they took back."""
    for consent in Consent.objects.filter(client=client):
        what = f"{consent.get_purpose_display()} ({consent.get_channel_display().lower()})"
        at = consent.recorded_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.TREATMENT,
            icon="shield",
            what=f"Consent recorded: {what}",
            when=at,
            who=consent.recorded_by,
            note=consent.how,
        )
        if consent.revoked_at is not None:
            ended = consent.revoked_at.astimezone(zone)
            yield Item(
                at=ended,
                kind=Kind.TREATMENT,
                icon="cross",
                what=f"Consent taken back: {what}",
                when=ended,
                who=consent.revoked_by,
                note=consent.revoked_how,
                tone="warn",
            )


def interviews(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """What they said when they were asked, months after intake."""
    held = list(Interview.objects.filter(client=client))
    by_number = {one.pk: one for one in held}
    corrected = {one.corrects_id for one in held}
    for one in held:
        wrong = by_number.get(one.corrects_id or 0)
        word = "Corrected" if one.pk in corrected else "Struck out"
        row = f"interview={one.pk}"
        stands = one.voided_at is None
        yield Item(
            at=noon(one.held_on, zone),
            kind=Kind.TREATMENT,
            icon="note",
            what=f"Interview at {one.get_kind_display()}",
            when=one.held_on,
            who=one.recorded_by,
            note=one.said,
            voided=put_right(word, one.voided_at, one.voided_by, one.void_reason, zone),
            before=f"{day_text(wrong.held_on)}: {wrong.said}" if wrong is not None else "",
            acts=(
                ItemAct("correct_interview", "Correct", row),
                ItemAct("void_interview", "Strike out", row),
            )
            if stands
            else (),
        )
