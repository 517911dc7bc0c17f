"""A row of the clients' spreadsheet, read: what it says of a client, nothing of it written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinic import checks, preferences
from clinic.errors import Refused
from clinic.imports.rows import Row, Word
from clinic.imports.table import Columns
from clinic.intake import Intake, Person
from clinic.models import Channel, Clinic, ClosedReason, Phase, User

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
    days=("intake_on", "date_of_birth", "discharge_on", "closed_on", "consent_on"),
    yes_no=("twelve_step_based", "isolated", "consent_sms", "consent_email"),
)
CONSENT_COLUMNS = {Channel.SMS: "consent_sms", Channel.EMAIL: "consent_email"}


class DischargeOutcome(StrEnum):
    """How treatment ended, in the spreadsheet's words."""

    COMPLETED = Phase.COMPLETED.value
    DROPPED_OUT = Phase.DROPPED_OUT.value
    TRANSFERRED = Phase.TRANSFERRED.value
    DIED = Phase.DIED.value
    OTHER = Phase.OTHER.value


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says. programme: its name, which intake has not got yet."""

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


def read_line(row: Row, clinic: Clinic, keyworkers: Mapping[str, User], now: datetime) -> Line:
    """Read a row; raises Refused with the column at fault."""
    keyworker = row.text("keyworker")
    if keyworker and keyworker not in keyworkers:
        raise Refused(f"{keyworker!r} is not a keyworker of {clinic}.", "keyworker")
    said = {channel: row.yes_no(column) for channel, column in CONSENT_COLUMNS.items()}
    outcome = _both(row, "discharge_on", row.word("discharge_outcome", DischargeOutcome), "discharge_outcome")
    consent_on = row.day("consent_on")
    if consent_on is not None:
        checks.past_date(consent_on, clinic=clinic, now=now, field="consent_on")
    return Line(
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
            preferences=preferences.words(row.text("preferences")) or None,
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
