"""Taking clients in, for the first time or again."""

from __future__ import annotations

from dataclasses import dataclass, fields
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
from clinic.models.client import MEASURES
from clinic.texts import one_line

LONGEST = {name: checks.longest(Client, name) for name in ("first_name", "last_name", "email", "language")}
NAMES = ("first_name", "last_name")
LONGEST_REFERENCE = checks.longest(Client, "reference")
LONGEST_PROGRAMME = checks.longest(Programme, "name")


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


def known(values: Person | Intake) -> dict[str, Any]:
    """The values that are known, by field name."""
    return {
        entry.name: getattr(values, entry.name)
        for entry in fields(values)
        if getattr(values, entry.name) is not None
    }


def next_reference(clinic: Clinic) -> str:
    """A reference nobody in the clinic has yet: the next number, four digits at least."""
    taken = Client.with_merged.filter(clinic=clinic)
    number = taken.count() + 1
    while taken.filter(reference=f"{number:04d}").exists():
        number += 1
    return f"{number:04d}"


def check(*, clinic: Clinic, person: Person, intake: Intake, now: datetime) -> Person:
    """The person with names, number and address in their proper form; raises Refused with the field at fault."""
    for name, (low, high) in MEASURES.items():
        checks.within(getattr(intake, name), low, high, name)
    values = {name: getattr(person, name) for name in known(person)}
    for name in NAMES:
        told = values.pop(name, None)
        # Of a name that nobody can see nothing is known; an emptied one is emptied.
        if told is not None and (one_line(told) or not told):
            values[name] = one_line(told)
    for name, longest in LONGEST.items():
        checks.at_most(values.get(name, ""), longest, name)
    if person.date_of_birth is not None:
        checks.past_date(person.date_of_birth, clinic=clinic, now=now, field="date_of_birth")
    if (
        person.keyworker is not None
        and not Membership.objects.filter(clinic=clinic, user=person.keyworker, role=Role.KEYWORKER).exists()
    ):
        raise Refused(f"{person.keyworker.get_username()!r} is not a keyworker of {clinic}.", "keyworker")
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
        locking.clinic(clinic.pk)
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
    for name, value in measured(episode, intake).items():
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


def measured(episode: Episode, intake: Intake) -> dict[str, Any]:
    """What is known of an intake; a programme lends its word on the 12 steps where nobody has said."""
    values = known(intake)
    if intake.programme is not None and episode.twelve_step_based is None:
        values.setdefault("twelve_step_based", intake.programme.twelve_step_based)
    return values


def programme_named(clinic: Clinic, name: str, twelve_step_based: bool | None = None) -> Programme:
    """The clinic's programme of that name, made where it is new; raises Refused for one too long."""
    checks.at_most(name, LONGEST_PROGRAMME, "programme")
    found, _ = Programme.objects.get_or_create(
        clinic=clinic, name=name, defaults={"twelve_step_based": twelve_step_based}
    )
    return found
