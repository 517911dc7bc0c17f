"""Taking clients in: with all that is known of them, or with a day alone."""

import pytest

from attendance.standing.models import StandingRecord
from clinic import amending, intake, setup
from clinic.errors import Refused
from clinic.intake import Intake, Person
from clinic.models import AuditEntry, Client, Clinic, Episode, Phase, PhaseChange, Programme
from tests.at_once import at_once
from tests.cast import BY, NOW, TODAY, a_client, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


def take_in(clinic, reference="", intake_on="2026-01-07", measured=None, **person) -> Client:
    return intake.take_in(
        clinic=clinic,
        reference=reference,
        intake_on=day(intake_on),
        person=Person(**person),
        intake=measured,
        by=BY,
        now=NOW,
    )


class TestWhoComes:
    def test_a_day_is_enough(self, clinic):
        client = take_in(clinic)
        assert (client.reference, client.name, client.language) == ("0001", "0001", "en")
        episode = client.episodes.get()
        assert (episode.intake_on, episode.phase, episode.severity) == (
            day("2026-01-07"),
            Phase.IN_TREATMENT,
            None,
        )
        started = PhaseChange.objects.get(episode=episode)
        assert (started.phase, started.changed_on, started.recorded_by) == (
            "in_treatment",
            day("2026-01-07"),
            "tests",
        )

    def test_with_all_that_is_known(self, clinic, kay):
        programme = intake.programme_named(clinic, "Day programme", twelve_step_based=True)
        client = take_in(
            clinic,
            "A1",
            measured=Intake(programme, None, 15, 10, 5, True),
            first_name="Ana",
            last_name="Madeup",
            date_of_birth=day("1984-11-30"),
            mobile="07700 900123",
            email="ana@example.org",
            keyworker=kay,
            language="es",
            preferences=["women", "online"],
            plain_wording=True,
        )
        client.refresh_from_db()
        assert (client.name, client.mobile, client.email) == (
            "Ana Madeup",
            "+447700900123",
            "ana@example.org",
        )
        assert (client.keyworker, client.preferences, client.plain_wording) == (
            kay,
            ["women", "online"],
            True,
        )
        episode = client.episodes.get()
        assert (episode.severity, episode.motivation, episode.controlled_use_impossible) == (15, 10, 5)
        assert (episode.programme, episode.twelve_step_based, episode.isolated) == (programme, True, True)

    def test_a_name_is_one_line_without_characters_that_nobody_sees(self, clinic):
        client = take_in(clinic, first_name=" Ana\n\x1bMaria\u202e ", last_name="Made\tup")
        assert (client.first_name, client.last_name) == ("Ana Maria", "Made up")

    def test_a_name_that_nobody_can_see_is_not_known_and_erases_none(self, clinic):
        client = take_in(clinic, first_name="Ana", last_name="\u200b")
        assert (client.first_name, client.last_name) == ("Ana", "")
        amending.amend(
            client=client,
            episode=client.episodes.get(),
            person=Person(first_name="\u200b", last_name="Madeup"),
            by=BY,
            now=NOW,
        )
        assert (client.first_name, client.last_name) == ("Ana", "Madeup")

    def test_they_are_judged_at_once_and_the_trail_says_what_was_told(self, clinic):
        client = take_in(clinic, "A1", first_name="Ana", measured=Intake(severity=0))
        assert StandingRecord.objects.get(client=client).standing == "not_started"
        entry = AuditEntry.objects.get(verb="client.taken_in")
        assert (entry.client_id, entry.subject_id, entry.fields) == (
            client.pk,
            client.pk,
            ["first_name", "reference", "severity"],
        )

    def test_born_on_the_day_of_intake_is_odd_and_possible(self, clinic):
        assert take_in(clinic, date_of_birth=day("2026-01-07")).date_of_birth == day("2026-01-07")

    def test_the_intake_says_more_than_the_programme(self, clinic):
        programme = intake.programme_named(clinic, "Day programme", twelve_step_based=True)
        client = take_in(clinic, measured=Intake(programme=programme, twelve_step_based=False))
        assert client.episodes.get().twelve_step_based is False


class TestTheReference:
    def test_as_given_without_the_space_around_it(self, clinic):
        assert take_in(clinic, "  A 1 ").reference == "A 1"

    def test_else_the_next_number_that_nobody_has(self, clinic):
        for reference in ("0002", "other"):
            take_in(clinic, reference)
        assert [take_in(clinic).reference for _ in range(3)] == ["0003", "0004", "0005"]
        assert take_in(clinic, "   ").reference == "0006"

    def test_each_clinic_counts_for_itself(self, clinic, other_clinic):
        assert [take_in(one).reference for one in (clinic, other_clinic)] == ["0001", "0001"]

    def test_nobody_has_anothers(self, clinic, other_clinic):
        take_in(clinic, "A1")
        with pytest.raises(Refused) as refused:
            take_in(clinic, "A1", first_name="Another")
        assert (refused.value.sentence, refused.value.field) == (
            "There is already a client 'A1' in Riverside.",
            "reference",
        )
        assert take_in(other_clinic, "A1").reference == "A1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("require_postgresql")
def test_two_taken_in_at_one_moment_get_two_numbers():
    clinic, _ = setup.set_up_clinic(
        slug="riverside", settings={"name": "Riverside", "time_zone": "Europe/London"}, by=BY, now=NOW
    )
    came = at_once(*[lambda: take_in(Clinic.objects.get(pk=clinic.pk)).reference] * 4)
    assert sorted(came) == ["0001", "0002", "0003", "0004"]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"intake_on": "2026-03-03"}, "intake_on", "2026-03-03 is in the future: today is 2026-03-02."),
        ({"intake_on": "1899-12-31"}, "intake_on", "1899-12-31 is too long ago."),
        ({"reference": "x" * 41}, "reference", "Reference has 41 characters: 40 is the most."),
        ({"first_name": "x" * 81}, "first_name", "First name has 81 characters: 80 is the most."),
        ({"language": "x" * 11}, "language", "Language has 11 characters: 10 is the most."),
        (
            {"date_of_birth": day("2026-03-03")},
            "date_of_birth",
            "2026-03-03 is in the future: today is 2026-03-02.",
        ),
        ({"date_of_birth": day("2026-01-08")}, "date_of_birth", "2026-01-08 is after intake on 2026-01-07."),
        ({"mobile": "one"}, "mobile", "'one' is not a telephone number."),
        ({"email": "ana"}, "email", "'ana' is not an e-mail address."),
        ({"measured": Intake(severity=16)}, "severity", "Severity is 16: it goes from 0 to 15."),
        ({"measured": Intake(severity=-1)}, "severity", "Severity is -1: it goes from 0 to 15."),
        ({"measured": Intake(motivation=11)}, "motivation", "Motivation is 11: it goes from 0 to 10."),
        (
            {"measured": Intake(controlled_use_impossible=0)},
            "controlled_use_impossible",
            "Controlled use impossible is 0: it goes from 1 to 5.",
        ),
    ],
    ids=lambda one: "" if isinstance(one, dict) else None,
)
def test_what_is_wrong_is_said_and_nothing_is_written(clinic, wrong, field, sentence):
    before = everything()
    with pytest.raises(Refused) as refused:
        take_in(clinic, **wrong)
    assert (refused.value.sentence, refused.value.field) == (sentence, field)
    assert everything() == before


@pytest.mark.parametrize("whose", ["mo", "hal"])
def test_only_a_keyworker_of_the_clinic_has_clients(clinic, whose, request):
    somebody = request.getfixturevalue(whose)
    with pytest.raises(Refused, match=f"'{whose}' is not a keyworker of Riverside"):
        take_in(clinic, keyworker=somebody)
    assert not Client.objects.exists()


def test_today_is_the_clinics_own_day(clinic):
    """At noon of 2 March in London it is already the 3rd in Kiritimati."""
    clinic.time_zone = "Pacific/Kiritimati"
    clinic.save()
    assert take_in(clinic, intake_on="2026-03-03").episodes.get().intake_on > TODAY
    with pytest.raises(Refused, match="2026-03-04 is in the future: today is 2026-03-03"):
        take_in(clinic, intake_on="2026-03-04")


def test_a_programme_is_made_once_a_clinic(clinic, other_clinic):
    made = [intake.programme_named(one, "Day programme", True) for one in (clinic, clinic, other_clinic)]
    assert made[0] == made[1]
    assert Programme.objects.count() == 2
    with pytest.raises(Refused, match="Programme has 121 characters"):
        intake.programme_named(clinic, "x" * 121)


def test_what_is_to_be_forgotten_is_forgotten_and_nothing_else(clinic, kay):
    ana = a_client(clinic, "A1", first_name="Ana", date_of_birth=day("1984-11-30"), keyworker=kay)
    amended = amending.amend(
        client=ana,
        episode=ana.episodes.get(),
        person=Person(first_name="Anna"),
        forget=["date_of_birth", "keyworker"],
        by=BY,
        now=NOW,
    )
    ana.refresh_from_db()
    assert (ana.first_name, ana.date_of_birth, ana.keyworker) == ("Anna", None, None)
    assert sorted(amended.client) == ["date_of_birth", "first_name", "keyworker"]


def test_a_refused_amendment_leaves_the_client_as_it_was_in_memory_too(clinic):
    ana = a_client(clinic, "A1", first_name="Ana")
    episode = ana.episodes.get()
    for wrong in ({"person": Person(first_name="B", date_of_birth=day("2026-01-08"))},
                  {"person": Person(first_name="B"), "intake_on": day("2026-03-03")}):  # fmt: skip
        with pytest.raises(Refused):
            amending.amend(client=ana, episode=episode, by=BY, now=NOW, **wrong)
        assert (ana.first_name, ana.date_of_birth, episode.intake_on) == ("Ana", None, day("2026-01-07"))
    assert Episode.objects.get().intake_on == day("2026-01-07")
