"""The harness of `make fuzz`, without the fuzzer: it starts from sound lists, alters them, and sees what is wrong."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from attendance.directory.feeds import meeting_guide
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, Meeting
from clinic.errors import Refused
from scripts import fuzz, fuzz_contract, fuzz_seeds
from scripts.fuzz_mutator import Mutator
from tests.attendance.directory.lists import a_record, read

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 20_000
SOUND = read(a_record()).meetings[0]


def turned_round(data: bytes, largest: int) -> bytes:
    """In place of the fuzzer's own way with bytes."""
    return data[::-1][:largest]


@pytest.mark.parametrize("parser", fuzz.PARSERS)
def test_it_starts_from_lists_that_are_read_and_hold_to_the_contract(parser):
    target = fuzz.target(parser)
    feeds = [fuzz_contract.read(target.parse, seed) for seed in target.seeds()]
    assert len(feeds) >= 3
    assert all(feed is not None and feed.meetings for feed in feeds)


@pytest.mark.parametrize("parser", fuzz.PARSERS)
def test_what_it_alters_is_another_list_the_same_for_the_same_number_and_holds_to_the_contract(parser):
    target, mutator = fuzz.target(parser), Mutator(turned_round)
    altered = {seed: [mutator(seed, LARGEST, number) for number in range(30)] for seed in target.seeds()}
    for seed, others in altered.items():
        assert others == [mutator(seed, LARGEST, number) for number in range(30)]
        assert len(set(others)) > 15
        assert all(len(other) <= LARGEST for other in others)
    read = [fuzz_contract.read(target.parse, other) for others in altered.values() for other in others]
    # Most of what is altered is still a list: bytes alone would be refused nearly always.
    assert sum(feed is not None for feed in read) > len(read) / 4


@pytest.mark.django_db
def test_what_it_takes_into_the_database_it_takes_out_again():
    target = fuzz.target("meeting-guide")
    fuzz_contract.check_import(target.parse, next(target.seeds()), FeedFormat.MEETING_GUIDE)
    assert not Feed.objects.exists()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "stated",
    [
        {"slug": "a:b"},
        {"slug": "x" * 65},
        {"slug": ""},
        {"name": ""},
        {"name": "x" * 256},
        {"name": "bell\x07"},
        {"name": "half\ud800"},
        {"notes": "nought\0"},
        {"types": ("O", "")},
        {"types": ("\u202e",)},
        {"attendance_option": "maybe"},
        {"day": 7},
        {"day": None},
        {"weeks": (6,)},
        {"ends_at": SOUND.starts_at},
        {"starts_at": None},
        {"latitude": 1.0},
        {"latitude": 0.0, "longitude": 0.0},
        {"latitude": 91.0, "longitude": 0.0},
        {"latitude": float("nan"), "longitude": 0.0},
        {"time_zone": "Mars/Olympus"},
    ],
    ids=str,
)
def test_a_meeting_that_no_table_takes_breaks_the_contract(stated):
    fuzz_contract.check(ParsedFeed(meetings=[SOUND]))
    with pytest.raises((AssertionError, ValidationError, UnicodeEncodeError)):
        fuzz_contract.check(ParsedFeed(meetings=[replace(SOUND, **stated)]))


@pytest.mark.parametrize(
    "feed",
    [
        ParsedFeed(meetings=[SOUND, SOUND]),
        ParsedFeed(rejected=[Fault("a", "")]),
        ParsedFeed(mended=[Fault("a", "x" * 2000)]),
        ParsedFeed(rejected=[Fault("\ud800", "why")]),
        ParsedFeed(still_there={"\0"}),
    ],
    ids=["twice", "no reason", "a long reason", "half a letter", "a nought"],
)
def test_so_do_faults_that_nobody_could_print(feed):
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        fuzz_contract.check(feed)


def refusing(sentence: str) -> Callable[[bytes], ParsedFeed]:
    def parse(data: bytes) -> ParsedFeed:
        raise Refused(sentence)

    return parse


def test_a_refusal_is_one_sentence_that_says_that_nothing_was_changed():
    assert fuzz_contract.read(refusing("The feed is empty. Nothing was changed."), b"") is None
    for sentence in ("", "It is empty.", "x" * 2000):
        with pytest.raises(AssertionError):
            fuzz_contract.read(refusing(sentence), b"")


def test_any_other_fault_of_a_parser_is_a_finding_kept_once_and_counted(tmp_path, capsys):
    def parse(data: bytes) -> ParsedFeed:
        raise KeyError(data)

    target = fuzz.Target(parse, FeedFormat.MEETING_GUIDE, lambda: iter(()), [])
    run = fuzz.Run(target, 60, tmp_path)
    run.one(b"first")
    run.one(b"second")
    assert run.tried == 2
    assert list(run.findings.values()) == [2]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]
    assert "FINDING KeyError" in capsys.readouterr().out


def test_so_is_one_that_takes_too_long(tmp_path, capsys):
    target = fuzz.Target(meeting_guide.parse, FeedFormat.MEETING_GUIDE, lambda: iter(()), [])
    run = fuzz.Run(target, 60, tmp_path, slow=0)
    run.one(b"[7]")
    (finding,) = run.findings
    assert finding.startswith("slow-")
    assert "FINDING slow-" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.processes
def test_an_input_is_read_once_more_by_its_file(tmp_path):
    path = tmp_path / "found"
    path.write_bytes(next(fuzz_seeds.naws()))
    command = [sys.executable, "-m", "scripts.fuzz", "naws", "--again", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "It is read or refused as it should be.\n"), done.stderr
