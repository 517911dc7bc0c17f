"""Hours in which clients may be written to. Pure; moments are aware, hours are local to the clinic."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.policy import SendingPolicy
from clinic.weeks import DAY

LIFE = timedelta(hours=36)
LONGEST_LIFE = timedelta(days=5)
SUNDAY = 6


def next_permitted(moment: datetime, policy: SendingPolicy) -> datetime:
    """The moment itself where it is permitted, else the next that is."""
    opens, _ = _window_from(moment, policy)
    return max(opens, moment)


def live_until(moment: datetime, policy: SendingPolicy) -> datetime:
    """When a prompt planned at the moment expires: after 36 permitted hours, five days at most."""
    return min(after_permitted(moment, LIFE, policy), moment + LONGEST_LIFE)


def after_permitted(moment: datetime, span: timedelta, policy: SendingPolicy) -> datetime:
    """The moment at which so much permitted time has passed."""
    left = span
    while True:
        opens, closes = _window_from(moment, policy)
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
        moment = closes


def permitted_between(begins: datetime, ends: datetime, policy: SendingPolicy) -> timedelta:
    """How much of the time between two moments is permitted."""
    total = timedelta()
    moment = begins
    while moment < ends:
        opens, closes = _window_from(moment, policy)
        if opens >= ends:
            break
        total += min(closes, ends) - opens
        moment = closes
    return total


def _window_from(moment: datetime, policy: SendingPolicy) -> tuple[datetime, datetime]:
    """The permitted window the moment lies in, from the moment on, else the next one; as UTC instants.

    In UTC, so that a night on which the clocks change is as long as it is. Where the clocks go back over
    the edge of a window, the first time they show it counts.
    """
    zone = ZoneInfo(policy.time_zone)
    at = moment.astimezone(UTC)
    day = at.astimezone(zone).date()
    while True:
        opens = _instant(datetime.combine(day, policy.quiet_until), zone)
        closes = _instant(datetime.combine(day, policy.quiet_from), zone)
        if at < closes and (policy.send_on_sundays or day.weekday() != SUNDAY):
            return max(at, opens), closes
        day += DAY


def _instant(clock_face: datetime, zone: ZoneInfo) -> datetime:
    return clock_face.replace(tzinfo=zone).astimezone(UTC)


def local_moment(day: date, at: time, time_zone: str) -> datetime:
    """The instant of a local time of day on a local day of an IANA time zone."""
    return _instant(datetime.combine(day, at), ZoneInfo(time_zone))
