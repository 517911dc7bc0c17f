"""A clinic's policies as plain values, so that rules can be handed them without a database."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class WeeklyPolicy:
    """What the weekly rule depends on. Defaults as the product ships them.

    week_starts_on: 0 is Monday, 6 Sunday. lapsed_after_weeks is at least 2, meetings_per_week at least 1.
    """

    week_starts_on: int = 0
    meetings_per_week: int = 1
    settling_in_days: int = 14
    lapsed_after_weeks: int = 4
    track_for_months: int = 24
    count_self_reports: bool = True


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """When and how often a client may be written to. Hours are local times of the clinic's zone.

    Quiet runs from quiet_from over midnight to quiet_until. prompts_a_week counts any seven days.
    """

    time_zone: str = "UTC"
    quiet_from: time = time(20, 0)
    quiet_until: time = time(9, 0)
    send_on_sundays: bool = True
    hours_between_prompts: int = 48
    prompts_a_week: int = 3


@dataclass(frozen=True, slots=True)
class InterviewPolicy:
    """When follow-up interviews fall due. Defaults as the product ships them, which are the findings' own (E4).

    months: for each kind of interview, how many calendar months after intake. window_days: how many days before and
    after that day it may be held.
    """

    months: tuple[tuple[str, int], ...] = (("8m", 8), ("24m", 24))
    window_days: int = 30
