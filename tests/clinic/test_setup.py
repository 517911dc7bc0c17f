"""Setting a clinic up: its policy, its staff, its tokens; each wrong value answered with a sentence."""

from datetime import timedelta

import pytest
from django.urls import get_resolver

from attendance.standing.models import Flag, StandingRecord
from clinic import events, setup
from clinic.errors import Refused
from clinic.models import ApiToken, AuditEntry, Clinic, Membership, Role, User
from tests.cast import BY, NOW, a_client
from tests.tables import everything

pytestmark = pytest.mark.django_db

NEW = {"name": "Riverside", "time_zone": "Europe/London"}
LATER = NOW + timedelta(hours=1)


def set_up(slug="riverside", sending=None, now=NOW, **settings):
    return setup.set_up_clinic(slug=slug, settings=settings, sending=sending, by=BY, now=now)


def refusal(*arguments, **settings) -> tuple[str, str]:
    before = everything()
    with pytest.raises(Refused) as refused:
        set_up(*arguments, **settings)
    assert everything() == before
    return refused.value.sentence, refused.value.field


class TestAClinic:
    def test_is_made_once_and_then_changed_by_name(self):
        made, new = set_up(**NEW)
        assert (made.name, new) == ("Riverside", True)
        changed, new = set_up(meetings_per_week=2)
        assert (changed.pk, changed.name, changed.meetings_per_week, new) == (made.pk, "Riverside", 2, False)
        entries = AuditEntry.objects.order_by("pk").values_list("verb", "fields")
        assert list(entries) == [
            ("clinic.made", ["name", "time_zone"]),
            ("clinic.changed", ["meetings_per_week"]),
        ]

    def test_changed_to_what_it_is_leaves_no_trace(self):
        set_up(**NEW)
        before = everything()
        set_up(**NEW, meetings_per_week=1)
        assert everything() == before

    def test_has_a_name_of_one_line_that_turns_nothing_round(self):
        made, _ = set_up(**{**NEW, "name": "River\n\x1bside \u202e Clinic\r\n"})
        assert made.name == "River side Clinic"
        before = everything()
        set_up(name="River\tside  Clinic\x00")
        assert everything() == before

    def test_of_characters_nobody_can_read_a_name_is_none(self):
        sentence = "There is no clinic 'riverside' yet: a new one needs name."
        assert refusal(**{**NEW, "name": "\u202e\x1b\u200b"}) == (sentence, "name")

    @pytest.mark.parametrize("missing", ["name", "time_zone"])
    def test_needs_a_name_and_a_time_zone(self, missing):
        sentence = f"There is no clinic 'riverside' yet: a new one needs {missing.replace('_', ' ')}."
        assert refusal(**{**NEW, missing: "  "}) == (sentence, missing)

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("name", "", "name: This field cannot be blank."),
            ("name", "x" * 121, "name: Ensure this value has at most 120 characters (it has 121)."),
            (
                "time_zone",
                "Mars",
                "time zone: 'Mars' is not a time zone: use an IANA name such as Europe/London.",
            ),
            ("country", "ZZ", "country: 'ZZ' is not the ISO code of a country, such as GB or US."),
            ("country", "gb", "country: 'gb' is not the ISO code of a country, such as GB or US."),
            ("week_starts_on", 7, "week starts on: Value 7 is not a valid choice."),
            ("meetings_per_week", 0, "Meetings per week go from 1 to 21."),
            ("meetings_per_week", 22, "Meetings per week go from 1 to 21."),
            ("meetings_per_week", "many", "meetings per week: “many” value must be an integer."),
            ("settling_in_days", 366, "Days of settling in go from 0 to 365."),
            ("lapsed_after_weeks", 1, "Weeks after which a client has lapsed go from 2 to 52."),
            ("track_for_months", 0, "Months of tracking go from 1 to 240."),
            ("track_for_months", 241, "Months of tracking go from 1 to 240."),
            ("quiet_from", "08:00", "Quiet hours begin in the evening and end in the morning."),
        ],
    )
    def test_a_wrong_value_is_a_sentence_and_changes_nothing(self, name, value, sentence):
        set_up(**NEW)
        assert refusal(**{name: value})[0] == sentence

    @pytest.mark.parametrize("number", [-1, 99999, 2**40])
    @pytest.mark.parametrize("name", sorted(setup.WEEKLY_RULE - {"time_zone", "count_self_reports"}))
    def test_no_number_is_too_big_for_a_sentence(self, name, number):
        set_up(**NEW)
        assert refusal(**{name: number})[0].endswith(".")

    @pytest.mark.parametrize("slug", ["Bad Slug", "a/b", "x" * 41, ""])
    def test_a_slug_is_a_word_of_an_address(self, slug):
        assert refusal(slug, **NEW)[1] == "slug"

    def test_no_slug_is_an_address_of_the_site_itself(self):
        parts = {
            str(pattern.pattern).lstrip("^").partition("/")[0] for pattern in get_resolver().url_patterns
        }
        included = {
            str(inner.pattern).lstrip("^").partition("/")[0]
            for pattern in get_resolver().url_patterns
            if not str(pattern.pattern)
            for inner in pattern.url_patterns
        }
        own = {part for part in parts | included if part and not part.startswith("<")}
        assert own <= setup.RESERVED_SLUGS
        for slug in sorted(setup.RESERVED_SLUGS):
            sentence = f"{slug!r} is an address of the site itself: choose another slug."
            assert refusal(slug, **NEW) == (sentence, "slug")


class TestSending:
    def test_needs_crisis_numbers_and_keeps_them(self):
        sentence = "Sending needs the clinic's crisis numbers first: every signed page shows them."
        assert refusal(sending=True, **NEW) == (sentence, "crisis_numbers")
        assert refusal(sending=True, crisis_numbers=" \n", **NEW) == (sentence, "crisis_numbers")
        clinic, _ = set_up(sending=True, crisis_numbers="Samaritans 116 123", **NEW)
        assert clinic.sending_since == NOW
        assert refusal(crisis_numbers="") == (sentence, "crisis_numbers")

    def test_counts_from_when_it_was_turned_on_and_off_is_off(self):
        set_up(sending=True, crisis_numbers="999", **NEW)
        assert set_up(sending=True, now=LATER)[0].sending_since == NOW
        assert set_up(sending=False, now=LATER)[0].sending_since is None
        assert set_up(sending=True, now=LATER)[0].sending_since == LATER


class TestAChangedPolicy:
    @pytest.fixture
    def told(self):
        heard = []

        def hear(sender, clinic, now, **_):
            heard.append(clinic.slug)

        events.policy_changed.connect(hear)
        yield heard
        events.policy_changed.disconnect(hear)

    def test_judges_everybody_anew_and_nobody_elsewhere(self, clinic, other_clinic):
        here, there = (a_client(one, "A1", "2026-01-19") for one in (clinic, other_clinic))
        assert StandingRecord.objects.get(client=here).missed_weeks == 4
        set_up(settling_in_days=60)
        assert StandingRecord.objects.get(client=here).standing == "settling_in"
        assert Flag.objects.get(client=here).closed_because == "corrected"
        assert StandingRecord.objects.get(client=there).standing == "not_started"

    @pytest.mark.parametrize(
        ("changed", "heard"),
        [
            ({"time_zone": "Europe/Paris"}, True),
            ({"week_starts_on": 6}, True),
            ({"count_self_reports": False}, True),
            ({"meetings_per_week": 1}, False),
            ({"name": "Riverside House"}, False),
            ({"crisis_numbers": "999"}, False),
        ],
    )
    def test_is_what_the_weekly_rule_depends_on(self, clinic, told, changed, heard):
        set_up(**changed)
        assert told == (["riverside"] if heard else [])

    def test_is_not_a_new_clinic(self, told):
        set_up(**NEW)
        assert told == []


class TestStaff:
    def add(self, clinic, username="kim", role=Role.KEYWORKER, password=None, **names):
        return setup.add_staff(
            username=username, clinic=clinic, role=role, password=password, by=BY, now=NOW, **names
        )

    def test_have_names_which_stay_until_others_are_given(self, clinic):
        kim, _ = self.add(clinic, first_name="  Kim ", last_name="de  Vries")
        assert (kim.first_name, kim.last_name, str(kim)) == ("Kim", "de Vries", "Kim de Vries")
        assert self.add(clinic)[1] is False
        assert self.add(clinic, first_name="Kim", last_name=" ")[1] is False
        kim, changed = self.add(clinic, first_name="Kimberley")
        assert (str(kim), changed) == ("Kimberley de Vries", True)
        entries = AuditEntry.objects.filter(verb="staff.added").order_by("pk")
        assert [entry.fields for entry in entries] == [["first_name", "last_name", "role"], ["first_name"]]

    @pytest.mark.parametrize(
        ("names", "sentence"),
        [
            ({"first_name": "x" * 151}, "First name 'xxx"),
            ({"last_name": "x" * 151}, "Last name 'xxx"),
        ],
    )
    def test_with_a_name_too_long_are_neither_made_nor_changed(self, clinic, names, sentence):
        for before in (lambda: None, lambda: self.add(clinic, first_name="Kim")):
            before()
            held = everything(), list(User.objects.values())
            with pytest.raises(Refused) as refused:
                self.add(clinic, role=Role.MANAGER, **names)
            assert refused.value.sentence.startswith(sentence)
            assert refused.value.field == next(iter(names))
            assert (everything(), list(User.objects.values())) == held

    def test_cannot_sign_in_before_a_password_is_set(self, clinic):
        kim, changed = self.add(clinic)
        assert changed
        assert not kim.has_usable_password()
        kim, changed = self.add(clinic, password="quiet-harbour-lantern")
        assert changed
        assert kim.check_password("quiet-harbour-lantern")

    def test_the_trail_says_what_was_given(self, clinic):
        for password in (None, None, "quiet-harbour-lantern"):
            self.add(clinic, password=password)
        entries = AuditEntry.objects.filter(verb="staff.added").order_by("pk")
        assert [entry.fields for entry in entries] == [["role"], ["password"]]

    def test_hold_a_role_once_and_several_in_several_clinics(self, clinic, other_clinic):
        for where, role in [
            (clinic, Role.KEYWORKER),
            (clinic, Role.MANAGER),
            (other_clinic, Role.KEYWORKER),
        ] * 2:
            self.add(where, role=role)
        assert (User.objects.count(), Membership.objects.count()) == (1, 3)

    @pytest.mark.parametrize(
        ("username", "password", "field"),
        [
            ("kim kay", None, "username"),
            ("", None, "username"),
            ("x" * 151, None, "username"),
            ("Client", None, "username"),
            ("system", None, "username"),
            ("kim", "short", "password"),
            ("kim", "password1234", "password"),
        ],
    )
    def test_with_a_wrong_name_or_password_are_not_made(self, clinic, username, password, field):
        before = everything()
        with pytest.raises(Refused) as refused:
            self.add(clinic, username, password=password)
        assert refused.value.field == field
        assert everything() == before
        assert not User.objects.exists()


class TestTokens:
    def make(self, clinic, name="the ward"):
        return setup.make_token(name=name, clinic=clinic, read_only=False, by=BY, now=NOW)

    def test_only_the_digest_is_kept(self, clinic):
        text = self.make(clinic)
        kept = ApiToken.objects.get()
        assert kept.digest == setup.token_digest(text)
        assert text not in str(everything())
        assert len(text) >= 43

    def test_no_two_are_alike(self, clinic, other_clinic):
        assert len({self.make(clinic), self.make(clinic, "another"), self.make(other_clinic)}) == 3

    def test_are_revoked_once_and_for_good(self, clinic):
        self.make(clinic)
        kept = ApiToken.objects.get()
        assert setup.revoke_token(token=kept, by=BY, now=NOW) is True
        before = everything()
        assert setup.revoke_token(token=kept, by=BY, now=LATER) is False
        assert everything() == before
        kept.refresh_from_db()
        assert kept.revoked_at == NOW
        with pytest.raises(Refused, match="already has a token named"):
            self.make(clinic)

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("the ward", "Riverside already has a token named 'the ward'."),
            (" ", "A token needs a name."),
            ("x" * 81, "Name has 81 characters: 80 is the most."),
        ],
    )
    def test_a_name_that_will_not_do(self, clinic, name, sentence):
        self.make(clinic)
        before = everything()
        with pytest.raises(Refused) as refused:
            self.make(clinic, name)
        assert refused.value.sentence == sentence
        assert everything() == before


def test_a_clinic_keeps_its_clients_and_staff_when_it_changes_its_name(clinic, ana):
    set_up(name=" Riverside House ")
    assert Clinic.objects.get().name == "Riverside House"
    assert ana.clinic_id == clinic.pk
