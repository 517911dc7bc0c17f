"""Mending what was written down of a client and of their treatment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from clinic import audit, checks, consents, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.intake import Intake, Person, check, known, measured
from clinic.models import Channel, Client, Episode, Phase, PhaseChange, Purpose

MEASURED = {column.name for column in fields(Intake)}
ADDRESSES = {"mobile": Channel.SMS, "email": Channel.EMAIL}
SHARED = "Whoever shares the new number or address wants no messages there."


@dataclass(frozen=True, slots=True)
class Amended:
    """Which fields of a client and its episode an amendment altered.

    stopped: the channels over which it took consent back, as the new number or address is one whose holder said stop.
    """

    client: list[str] = field(default_factory=list)
    episode: list[str] = field(default_factory=list)
    stopped: list[Channel] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.client or self.episode)


@transaction.atomic
def amend(
    *,
    client: Client,
    episode: Episode,
    by: Actor,
    now: datetime,
    person: Person | None = None,
    intake: Intake | None = None,
    intake_on: date | None = None,
    forget: Collection[str] = (),
    why: str = "",
) -> Amended:
    """Mend what is known of a client and of an episode; None leaves a value alone. Says what it altered.

    A number or address whose holder said stop takes consent to messages back with it. forget names what is not to be
    known any more: date_of_birth, keyworker, or what was measured at intake. why: what was wrong with the day of
    intake, for the record. Raises Refused for a value out
    of range, or an intake that does not fit what happened before or since.
    """
    person, intake = person or Person(), intake or Intake()
    stands = locking.client(client.pk)
    episode.refresh_from_db()
    client.closed_on, client.closed_reason = stands.closed_on, stands.closed_reason
    person = check(clinic=client.clinic, person=person, intake=intake, now=now)
    unmeasured = dict.fromkeys(name for name in forget if name in MEASURED)
    told = dict.fromkeys(name for name in forget if name not in MEASURED) | known(person)
    # What somebody else has just mended is no news any more.
    for column in Client._meta.concrete_fields:
        if column.name in told or column.name == "date_of_birth":
            setattr(client, column.attname, getattr(stands, column.attname))
    born, begins = told.get("date_of_birth", client.date_of_birth), intake_on or episode.intake_on
    if born is not None and born > begins:
        raise Refused(f"{born} is after intake on {begins}.", "date_of_birth")
    moved = begins != episode.intake_on
    if moved:
        _move_intake(client, episode, begins, by, now, why)
    amended = Amended(_set(client, told), _set(episode, measured(episode, intake) | unmeasured))
    if moved:
        amended.episode.append("intake_on")
    if amended.client:
        # A new number or address has not been refused by anybody yet.
        renewed = [name for name in ("mobile", "email") if name in amended.client]
        for name in renewed:
            setattr(client, f"{name}_refused_at", None)
        client.save(update_fields=[*amended.client, *(f"{name}_refused_at" for name in renewed)])
        amended.stopped.extend(_keep_stops(client, [ADDRESSES[name] for name in renewed], by, now))
    if amended.episode:
        episode.save(update_fields=amended.episode)
    if amended:
        audit.record(
            by=by, now=now, verb="client.amended", subject=client, clinic=client.clinic, client=client,
            fields=[*amended.client, *amended.episode],
        )  # fmt: skip
    if "intake_on" in amended.episode:
        events.facts_changed.send(sender=Client, clinic=client.clinic, client_ids=[client.pk], now=now)
    return amended


def _keep_stops(client: Client, renewed: Collection[Channel], by: Actor, now: datetime) -> list[Channel]:
    """Take consent back where a new number or address is one whose holder said stop; over which channels."""
    stopped = consents.stopped_addresses(client.clinic) if renewed else set()
    kept = []
    for channel in renewed:
        held = consents.live(client, Purpose.PROMPTS, channel)
        if held is not None and consents.same_address(consents.address_of(client, channel)) in stopped:
            consents.revoke(consent=held, how=SHARED, by=by, now=now)
            kept.append(channel)
    return kept


def _move_intake(
    client: Client, episode: Episode, intake_on: date, by: Actor, now: datetime, why: str
) -> None:
    """Correct the day on which an episode began, where everything else that is known allows it."""
    checks.past_date(intake_on, clinic=client.clinic, now=now, field="intake_on")
    if episode.discharged_on is not None and intake_on > episode.discharged_on:
        raise Refused(f"{intake_on} is after the discharge on {episode.discharged_on}.", "intake_on")
    if client.closed_on is not None and intake_on > client.closed_on:
        raise Refused(f"{intake_on} is after the closing on {client.closed_on}.", "intake_on")
    earlier = client.episodes.filter(intake_on__lt=episode.intake_on).order_by("-intake_on").first()
    if earlier is not None:
        if (
            earlier.discharged_on is None
            or intake_on < earlier.discharged_on
            or intake_on <= earlier.intake_on
        ):
            raise Refused(
                f"{intake_on} is before the earlier course of treatment from {earlier.intake_on} ended.",
                "intake_on",
            )
    elif intake_on > episode.intake_on:
        held_on = client.interviews.filter(voided_at__isnull=True).aggregate(first=Min("held_on"))["first"]
        if held_on is not None and held_on < intake_on:
            raise Refused(f"{intake_on} is after an interview held on {held_on}.", "intake_on")
        events.intake_moving.send(sender=Client, client=client, intake_on=intake_on)
    began = episode.phase_changes.filter(
        phase=Phase.IN_TREATMENT, changed_on=episode.intake_on, voided_at__isnull=True
    )
    wrong = began.last()
    if wrong is not None:
        began.update(voided_at=now, voided_by=by.label, void_reason=why)
        PhaseChange.objects.create(
            clinic=client.clinic,
            episode=episode,
            phase=Phase.IN_TREATMENT,
            changed_on=intake_on,
            recorded_at=now,
            recorded_by=by.label,
            corrects=wrong,
        )
    episode.intake_on = intake_on


def has_news(*, client: Client, episode: Episode, person: Person, intake: Intake) -> bool:
    """Whether amend has anything to do or to refuse for a client just read; person in its proper form (see check).

    The day of intake is not looked at. It asks the database nothing.
    """
    born = person.date_of_birth or client.date_of_birth
    return bool(_differing(client, known(person)) or _differing(episode, measured(episode, intake))) or (
        born is not None and born > episode.intake_on
    )


def _differing(row: Client | Episode, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if getattr(row, name) != value]


def _set(row: Client | Episode, values: Mapping[str, Any]) -> list[str]:
    altered = _differing(row, values)
    for name in altered:
        setattr(row, name, values[name])
    return altered
