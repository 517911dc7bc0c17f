"""Checks of single values, shared by form, spreadsheet, API and command; each fault is a sentence."""

import re
from datetime import date, datetime

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from clinic import clock
from clinic.errors import Refused
from clinic.models import Clinic

EARLIEST, LATEST = date(clock.FIRST_YEAR, 1, 1), date(clock.LAST_YEAR, 12, 31)
WRITTEN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# What people call an input, where its field's name in words would not do.
CALLED = {"email": "E-mail", "how": "How it was given", "consent_how": "How consent was given"}


def iso_date(text: str, field: str = "") -> date:
    """A date written YYYY-MM-DD and in no other of the ways ISO 8601 allows; raises Refused."""
    if WRITTEN_DATE.fullmatch(text) is None:
        raise Refused(f"{text!r} is not a date: write it YYYY-MM-DD.", field)
    try:
        value = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a day of the calendar.", field) from error
    return likely_date(value, field)


def likely_date(value: date, field: str) -> date:
    """A date from 1900 to 2200, for what may lie ahead as well; raises Refused otherwise."""
    if value < EARLIEST:
        raise Refused(f"{value} is too long ago.", field)
    if value > LATEST:
        raise Refused(f"{value} is too far ahead.", field)
    return value


def past_date(value: date, *, clinic: Clinic, now: datetime, field: str) -> date:
    """A date from 1900 to the clinic's today; raises Refused otherwise."""
    today = clock.local_date(now, clinic.time_zone)
    if value > today:
        raise Refused(f"{value} is in the future: today is {today}.", field)
    return likely_date(value, field)


def mobile(text: str, *, clinic: Clinic) -> str:
    """A telephone number as E.164, read as a person of the clinic's country writes it; raises Refused.

    It need only have the length of one. Which ranges are in use changes faster than any library, and the
    numbers set aside for made-up people are in none; one that leads nowhere shows when a message is refused.
    """
    try:
        number = phonenumbers.parse(text, clinic.country)
    except phonenumbers.NumberParseException as error:
        raise Refused(f"{text!r} is not a telephone number.", "mobile") from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Refused(
            f"{text!r} is not a telephone number: too short, too long, or without its area.", "mobile"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An e-mail address; raises Refused."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise Refused(f"{text!r} is not an e-mail address.", "email") from error
    return text


def longest(model: type[models.Model], column: str) -> int:
    """How many characters a column of text holds."""
    field = model._meta.get_field(column)
    assert isinstance(field, models.CharField), column
    assert field.max_length is not None, column
    return int(field.max_length)


def at_most(text: str, longest: int, field: str) -> str:
    """A text of so many characters at most; raises Refused."""
    if len(text) > longest:
        raise Refused(f"{called(field)} has {len(text)} characters: {longest} is the most.", field)
    return text


def reason(text: str, longest: int) -> str:
    """Why something is put right, of so many characters at most; raises Refused for none."""
    text = at_most(text.strip(), longest, "reason")
    if not text:
        raise Refused("Say why, so that the next reader knows.", "reason")
    return text


def within(value: int | None, low: int, high: int, field: str) -> int | None:
    """A number in its range, or None; raises Refused."""
    if value is not None and not low <= value <= high:
        raise Refused(f"{called(field)} is {value}: it goes from {low} to {high}.", field)
    return value


def called(field: str) -> str:
    """A field's name as people say it, at the beginning of a sentence."""
    return CALLED.get(field) or field.replace("_", " ").capitalize()
