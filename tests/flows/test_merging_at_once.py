"""Two records are put together while somebody records a fact of one of them, or puts them together as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from attendance.register import recording
from attendance.register.models import Attendance, Source
from clinic import consents
from clinic.errors import Refused
from clinic.merging.merge import merge, undo
from clinic.models import Channel, Client, Consent, Merge, Purpose
from tests import cast
from tests.at_once import at_once
from tests.cast import BY, NOW, day
from tests.flows.browsing import Staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("require_postgresql")]

TIMES = 5


def told(act: Callable[[], Any]) -> Callable[[], str]:
    """The sentence with which an act was refused, else that it was done."""

    def run() -> str:
        try:
            act()
        except Refused as refused:
            return refused.sentence
        return "done"

    return run


def pair(kay: Staff, nth: int) -> tuple[Client, Client]:
    first, second = (
        cast.a_client(kay.clinic, f"{letter}{nth}", first_name="Ana", keyworker=kay.user) for letter in "XY"
    )
    return first, second


def test_a_meeting_recorded_meanwhile_comes_along_or_is_refused_and_never_stays_behind(kay: Staff) -> None:
    for nth in range(TIMES):
        kept, merged = pair(kay, nth)
        went = told(
            lambda merged=merged: recording.record(
                client=merged, attended_on=day("2026-02-10"), source=Source.SLIP, by=BY, now=NOW
            )
        )
        joined = told(lambda kept=kept, merged=merged: merge(kept=kept, merged=merged, by=BY, now=NOW))
        said, done = at_once(went, joined)
        assert done == "done"
        assert said in ("done", f"Y{nth} was entered twice, and is put together with X{nth}: look there.")
        held = Attendance.objects.filter(client__in=[kept, merged])
        assert list(held.values_list("client", flat=True)) == [kept.pk] * (said == "done")


def test_a_consent_given_meanwhile_comes_along_or_is_refused(kay: Staff) -> None:
    for nth in range(TIMES):
        kept, merged = pair(kay, nth)

        def gives(client: Client = merged) -> None:
            told = {"purpose": Purpose.PROMPTS, "channel": Channel.SMS, "given_on": day("2026-02-10")}
            consents.give(client=client, how="form", by=BY, now=NOW, **told)

        said, done = at_once(
            told(gives),
            told(lambda kept=kept, merged=merged: merge(kept=kept, merged=merged, by=BY, now=NOW)),
        )
        assert done == "done"
        held = Consent.objects.filter(client__in=[kept, merged])
        assert list(held.values_list("client", flat=True)) == [kept.pk] * (said == "done")


def test_of_two_merges_that_cross_one_is_told(kay: Staff) -> None:
    for nth in range(TIMES):
        one, other = pair(kay, nth)
        said = at_once(
            told(lambda one=one, other=other: merge(kept=one, merged=other, by=BY, now=NOW)),
            told(lambda one=one, other=other: merge(kept=other, merged=one, by=BY, now=NOW)),
        )
        assert sorted(sentence.split(":")[0] for sentence in said) == ["Somebody was quicker", "done"]
        assert Client.objects.filter(pk__in=[one.pk, other.pk]).count() == 1


def test_three_records_in_a_ring_end_in_one_or_say_so(kay: Staff) -> None:
    a, b = pair(kay, 1)
    c, _ = pair(kay, 2)
    at_once(*[
        told(lambda kept=kept, merged=merged: merge(kept=kept, merged=merged, by=BY, now=NOW))
        for kept, merged in ((a, b), (b, c), (c, a))
    ])  # fmt: skip
    for client in Client.with_merged.filter(pk__in=[a.pk, b.pk, c.pk], merged_into__isnull=False):
        assert client.merged_into is not None
        assert client.merged_into.merged_into_id is None


def test_undone_by_two_it_is_undone_once(kay: Staff) -> None:
    one, other = pair(kay, 1)
    made = merge(kept=one, merged=other, by=BY, now=NOW)
    said = at_once(*[told(lambda: undo(merge=made, by=BY, now=NOW))] * 2)
    assert sorted(sentence.split(":")[0] for sentence in said) == ["Somebody was quicker", "done"]
    assert Merge.objects.get().undone_at == NOW
