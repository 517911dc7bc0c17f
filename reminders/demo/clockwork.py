"""The moving clock: acts wait for their moment and happen in order, none of them after the present."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

# Something that happens; it is handed the moment at which it does.
Act = Callable[[datetime], object]


class Clockwork:
    """Acts by their moments. What happens may put further acts in."""

    def __init__(self, present: datetime) -> None:
        self.present = present
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._turn = count()

    def at(self, moment: datetime, act: Act) -> None:
        """Let something happen at an aware moment; nothing does that lies ahead of the present."""
        if moment <= self.present:
            heapq.heappush(self._waiting, (moment, next(self._turn), act))

    def run(self) -> None:
        """Let it all happen, earliest first; at one moment in the order it was put in."""
        while self._waiting:
            moment, _, act = heapq.heappop(self._waiting)
            act(moment)
