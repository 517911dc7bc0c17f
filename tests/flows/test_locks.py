"""Verbs beside imports, policies and each other, on PostgreSQL: they are done in turn, and none waits for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from attendance.register import recording
from attendance.register.models import Source
from attendance.standing import evaluation
from clinic import consents, episodes, locking, setup
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Channel, Client, Clinic, Phase, Purpose
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.links import client_answers, contact_answers
from reminders.prompts import outcomes, planning, settling
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests import cast
from tests.at_once import at_once
from tests.flows.crowd import a_prompt

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


def test_a_stop_for_all_who_share_a_number_while_their_meetings_are_recorded(riverside: Clinic) -> None:
    """The opt-out is not what is lost: both hold clients by number, whatever their references."""
    for number in range(6):
        # By reference the other way round than by number.
        shared = [
            cast.a_client(riverside, f"S{9 - nth}-{number}", first_name="Sam", mobile=f"07700 90{number}00")
            for nth in range(8)
        ]
        for client in shared:
            consents.give(
                client=client,
                purpose=Purpose.PROMPTS,
                channel=Channel.SMS,
                given_on=cast.TODAY,
                how="form",
                by=cast.BY,
                now=cast.NOW,
            )

        def recorded(clients: list[Client] = shared) -> None:
            for day in (cast.TODAY - timedelta(days=nth) for nth in range(6)):
                reports = [recording.Went(client, day, Source.KEYWORKER) for client in clients]
                recording.record_many(clinic=riverside, reports=reports, by=cast.BY, now=cast.NOW)

        stopped, _ = at_once(
            partial(consents.stop_at_their_address, client=shared[0], how="link", by=cast.BY, now=cast.NOW),
            recorded,
        )
        assert stopped == len(shared)


def test_a_provider_that_answers_late_while_a_person_settles(riverside: Clinic) -> None:
    """One of them says what became of the message, and the other holds to it."""
    for number in range(10):
        client = cast.a_client(riverside, f"U{number}", mobile="07700 900111")
        prompt = a_prompt(client, PromptState.UNCERTAIN)
        attempt = prompt.tries.create(began_at=cast.NOW)
        about = tasks.about_prompt(prompt.pk)
        tasks.raise_tasks([tasks.Need(client, TaskKind.UNCERTAIN, "Ask whether it came.", about)], cast.NOW)
        task = client.keyworker_tasks.get()

        def settled(task: KeyworkerTask = task) -> str:
            try:
                settling.settle(task=task, answer=settling.Answer.DID_NOT_COME, by=cast.BY, now=cast.NOW)
            except Refused as refusal:
                return refusal.sentence
            return "settled"

        said, answered = at_once(settled, partial(outcomes.sent, prompt, attempt, "late", cast.NOW))
        prompt.refresh_from_db()
        won = {"settled": "planned", "Somebody was quicker: this is off the list.": "sent"}[said]
        assert (prompt.state, answered) == (won, "sent" if won == "sent" else "")


def test_a_contact_who_stops_serving_while_they_are_introduced(riverside: Clinic) -> None:
    for number in range(10):
        joe = cast.a_contact(riverside, f"Joe {number}")
        known, new = [
            cast.a_client(riverside, f"J{number}-{nth}", first_name="Ana", mobile="07700 900111")
            for nth in range(2)
        ]

        def introduced(client: Client = new, contact: LocalContact = joe) -> bool:
            try:
                introducing.introduce(
                    client=client, contact=contact, how="form", given_on=cast.TODAY, by=cast.BY, now=cast.NOW
                )
            except Refused:
                return False
            return True

        assert introduced(known)
        at_once(
            introduced,
            partial(introduced, known),
            partial(contact_answers.stop_serving, contact=joe, by=cast.BY, now=cast.NOW),
        )
        assert not joe.introductions.filter(ended_at__isnull=True).exists()


def test_an_answer_that_they_went_beside_one_that_they_did_not(riverside: Clinic) -> None:
    """Whichever comes second hears of the first, or takes it back: the two do not stand side by side."""
    for number in range(10):
        client = cast.a_client(riverside, f"W{number}")

        def did_not(client: Client = client) -> bool:
            try:
                return client_answers.did_not_go(
                    client=client, week=cast.TODAY, by=Actor.client(), now=cast.NOW
                )
            except Refused:
                return False

        at_once(
            did_not,
            partial(
                client_answers.went, client=client, attended_on=cast.TODAY, by=Actor.client(), now=cast.NOW
            ),
        )
        assert client.attendances.filter(voided_at__isnull=True).count() == 1
        assert not client.checkins.filter(voided_at__isnull=True).exists()


def test_first_steps_planned_beside_a_first_meeting(riverside: Clinic) -> None:
    """Nobody who has just been to one is asked on Today to be introduced to a first."""
    now = datetime(2026, 1, 17, 12, 0, tzinfo=UTC)
    for number in range(6):
        clients = [cast.a_client(riverside, f"F{number}-{nth}") for nth in range(6)]
        evaluation.evaluate(riverside, [client.pk for client in clients], now)
        reports = [recording.Went(client, date(2026, 1, 17), Source.KEYWORKER) for client in clients]
        at_once(
            partial(planning.plan_first_steps, riverside, now),
            partial(recording.record_many, clinic=riverside, reports=reports, by=cast.BY, now=now),
        )
        waiting = KeyworkerTask.objects.filter(client__in=clients, done_at__isnull=True)
        assert list(waiting.values_list("kind", "reason")) == []


def test_of_what_one_is_enough_two_at_once_raise_one(riverside: Clinic, ana: Client) -> None:
    for number in range(10):
        client = cast.a_client(riverside, f"N{number}")
        at_once(
            *(
                partial(
                    tasks.raise_tasks,
                    [tasks.Need(client, TaskKind.NOT_REACHED, "Refused.", f"step {nth}", cast.TODAY)],
                    cast.NOW,
                )
                for nth in range(3)
            )
        )
        assert client.keyworker_tasks.filter(done_at__isnull=True).count() == 1
