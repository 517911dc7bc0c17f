"""Dates in the sentences of pages: verbs name days as spreadsheets and other systems do, people read them in words."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clinic.weeks import day_text

# One in quotation marks is somebody's own words, such as a reference.
ISO_DATE = re.compile(r"(?<![\w'\"“-])\d{4}-\d\d-\d\d(?![\w-])")


def in_words(sentence: str) -> str:
    """The sentence with its dates such as 2 March 2026."""
    return ISO_DATE.sub(_day, sentence)


def _day(found: re.Match[str]) -> str:
    try:
        return day_text(date.fromisoformat(found.group()))
    except ValueError:
        return found.group()


def how_far(moment: datetime, now: datetime, time_zone: str) -> str:
    """When something was or will be, as seen from now in a time zone, such as yesterday at 03:10."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near is not None:
        return f"{near} at {local:%H:%M}"
    on = f"on {day_text(local.date())}"
    return f"{-days} days ago, {on}" if days < 0 else f"{on} at {local:%H:%M}"


def how_long_ago(moment: datetime, now: datetime, time_zone: str) -> str:
    """When something was written down, as one says it of the last hour in minutes, such as a minute ago."""
    minutes = int((now - moment).total_seconds() // 60)
    if not 0 <= minutes < 60:
        return how_far(moment, now, time_zone)
    return {0: "just now", 1: "a minute ago"}.get(minutes, f"{minutes} minutes ago")
