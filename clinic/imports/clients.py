"""The clients' spreadsheet: takes clients in, mends what is known of them, ends treatment, notes consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import prefetch_related_objects

from clinic import checks, consents, episodes, intake
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.rows import Row, Word
from clinic.imports.running import Sheet, Taken
from clinic.imports.table import Columns
from clinic.intake import Intake, Person
from clinic.lookup import clients_by_reference
from clinic.models import (
    Channel,
    Client,
    Clinic,
    ClosedReason,
    ConsentState,
    Episode,
    Phase,
    Purpose,
    Role,
    User,
)

COLUMNS = Columns(
    names=(
        *(
            "reference",
            "intake_on",
            "first_name",
            "last_name",
            "date_of_birth",
            "mobile",
            "email",
            "keyworker",
        ),
        *(
            "programme",
            "twelve_step_based",
            "severity",
            "motivation",
            "controlled_use_impossible",
            "isolated",
        ),
        *("discharge_on", "discharge_outcome", "closed_on", "closed_reason"),
        *("consent_sms", "consent_email", "consent_on", "consent_how", "language", "preferences"),
    ),
    needed=("reference", "intake_on"),
)
CONSENT_COLUMNS = {Channel.SMS: "consent_sms", Channel.EMAIL: "consent_email"}
# Where a verb's word for an input is not the spreadsheet's.
COLUMN_OF = {"changed_on": "discharge_on", "phase": "discharge_outcome"}


class DischargeOutcome(StrEnum):
    """How treatment ended, in the spreadsheet's words."""

    COMPLETED = Phase.COMPLETED.value
    DROPPED_OUT = Phase.DROPPED_OUT.value
    TRANSFERRED = Phase.TRANSFERRED.value
    DIED = Phase.DIED.value
    OTHER = Phase.OTHER.value


@dataclass(frozen=True, slots=True)
class _Line:
    """A row read: what it says of a client, nothing of it written yet."""

    reference: str
    intake_on: date
    person: Person
    intake: Intake
    programme: str
    discharge: tuple[date, Phase] | None
    closing: tuple[date, ClosedReason] | None
    consents: dict[Channel, bool]
    consent_on: date | None
    consent_how: str


def take(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Take some rows in, each entirely or not at all; for each what it came to, or why it was refused."""
    # Two imports into one clinic wait for each other, so that the second finds the first's new clients.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    references = {row.text("reference") for row in rows}
    list(clinic.clients.filter(reference__in=references).order_by("pk").select_for_update())
    held = clients_by_reference(clinic, references)
    prefetch_related_objects(list(held.values()), "keyworker", "episodes__programme", "consents")
    keyworkers = {
        user.get_username(): user
        for user in User.objects.filter(memberships__clinic=clinic, memberships__role=Role.KEYWORKER)
    }
    programmes = {programme.name: programme for programme in clinic.programmes.all()}
    answers: list[Taken | Refused] = []
    for row in rows:
        try:
            with transaction.atomic():
                line = _read(row, clinic, keyworkers, now)
                if line.programme:
                    programme = programmes.get(line.programme) or intake.programme_named(
                        clinic, line.programme, line.intake.twelve_step_based
                    )
                    line = replace(line, intake=replace(line.intake, programme=programme))
                answers.append(_take(clinic, line, held.get(line.reference), by, now))
        except Refused as refusal:
            answers.append(Refused(refusal.sentence, COLUMN_OF.get(refusal.field, refusal.field)))
    return answers


CLIENTS = Sheet(COLUMNS, take, once_each=True, rows_at_once=200)


def _read(row: Row, clinic: Clinic, keyworkers: dict[str, User], now: datetime) -> _Line:
    keyworker = row.text("keyworker")
    if keyworker and keyworker not in keyworkers:
        raise Refused(f"{keyworker!r} is not a keyworker of {clinic}.", "keyworker")
    words = sorted({word.strip().lower() for word in row.text("preferences").split(";")} - {""})
    said = {channel: row.yes_no(column) for channel, column in CONSENT_COLUMNS.items()}
    outcome = _both(row, "discharge_on", row.word("discharge_outcome", DischargeOutcome), "discharge_outcome")
    consent_on = row.day("consent_on")
    if consent_on is not None:
        checks.past_date(consent_on, clinic=clinic, now=now, field="consent_on")
    return _Line(
        reference=row.text("reference"),
        intake_on=row.needed_day("intake_on"),
        person=Person(
            first_name=row.text("first_name") or None,
            last_name=row.text("last_name") or None,
            date_of_birth=row.day("date_of_birth"),
            mobile=row.text("mobile") or None,
            email=row.text("email") or None,
            keyworker=keyworkers.get(keyworker),
            language=row.text("language") or None,
            preferences=words or None,
        ),
        intake=Intake(
            twelve_step_based=row.yes_no("twelve_step_based"),
            severity=row.number_in("severity"),
            motivation=row.number_in("motivation"),
            controlled_use_impossible=row.number_in("controlled_use_impossible"),
            isolated=row.yes_no("isolated"),
        ),
        programme=row.text("programme"),
        discharge=(outcome[0], Phase(outcome[1])) if outcome else None,
        closing=_both(row, "closed_on", row.word("closed_reason", ClosedReason), "closed_reason"),
        consents={channel: answer for channel, answer in said.items() if answer is not None},
        consent_on=consent_on,
        consent_how=row.text("consent_how"),
    )


def _both(row: Row, day_column: str, word: Word | None, word_column: str) -> tuple[date, Word] | None:
    """A day and a word that only come together."""
    day = row.day(day_column)
    if day is not None and word is not None:
        return day, word
    if day is not None:
        raise Refused(f"it needs {word_column} beside it.", day_column)
    if word is not None:
        raise Refused(f"it needs {day_column} beside it.", word_column)
    return None


def _take(clinic: Clinic, line: _Line, client: Client | None, by: Actor, now: datetime) -> Taken:
    if client is None:
        client = intake.take_in(
            clinic=clinic,
            reference=line.reference,
            intake_on=line.intake_on,
            person=line.person,
            intake=line.intake,
            by=by,
            now=now,
        )
        prefetch_related_objects([client], "episodes", "consents")
        _end(client, list(client.episodes.all()), line, by, now)
        _, notes = _consent(client, line, by, now)
        return Taken(Effect.ADDED, " ".join(notes))
    courses, changed = _mend(client, line, by, now)
    changed = _end(client, courses, line, by, now) or changed
    consented, notes = _consent(client, line, by, now)
    return Taken(Effect.CHANGED if changed or consented else Effect.ALREADY, " ".join(notes))


def _mend(client: Client, line: _Line, by: Actor, now: datetime) -> tuple[list[Episode], bool]:
    """Mend a known client; the episodes from the one the line is about to the latest, and whether it altered.

    A line is about the episode that began on its day of intake. Otherwise a later day, from the discharge
    on, is a return to treatment, and any other day a correction of the latest intake.
    """
    held = sorted(client.episodes.all(), key=lambda one: one.intake_on)
    meant = [one for one in held if one.intake_on >= line.intake_on]
    courses = meant if meant and meant[0].intake_on == line.intake_on else held[-1:]
    latest = held[-1]
    returned = latest.discharged_on is not None and line.intake_on >= latest.discharged_on
    if returned and line.intake_on > latest.intake_on:
        courses = [
            episodes.return_to_treatment(
                client=client, intake_on=line.intake_on, intake=line.intake, by=by, now=now
            )
        ]
    altered = intake.amend(
        client=client,
        episode=courses[0],
        person=line.person,
        intake=line.intake,
        intake_on=line.intake_on,
        by=by,
        now=now,
    )
    return courses, bool(altered) or courses[0] not in held


def _end(client: Client, courses: Sequence[Episode], line: _Line, by: Actor, now: datetime) -> bool:
    """Write down the end of treatment and of tracking that a line tells of; whether it was news."""
    changed = False
    episode = courses[0]
    if line.discharge not in (None, (episode.discharged_on, episode.phase)):
        ended_on, phase = line.discharge
        changed = episodes.change_phase(episode=episode, phase=phase, changed_on=ended_on, by=by, now=now)
    if line.closing not in (None, (client.closed_on, client.closed_reason)):
        closed_on, reason = line.closing
        # A closing before a later return to treatment is history: the return has ended it.
        if closed_on >= courses[-1].intake_on or len(courses) == 1:
            closed = episodes.close(client=client, closed_on=closed_on, reason=reason, by=by, now=now)
            changed = closed or changed
    return changed


def _consent(client: Client, line: _Line, by: Actor, now: datetime) -> tuple[bool, list[str]]:
    """Write down the consents to prompts a line tells of; whether any was news, and what was left out."""
    changed, notes = False, []
    for channel, agreed in line.consents.items():
        of_channel = [
            one for one in client.consents.all() if (one.purpose, one.channel) == (Purpose.PROMPTS, channel)
        ]
        held = next((one for one in of_channel if one.revoked_at is None), None)
        if not agreed:
            if held is not None:
                changed = consents.revoke(consent=held, how="import", by=by, now=now) or changed
        elif held is not None and held.state is ConsentState.GIVEN:
            continue
        elif of_channel and consents.ever_revoked(client, channel):
            notes.append(
                f"{CONSENT_COLUMNS[channel]} 'yes' of {line.reference!r} is left out: "
                "the client has withdrawn this consent, and no import undoes that."
            )
        else:
            given = consents.give(
                client=client,
                purpose=Purpose.PROMPTS,
                channel=channel,
                given_on=line.consent_on,
                how=line.consent_how,
                by=by,
                now=now,
            )
            changed = changed or held is None or given.state is not held.state
    return changed, notes
