"""Weeks and months of the calendar. Pure: dates in, dates out."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def week_of(day: date, week_starts_on: int) -> date:
    """The first day of the week that holds the day; 0 is Monday, 6 Sunday."""
    return day - timedelta(days=(day.weekday() - week_starts_on) % 7)


def week_number(day: date, week_starts_on: int) -> int:
    """The number of the week that holds the day: weeks follow each other by one, which is quick to count with."""
    return (day.toordinal() - 1 - week_starts_on) // 7


def week_numbers(days: Iterable[date], week_starts_on: int) -> list[int]:
    """The number of each day's week."""
    first = 1 + week_starts_on
    return [(day.toordinal() - first) // 7 for day in days]


def week_numbered(number: int, week_starts_on: int) -> date:
    """The first day of the week of that number."""
    return date.fromordinal(number * 7 + 1 + week_starts_on)


def first_week_from(day: date, week_starts_on: int) -> date:
    """The first day of the first week that starts on or after the day."""
    start = week_of(day, week_starts_on)
    return start if start == day else start + WEEK


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months on; the last day of that month where it has no such day."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def day_text(day: date) -> str:
    """A date in words, such as 9 February 2026."""
    return f"{day.day} {day:%B %Y}"
