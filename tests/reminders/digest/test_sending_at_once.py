"""Four workers on one morning, each with a mail server that is slow: everybody has one e-mail."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

import pytest

from clinic import setup
from clinic.models import Role
from reminders.digest import sending
from reminders.digest.models import Digest
from tests.at_once import at_once
from tests.reminders.digest.conftest import chooses
from tests.reminders.fakes import FakeChannel
from tests.reminders.telling import BEGAN, BY, at

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]


def test_each_is_sent_once(harbour):
    for number in range(6):
        user, _ = setup.add_staff(
            username=f"kay{number}",
            clinic=harbour,
            role=Role.KEYWORKER,
            email=f"kay{number}@harbour.example",
            by=BY,
            now=BEGAN,
        )
        chooses(user, harbour)
    channels = [FakeChannel(while_sending=partial(time.sleep, 0.05)) for _ in range(4)]
    eight = at("2026-03-02 08:00")
    sent = at_once(*[partial(sending.send_due, harbour, {"email": one}, eight) for one in channels])
    assert sum(sent) == 6
    assert set(Counter(to for one in channels for to in one.to).values()) == {1}
    assert set(Digest.objects.values_list("state", "tries")) == {("sent", 1)}
