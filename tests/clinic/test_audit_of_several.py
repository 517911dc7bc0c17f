"""The audit trail of what concerns several records at once, and of what takes a fact back: who did what, in order."""

from datetime import timedelta

import pytest

from clinic import consents, episodes, handing_over
from clinic.actors import Actor
from clinic.imports.putting_back import remove_newcomer
from clinic.merging import merge, two_people
from clinic.models import AuditEntry, Channel, Phase, Purpose
from tests.cast import NOW, TODAY, a_client, a_keyworker

pytestmark = pytest.mark.django_db

KIT = Actor.command("kit")
BY = {"by": KIT, "now": NOW}


@pytest.fixture
def ann(clinic, ana):
    """Ana once more, entered by somebody who had not found her."""
    return a_client(clinic, "A2", first_name="Ana")


def told(known):
    """The verbs of the entries since so many."""
    entries = AuditEntry.objects.order_by("pk")[known:]
    assert {entry.actor_name for entry in entries} == {"kit"}
    return [entry.verb for entry in entries]


def test_a_hand_over_that_is_to_come_and_is_taken_back(clinic, ana, kay):
    ana.keyworker = kay
    ana.save(update_fields=["keyworker"])
    rea = a_keyworker(clinic, "rea")
    known = AuditEntry.objects.count()
    given = handing_over.hand_over(
        clinic=clinic, clients=[ana], held_by=kay, to=rea, starts_on=TODAY + timedelta(days=3), **BY
    )
    handing_over.take_back(hand_over=given, **BY)
    assert told(known) == ["hand_over.planned", "hand_over.ended"]


def test_a_hand_over_is_seen(clinic, ana, kay):
    rea = a_keyworker(clinic, "rea")
    given = handing_over.hand_over(clinic=clinic, clients=[ana], held_by=ana.keyworker, to=rea, **BY)
    known = AuditEntry.objects.count()
    handing_over.see(hand_over=given, by=Actor.staff(rea), now=NOW)
    (entry,) = AuditEntry.objects.order_by("pk")[known:]
    assert (entry.verb, entry.actor_name) == ("hand_over.seen", "rea")


def test_two_records_told_apart_and_then_put_together_after_all(ana, ann):
    known = AuditEntry.objects.count()
    two_people.say_two(one=ana, other=ann, **BY)
    two_people.take_back(one=ana, other=ann, **BY)
    # An entry for each of the two.
    assert told(known) == [*["client.told_apart"] * 2, *["client.not_told_apart"] * 2]
    made = merge.merge(kept=ana, merged=ann, **BY)
    merge.undo(merge=made, **BY)
    of_both = [verb for verb in told(known) if verb in ("client.merged", "client.parted")]
    assert of_both == [*["client.merged"] * 2, *["client.parted"] * 2]


def test_what_a_spreadsheet_told_is_taken_back(clinic, ana, ann):
    consent = consents.give(
        client=ana, purpose=Purpose.PROMPTS, channel=Channel.SMS, given_on=TODAY, how="form", **BY
    )
    episode = ana.episodes.get()
    episodes.change_phase(episode=episode, phase=Phase.COMPLETED, changed_on=TODAY, **BY)
    known = AuditEntry.objects.count()
    consents.doubt(consent=consent, given_on=None, how="", **BY)
    episodes.take_discharge_back(episode=episode, **BY)
    remove_newcomer(ann, KIT, NOW)
    assert told(known) == ["consent.doubted", "episode.discharge_taken_back", "client.removed"]
