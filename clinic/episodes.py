"""How treatment goes on and ends. A discharge never ends the follow-up by itself (evidence E2)."""

from datetime import date, datetime

from django.db import transaction

from clinic import audit, checks, clock, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.intake import Intake, Person, begin_episode, check
from clinic.models import Client, ClosedReason, Episode, Phase, PhaseChange
from clinic.weeks import day_text

LONGEST_WHY = checks.longest(PhaseChange, "void_reason")


def latest_episode(client: Client) -> Episode:
    """The client's present or last course of treatment; every client has one."""
    return client.episodes.order_by("-intake_on")[0]


@transaction.atomic
def change_phase(
    *, episode: Episode, phase: Phase, changed_on: date, by: Actor, now: datetime, why: str = ""
) -> bool:
    """Write down a dated change of phase; False where the episode stands so already.

    Any phase but 'in treatment' is a discharge. A changed date or outcome of a discharge is a
    correction: the earlier entry is voided with why, where that is known, not erased. A discharge as died closes
    the client as well, and the closing goes with it: to another day, or away where the client has not died after all.
    Raises Refused for a date in the future or before intake.
    """
    why = checks.at_most(why.strip(), LONGEST_WHY, "reason")
    client = locking.client(episode.client_id)
    episode.refresh_from_db()
    discharged_on = None if phase is Phase.IN_TREATMENT else changed_on
    if (episode.phase, episode.discharged_on) == (phase, discharged_on):
        return False
    checks.past_date(changed_on, clinic=client.clinic, now=now, field="changed_on")
    if changed_on < episode.intake_on:
        raise Refused(f"{changed_on} is before intake on {episode.intake_on}.", "changed_on")
    if phase is Phase.IN_TREATMENT and client.episodes.filter(intake_on__gt=episode.intake_on).exists():
        raise Refused("A later course of treatment has begun: record the change there.", "phase")
    later = client.episodes.filter(intake_on__gt=episode.intake_on).order_by("intake_on").first()
    if later is not None and changed_on > later.intake_on:
        raise Refused(f"{changed_on} is after the next intake on {later.intake_on}.", "changed_on")
    closed_by_this = episode.phase == Phase.DIED and (client.closed_reason, client.closed_on) == (
        ClosedReason.DIED,
        episode.discharged_on,
    )
    wrong = None
    if episode.discharged_on is not None:
        stood = episode.phase_changes.filter(voided_at__isnull=True, phase=episode.phase)
        wrong = stood.last()
        stood.update(voided_at=now, voided_by=by.label, void_reason=why)
    episode.phase, episode.discharged_on = phase, discharged_on
    episode.save(update_fields=["phase", "discharged_on"])
    PhaseChange.objects.create(
        clinic=client.clinic,
        episode=episode,
        phase=phase,
        changed_on=changed_on,
        recorded_at=now,
        recorded_by=by.label,
        corrects=wrong,
    )
    audit.record(
        by=by,
        now=now,
        verb="episode.phase_changed",
        subject=episode,
        clinic=client.clinic,
        client=client,
        fields=["phase"],
    )
    if phase is Phase.DIED and (client.closed_on is None or closed_by_this):
        close(client=client, closed_on=changed_on, reason=ClosedReason.DIED, by=by, now=now)
    elif closed_by_this:
        track_again(client, by, now)
    return True


@transaction.atomic
def take_discharge_back(*, episode: Episode, by: Actor, now: datetime) -> bool:
    """Let an episode go on that never ended, as one whose end was written down by mistake; False where none stands.

    A closing that came with the discharge goes with it. Raises Refused where a later course of treatment has begun.
    """
    client = locking.client(episode.client_id)
    episode.refresh_from_db()
    if episode.discharged_on is None:
        return False
    if client.episodes.filter(intake_on__gt=episode.intake_on).exists():
        raise Refused("A later course of treatment has begun: record the change there.", "phase")
    ended = (episode.phase, episode.discharged_on)
    episode.phase_changes.filter(
        voided_at__isnull=True, phase=episode.phase, changed_on=episode.discharged_on
    ).update(voided_at=now, voided_by=by.label)
    episode.phase, episode.discharged_on = Phase.IN_TREATMENT, None
    episode.save(update_fields=["phase", "discharged_on"])
    audit.record(
        by=by, now=now, verb="episode.discharge_taken_back", subject=episode, clinic=client.clinic, client=client,
        fields=["phase"],
    )  # fmt: skip
    if ended == (Phase.DIED, client.closed_on) and client.closed_reason == ClosedReason.DIED:
        track_again(client, by, now)
    return True


@transaction.atomic
def reopen(*, client: Client, by: Actor, now: datetime) -> bool:
    """Take a closing back, as of a client closed by mistake; False where none stands.

    What it ended stays ended: messages, introductions. Raises Refused for somebody recorded as died.
    """
    held = locking.client(client.pk)
    if held.closed_on is None:
        return False
    if latest_episode(held).phase == Phase.DIED:
        raise Refused(f"{held} is recorded as died; correct that first.")
    track_again(client, by, now)
    return True


def track_again(client: Client, by: Actor, now: datetime) -> None:
    """Take the closing of a client away who is held already; part of a verb, and audited."""
    client.closed_on, client.closed_reason = None, ""
    client.save(update_fields=["closed_on", "closed_reason"])
    audit.record(
        by=by, now=now, verb="client.reopened", subject=client, clinic=client.clinic, client=client,
        fields=["closed_on", "closed_reason"],
    )  # fmt: skip
    events.facts_changed.send(sender=Client, clinic=client.clinic, client_ids=[client.pk], now=now)


@transaction.atomic
def close(*, client: Client, closed_on: date, reason: ClosedReason, by: Actor, now: datetime) -> bool:
    """End the tracking of a client: died, moved, or asked not to be tracked. False where it stands so.

    Everything unsent is cancelled by the stages above. Raises Refused for a date in the future or
    before the latest intake, and for a client whom another clinic took over, until they are tracked again.
    """
    held = locking.client(client.pk)
    if (held.closed_on, held.closed_reason) == (closed_on, reason):
        return False
    _check_not_taken_over(held)
    checks.past_date(closed_on, clinic=held.clinic, now=now, field="closed_on")
    intake_on = latest_episode(held).intake_on
    if closed_on < intake_on:
        raise Refused(f"{closed_on} is before intake on {intake_on}.", "closed_on")
    client.closed_on, client.closed_reason = closed_on, reason
    client.save(update_fields=["closed_on", "closed_reason"])
    audit.record(
        by=by, now=now, verb="client.closed", subject=client, clinic=held.clinic, client=client,
        fields=["closed_on", "closed_reason"],
    )  # fmt: skip
    events.facts_changed.send(sender=Client, clinic=held.clinic, client_ids=[client.pk], now=now)
    events.client_closed.send(sender=Client, client=client, now=now)
    return True


def _check_not_taken_over(client: Client) -> None:
    if client.closed_on is None or client.closed_reason != ClosedReason.MOVED:
        return
    for one in client.transfers.filter(accepted__isnull=False).select_related("to"):
        if one.ended_at and clock.local_date(one.ended_at, client.clinic.time_zone) == client.closed_on:
            day = day_text(client.closed_on)
            raise Refused(f"{client} was taken over by {one.to} on {day}: the record here is closed already.")


@transaction.atomic
def return_to_treatment(
    *, client: Client, intake_on: date, intake: Intake, by: Actor, now: datetime
) -> Episode:
    """Take a discharged client in again: all facts stay, tracking runs on from the new intake.

    Raises Refused while an episode is open, for a date in the future or before the last discharge, or a value
    out of range.
    """
    held = locking.client(client.pk)
    checks.past_date(intake_on, clinic=held.clinic, now=now, field="intake_on")
    last = latest_episode(held)
    if last.discharged_on is None:
        raise Refused(f"{held} is still in treatment since {last.intake_on}.", "intake_on")
    if held.closed_reason == ClosedReason.DIED or last.phase == Phase.DIED:
        raise Refused(f"{held} is recorded as died; correct that first.", "intake_on")
    if intake_on < last.discharged_on:
        raise Refused(f"{intake_on} is before the discharge on {last.discharged_on}.", "intake_on")
    if intake_on == last.intake_on:
        raise Refused(f"{held} was taken in on {intake_on} already.", "intake_on")
    check(clinic=held.clinic, person=Person(), intake=intake, now=now)
    episode = begin_episode(client=held, intake_on=intake_on, intake=intake, by=by, now=now)
    client.closed_on, client.closed_reason = None, ""
    client.save(update_fields=["closed_on", "closed_reason"])
    audit.record(by=by, now=now, verb="client.returned", subject=episode, clinic=held.clinic, client=client)
    events.facts_changed.send(sender=Client, clinic=held.clinic, client_ids=[client.pk], now=now)
    return episode
