"""Two people hand the same clients over at the same moment: one does, and the other is told."""

from __future__ import annotations

import pytest

from clinic import handing_over
from clinic.errors import Refused
from clinic.models import Client, HandOver, User
from tests import cast
from tests.at_once import at_once
from tests.cast import BY, NOW
from tests.flows.browsing import Staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("require_postgresql")]


def test_two_at_once_one_is_told_and_nobody_is_torn_between_them(
    kay: Staff, ana: Client, ben: Client
) -> None:
    rea, zoe = (cast.a_keyworker(kay.clinic, name) for name in ("rea", "zoe"))

    def to(user: User, clients: list[Client]) -> str:
        try:
            handing_over.hand_over(
                clinic=kay.clinic, clients=clients, held_by=kay.user, to=user, by=BY, now=NOW
            )
        except Refused as refused:
            return refused.sentence
        return "done"

    said = at_once(lambda: to(rea, [ana, ben]), lambda: to(zoe, [ben, ana]))
    assert sorted(one.split(":")[0] for one in said) == ["Somebody was quicker", "done"]
    given = HandOver.objects.get()
    assert set(Client.objects.values_list("keyworker", flat=True)) == {given.to_id}


def test_two_sweeps_at_once_carry_it_out_once(kay: Staff, ana: Client, ben: Client) -> None:
    rea = cast.a_keyworker(kay.clinic, "rea")
    later = NOW.replace(day=9)
    handing_over.hand_over(
        clinic=kay.clinic,
        clients=[ana, ben],
        held_by=kay.user,
        to=rea,
        by=BY,
        now=NOW,
        starts_on=later.date(),
    )
    moved = at_once(*[lambda: handing_over.carry_out_due(kay.clinic, later)] * 3)
    assert sorted(moved) == [0, 0, 2]
