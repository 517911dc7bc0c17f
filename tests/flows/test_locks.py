"""Verbs beside imports, policies and each other, on PostgreSQL: they are done in turn, and none waits for ever."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from clinic import consents, episodes, locking, setup
from clinic.models import Client, Clinic, Phase
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from tests import cast
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("require_postgresql")]


def test_a_client_is_held_without_the_clinic(riverside: Clinic, ana: Client) -> None:
    """Others may meanwhile write rows of the clinic, and rows that refer to the client."""

    def found(statement: str, *values: object) -> int:
        """How many rows another connection gets hold of within two seconds."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(statement, values)
            return cursor.rowcount

    with transaction.atomic():
        locking.client(ana.pk)
        the_clinic = partial(found, "SELECT 1 FROM clinic_clinic WHERE id = %s FOR UPDATE", riverside.pk)
        for_a_key = partial(found, "SELECT 1 FROM clinic_client WHERE id = %s FOR KEY SHARE", ana.pk)
        assert at_once(the_clinic) + at_once(for_a_key) == [1, 1]


def test_a_changed_policy_beside_verbs_about_its_clients(riverside: Clinic) -> None:
    clients = [cast.a_client(riverside, f"L{number}") for number in range(12)]

    def weekly(required: int) -> None:
        setup.set_up_clinic(
            slug=riverside.slug, settings={"meetings_per_week": required}, by=cast.BY, now=cast.NOW
        )

    def discharge(some: list[Client]) -> None:
        for client in some:
            episodes.change_phase(
                episode=client.episodes.get(),
                phase=Phase.COMPLETED,
                changed_on=cast.TODAY,
                by=cast.BY,
                now=cast.NOW,
            )

    for required in (2, 3, 1):
        at_once(
            partial(weekly, required), partial(discharge, clients[::2]), partial(discharge, clients[1::2])
        )
        clients = [cast.a_client(riverside, f"L{required}-{number}") for number in range(12)]
    assert Clinic.objects.get(pk=riverside.pk).meetings_per_week == 1


def test_an_introduction_ended_by_the_keyworker_while_the_client_takes_it_back(
    riverside: Clinic, joe: LocalContact
) -> None:
    """One goes through the introduction, the other through its consent: both hold the client first."""
    for number in range(10):
        client = cast.a_client(riverside, f"I{number}", first_name="Ana", mobile="07700 900111")
        under_way = introducing.introduce(
            client=client,
            contact=joe,
            how="in the session",
            given_on=cast.TODAY,
            by=cast.BY,
            now=cast.NOW,
        )
        later = cast.NOW + timedelta(hours=1)
        at_once(
            partial(
                introducing.move,
                introduction=under_way,
                to=IntroductionState.ENDED,
                by=cast.BY,
                now=later,
                reason="They moved away",
            ),
            partial(consents.revoke, consent=under_way.consent, how="by the link", by=cast.BY, now=later),
        )
        under_way.refresh_from_db()
        assert under_way.state == IntroductionState.ENDED
        assert client.consents.get(pk=under_way.consent_id).revoked_at == later
