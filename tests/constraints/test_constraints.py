"""The database refuses nonsense, whoever writes it: one example for each rule that the tables state."""

import pytest
from django.db import models

from clinic.models import Client
from tests.constraints import examples_of_attendance, examples_of_clinic, examples_of_reminders
from tests.tables import assert_known_alone_by, assert_refused_by, each, rules_of, unique_fields_of

pytestmark = pytest.mark.django_db

STAGES = {
    "clinic": examples_of_clinic,
    "attendance": examples_of_attendance,
    "reminders": examples_of_reminders,
}
BROKEN = [
    pytest.param(stage, *example.values, id=f"{stage}-{example.id}")
    for stage, examples in STAGES.items()
    for example in each(examples.EXAMPLES)
]
KNOWN_BY = [(stage, field) for stage, examples in STAGES.items() for field in examples.UNIQUE_FIELDS]
POSSIBLE = [(stage, what) for stage, examples in STAGES.items() for what in examples.POSSIBLE]


@pytest.mark.parametrize("stage", STAGES)
def test_every_rule_of_the_tables_has_its_example(stage):
    assert set(STAGES[stage].EXAMPLES) == set(rules_of(stage))
    assert set(STAGES[stage].UNIQUE_FIELDS) == unique_fields_of(stage)


@pytest.mark.parametrize(("stage", "rule", "write"), BROKEN)
def test_what_breaks_a_rule_is_refused_by_that_rule(stage, rule, write):
    assert_refused_by(stage, rule, write, STAGES[stage].World())


@pytest.mark.parametrize(("stage", "field"), KNOWN_BY)
def test_what_names_one_row_alone_is_nobody_elses(stage, field):
    examples = STAGES[stage]
    assert_known_alone_by(stage, field, examples.UNIQUE_FIELDS[field], examples.World())


@pytest.mark.parametrize(("stage", "what"), POSSIBLE)
def test_what_makes_sense_is_possible(stage, what):
    world = STAGES[stage].World()
    STAGES[stage].POSSIBLE[what](world)
    assert Client.objects.count() == 1


def test_a_clinic_with_anything_in_it_cannot_be_deleted():
    with pytest.raises(models.ProtectedError):
        examples_of_clinic.World().clinic.delete()
