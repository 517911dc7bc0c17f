"""What Today and the Register cost, beside a list of as many clients in one plain query: queries, bytes and time."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from bench.company import keyworker, name_meetings
from bench.counting import Counted
from bench.lives import MISSING
from bench.world import NOW, build
from clinic.models import User
from reminders.desk import sweeping

FLOOR = "bench_list"
# Today lists whoever of all these is flagged, fifty a page; a Register of as many would be several pages.
TIMES_AS_MANY = {"today": 4, "register": 1}


@dataclass(frozen=True, slots=True)
class Price:
    """What a page of so many clients costs: size is bytes of its HTML; milliseconds and floor, of the middle turn."""

    page: str
    clients: int
    queries: int
    size: int
    milliseconds: float
    floor: float
    ratio: float


def prices(caseload: int, turns: int) -> list[Price]:
    """Each page for a keyworker with one client and for one with a caseload, all of them flagged."""
    most = caseload * max(TIMES_AS_MANY.values())
    clinic = build(1 + most, slug="pages", lives=MISSING)
    name_meetings(clinic)
    sweeping.sweep(clinic, NOW)
    assert settings.CLOCK_FILE is not None
    settings.CLOCK_FILE.write_text(NOW.isoformat(), encoding="utf-8")
    one, many = (keyworker(clinic, name) for name in ("one", "many"))
    first, *others = clinic.clients.order_by("pk").values_list("pk", flat=True)
    clinic.clients.filter(pk=first).update(keyworker=one)
    found = []
    for page, times in TIMES_AS_MANY.items():
        clinic.clients.filter(keyworker=many).update(keyworker=None)
        clinic.clients.filter(pk__in=others[: caseload * times]).update(keyworker=many)
        found += [_price(reverse(page, args=[clinic.slug]), page, who, turns) for who in (one, many)]
    return found


def _price(address: str, page: str, who: User, turns: int) -> Price:
    """So many turns of the page and its floor, after one of each that does not count."""
    browser = Browser()
    browser.force_login(who)
    beside = reverse(FLOOR, args=[address.split("/")[1]])
    own, floor, counted = [], [], Counted()
    for turn in range(turns + 1):
        own.append(_asked(browser, address)[0])
        floor.append(_asked(browser, beside)[0])
        if not turn:
            with connection.execute_wrapper(counted):
                _, size = _asked(browser, address)
    pairs = list(zip(own[1:], floor[1:], strict=True))
    return Price(
        page,
        who.caseload.count(),
        counted.queries,
        size,
        1000 * median(mine for mine, _ in pairs),
        1000 * median(least for _, least in pairs),
        median(mine / least for mine, least in pairs),
    )


def _asked(browser: Browser, address: str) -> tuple[float, int]:
    """Seconds of a page, and the bytes of its HTML."""
    gc.collect()
    began = perf_counter()
    answer = browser.get(address)
    taken = perf_counter() - began
    assert answer.status_code == 200, answer.status_code
    return taken, len(answer.content)
