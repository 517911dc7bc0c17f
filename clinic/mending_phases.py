"""Putting the dated changes of phase right: another day for a reason, and what was entered by a slip of the hand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from clinic import amending, audit, checks, episodes, locking
from clinic.actors import Actor
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.models import ClosedReason, Phase, PhaseChange


@transaction.atomic
def correct_date(
    *, change: PhaseChange, changed_on: date, reason: str, by: Actor, now: datetime
) -> PhaseChange | None:
    """Give a change of phase another day: the old entry is voided with the reason, the right one points at it.

    The entry of an intake takes the intake with it, that of a discharge the discharge. None where the day is the same.
    Raises Refused without a reason, for an entry that no longer stands, or a day that does not fit the course of
    treatment or what happened in it.
    """
    reason = checks.reason(reason, episodes.LONGEST_WHY)
    client = locking.client(change.episode.client_id)
    change.refresh_from_db()
    episode = change.episode
    if change.voided_at is not None:
        raise Refused("This entry was put right already.")
    if change.changed_on == changed_on:
        return None
    checks.past_date(changed_on, clinic=client.clinic, now=now, field="changed_on")
    phase = Phase(change.phase)
    if is_intake(change):
        try:
            amending.amend(client=client, episode=episode, intake_on=changed_on, why=reason, by=by, now=now)
        except Refused as refusal:
            raise Refused(refusal.sentence, "changed_on") from refusal
    elif phase is Phase.IN_TREATMENT:
        _write_again(change, changed_on, reason, by, now)
    else:
        episodes.change_phase(episode=episode, phase=phase, changed_on=changed_on, why=reason, by=by, now=now)
    return PhaseChange.objects.get(corrects=change.pk, episode=episode, voided_at__isnull=True)


def is_intake(change: PhaseChange) -> bool:
    """Whether the entry is that of the intake itself."""
    return change.phase == Phase.IN_TREATMENT and change.changed_on == change.episode.intake_on


def _write_again(change: PhaseChange, changed_on: date, reason: str, by: Actor, now: datetime) -> None:
    """The entry of one who is in treatment after all: nothing else hangs by its day."""
    episode = change.episode
    if changed_on < episode.intake_on:
        raise Refused(f"{changed_on} is before intake on {episode.intake_on}.", "changed_on")
    change.voided_at, change.voided_by, change.void_reason = now, by.label, reason
    change.save(update_fields=["voided_at", "voided_by", "void_reason"])
    PhaseChange.objects.create(
        clinic_id=change.clinic_id,
        episode=episode,
        phase=change.phase,
        changed_on=changed_on,
        recorded_at=now,
        recorded_by=by.label,
        corrects=change,
    )
    audit.record(
        by=by, now=now, verb="episode.phase_changed", subject=episode, clinic=change.clinic,
        client=episode.client, fields=["phase"],
    )  # fmt: skip


@transaction.atomic
def take_back(*, change: PhaseChange, by: Actor, now: datetime) -> bool:
    """Undo a change of phase entered by a slip of the hand: what it put aside stands again; False where it is undone.

    A closing that came with it goes with it; the messages and introductions that this ended stay ended. Raises
    Refused for an intake, for an entry that is not the latest of its course of treatment, and where a later one began.
    """
    client = locking.client(change.episode.client_id)
    change.refresh_from_db()
    episode = change.episode
    if change.voided_at is not None:
        return False
    latest = episode.phase_changes.filter(voided_at__isnull=True).order_by("-pk").first()
    if change != latest or is_intake(change):
        raise Refused("Something was entered since: correct the date or the phase instead.")
    before = change.corrects
    stood = Phase(before.phase) if before is not None else Phase.IN_TREATMENT
    if stood is Phase.IN_TREATMENT and client.episodes.filter(intake_on__gt=episode.intake_on).exists():
        raise Refused("A later course of treatment has begun: record the change there.")
    change.voided_at, change.voided_by, change.void_reason = now, by.label, UNDONE
    change.save(update_fields=["voided_at", "voided_by", "void_reason"])
    if before is not None:
        before.voided_at, before.voided_by, before.void_reason = None, "", ""
        before.save(update_fields=["voided_at", "voided_by", "void_reason"])
    ended = before is not None and stood is not Phase.IN_TREATMENT
    episode.phase, episode.discharged_on = stood, before.changed_on if before is not None and ended else None
    episode.save(update_fields=["phase", "discharged_on"])
    audit.record(
        by=by, now=now, verb="episode.phase_taken_back", subject=episode, clinic=client.clinic, client=client,
        fields=["phase"],
    )  # fmt: skip
    closed_by_this = (client.closed_reason, client.closed_on) == (ClosedReason.DIED, change.changed_on)
    if change.phase == Phase.DIED and closed_by_this:
        episodes.track_again(client, by, now)
    if stood is Phase.DIED and before is not None and client.closed_on is None:
        episodes.close(client=client, closed_on=before.changed_on, reason=ClosedReason.DIED, by=by, now=now)
    return True
