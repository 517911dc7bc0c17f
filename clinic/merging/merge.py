"""Putting two records of one client together, all of it or nothing; what it would come to; and undoing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from clinic import audit, consents, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.merging import rows
from clinic.merging.rows import Merging
from clinic.models import Channel, Client, Clinic, Episode, Merge, MergedRow, Phase, PhaseChange, Purpose

TAKEN_BACK = "Taken back on the other record of the same client."
GONE = "Somebody was quicker: one of the two was put together with another record already."
LATER_FIRST = "Another record was put together with this one since: undo that first."
# What the kept record takes from the other where it has nothing of its own, with what belongs to it.
FILLED: dict[str, tuple[str, ...]] = {
    "first_name": (),
    "last_name": (),
    "date_of_birth": (),
    "mobile": ("mobile_refused_at",),
    "email": ("email_refused_at",),
    "keyworker": (),
    "preferences": (),
}
MEASURED = (
    "programme", "twelve_step_based", "severity", "motivation", "controlled_use_impossible", "isolated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would come to: why it is refused, or how many rows of each table would move and how many stay."""

    refused: str = ""
    moved: Counter[str] = field(default_factory=Counter)
    stays: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def merge(*, kept: Client, merged: Client, by: Actor, now: datetime) -> Merge:
    """Let all that is on record of merged be kept's: merged leads there, and is on no list any more.

    What cannot stand twice stays with merged. A ledger holds what each row was. Raises Refused for two of different
    clinics, where one is closed and the other not, where a stage cannot put its rows together, or where somebody was
    quicker.
    """
    made, _ = _merge(kept, merged, by, now)
    return made


def preview(*, kept: Client, merged: Client, by: Actor, now: datetime) -> Preview:
    """What it would come to: the merge itself, taken back."""
    try:
        with transaction.atomic():
            made, merging = _merge(kept, merged, by, now)
            moved = Counter(
                row.table
                for row in made.rows.all()
                if row.before is not None and row.before.get("client_id") == merging.merged.pk
            )
            stays = Counter({table: len(ids) for table, ids in merging.stays.items()})
            transaction.set_rollback(True)
    except Refused as refused:
        return Preview(refused=refused.sentence)
    return Preview(moved=moved, stays=stays)


def _merge(kept: Client, merged: Client, by: Actor, now: datetime) -> tuple[Merge, Merging]:
    if kept.clinic_id != merged.clinic_id or kept.pk == merged.pk:
        raise Refused("Only two records of one clinic can be put together.")
    clinic = kept.clinic
    kept, merged = _hold(clinic, kept, merged)
    if (kept.closed_on is None) != (merged.closed_on is None):
        closed, tracked = (kept, merged) if kept.closed_on is not None else (merged, kept)
        raise Refused(
            f"{closed.reference} is closed and {tracked.reference} is not: "
            "track the one again, or stop tracking the other."
        )
    led_here = list(Client.with_merged.filter(merged_into=merged).values_list("pk", flat=True))
    concerned = [kept.pk, merged.pk, *led_here]
    before = rows.snapshot(concerned)
    merging = Merging(clinic, kept, merged, by, now)
    events.clients_merging.send(sender=Client, merging=merging)
    _settle_consents(merging)
    _settle_episodes(merging)
    rows.move(merging)
    _fill_in(merging)
    Client.with_merged.filter(pk__in=led_here).update(merged_into=kept)
    Client.objects.filter(pk=merged.pk).update(merged_into=kept, merged_at=now, keyworker=None)
    events.clients_merged.send(sender=Client, merging=merging)
    events.facts_changed.send(sender=Client, clinic=clinic, client_ids=[kept.pk], now=now)
    made = Merge.objects.create(clinic=clinic, kept=kept, merged=merged, made_at=now, made_by=by.label)
    MergedRow.objects.bulk_create(rows.altered(made, before, rows.snapshot(concerned)))
    for client in (kept, merged):
        audit.record(by=by, now=now, verb="client.merged", subject=made, clinic=clinic, client=client)
    return made, merging


def _hold(clinic: Clinic, *clients: Client) -> list[Client]:
    """Hold them by number; as they stand then, in the order given.

    The clinic first: a merge alters the records that lead to one of the two as well, so that two merges go in turn.
    """
    locking.clinic(clinic.pk)
    ids = [client.pk for client in clients]
    held = locking.clients(clinic.clients.filter(pk__in=ids))
    if len(held) < len(ids):
        raise Refused(GONE)
    stands = {one.pk: one for one in Client.objects.filter(pk__in=held).select_related("clinic")}
    return [stands[pk] for pk in ids]


def _settle_consents(merging: Merging) -> None:
    """The stricter holds: what was taken back on either is taken back; a consent stays with the address it is about."""
    kept, merged = merging.kept, merging.merged
    for channel in (Channel.SMS, Channel.EMAIL):
        live = {client.pk: consents.live(client, Purpose.PROMPTS, channel) for client in (kept, merged)}
        for client, other in ((kept, merged), (merged, kept)):
            held = live[client.pk]
            if held is not None and live[other.pk] is None and consents.ever_revoked(other, channel):
                consents.revoke(consent=held, how=TAKEN_BACK, by=merging.by, now=merging.now)
        theirs, own = live[merged.pk], consents.address_of(kept, channel)
        elsewhere = own and consents.same_address(own) != consents.same_address(
            consents.address_of(merged, channel)
        )
        if theirs is not None and (elsewhere or live[kept.pk] is not None):
            merging.keep(theirs)


def _settle_episodes(merging: Merging) -> None:
    """One course of treatment may be open, and one begin on a day: the kept one then learns what the other knows."""
    own = list(merging.kept.episodes.order_by("intake_on"))
    present = next((one for one in own if one.discharged_on is None), None)
    begins = {one.intake_on: one for one in own}
    for theirs in merging.merged.episodes.order_by("intake_on"):
        twin = begins.get(theirs.intake_on)
        if twin is None and theirs.discharged_on is None:
            twin = present
        if twin is None:
            continue
        merging.keep(theirs)
        _learn(twin, theirs)
        if theirs.intake_on < twin.intake_on:
            _begin_earlier(merging, twin, theirs.intake_on)


def _learn(twin: Episode, theirs: Episode) -> None:
    for name in MEASURED:
        if getattr(twin, name) is None:
            setattr(twin, name, getattr(theirs, name))
    twin.save(update_fields=MEASURED)


def _begin_earlier(merging: Merging, episode: Episode, intake_on: date) -> None:
    """Let a course of treatment begin when the other record says, as a correction of its intake does."""
    began = episode.phase_changes.filter(
        phase=Phase.IN_TREATMENT, changed_on=episode.intake_on, voided_at__isnull=True
    )
    by, now = merging.by.label, merging.now
    if began.update(voided_at=now, voided_by=by):
        PhaseChange.objects.create(
            clinic=merging.clinic, episode=episode, phase=Phase.IN_TREATMENT, changed_on=intake_on,
            recorded_at=now, recorded_by=by,
        )  # fmt: skip
    episode.intake_on = intake_on
    episode.save(update_fields=["intake_on"])


def _fill_in(merging: Merging) -> None:
    """Let the kept record know what only the other one knew of the person."""
    kept, merged = merging.kept, merging.merged
    taken = [
        column
        for name, with_it in FILLED.items()
        if not getattr(kept, name) and getattr(merged, name)
        for column in (name, *with_it)
    ]
    for column in taken:
        setattr(kept, column, getattr(merged, column))
    # Plain wording is asked for; whoever did not on either record is not to be met with it.
    kept.plain_wording = kept.plain_wording and merged.plain_wording
    taken.append("plain_wording")
    kept.save(update_fields=taken)


@transaction.atomic
def undo(*, merge: Merge, by: Actor, now: datetime) -> int:
    """Part the two again: each row is what it was and whose it was. How many had to be left as they are.

    What was recorded since the merge stays with the kept one, and so does what somebody has altered since. Both are
    judged anew. Raises Refused where it was undone already, or another merge has to be undone first.
    """
    clinic = merge.clinic
    locking.clinic(clinic.pk)
    locking.clients(Client.with_merged.filter(pk__in=[merge.kept_id, merge.merged_id], clinic=clinic))
    made = clinic.merges.select_related("kept", "merged").get(pk=merge.pk)
    if made.undone_at is not None:
        raise Refused("Somebody was quicker: the two are apart already.")
    if made.kept.merged_into_id is not None or _later(made):
        raise Refused(LATER_FIRST)
    events.clients_parting.send(sender=Client, merge=made)
    left = rows.put_back(made.rows.all())
    made.undone_at, made.undone_by = now, by.label
    made.save(update_fields=["undone_at", "undone_by"])
    for client in (made.kept, made.merged):
        audit.record(by=by, now=now, verb="client.parted", subject=made, clinic=clinic, client=client)
    both = sorted([made.kept_id, made.merged_id])
    events.facts_changed.send(sender=Client, clinic=clinic, client_ids=both, now=now)
    return left


def _later(made: Merge) -> bool:
    return made.clinic.merges.filter(kept=made.kept, pk__gt=made.pk, undone_at__isnull=True).exists()
