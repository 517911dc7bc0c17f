"""Lists that nobody publishes end in one sentence or in rejected records, within bounded memory, in a process apart."""

import json
import resource
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from attendance.directory.upkeep.fetching import read_source
from clinic.errors import Refused
from tests.attendance.directory import hostile

pytestmark = [pytest.mark.slow, pytest.mark.processes]

# In megabytes, for lists of up to 50, or workbooks of whatever size unpacked.
MOST_MEMORY = 1000
WORKBOOKS = {
    "gigabytes of noughts": "more than 262,144,000 bytes unpacked",
    "many sheets": "more than 10,000 parts",
    "shared texts that are empty": "more than 2,000,000 texts",
    "shared texts": "more than 2,000,000 texts",
    "one shared text": "a cell of more than 131,072 characters",
    "cells without end in a row": "a row of more than 16,384 cells",
    "a million empty rows": "its first row cannot be read",
    "empty rows without end": "more than 1,048,576 rows",
    "rows without end": "is no NAWS export",
    "elements within each other": "elements within each other more than 100 deep",
    "one element": "an element of more than 1,048,576 bytes",
    "one attribute": "an element of more than 1,048,576 bytes",
    "attributes": "cannot be read",
    "one comment": "an element of more than 1,048,576 bytes",
    "comments": "cannot be read",
    "styles": "a part of more than 1,000,000 elements",
    "formats of numbers": "a part of more than 1,000,000 elements",
    "sheets in the book": "a part of more than 1,000,000 elements",
    "a billion laughs in the sheet": "declares entities",
    "a billion laughs in shared texts": "declares entities",
    "a billion laughs in styles": "declares entities",
    "a billion laughs in the book": "declares entities",
    "an entity from outside": "declares entities",
}


@cache
def told(parser: str) -> dict[str, dict[str, Any]]:
    """By name, what came of each list that the parser is given."""
    command = [sys.executable, "-m", "tests.attendance.directory.hostile", parser]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:]
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("parser", ["meeting-guide", "bmlt", "formats", "naws", "tsml-sheet"])
def test_whatever_it_is_given_a_parser_says_one_sentence_or_counts_what_it_read(parser):
    outcomes = told(parser)
    assert outcomes.keys() == hostile.lists()[parser].keys()
    for name, outcome in outcomes.items():
        assert outcome["mb"] < MOST_MEMORY, name
        if "sentence" in outcome:
            assert outcome["sentence"].endswith("Nothing was changed."), name
            assert len(outcome["sentence"]) < 200, name
        else:
            assert outcome["meetings"] + outcome["rejected"] <= 500_000, name


def test_a_bomb_of_a_workbook_is_told_by_what_it_would_take():
    outcomes = told("naws")
    assert WORKBOOKS.keys() == hostile.WORKBOOKS.keys()
    for name, sentence in WORKBOOKS.items():
        assert sentence in outcomes[name]["sentence"], name
        # A thousandth of what it unpacks to is all that there is of it.
        assert outcomes[name]["bytes"] < 10_000_000, name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("opening brackets alone", "more than 2,000,000 objects and arrays"),
        ("arrays a hundred thousand deep", "its nesting goes on for ever"),
        ("objects a hundred thousand deep", "its nesting goes on for ever"),
        ("empty objects", "more than 2,000,000 objects and arrays"),
        ("short texts", "more than 5,000,000 values"),
        ("a number of millions of digits", "a number or its nesting goes on for ever"),
        ("a text without end", "Unterminated string"),
        ("white space", "is empty"),
        ("a web page", "is a web page"),
        ("records without end", "more than 500,000 records"),
    ],
)
def test_json_without_end_is_refused_for_what_it_is(name, sentence):
    for parser in ("meeting-guide", "bmlt", "formats"):
        assert sentence in told(parser)[name]["sentence"]


def test_a_file_of_200_megabytes_is_refused_before_it_is_held(tmp_path):
    path = tmp_path / "list.json"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="is larger than 52,428,800 bytes"):
        read_source(str(path))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024
