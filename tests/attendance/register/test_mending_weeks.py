"""Pauses and check-ins put right: a row for each correction, and nothing judged in between."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.register import mending_weeks, pausing
from attendance.register.models import Answer, CheckIn, Pause, Source
from attendance.standing.models import Flag
from clinic.errors import Refused
from clinic.models import AuditEntry, Client
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Client:
    """Taken in in January, and silent since."""
    return cast.a_client(cast.a_clinic("riverside"), "A1")


def paused(client: Client, starts_on: str, ends_on: str) -> Pause:
    given = {"starts_on": day(starts_on), "ends_on": day(ends_on), "reason": "Holiday"}
    return pausing.pause(client=client, **given, by=BY, now=NOW)[0]


def said_no(client: Client, week: str) -> CheckIn:
    return pausing.check_in(
        client=client, week=day(week), answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
    )[0]


def corrected(pause: Pause, starts_on: str, ends_on: str, reason: str = "Another day.") -> Pause:
    return mending_weeks.correct_pause(
        pause=pause, starts_on=day(starts_on), ends_on=day(ends_on), reason=reason, by=BY, now=NOW
    )


def test_other_days_are_a_row_that_points_at_the_wrong_one(ana: Client) -> None:
    wrong = paused(ana, "2026-02-02", "2026-02-08")
    right = corrected(wrong, "2026-02-02", "2026-02-15")
    wrong.refresh_from_db()
    assert (wrong.voided_at, wrong.voided_by, wrong.void_reason) == (NOW, "tests", "Another day.")
    assert (right.starts_on, right.ends_on, right.reason, right.corrects) == (
        date(2026, 2, 2),
        date(2026, 2, 15),
        "Holiday",
        wrong,
    )
    trail = AuditEntry.objects.filter(verb__startswith="pause.").order_by("id").values_list("verb", flat=True)
    assert list(trail) == ["pause.entered", "pause.voided", "pause.entered"]


def test_no_flag_opens_between_the_wrong_days_and_the_right_ones(ana: Client) -> None:
    wrong = paused(ana, "2026-01-07", "2026-03-08")
    Flag.objects.filter(client=ana).delete()
    corrected(wrong, "2026-01-07", "2026-03-09")
    assert not Flag.objects.filter(client=ana).exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "reason", "field"),
    [
        ("2026-02-02", "2026-02-01", "Slip.", "ends_on"),
        ("2026-02-02", "2036-02-01", "Slip.", "ends_on"),
        ("2026-02-02", "2026-02-09", " ", "reason"),
        ("2026-02-02", "2026-02-09", "x" * 301, "reason"),
    ],
)
def test_what_cannot_be_leaves_the_pause_as_it_was(
    ana: Client, starts_on: str, ends_on: str, reason: str, field: str
) -> None:
    held = paused(ana, "2026-02-02", "2026-02-08")
    with pytest.raises(Refused) as refused:
        corrected(held, starts_on, ends_on, reason)
    assert refused.value.field == field
    held.refresh_from_db()
    assert held.voided_at is None
    assert Pause.objects.count() == 1


def test_what_was_taken_back_is_not_corrected_and_stands_again_once(ana: Client) -> None:
    held = paused(ana, "2026-02-02", "2026-02-08")
    pausing.void_pause(pause=held, reason="A slip.", by=BY, now=NOW)
    with pytest.raises(Refused, match="taken back already"):
        corrected(held, "2026-02-02", "2026-02-09")
    assert mending_weeks.restore_pause(pause=held, by=BY, now=NOW)
    assert not mending_weeks.restore_pause(pause=held, by=BY, now=NOW)
    held.refresh_from_db()
    assert (held.voided_at, held.void_reason) == (None, "")


def test_nothing_stands_again_beside_what_came_in_its_place(ana: Client) -> None:
    held = paused(ana, "2026-02-02", "2026-02-08")
    corrected(held, "2026-02-02", "2026-02-09")
    with pytest.raises(Refused, match="corrected since"):
        mending_weeks.restore_pause(pause=held, by=BY, now=NOW)
    other = paused(ana, "2026-03-02", "2026-03-08")
    pausing.void_pause(pause=other, by=BY, now=NOW)
    paused(ana, "2026-03-02", "2026-03-08")
    with pytest.raises(Refused, match="entered again since"):
        mending_weeks.restore_pause(pause=other, by=BY, now=NOW)
    week = said_no(ana, "2026-02-16")
    pausing.void_check_in(check_in=week, reason="A slip.", by=BY, now=NOW)
    said_no(ana, "2026-02-16")
    with pytest.raises(Refused, match="noted again since"):
        mending_weeks.restore_check_in(check_in=week, by=BY, now=NOW)


def test_a_check_in_stands_again_with_whoever_said_it(ana: Client) -> None:
    week = said_no(ana, "2026-02-16")
    pausing.void_check_in(check_in=week, reason="A slip.", by=BY, now=NOW)
    assert mending_weeks.restore_check_in(check_in=week, by=BY, now=NOW)
    assert not mending_weeks.restore_check_in(check_in=week, by=BY, now=NOW)
    held = ana.checkins.get()
    assert (held.source, held.voided_at, held.void_reason) == ("client", None, "")
