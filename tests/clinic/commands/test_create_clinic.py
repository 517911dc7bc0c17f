"""Making a clinic from the command line, and changing its settings by name."""

from datetime import date, time

import pytest

from attendance.standing.models import StandingRecord
from clinic.models import Clinic
from tests import cast
from tests.cast import NOW
from tests.commands import run

pytestmark = pytest.mark.django_db

NEW = ("create_clinic", "riverside", "--name", "Riverside", "--time-zone", "Europe/London")


def test_a_new_one_has_the_shipped_policy():
    ran = run(*NEW)
    assert ran.code == 0
    assert ran.summary == {"clinic": "riverside", "created": True, "changed": ["name", "time_zone"]}
    made = Clinic.objects.get()
    assert (made.name, made.time_zone, made.country) == ("Riverside", "Europe/London", "GB")
    assert (made.week_starts_on, made.meetings_per_week, made.settling_in_days) == (0, 1, 14)
    assert (made.lapsed_after_weeks, made.track_for_months, made.count_self_reports) == (4, 24, True)
    assert (made.quiet_from.hour, made.quiet_until.hour, made.sending_since) == (20, 9, None)


def test_every_setting(keyworker):
    run(
        *("create_clinic", "riverside", "--week-starts-on", 6, "--meetings-per-week", 2),
        *("--settling-in-days", 0, "--lapsed-after-weeks", 3, "--track-for-months", 12, "--no-self-reports"),
        *("--country", "us", "--crisis-numbers", "988", "--safeguarding-lead", "kay", "--sending", "on"),
    )
    clinic = Clinic.objects.get()
    assert (clinic.week_starts_on, clinic.meetings_per_week, clinic.settling_in_days) == (6, 2, 0)
    assert (clinic.lapsed_after_weeks, clinic.track_for_months, clinic.count_self_reports) == (3, 12, False)
    assert (clinic.country, clinic.crisis_numbers) == ("US", "988")
    assert (clinic.safeguarding_lead, clinic.sending_since) == (keyworker, NOW)


def test_when_and_how_often_clients_are_written_to():
    ran = run(
        *(*NEW, "--nudge", "on", "--check-in", "off", "--sundays", "off"),
        *("--quiet-from", "19:30", "--quiet-until", "08:00"),
        *("--hours-between-prompts", 72, "--prompts-a-week", 2),
    )
    made = Clinic.objects.get()
    assert (made.nudge_on, made.check_in_on, made.send_on_sundays) == (True, False, False)
    assert (made.quiet_from, made.quiet_until) == (time(19, 30), time(8))
    assert (made.hours_between_prompts, made.prompts_a_week) == (72, 2)
    assert {"nudge_on", "quiet_from", "prompts_a_week"} < set(ran.summary["changed"])
    run("create_clinic", "riverside", "--nudge", "off", "--check-in", "on", "--sundays", "on")
    made.refresh_from_db()
    assert (made.nudge_on, made.check_in_on, made.send_on_sundays) == (False, True, True)


def test_no_setting_defaults_to_a_moment_which_django_would_warn_of_when_it_comes():
    fixed = [field.name for field in Clinic._meta.concrete_fields if isinstance(field.default, time | date)]
    assert fixed == []


def test_only_what_is_named_changes():
    run(*NEW, "--meetings-per-week", 2, "--no-self-reports")
    ran = run("create_clinic", "riverside", "--name", "Riverside House")
    assert ran.summary == {"clinic": "riverside", "created": False, "changed": ["name"]}
    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.meetings_per_week, clinic.count_self_reports) == ("Riverside House", 2, False)
    assert run("create_clinic", "riverside", "--self-reports").summary["changed"] == ["count_self_reports"]
    assert run("create_clinic", "riverside", "--self-reports").summary["changed"] == []


def test_a_changed_policy_judges_everybody_again(sam):
    assert StandingRecord.objects.get(client=sam).standing == "not_started"
    run("create_clinic", "riverside", "--settling-in-days", 365)
    assert StandingRecord.objects.get(client=sam).standing == "settling_in"


def test_sending_goes_on_from_the_moment_it_was_turned_on_first():
    run(*NEW, "--crisis-numbers", "999", "--sending", "on")
    run("create_clinic", "riverside", "--sending", "on", now="2026-06-01T00:00:00Z")
    assert Clinic.objects.get().sending_since == NOW
    run("create_clinic", "riverside", "--sending", "off")
    assert Clinic.objects.get().sending_since is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sending", "on"], "Sending needs the clinic's crisis numbers first"),
        (["--sending", "maybe"], "argument --sending: invalid choice: 'maybe'"),
        (["--week-starts-on", "7"], "argument --week-starts-on: invalid choice: 7"),
        (["--meetings-per-week", "0"], "Meetings per week go from 1 to 21."),
        (["--meetings-per-week", "two"], "argument --meetings-per-week: invalid int value: 'two'"),
        (["--settling-in-days", "-1"], "Days of settling in go from 0 to 365."),
        (["--meetings-per-week", "32768"], "Meetings per week go from 1 to 21."),
        (["--lapsed-after-weeks", "-2"], "Weeks after which a client has lapsed go from 2 to 52."),
        (["--hours-between-prompts", "0"], "Hours between prompts go from 1 to 720."),
        (["--prompts-a-week", "99999999999999999999"], "Prompts a week go from 1 to 21."),
        (["--nudge", "yes"], "argument --nudge: invalid choice: 'yes'"),
        (["--quiet-from", "24:00"], "argument --quiet-from: '24:00' is not a time of day such as 20:00"),
        (["--quiet-until", "9am"], "argument --quiet-until: '9am' is not a time of day such as 20:00"),
        (["--quiet-until", "21:00"], "Quiet hours begin in the evening and end in the morning."),
        (["--settling-in-days", "366"], "Days of settling in go from 0 to 365."),
        (["--lapsed-after-weeks", "1"], "Weeks after which a client has lapsed go from 2 to 52."),
        (["--track-for-months", "9999999"], "Months of tracking go from 1 to 240."),
        (["--time-zone", "Factory"], "time zone: 'Factory' is not a time zone"),
        (["--time-zone", "localtime"], "time zone: 'localtime' is not a time zone"),
        (["--time-zone", "London"], "time zone: 'London' is not a time zone"),
        (["--country", "UK"], "country: 'UK' is not the ISO code of a country"),
        (["--name", ""], "name"),
        (["--name", "x" * 121], "name: Ensure this value has at most 120 characters"),
        (["--safeguarding-lead", "nobody"], "There is no member of staff 'nobody'"),
        (["--sendin", "on"], "unrecognized arguments: --sendin on"),
        (["--now", "2026-01-07T12:00:00"], "has no offset: end it with Z"),
        (["--now", "9999-12-31T23:59:59-12:00"], "is not of a year from 1900 to 2200"),
        (["--now", "9999-12-31T23:59:59Z"], "is not of a year from 1900 to 2200"),
        (["--now", "0001-01-01T00:00:00+14:00"], "is not of a year from 1900 to 2200"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_a_wrong_value_is_one_line_and_changes_nothing(arguments, said, known):
    if known:
        run(*NEW)
    before = list(Clinic.objects.values())
    ran = run(*NEW, *arguments, now=None)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert list(Clinic.objects.values()) == before


@pytest.mark.parametrize(
    ("slug", "said"), [("River side", "slug: Enter a valid"), ("x" * 41, "slug: Ensure"), ("", "slug: ")]
)
def test_a_slug_that_will_not_do(slug, said):
    ran = run("create_clinic", slug, *NEW[2:])
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("missing", ["name", "time zone"])
def test_a_new_one_needs_a_name_and_a_time_zone(missing):
    given = {"name": ("--name", "Riverside"), "time zone": ("--time-zone", "Europe/London")}
    ran = run("create_clinic", "riverside", *given.pop("name" if missing == "time zone" else "time zone"))
    assert ran.err == f"There is no clinic 'riverside' yet: a new one needs {missing}.\n"
    assert ran.code == 2


def test_crisis_numbers_cannot_go_while_sending_is_on(clinic):
    run("create_clinic", "riverside", "--crisis-numbers", "999", "--sending", "on")
    assert run("create_clinic", "riverside", "--crisis-numbers", " ").code == 2
    assert run("create_clinic", "riverside", "--crisis-numbers", "", "--sending", "off").code == 0


def test_another_clinic_is_another_clinic(clinic):
    cast.a_clinic("hillside")
    run("create_clinic", "hillside", "--name", "Hill")
    clinic.refresh_from_db()
    assert clinic.name == "Riverside"


def test_clinics_are_of_one_organisation_whatever_the_letters_and_may_leave_it():
    run(*NEW, "--organisation", "Waterside Trust")
    ran = run("create_clinic", "harbour", "--name", "Harbour", "--time-zone", "Europe/London",
              "--organisation", "waterside trust")  # fmt: skip
    assert ran.summary["changed"] == ["name", "time_zone", "organisation"]
    (organisation,) = {clinic.organisation for clinic in Clinic.objects.select_related("organisation")}
    assert (organisation.name, organisation.clinics.count()) == ("Waterside Trust", 2)
    assert run("create_clinic", "harbour", "--organisation", "").summary["changed"] == ["organisation"]
    assert organisation.clinics.get().slug == "riverside"
