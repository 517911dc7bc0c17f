"""What a timeline tells of whose a client is: hand-overs, transfers, and records put together. Three queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from clinic import handing_over
from clinic.models import Client, HandedClient, HandOver, Merge, Transfer, TransferState
from clinic.weeks import day_text
from reminders.desk.timeline.items import Item, Kind, put_right

ENDED = {TransferState.WITHDRAWN: "withdrawn", TransferState.DECLINED: "declined"}


def hand_overs(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """From which keyworker to which, and what is to come; one that left this client where they were is not told."""
    held = HandedClient.objects.filter(client=client)
    for handed in held.select_related("hand_over__held_by", "hand_over__to"):
        given = handed.hand_over
        between = f"from {given.held_by or 'nobody'} to {given.to}"
        if handed.moved_at is not None:
            yield _hand_over(given, f"Handed over {between}", handed.moved_at, zone)
        elif given.carried_out_at is None:
            to_come = f"To be handed over {between} on {day_text(given.starts_on)}"
            yield _hand_over(given, to_come, given.made_at, zone)


def _hand_over(given: HandOver, what: str, on_record_at: datetime, zone: ZoneInfo) -> Item:
    taken_back = given.ended_because == handing_over.TAKEN_BACK
    word, why = ("Taken back", "") if taken_back else ("Not carried out", given.ended_because)
    at = on_record_at.astimezone(zone)
    return Item(
        at=at,
        kind=Kind.MOVES,
        icon="person",
        what=what,
        when=at,
        who=given.made_by,
        note=given.note,
        voided=put_right(word, given.ended_at, given.ended_by, why, zone),
        has_time=True,
        about=(given.starts_on, given.starts_on),
    )


def transfers(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """From which clinic of the organisation they came, to which they were offered, and what became of that."""
    either = Transfer.objects.filter(Q(client=client) | Q(accepted=client))
    for one in either.select_related("clinic", "to", "consent"):
        agreed = day_text(one.consent.given_on) if one.consent.given_on is not None else "no known day"
        if one.client_id == client.pk:
            yield _transfer(
                one.offered_at.astimezone(zone),
                f"Transfer to {one.to} offered, until {day_text(one.until)}",
                one.offered_by,
                f"The client agreed on {agreed}: {one.consent.how}",
            )
        if one.ended_at is None:
            continue
        at = one.ended_at.astimezone(zone)
        if one.accepted_id is None:
            what = f"Transfer to {one.to} {ENDED[TransferState(one.state)]}"
            yield _transfer(at, what, one.ended_by, one.ended_because)
        else:
            other = f"from {one.clinic}" if one.accepted_id == client.pk else f"by {one.to}"
            yield _transfer(
                at, f"Taken over {other}", one.ended_by, f"With the client's consent of {agreed}."
            )


def _transfer(at: datetime, what: str, who: str, note: str) -> Item:
    return Item(at=at, kind=Kind.MOVES, icon="leave", what=what, when=at, who=who, note=note, has_time=True)


def merges(client: Client, zone: ZoneInfo) -> Iterator[Item]:
    """Which records were put together with theirs, those that came along with another one included; and parted."""
    found = Merge.objects.filter(Q(kept=client) | Q(merged=client) | Q(kept__merged_into=client))
    for one in found.select_related("kept", "merged"):
        at = one.made_at.astimezone(zone)
        yield Item(
            at=at,
            kind=Kind.MOVES,
            icon="plus",
            what=f"{one.merged.reference} was put together with {one.kept.reference}",
            when=at,
            who=one.made_by,
            voided=put_right("Parted again", one.undone_at, one.undone_by, "", zone),
            has_time=True,
        )
