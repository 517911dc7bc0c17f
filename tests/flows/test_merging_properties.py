"""Whatever is on two records: put together nothing is lost, and parted again every row of every table is as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.register import correcting, meeting_choices, pausing, recording
from attendance.register.models import Answer, Attendance, Source
from clinic import consents, episodes, handing_over
from clinic.errors import Refused
from clinic.events import gathered
from clinic.intake import Intake
from clinic.merging.merge import merge, undo
from clinic.models import Channel, Client, Consent, Phase, Purpose
from reminders.contacts import introducing
from reminders.contacts.models import Introduction
from reminders.desk import sweeping
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist import aside, tasks, words
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.said import Said
from tests import cast
from tests.cast import BY, NOW, day
from tests.flows.crowd import a_prompt
from tests.tables import everything

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# The merge leaves its own rows, and the trail is never rewritten.
LEDGER = {"clinic.AuditEntry", "clinic.Merge", "clinic.MergedRow"}
FIRST = date(2026, 1, 8)

days = st.integers(0, 52).map(lambda nth: FIRST + timedelta(days=nth))
Deed = Callable[[Client, "Place"], Any]


class Place:
    """What two records may both speak of."""

    def __init__(self) -> None:
        self.clinic = cast.a_clinic("riverside", crisis_numbers="999")
        self.clinic.safeguarding_lead = cast.a_keyworker(self.clinic, "lena")
        self.clinic.sending_since = NOW - timedelta(days=90)
        self.clinic.save()
        self.kay = cast.a_keyworker(self.clinic, "kay")
        self.rea = cast.a_keyworker(self.clinic, "rea")
        self.meetings = [
            cast.a_meeting("dawn"), cast.a_meeting("lantern"), cast.a_meeting("harbour", "Narcotics Anonymous"),
        ]  # fmt: skip
        self.joe = cast.a_contact(self.clinic, "Joe")


def goes(on: date, which: int, source: Source, named: bool) -> Deed:
    """which: one of the meetings, or none; then with its fellowship alone, or nothing."""

    def deed(client: Client, place: Place) -> None:
        meeting = place.meetings[which] if which < 3 else None
        fellowship = place.meetings[0].fellowship if meeting is None and named else None
        told = {"meeting": meeting, "fellowship": fellowship, "note": f"{which}"}
        recording.record(client=client, attended_on=on, source=source, by=BY, now=NOW, **told)

    return deed


def struck_out(client: Client, place: Place) -> None:
    latest = client.attendances.filter(voided_at__isnull=True).last()
    if latest is not None:
        correcting.void(attendance=latest, reason="Another day.", by=BY, now=NOW)


def pauses(on: date) -> Deed:
    return lambda client, place: pausing.pause(
        client=client, starts_on=on, ends_on=on + timedelta(days=3), reason="Holiday", by=BY, now=NOW
    )


def did_not_go(on: date) -> Deed:
    week = on - timedelta(days=on.weekday())
    return lambda client, place: pausing.check_in(
        client=client, week=week, answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
    )


def agrees(channel: Channel) -> Deed:
    return lambda client, place: consents.give(
        client=client, purpose=Purpose.PROMPTS, channel=channel, given_on=FIRST, how="form", by=BY, now=NOW
    )


def stops(client: Client, place: Place) -> None:
    consents.stop_prompts(client=client, how="said so", by=BY, now=NOW)


def needs(kind: TaskKind, about: str) -> Deed:
    need = {"reason": "Because.", "about": about, "run": day("2026-01-26")}
    return lambda client, place: tasks.raise_tasks([tasks.Need(client, kind, **need)], NOW)


def is_dealt_with(client: Client, place: Place) -> None:
    for task in client.keyworker_tasks.filter(done_at__isnull=True)[:1]:
        tasks.close(task=task, outcome="Rang.", by=BY, now=NOW)


def spoke(what: str) -> Deed:
    return lambda client, place: words.spoke(client=client, said=Said.OTHER, words=what, by=BY, now=NOW)


def put_aside(until: int) -> Deed:
    return lambda client, place: aside.put_aside(
        client=client, until=NOW.date() + timedelta(days=until), reason="Away.", by=BY, now=NOW
    )


def message(step: Step, state: PromptState, occasion: str) -> Deed:
    return lambda client, place: (
        client.prompts.filter(step=step, occasion=occasion).exists()
        or a_prompt(client, state, step, occasion=occasion)
    )


def chooses(which: int, suits: bool) -> Deed:
    word = meeting_choices.choose if suits else meeting_choices.did_not_suit
    return lambda client, place: word(client=client, meeting=place.meetings[which], by=BY, now=NOW)


def introduced(client: Client, place: Place) -> None:
    introducing.introduce(client=client, contact=place.joe, how="form", given_on=FIRST, by=BY, now=NOW)


def discharged(on: date) -> Deed:
    def deed(client: Client, place: Place) -> None:
        episodes.change_phase(
            episode=episodes.latest_episode(client), phase=Phase.COMPLETED, changed_on=on, by=BY, now=NOW
        )

    return deed


def comes_back(on: date) -> Deed:
    return lambda client, place: episodes.return_to_treatment(
        client=client, intake_on=on, intake=Intake(severity=9), by=BY, now=NOW
    )


def handed_over(client: Client, place: Place) -> None:
    client.refresh_from_db()
    other = place.rea if client.keyworker == place.kay else place.kay
    handing_over.hand_over(
        clinic=place.clinic, clients=[client], held_by=client.keyworker, to=other, by=BY, now=NOW
    )


deeds = st.one_of(
    st.builds(goes, days, st.integers(0, 3), st.sampled_from(Source), st.booleans()),
    st.builds(goes, days, st.integers(0, 3), st.sampled_from(Source), st.booleans()),
    st.builds(pauses, days),
    st.builds(did_not_go, days),
    st.builds(agrees, st.sampled_from([Channel.SMS, Channel.EMAIL])),
    # A try in vain is a word with them, and says which: nobody has it raised.
    st.builds(
        needs,
        st.sampled_from([kind for kind in TaskKind if kind is not TaskKind.TRIED]),
        st.sampled_from(["", "2026-01-26", "first meeting"]),
    ),
    st.builds(spoke, st.sampled_from(["Well.", "Not well."])),
    st.builds(put_aside, st.integers(1, 20)),
    st.builds(
        message,
        st.sampled_from([Step.CHECK_IN, Step.KEEP_GOING, Step.ENCOURAGE]),
        st.sampled_from([state for state in PromptState if state is not PromptState.SENDING]),
        st.sampled_from(["", "4", "6"]),
    ),
    st.builds(chooses, st.integers(0, 2), st.booleans()),
    st.builds(discharged, days),
    st.builds(comes_back, days),
    st.sampled_from([struck_out, stops, is_dealt_with, introduced, handed_over]),
)
people = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ana", "Anna"]),
        "mobile": st.sampled_from(["07700 900111", "07700 900222"]),
        "email": st.sampled_from(["ana@example.org", "a@example.org"]),
        "date_of_birth": st.just(date(1990, 5, 6)),
        "preferences": st.sampled_from([["women"], ["online", "secular"]]),
        "plain_wording": st.booleans(),
    },
)
records = st.tuples(
    st.sampled_from(["2026-01-07", "2026-01-20", "2025-03-01"]), people, st.lists(deeds, max_size=9)
)


def a_record(place: Place, reference: str, told: tuple[str, dict[str, Any], list[Deed]]) -> Client:
    intake_on, person, done = told
    client = cast.a_client(place.clinic, reference, intake_on, keyworker=place.kay, **person)
    for deed in done:
        try:
            with transaction.atomic():
                deed(client, place)
        except Refused:
            continue
    return client


def went(*clients: Client) -> set[tuple[date, int | None]]:
    """Days and meetings that count, a day that names none as such."""
    held = Attendance.objects.filter(client__in=clients, voided_at__isnull=True)
    return set(held.values_list("attended_on", "meeting"))


def rows() -> dict[str, list[dict[str, Any]]]:
    return {table: told for table, told in everything().items() if table not in LEDGER}


@given(one=records, other=records, swept=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_everything_comes_back(db: None, one: Any, other: Any, swept: bool) -> None:
    with transaction.atomic():
        with gathered():
            place = Place()
            kept, merged = a_record(place, "A1", one), a_record(place, "B1", other)
        if swept:
            sweeping.sweep(place.clinic, NOW)
        before, went_before = rows(), went(kept, merged)
        withdrawn = {
            consent.channel
            for client in (kept, merged)
            for consent in Consent.objects.filter(
                client=client, purpose=Purpose.PROMPTS, revoked_at__isnull=False
            )
            if consents.live(client, Purpose.PROMPTS, Channel(consent.channel)) is None
        }
        open_tasks = kinds_open(kept) | kinds_open(merged)
        spoken = talks(kept, merged)
        try:
            made = merge(kept=kept, merged=merged, by=BY, now=NOW)
        except Refused:
            assert Introduction.objects.filter(client__in=[kept, merged], ended_at__isnull=True).count() == 2
        else:
            it_stands_together(kept, merged, went_before, withdrawn)
            assert TaskKind.RING_ME not in open_tasks or TaskKind.RING_ME in kinds_open(kept)
            assert talks(kept) == spoken
            assert undo(merge=made, by=BY, now=NOW) == 0
        assert rows() == before
        transaction.set_rollback(True)


def kinds_open(client: Client) -> set[str]:
    return set(client.keyworker_tasks.filter(done_at__isnull=True).values_list("kind", flat=True))


def talks(*clients: Client) -> int:
    return KeyworkerTask.objects.filter(client__in=clients, kind=TaskKind.SPOKE).count()


def it_stands_together(kept: Client, merged: Client, went_before: set[Any], withdrawn: set[str]) -> None:
    """Each day counts that counted on either, none twice; the stricter consent holds; nothing of the merged waits."""
    after = went(kept)
    assert {on for on, _ in after} == {on for on, _ in went_before}
    assert {one for one in went_before if one[1] is not None} <= after
    assert not went(merged)
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (merged.merged_into, merged.keyworker) == (kept, None)
    assert not any(consents.live(kept, Purpose.PROMPTS, Channel(one)) for one in withdrawn)
    assert not merged.flags.filter(closed_at__isnull=True).exists()
    assert not merged.keyworker_tasks.filter(done_at__isnull=True).exists()
    assert not Prompt.objects.filter(client=merged, state=PromptState.PLANNED).exists()
    first = kept.episodes.order_by("intake_on").first()
    assert first is not None
    assert not merged.episodes.filter(intake_on__lt=first.intake_on).exists()
