"""The clients' spreadsheet: people taken in, mended, discharged, closed and taken in again."""

import pytest

from clinic import consents
from clinic.models import Channel, ConsentState, Phase, PhaseChange, Purpose, Role
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.spreadsheets import counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def s1(clinic):
    """What is known of client S1 by now."""
    return lambda: clinic.clients.get(reference="S1")


def only_change(clients, **cells):
    """Import one row of S1 and say what it came to, and why it was rejected if it was."""
    sheet = clients(cells)
    summary = sheet.take_in().summary
    (effect,) = [name for name in ("added", "changed", "already", "rejected") if summary[name]]
    return effect if effect != "rejected" else sheet.why[0]


class TestWhoTheyAre:
    def test_every_column_arrives(self, clinic, keyworker, clients, s1):
        only_change(
            clients,
            first_name="Sam",
            last_name="Made-up",
            date_of_birth="1990-02-28",
            mobile="07700 900123",
            email="sam@example.org",
            keyworker="kay",
            programme="Day programme",
            twelve_step_based="yes",
            severity="7",
            motivation="10",
            controlled_use_impossible="5",
            isolated="no",
            language="pl",
            preferences="Women; online ;women;",
        )
        client, episode = s1(), s1().episodes.get()
        assert (client.first_name, client.last_name) == ("Sam", "Made-up")
        assert (client.date_of_birth, client.language) == (day("1990-02-28"), "pl")
        assert (client.mobile, client.email) == ("+447700900123", "sam@example.org")
        assert (client.keyworker, client.preferences) == (keyworker, ["online", "women"])
        assert (episode.programme.name, episode.programme.twelve_step_based) == ("Day programme", True)
        assert (episode.intake_on, episode.twelve_step_based) == (day("2026-01-07"), True)
        assert (episode.severity, episode.motivation) == (7, 10)
        assert (episode.controlled_use_impossible, episode.isolated) == (5, False)

    def test_an_empty_cell_never_erases(self, clinic, clients, s1):
        only_change(clients, first_name="Sam", severity="7", preferences="women")
        assert only_change(clients, first_name="", severity="", preferences="") == "already"
        assert (s1().first_name, s1().episodes.get().severity, s1().preferences) == ("Sam", 7, ["women"])

    def test_what_is_new_is_added_and_what_differs_is_mended(self, clinic, clients, s1):
        only_change(clients, first_name="Sam")
        assert only_change(clients, first_name="Sam", last_name="Made-up") == "changed"
        assert only_change(clients, first_name="Samuel", severity="3") == "changed"
        assert (s1().first_name, s1().last_name, s1().episodes.get().severity) == ("Samuel", "Made-up", 3)

    def test_a_programme_known_already_keeps_its_word_and_lends_it(self, clinic, clients, s1):
        clients(
            {"reference": "S1", "programme": "Day", "twelve_step_based": "yes"},
            {"reference": "S2", "programme": "Day", "twelve_step_based": "no"},
            {"reference": "S3", "programme": "Day", "twelve_step_based": ""},
        ).take_in()
        based = dict(clinic.episodes.values_list("client__reference", "twelve_step_based"))
        assert based == {"S1": True, "S2": False, "S3": True}
        assert clinic.programmes.get().twelve_step_based is True

    def test_clients_of_another_clinic_are_other_clients(self, clinic, other_clinic, clients):
        cast.a_client(other_clinic, "S1", first_name="Olu")
        assert only_change(clients, first_name="Sam") == "added"
        assert other_clinic.clients.get().first_name == "Olu"

    @pytest.mark.parametrize(
        ("cells", "why"),
        [
            ({"reference": "x" * 41}, "Reference has 41 characters: 40 is the most."),
            ({"first_name": "x" * 81}, "First name has 81 characters: 80 is the most."),
            ({"programme": "x" * 121}, "Programme has 121 characters: 120 is the most."),
            (
                {"consent_how": "x" * 121, "consent_sms": "yes"},
                "consent_how '{}…': How it was given has 121 characters".format("x" * 60),
            ),
            ({"language": "English, please"}, "Language has 15 characters: 10 is the most."),
            ({"date_of_birth": "2026-03-03"}, "2026-03-03 is in the future: today is 2026-03-02."),
            ({"date_of_birth": "2026-01-08"}, "2026-01-08 is after intake on 2026-01-07."),
            ({"date_of_birth": "1026-01-08"}, "1026-01-08 is too long ago."),
            ({"mobile": "0770"}, "'0770' is not a telephone number: too short"),
            ({"email": "sam"}, "'sam' is not an e-mail address."),
            ({"keyworker": "nobody"}, "'nobody' is not a keyworker of Riverside."),
            ({"severity": "16"}, "Severity is 16: it goes from 0 to 15."),
            ({"motivation": "-1"}, "Motivation is -1: it goes from 0 to 10."),
            ({"controlled_use_impossible": "0"}, "Controlled use impossible is 0: it goes from 1 to 5."),
            ({"isolated": "perhaps"}, "'perhaps' is neither yes nor no."),
            ({"intake_on": "2026-03-03"}, "2026-03-03 is in the future"),
            ({"consent_on": "2026-03-03"}, "2026-03-03 is in the future"),
            ({"discharge_on": "2026-02-01"}, "it needs discharge_outcome beside it."),
            ({"discharge_outcome": "died"}, "it needs discharge_on beside it."),
            ({"discharge_on": "2026-02-01", "discharge_outcome": "in_treatment"}, "is not one of completed"),
            ({"closed_on": "2026-02-01"}, "it needs closed_reason beside it."),
            ({"closed_reason": "moved"}, "it needs closed_on beside it."),
            ({"closed_on": "2026-01-06", "closed_reason": "moved"}, "2026-01-06 is before intake"),
        ],
        ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
    )
    @pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
    def test_rejected_with_row_column_and_value(self, clinic, clients, cells, why, known):
        if known:
            cast.a_client(clinic, cells.get("reference", "S1")[:40])
        said = only_change(clients, **cells)
        column = next(iter(cells))
        shown = cells[column] if len(cells[column]) <= 60 else cells[column][:60] + "…"
        if "discharge_on" in cells and len(cells) == 2:
            column, shown = "discharge_outcome", "in_treatment"
        assert said.startswith(f"Row 2, {column} {shown!r}: ")
        assert why in said

    def test_a_keyworker_of_another_clinic_or_a_manager_will_not_do(self, clinic, other_clinic, clients):
        cast.a_keyworker(other_clinic, "olga")
        cast.a_keyworker(clinic, "mia", Role.MANAGER)
        for name in ("olga", "mia"):
            assert "is not a keyworker of Riverside" in only_change(clients, keyworker=name)


class TestHowTreatmentGoesOn:
    def test_a_discharge_and_its_correction(self, clinic, clients, s1):
        only_change(clients)
        ended = {"discharge_on": "2026-02-01", "discharge_outcome": "dropped_out"}
        assert only_change(clients, **ended) == "changed"
        assert only_change(clients, **ended) == "already"
        assert only_change(clients, discharge_on="2026-02-03", discharge_outcome="completed") == "changed"
        episode = s1().episodes.get()
        assert (episode.phase, episode.discharged_on) == (Phase.COMPLETED, day("2026-02-03"))
        assert s1().closed_on is None
        live = PhaseChange.objects.filter(episode=episode, voided_at__isnull=True)
        assert [change.phase for change in live] == [Phase.IN_TREATMENT, Phase.COMPLETED]

    def test_a_discharge_as_died_closes_where_nothing_else_is_said(self, clinic, clients, s1):
        died = {"discharge_on": "2026-02-01", "discharge_outcome": "died"}
        assert only_change(clients, **died) == "added"
        assert (s1().closed_on, s1().closed_reason) == (day("2026-02-01"), "died")
        assert only_change(clients, **died) == "already"

    def test_a_discharge_as_died_keeps_a_closing_that_was_said(self, clinic, clients, s1):
        said = {"closed_on": "2026-02-04", "closed_reason": "moved"}
        died = {"discharge_on": "2026-02-06", "discharge_outcome": "died"}
        only_change(clients, **said)
        assert only_change(clients, **died) == "changed"
        assert (s1().closed_on, s1().closed_reason) == (day("2026-02-04"), "moved")

    def test_a_later_intake_after_a_discharge_is_a_return(self, clinic, clients, s1):
        first = {
            "discharge_on": "2026-01-20",
            "discharge_outcome": "transferred",
            "closed_on": "2026-01-21",
            "closed_reason": "moved",
        }
        back = {"intake_on": "2026-02-16", "severity": "9", "first_name": "Sam"}
        only_change(clients, severity="4", **first)
        assert only_change(clients, **back) == "changed"
        assert only_change(clients, **back) == "already"
        assert list(s1().episodes.values_list("intake_on", "severity", "phase")) == [
            (day("2026-01-07"), 4, Phase.TRANSFERRED),
            (day("2026-02-16"), 9, Phase.IN_TREATMENT),
        ]
        assert (s1().closed_on, s1().first_name) == (None, "Sam")

    def test_the_first_file_read_again_after_a_return_leaves_the_return_alone(self, clinic, clients, s1):
        first = {
            "discharge_on": "2026-01-20",
            "discharge_outcome": "transferred",
            "closed_on": "2026-01-21",
            "closed_reason": "moved",
        }
        only_change(clients, **first)
        only_change(clients, intake_on="2026-02-16")
        assert only_change(clients, **first) == "already"
        assert (s1().closed_on, s1().episodes.count()) == (None, 2)

    def test_another_intake_date_is_a_correction(self, clinic, clients, s1):
        only_change(clients)
        assert only_change(clients, intake_on="2026-01-05") == "changed"
        assert only_change(clients, intake_on="2026-01-12") == "changed"
        assert s1().episodes.get().intake_on == day("2026-01-12")
        began = s1().episodes.get().phase_changes.order_by("pk")
        assert [(one.changed_on, bool(one.voided_at)) for one in began] == [
            (day("2026-01-07"), True),
            (day("2026-01-05"), True),
            (day("2026-01-12"), False),
        ]

    def test_the_latest_intake_cannot_be_corrected_into_the_course_before_it(self, clinic, clients):
        only_change(clients, discharge_on="2026-01-20", discharge_outcome="completed")
        only_change(clients, intake_on="2026-02-16")
        said = only_change(clients, intake_on="2026-01-15")
        assert said == (
            "Row 2, intake_on '2026-01-15': "
            "2026-01-15 is before the earlier course of treatment from 2026-01-07 ended."
        )

    def test_an_intake_cannot_move_past_its_discharge_or_closing(self, clinic, clients):
        only_change(clients, closed_on="2026-01-20", closed_reason="withdrew")
        assert "is after the closing on 2026-01-20" in only_change(clients, intake_on="2026-01-21")

    def test_nobody_recorded_as_died_returns(self, clinic, clients):
        only_change(clients, discharge_on="2026-01-20", discharge_outcome="died")
        assert "is recorded as died" in only_change(clients, intake_on="2026-02-16")


class TestConsents:
    YES = {"consent_sms": "yes", "consent_on": "2026-01-07", "consent_how": "in person"}

    def test_dated_and_worded_it_is_given(self, clinic, clients, s1):
        assert only_change(clients, **self.YES) == "added"
        (consent,) = s1().consents.all()
        assert (consent.purpose, consent.channel) == (Purpose.PROMPTS, Channel.SMS)
        assert (consent.given_on, consent.how, consent.state) == (
            day("2026-01-07"),
            "in person",
            ConsentState.GIVEN,
        )

    def test_without_date_or_how_it_is_to_confirm_and_later_confirmed(self, clinic, clients, s1):
        only_change(clients, consent_sms="yes", consent_email="YES", consent_on="2026-01-07")
        assert {one.state for one in s1().consents.all()} == {ConsentState.TO_CONFIRM}
        assert only_change(clients, **self.YES) == "changed"
        assert only_change(clients, **self.YES) == "already"
        states = {one.channel: one.state for one in s1().consents.all()}
        assert states == {Channel.SMS: ConsentState.GIVEN, Channel.EMAIL: ConsentState.TO_CONFIRM}

    def test_no_takes_it_back(self, clinic, clients, s1):
        only_change(clients, **self.YES)
        assert only_change(clients, consent_sms="no") == "changed"
        assert only_change(clients, consent_sms="no") == "already"
        assert s1().consents.get().state == ConsentState.REVOKED

    def test_no_import_undoes_an_opt_out(self, clinic, clients, s1):
        only_change(clients, **self.YES)
        consents.stop_prompts(client=s1(), how="STOP", by=BY, now=NOW)
        ran = clients(self.YES).take_in()
        assert (ran.code, ran.summary) == (0, counts(1, already=1))
        assert ran.err == (
            "Row 2: consent_sms 'yes' of 'S1' is left out: "
            "the client has withdrawn this consent, and no import undoes that.\n"
        )
        assert [one.state for one in s1().consents.all()] == [ConsentState.REVOKED]

    @pytest.mark.parametrize(
        ("channel", "address", "what"),
        [
            ("sms", {"mobile": "07700 900111"}, "number"),
            ("email", {"email": "home@example.org"}, "address"),
        ],
    )
    def test_nor_one_made_by_somebody_who_shares_the_address(
        self, clinic, clients, s1, channel, address, what
    ):
        """A stop counts for all who share it, also for who comes later with a yes from before."""
        column = f"consent_{channel}"
        yes = {**address, column: "yes", "consent_on": "2026-02-20", "consent_how": "form"}
        clients(yes).take_in()
        consents.stop_at_their_address(client=s1(), how="link", by=BY, now=NOW)
        if channel == "email":
            yes = {**yes, "email": "Home@example.org"}
        ran = clients({**yes, "reference": "S2"}).take_in()
        assert ran.summary == counts(1, added=1)
        assert ran.err == (
            f"Row 2: {column} 'yes' of 'S2' is left out: somebody who shares their {what} wants no messages "
            "there, and no import undoes that.\n"
        )
        assert not clinic.clients.get(reference="S2").consents.exists()
        agreed = {"purpose": Purpose.PROMPTS, "channel": channel, "given_on": TODAY, "how": "in the session"}
        consents.give(client=s1(), **agreed, by=BY, now=NOW)
        assert clients({**yes, "reference": "S2"}).take_in().summary == counts(1, changed=1)

    @pytest.mark.parametrize(
        "says", [{}, {"consent_sms": "yes", "consent_on": "2026-02-20", "consent_how": "form"}]
    )
    def test_nor_by_another_number_whose_holder_said_stop(self, clinic, clients, s1, says):
        """Ben comes with the number that Sam has stopped messages to; his own consent was for another."""
        yes = {"consent_sms": "yes", "consent_on": "2026-02-20", "consent_how": "form"}
        clients(
            {"mobile": "07700 900111", **yes}, {"reference": "B1", "mobile": "07700 900222", **yes}
        ).take_in()
        consents.stop_prompts(client=s1(), how="on the telephone", by=BY, now=NOW)
        ran = clients({"reference": "B1", "mobile": "07700 900111", **says}).take_in()
        assert ran.summary == counts(1, changed=1)
        assert "consent of 'B1' to text is taken back: somebody who shares their new number wants" in ran.err
        assert clinic.clients.get(reference="B1").consents.get().state is ConsentState.REVOKED

    def test_nor_by_a_row_further_down_than_the_stop(self, clinic, clients, s1):
        yes = {"consent_sms": "yes", "consent_on": "2026-02-20", "consent_how": "form"}
        same = {"mobile": "07700 900111"}
        clients({**same, **yes}).take_in()
        ran = clients({**same, "consent_sms": "no"}, {"reference": "S2", **same, **yes}).take_in()
        assert ran.summary == counts(2, added=1, changed=1)
        assert not clinic.clients.get(reference="S2").consents.exists()

    def test_nor_confirms_one_that_staff_wrote_down_since(self, clinic, clients, s1):
        only_change(clients, **self.YES)
        consents.stop_prompts(client=s1(), how="STOP", by=BY, now=NOW)
        anew = {"client": s1(), "purpose": Purpose.PROMPTS, "channel": Channel.SMS, "by": BY, "now": NOW}
        consents.give(given_on=None, how="", **anew)
        assert only_change(clients, **self.YES) == "already"
        consents.give(given_on=day("2026-02-01"), how="on paper", **anew)
        assert clients(self.YES).take_in().err == ""
