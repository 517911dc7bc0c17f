"""Single values, as people write them: dates, telephone numbers in several countries, addresses."""

from datetime import UTC, date, datetime

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import checks
from clinic.errors import Refused
from clinic.models import Clinic
from tests.cast import NOW, TODAY


def a_clinic_in(country: str, time_zone: str = "Europe/London") -> Clinic:
    return Clinic(slug="here", name="Here", country=country, time_zone=time_zone)


class TestDates:
    @pytest.mark.parametrize("text", ["2026-01-07", "2024-02-29", "1900-01-01", "2200-12-31"])
    def test_year_month_day(self, text):
        assert checks.iso_date(text) == date.fromisoformat(text)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "7 January 2026", "07/01/2026", "20260107", "2026-W02-3", "2026-1-7"),
            *(" 2026-01-07", "2026-01-07\n", "٢٠٢٦-٠١-٠٧"),
        ],
    )
    def test_written_in_no_other_way(self, text):
        with pytest.raises(Refused, match="is not a date: write it YYYY-MM-DD") as refused:
            checks.iso_date(text, "intake_on")
        assert refused.value.field == "intake_on"

    @pytest.mark.parametrize(
        ("text", "why"), [("1899-12-31", "too long ago"), ("0001-01-01", "too long ago"),
                          ("2201-01-01", "too far ahead"), ("9999-12-30", "too far ahead")],
    )  # fmt: skip
    def test_of_no_year_that_anybody_can_mean(self, text, why):
        with pytest.raises(Refused, match=f"{text} is {why}") as refused:
            checks.iso_date(text, "starts_on")
        assert refused.value.field == "starts_on"

    @pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-04-31", "0000-01-01"])
    def test_a_day_that_never_comes(self, text):
        with pytest.raises(Refused, match=f"'{text}' is not a day of the calendar"):
            checks.iso_date(text)

    @given(st.dates(checks.EARLIEST, checks.LATEST))
    def test_every_day_of_the_calendar_is_read_as_it_is_written(self, day):
        assert checks.iso_date(day.isoformat()) == day

    @given(st.text(max_size=12))
    def test_anything_else_is_a_sentence(self, text):
        try:
            read = checks.iso_date(text)
        except Refused:
            return
        assert read.isoformat() == text

    def test_today_is_past_enough_and_tomorrow_is_not(self):
        clinic = a_clinic_in("GB")
        assert checks.past_date(TODAY, clinic=clinic, now=NOW, field="on") == TODAY
        assert checks.past_date(date(1900, 1, 1), clinic=clinic, now=NOW, field="on")
        for day, why in [(date(2026, 3, 3), "in the future"), (date(1899, 12, 31), "too long ago")]:
            with pytest.raises(Refused, match=why):
                checks.past_date(day, clinic=clinic, now=NOW, field="on")

    def test_tomorrow_comes_earlier_in_auckland(self):
        late = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
        day = date(2026, 3, 3)
        assert (
            checks.past_date(day, clinic=a_clinic_in("NZ", "Pacific/Auckland"), now=late, field="on") == day
        )
        with pytest.raises(Refused):
            checks.past_date(day, clinic=a_clinic_in("GB"), now=late, field="on")


class TestTelephoneNumbers:
    @pytest.mark.parametrize(
        ("country", "text", "e164"),
        [
            ("GB", "07700 900123", "+447700900123"),
            ("GB", "07700900123", "+447700900123"),
            ("GB", "(07700) 900-123", "+447700900123"),
            ("GB", "+44 7700 900123", "+447700900123"),
            ("GB", "0044 7700 900123", "+447700900123"),
            ("GB", "+44 (0)7700 900123", "+447700900123"),
            ("GB", "\u202a07700 900123\u202c", "+447700900123"),
            ("GB", "020 7946 0123", "+442079460123"),
            ("GB", "+1 202 555 0143", "+12025550143"),
            ("US", "(202) 555-0143", "+12025550143"),
            ("US", "1-202-555-0143", "+12025550143"),
            ("US", "+44 7700 900123", "+447700900123"),
            ("US", "011 44 7700 900123", "+447700900123"),
            ("CA", "613-555-0123", "+16135550123"),
            ("AU", "0491 570 006", "+61491570006"),
            ("IE", "085 012 3456", "+353850123456"),
            ("FR", "06 39 98 12 34", "+33639981234"),
            ("DE", "0152 28817386", "+4915228817386"),
            ("SE", "070-174 06 05", "+46701740605"),
            ("IN", "098765 43210", "+919876543210"),
            ("NZ", "021 123 4567", "+64211234567"),
        ],
    )
    def test_as_people_write_them_made_up_ones_too(self, country, text, e164):
        """The ranges set aside for drama are in nobody's lists of numbers in use."""
        assert checks.mobile(text, clinic=a_clinic_in(country)) == e164

    @pytest.mark.parametrize(
        "text", ["", " ", "+", "nobody", "07700", "7", "999", "911", "0" * 40, "+999 1234567", "\0", "٣"]
    )
    @pytest.mark.parametrize("country", ["GB", "US"])
    def test_what_is_none_is_said_to_be_none(self, country, text):
        with pytest.raises(Refused, match="is not a telephone number") as refused:
            checks.mobile(text, clinic=a_clinic_in(country))
        assert refused.value.field == "mobile"

    def test_without_its_area_a_number_is_nobodys(self):
        for country, text in [("US", "555-0143"), ("GB", "900123")]:
            with pytest.raises(Refused, match="too short, too long, or without its area"):
                checks.mobile(text, clinic=a_clinic_in(country))

    @given(st.sampled_from(["GB", "US", "FR", "DE"]), st.text(alphabet="0123456789+()- x/", max_size=20))
    def test_whatever_is_typed_is_a_number_that_reads_as_itself_or_a_sentence(self, country, text):
        clinic = a_clinic_in(country)
        try:
            number = checks.mobile(text, clinic=clinic)
        except Refused:
            return
        assert number.startswith("+")
        assert len(number) <= 20
        assert checks.mobile(number, clinic=clinic) == number

    def test_every_country_a_clinic_may_be_in_is_one_the_library_knows(self):
        for country in sorted(phonenumbers.SUPPORTED_REGIONS):
            example = phonenumbers.example_number(country)
            text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
            e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            assert checks.mobile(text, clinic=a_clinic_in(country)) == e164, country


class TestTheRest:
    @pytest.mark.parametrize("text", ["ana@example.org", "a.b+c@sub.example.co.uk", "Ana@Example.ORG"])
    def test_an_address_stays_as_it_is_written(self, text):
        assert checks.email(text) == text

    @pytest.mark.parametrize(
        "text", ["", "ana", "@example.org", "ana@", "a b@example.org", "ana@example", "a@b.c\nBcc: d@e.f"]
    )
    def test_what_is_no_address(self, text):
        with pytest.raises(Refused) as refused:
            checks.email(text)
        assert (refused.value.sentence, refused.value.field) == (
            f"{text!r} is not an e-mail address.",
            "email",
        )

    def test_a_text_may_be_as_long_as_it_may(self):
        assert checks.at_most("x" * 5, 5, "note") == "x" * 5
        with pytest.raises(Refused, match="Note has 6 characters: 5 is the most"):
            checks.at_most("x" * 6, 5, "note")

    @pytest.mark.parametrize("value", [None, 0, 15])
    def test_a_number_in_its_range_or_not_known(self, value):
        assert checks.within(value, 0, 15, "severity") == value

    @pytest.mark.parametrize("value", [-1, 16])
    def test_a_number_out_of_its_range(self, value):
        with pytest.raises(Refused, match=f"Severity is {value}: it goes from 0 to 15"):
            checks.within(value, 0, 15, "severity")
