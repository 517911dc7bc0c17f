"""Looking for rings of garbage is put off, and always goes on afterwards."""

import gc

import pytest

from clinic import garbage
from clinic.errors import Refused


def test_it_goes_on_after_the_outermost_block_even_one_that_fails():
    with garbage.put_off():
        with garbage.put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(Refused), garbage.put_off():
        raise Refused("No.")
    assert gc.isenabled()


def test_a_refusal_among_answers_holds_nothing_of_where_it_was_raised():
    with pytest.raises(Refused) as refused:
        raise Refused("No.", "note")
    answer = refused.value.as_answer()
    assert (answer.__traceback__, answer.sentence, answer.field) == (None, "No.", "note")
