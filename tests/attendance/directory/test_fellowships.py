"""Fellowships: what all clinics share, what a clinic named by itself, and how the one becomes the other."""

from functools import partial
from itertools import count

import pytest
from django.db import connection

from attendance.directory.fellowships import (
    fellowship_named,
    fellowship_of,
    fellowships_by_names,
    names_on_offer,
    seed,
    seen_by,
)
from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Fellowship, Meeting
from attendance.models import Attendance
from attendance.register import recording
from clinic.models import AuditEntry, Client, Clinic
from tests import cast
from tests.at_once import at_once
from tests.attendance.directory.lists import a_record, take_in
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db
TIMES = 5


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("na", "Narcotics Anonymous"),
        ("AA", "Alcoholics Anonymous"),
        ("Smart", "SMART Recovery"),
        ("ca", "Cocaine Anonymous"),
    ],
)
def test_an_abbreviation_everybody_knows_is_the_fellowship_itself(clinic: Clinic, short, name):
    made = fellowship_of(clinic, short)
    assert (made.name, made.clinic) == (name, None)
    assert fellowship_of(clinic, f"  {name.upper()} ") == fellowship_named(short) == made
    assert not cast.fellowships_of_their_own().exists()


def test_the_well_known_ones_are_there_from_the_start_with_those_without_a_higher_power():
    kinds = dict(Fellowship.objects.values_list("name", "kind"))
    assert kinds["Narcotics Anonymous"] == FellowshipKind.TWELVE_STEP
    for name in ("SMART Recovery", "LifeRing Secular Recovery", "Women for Sobriety", "Recovery Dharma"):
        assert kinds[name] == FellowshipKind.SECULAR
    seed()
    assert dict(Fellowship.objects.values_list("name", "kind")) == kinds


def test_the_kind_of_a_fellowship_nobody_listed():
    assert fellowship_named("Clutterers Anonymous").kind == FellowshipKind.TWELVE_STEP
    assert fellowship_named("Tuesday Circle").kind == FellowshipKind.OTHER


def test_many_fellowships_are_found_in_one_query(clinic: Clinic, django_assert_num_queries):
    known = fellowship_named("Narcotics Anonymous")
    for where in (None, clinic):
        with django_assert_num_queries(1):
            found = fellowships_by_names(["NA", "Unknown", ""], where)
        assert found == {"NA": known, "Unknown": None, "": None}


def test_what_a_clinic_names_by_itself_no_other_sees(clinic: Clinic, other_clinic: Clinic):
    ours = fellowship_of(clinic, "Tea Anonymous")
    assert (ours.clinic, ours.kind) == (clinic, FellowshipKind.TWELVE_STEP)
    assert fellowship_of(clinic, "TEA anonymous") == ours
    assert fellowships_by_names(["Tea Anonymous"], other_clinic) == {"Tea Anonymous": None}
    assert "Tea Anonymous" in names_on_offer(clinic)
    assert "Tea Anonymous" not in names_on_offer(other_clinic)
    theirs = fellowship_of(other_clinic, "tea anonymous")
    assert (theirs.clinic, theirs.name) == (other_clinic, "tea anonymous")
    shared = Fellowship.objects.filter(clinic__isnull=True)
    assert set(seen_by(clinic)) == {*shared, ours}
    assert set(seen_by(other_clinic)) == {*shared, theirs}


def test_made_by_somebody_else_at_this_moment_it_is_theirs(clinic: Clinic):
    """As it is for the second of two who look before either has written: theirs is there after the first look."""
    theirs: list[Fellowship] = []
    statements = count(1)

    def somebody_else(execute, *statement):
        if next(statements) == 2:
            theirs.append(Fellowship.objects.create(clinic=clinic, name="Tea Anonymous", kind="other"))
        return execute(*statement)

    with connection.execute_wrapper(somebody_else):
        assert fellowship_of(clinic, "TEA ANONYMOUS") == theirs[0]
    assert cast.fellowships_of_their_own().count() == 1


@pytest.mark.postgresql
@pytest.mark.usefixtures("require_postgresql")
@pytest.mark.django_db(transaction=True)
def test_named_by_two_at_once_it_is_one_for_each_clinic(clinic: Clinic, other_clinic: Clinic):
    for number in range(TIMES):
        names = (f"Tea {number}", f"TEA {number}")
        acts = [partial(fellowship_of, where, name) for where in (clinic, other_clinic) for name in names]
        ours, same, theirs, too = at_once(*acts)
        assert (ours, theirs) == (same, too)
        assert (ours.clinic, theirs.clinic) == (clinic, other_clinic)


class TestAFeedThatBringsAName:
    def went(self, client: Client, fellowship: Fellowship, on: str = "2026-01-20") -> Attendance:
        return recording.record(
            client=client, attended_on=day(on), source="slip", fellowship=fellowship, by=BY, now=NOW
        ).attendance

    def test_makes_it_everybodys(self, clinic: Clinic, other_clinic: Clinic, sam: Client):
        theirs = cast.a_client(other_clinic, "H1")
        held = [
            self.went(sam, fellowship_of(clinic, "Tea Anonymous")),
            self.went(theirs, fellowship_of(other_clinic, "tea anonymous")),
        ]
        contact = cast.a_contact(clinic, "Joe")
        contact.fellowship = fellowship_of(clinic, "Tea Anonymous")
        contact.save()
        take_in(a_record(), fellowship="TEA Anonymous")
        shared = Fellowship.objects.get(name__iexact="tea anonymous")
        assert (shared.name, shared.clinic) == ("TEA Anonymous", None)
        for row in (*held, contact):
            row.refresh_from_db()
            assert row.fellowship == shared
        told = AuditEntry.objects.filter(verb="fellowship.shared")
        assert {entry.clinic for entry in told} == {clinic, other_clinic}

    def test_in_whatever_letters_it_is_written(self, clinic: Clinic):
        fellowship_of(clinic, "étoile du matin")
        take_in(a_record(), fellowship="ÉTOILE du Matin")
        assert [(one.name, one.clinic) for one in cast.fellowships_of_their_own()] == [
            ("ÉTOILE du Matin", None)
        ]

    def test_and_a_report_read_again_is_still_the_same(self, clinic: Clinic, sam: Client):
        self.went(sam, fellowship_of(clinic, "Tea Anonymous"))
        take_in(a_record(), fellowship="Tea Anonymous")
        self.went(sam, fellowship_of(clinic, "Tea Anonymous"))
        meeting = Meeting.objects.get()
        recording.record(
            client=sam, attended_on=day("2026-01-20"), source="slip", meeting=meeting, by=BY, now=NOW
        )
        assert sam.attendances.count() == 1

    def test_leaves_two_facts_two_where_somebody_was_quicker(self, clinic: Clinic, sam: Client):
        shared = fellowship_named("Tea Anonymous")
        own = Fellowship.objects.create(clinic=clinic, name="Tea Anonymous", kind="other")
        facts = [self.went(sam, shared), self.went(sam, own)]
        take_in(a_record(), fellowship="Tea Anonymous")
        assert sorted(sam.attendances.values_list("pk", flat=True)) == [fact.pk for fact in facts]
        assert fellowship_of(clinic, "Tea Anonymous") == shared
