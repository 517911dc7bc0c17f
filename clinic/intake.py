"""Taking clients in, mending what was written down of them, and taking them in again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from clinic import audit, checks, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import (
    AuditEntry,
    Client,
    Clinic,
    Episode,
    Membership,
    Phase,
    PhaseChange,
    Programme,
    Role,
    User,
)

RANGES = {"severity": (0, 15), "motivation": (0, 10), "controlled_use_impossible": (1, 5)}
LONGEST = {"first_name": 80, "last_name": 80, "email": 254, "language": 10}
LONGEST_REFERENCE = 40
LONGEST_PROGRAMME = 120


@dataclass(frozen=True, slots=True)
class Person:
    """Who a client is. None means 'not known', and leaves what is known as it stands."""

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: date | None = None
    mobile: str | None = None
    email: str | None = None
    keyworker: User | None = None
    language: str | None = None
    preferences: list[str] | None = None
    plain_wording: bool | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What is measured when treatment starts. severity: 0 to 15 (SDS sum); motivation: 0 to 10 (readiness
    ruler); controlled_use_impossible: 1 to 5. None means 'not known'.
    """

    programme: Programme | None = None
    twelve_step_based: bool | None = None
    severity: int | None = None
    motivation: int | None = None
    controlled_use_impossible: int | None = None
    isolated: bool | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """Which fields of a client and its episode an amendment altered."""

    client: list[str] = field(default_factory=list)
    episode: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.client or self.episode)


def known(values: Person | Intake) -> dict[str, Any]:
    """The values that are known, by field name."""
    return {
        entry.name: getattr(values, entry.name)
        for entry in fields(values)
        if getattr(values, entry.name) is not None
    }


def next_reference(clinic: Clinic) -> str:
    """A reference nobody in the clinic has yet: the next number, four digits at least."""
    number = clinic.clients.count() + 1
    while clinic.clients.filter(reference=f"{number:04d}").exists():
        number += 1
    return f"{number:04d}"


def check(*, clinic: Clinic, person: Person, intake: Intake, now: datetime) -> Person:
    """The person with number and address in their proper form; raises Refused with the field at fault."""
    for name, (low, high) in RANGES.items():
        checks.within(getattr(intake, name), low, high, name)
    for name, longest in LONGEST.items():
        checks.at_most(getattr(person, name) or "", longest, name)
    if person.date_of_birth is not None:
        checks.past_date(person.date_of_birth, clinic=clinic, now=now, field="date_of_birth")
    if (
        person.keyworker is not None
        and not Membership.objects.filter(clinic=clinic, user=person.keyworker, role=Role.KEYWORKER).exists()
    ):
        raise Refused(f"{person.keyworker.get_username()!r} is not a keyworker of {clinic}.", "keyworker")
    values = {name: getattr(person, name) for name in known(person)}
    if person.mobile:
        values["mobile"] = checks.mobile(person.mobile, clinic=clinic)
    if person.email:
        values["email"] = checks.email(person.email)
    return Person(**values)


def check_newcomer(
    *, clinic: Clinic, reference: str, intake_on: date, person: Person, intake: Intake, now: datetime
) -> Person:
    """The person in their proper form, where a client may be taken in so; raises Refused with the field at fault."""
    checks.past_date(intake_on, clinic=clinic, now=now, field="intake_on")
    person = check(clinic=clinic, person=person, intake=intake, now=now)
    if person.date_of_birth is not None and person.date_of_birth > intake_on:
        raise Refused(f"{person.date_of_birth} is after intake on {intake_on}.", "date_of_birth")
    checks.at_most(reference, LONGEST_REFERENCE, "reference")
    return person


@transaction.atomic
def take_in(
    *,
    clinic: Clinic,
    intake_on: date,
    by: Actor,
    now: datetime,
    reference: str = "",
    person: Person | None = None,
    intake: Intake | None = None,
) -> Client:
    """Take a client in: the person, a first episode, its first phase. An empty reference is given one.

    Raises Refused for a reference already taken, a date in the future, or a value out of range.
    """
    person, intake = person or Person(), intake or Intake()
    reference = reference.strip()
    person = check_newcomer(
        clinic=clinic, reference=reference, intake_on=intake_on, person=person, intake=intake, now=now
    )
    if not reference:
        # Two intakes at one moment get two numbers.
        clinic.lock()
        reference = next_reference(clinic)
    try:
        with transaction.atomic():
            client = Client.objects.create(
                clinic=clinic, reference=reference, created_at=now, **known(person)
            )
    except IntegrityError as error:
        raise Refused(f"There is already a client {reference!r} in {clinic}.", "reference") from error
    begin_episode(client=client, intake_on=intake_on, intake=intake, by=by, now=now)
    intake_entry(client, person, intake, by, now).save()
    events.facts_changed.send(sender=Client, clinic=clinic, client_ids=[client.pk], now=now)
    return client


def intake_entry(client: Client, person: Person, intake: Intake, by: Actor, now: datetime) -> AuditEntry:
    """The audit entry of an intake, not yet written."""
    return audit.entry(
        by=by, now=now, verb="client.taken_in", subject=client, clinic=client.clinic, client=client,
        fields=["reference", *known(person), *known(intake)],
    )  # fmt: skip


def begin_episode(*, client: Client, intake_on: date, intake: Intake, by: Actor, now: datetime) -> Episode:
    """Open an episode with its first phase; part of a verb that audits and tells of it."""
    episode, begun = opening(client=client, intake_on=intake_on, intake=intake, by=by, now=now)
    episode.save()
    begun.save()
    return episode


def opening(
    *, client: Client, intake_on: date, intake: Intake, by: Actor, now: datetime
) -> tuple[Episode, PhaseChange]:
    """An episode and its first phase, neither yet written."""
    episode = Episode(clinic=client.clinic, client=client, intake_on=intake_on)
    for name, value in _measured(episode, intake).items():
        setattr(episode, name, value)
    begun = PhaseChange(
        clinic=client.clinic,
        episode=episode,
        phase=Phase.IN_TREATMENT,
        changed_on=intake_on,
        recorded_at=now,
        recorded_by=by.label,
    )
    return episode, begun


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
) -> Amended:
    """Mend what is known of a client and of an episode; None leaves a value alone. Says what it altered.

    forget names what is not to be known any more: date_of_birth, keyworker. Raises Refused for a value out
    of range, or an intake that does not fit what happened before or since.
    """
    person, intake = person or Person(), intake or Intake()
    stands = locking.client(client.pk)
    person = check(clinic=client.clinic, person=person, intake=intake, now=now)
    told = dict.fromkeys(forget) | known(person)
    # What somebody else has just mended is no news any more.
    for column in Client._meta.concrete_fields:
        if column.name in told or column.name == "date_of_birth":
            setattr(client, column.attname, getattr(stands, column.attname))
    born, begins = told.get("date_of_birth", client.date_of_birth), intake_on or episode.intake_on
    if born is not None and born > begins:
        raise Refused(f"{born} is after intake on {begins}.", "date_of_birth")
    moved = begins != episode.intake_on
    if moved:
        _move_intake(client, episode, begins, by, now)
    amended = Amended(_set(client, told), _set(episode, _measured(episode, intake)))
    if moved:
        amended.episode.append("intake_on")
    if amended.client:
        # A new number or address has not been refused by anybody yet.
        renewed = [name for name in ("mobile", "email") if name in amended.client]
        for name in renewed:
            setattr(client, f"{name}_refused_at", None)
        client.save(update_fields=[*amended.client, *(f"{name}_refused_at" for name in renewed)])
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


def _move_intake(client: Client, episode: Episode, intake_on: date, by: Actor, now: datetime) -> None:
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
        events.intake_moving.send(sender=Client, client=client, intake_on=intake_on)
    began = episode.phase_changes.filter(
        phase=Phase.IN_TREATMENT, changed_on=episode.intake_on, voided_at__isnull=True
    )
    if began.update(voided_at=now, voided_by=by.label):
        PhaseChange.objects.create(
            clinic=client.clinic,
            episode=episode,
            phase=Phase.IN_TREATMENT,
            changed_on=intake_on,
            recorded_at=now,
            recorded_by=by.label,
        )
    episode.intake_on = intake_on


def has_news(*, client: Client, episode: Episode, person: Person, intake: Intake) -> bool:
    """Whether amend has anything to do or to refuse for a client just read; person in its proper form (see check).

    The day of intake is not looked at. It asks the database nothing.
    """
    born = person.date_of_birth or client.date_of_birth
    return bool(_differing(client, known(person)) or _differing(episode, _measured(episode, intake))) or (
        born is not None and born > episode.intake_on
    )


def _measured(episode: Episode, intake: Intake) -> dict[str, Any]:
    """What is known of an intake; a programme lends its word on the 12 steps where nobody has said."""
    measured = known(intake)
    if intake.programme is not None and episode.twelve_step_based is None:
        measured.setdefault("twelve_step_based", intake.programme.twelve_step_based)
    return measured


def _differing(row: Client | Episode, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if getattr(row, name) != value]


def _set(row: Client | Episode, values: Mapping[str, Any]) -> list[str]:
    altered = _differing(row, values)
    for name in altered:
        setattr(row, name, values[name])
    return altered


def programme_named(clinic: Clinic, name: str, twelve_step_based: bool | None = None) -> Programme:
    """The clinic's programme of that name, made where it is new; raises Refused for one too long."""
    checks.at_most(name, LONGEST_PROGRAMME, "programme")
    found, _ = Programme.objects.get_or_create(
        clinic=clinic, name=name, defaults={"twelve_step_based": twelve_step_based}
    )
    return found
