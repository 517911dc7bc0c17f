"""What Today and the Register cost: queries and time of the whole request, for one client and for a caseload."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from bench.counting import Counted
from bench.lives import MISSING
from bench.world import NOW, build
from clinic.models import Clinic, Membership, Role, User
from reminders.desk import sweeping

PAGES = ("today", "register")


@dataclass(frozen=True, slots=True)
class Price:
    """What a page of so many clients costs; milliseconds of the middle request."""

    page: str
    clients: int
    queries: int
    milliseconds: float


def prices(caseload: int, turns: int) -> list[Price]:
    """Each page for a keyworker with one client and for one with a caseload, all of them flagged."""
    clinic = build(1 + caseload, slug="pages", lives=MISSING)
    sweeping.sweep(clinic, NOW)
    assert settings.CLOCK_FILE is not None
    settings.CLOCK_FILE.write_text(NOW.isoformat(), encoding="utf-8")
    one, many = (_keyworker(clinic, name) for name in ("one", "many"))
    clinic.clients.update(keyworker=many)
    clinic.clients.filter(pk=clinic.clients.earliest("pk").pk).update(keyworker=one)
    return [_price(clinic, page, keyworker, turns) for page in PAGES for keyworker in (one, many)]


def _keyworker(clinic: Clinic, name: str) -> User:
    user = User.objects.create(username=f"{clinic.slug}-{name}")
    Membership.objects.create(clinic=clinic, user=user, role=Role.KEYWORKER)
    return user


def _price(clinic: Clinic, page: str, keyworker: User, turns: int) -> Price:
    browser = Browser()
    browser.force_login(keyworker)
    address = reverse(page, args=[clinic.slug])
    counted, taken = Counted(), []
    for turn in range(turns + 1):
        began = perf_counter()
        if turn:
            answer = browser.get(address)
        else:
            with connection.execute_wrapper(counted):
                answer = browser.get(address)
        taken.append(perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return Price(page, keyworker.caseload.count(), counted.queries, 1000 * median(taken[1:]))
