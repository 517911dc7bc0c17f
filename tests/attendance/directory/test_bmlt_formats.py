"""What the formats of a BMLT server come to: types that one search finds, and weeks of the month."""

from typing import Any

import pytest

from attendance.directory.feeds.bmlt_formats import Formats
from attendance.directory.feeds.bmlt_weeks import weeks_meant
from attendance.directory.feeds.parsed import ParsedMeeting
from tests.attendance.directory.bmlt_lists import a_format, a_meeting, of_the_api, read


def types(*formats: Any, numbers: str = "", keys: str = "") -> tuple[str, ...]:
    return Formats(formats).meant(numbers.split(), keys.split()).types


@pytest.mark.parametrize(
    ("world_id", "code"),
    [
        ("OPEN", "O"),
        ("CLOSED", "C"),
        ("WCHR", "X"),
        ("VM", "ONL"),
        ("HYBR", "ONL"),
        ("GL", "LGBTQ"),
        ("TC", "TC"),
        ("BEG", "BEG"),
        ("M", "M"),
        ("W", "W"),
        ("SPK", "SPK"),
        ("BRANDNEW", "BRANDNEW"),
    ],
)
def test_a_world_id_becomes_a_code_of_meeting_guide_whatever_the_key(world_id, code):
    assert types(a_format("4", "Qx", "Anything", world_id), numbers="4", keys="Qx") == (code,)


def test_keys_are_looked_up_where_there_are_no_numbers():
    women = a_format("11", "F", "Frauenmeeting", "W", lang="de")
    assert types(women, keys="F New") == ("W", "New")
    assert types(keys="F,x") == ("F,x",)


def test_a_listed_number_covers_its_key_in_a_language_the_list_has_not():
    rotating = a_format("110", "rf", "Rotating Format", "VAR")
    assert types(rotating, numbers="110", keys="wf") == ("VAR",)
    assert types(rotating, numbers="110 111", keys="wf xx") == ("VAR", "wf", "xx")


def test_formats_without_a_world_id_go_by_their_key_or_by_a_name_that_every_server_has():
    assert types(a_format("106", "p", "Break"), numbers="106") == ("p",)
    assert types(a_format("3", "C", "Candlelight"), numbers="3") == ("Candlelight",)
    assert types(a_format("3", "", "Candlelight"), numbers="3") == ("Candlelight",)
    assert types(a_format("3", "Ro", "Wheelchair"), numbers="3") == ("X",)


def test_temporarily_closed_is_known_without_a_world_id_too():
    for name in ("Temporarily Closed", "Vorübergehend geschlossen"):
        meant = Formats([a_format("215", "VG", name)]).meant(["215"], [])
        assert meant.temporarily_closed
        assert meant.types == ("TC",)


def test_of_several_languages_english_names_it_and_every_key_finds_it():
    german = a_format("91", "kf", "Kinderfreundlich", lang="de")
    english = a_format("91", "cw", "Children welcome")
    assert types(german, english, keys="kf") == types(german, english, keys="cw") == ("cw",)


@pytest.mark.parametrize(
    ("key", "name", "description", "code"),
    [
        ("ru", "Russian", "", "RUS"),
        ("ru", "Russisch", "In russischer Sprache", "RUS"),
        ("PER", "Persian", "", "FA"),
        ("ES", "Espanol", "", "S"),
        ("FIN", "Tongues", "finnish speaking meeting", "FI"),
        ("hbs", "Serbo-Croatian", "", "hbs"),
    ],
)
def test_a_language_becomes_its_code(key, name, description, code):
    language = a_format("9", key, name, "LANG", description_string=description)
    assert types(language, numbers="9") == (code,)
    by_kind = a_format("9", key, name, "", description_string=description, format_type_enum="LANG")
    assert types(by_kind, numbers="9") == (code,)


def test_a_format_may_be_of_two_languages():
    assert types(a_format("49", "L/R", "Lithuanian/Russian", "LANG"), numbers="49") == ("LT", "RUS")


def test_the_formats_of_the_administration_api_have_their_languages_inside():
    closed = {
        "id": 33,
        "worldId": "WCHR",
        "type": "LOCATION",
        "translations": [{"key": "RL", "name": "Rullstol", "description": "", "language": "sv"}, "x"],
    }
    (meeting,) = read(of_the_api(formatIds=[33, 8]), formats=[closed]).meetings
    assert meeting.types == ("X", "format 8")


def test_numbers_in_no_list_are_kept_and_said():
    (fault,) = read(of_the_api(formatIds=[8, 17]), formats=None).mended
    assert fault.why == "its formats 8, 17 are in no list and were kept by number"


def test_the_list_that_is_given_goes_before_the_feeds_own():
    ours, theirs = a_format("4", "C", "Closed", "CLOSED"), a_format("4", "C", "Open", "OPEN")
    assert types(ours, theirs, numbers="4") == ("C",)


ONLY_IN_WEEKS = [
    ("Findet nur in der 1. Woche des Monats statt", "Findet nur in der 1. Woche des Monats statt", (1,)),
    ("Findet nur in der letzten Woche des Monats statt", "", (-1,)),
    ("Nur am zweiten Montag im Monat", "", (2,)),
    ("Week 3", "Meets only in the third week of the month", (3,)),
    ("Only in the last week of the month", "Ring first", (-1,)),
    ("Meets 1st and 3rd Mondays of each month", "", (1, 3)),
    ("Held on the 2nd & 4th Saturday", "", (2, 4)),
    ("Fifth week only", "", (5,)),
]
HELD_EVERY_WEEK = [
    ("Week 5: open", "open to non addicts in the last week of the month"),
    (
        "1. Woche d. Monats: auch Nichtsüchtige willkommen",
        "Offen in der 1. Woche des Monats für Nicht-Süchtige.",
    ),
    ("Week 1: Speaker", "First week of the month: Speaker Meeting"),
    ("Letzte Woche: Sprecher", "Letzte Woche des Monats: ein eingeladenes Mitglied berichtet"),
    ("Open only in the first week", ""),
    ("Business", "Only in the last week of the month"),
    ("Not in the first week", "Meets all but the first week of the month"),
    ("Meets every second week", ""),
    ("Only weeks 1-3", ""),
    ("Week 2", ""),
    ("Only", "Meets only"),
    ("Step 1", "Only the first step"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "description", "weeks"), ONLY_IN_WEEKS)
def test_a_format_may_say_in_which_weeks_a_meeting_is_held(name, description, weeks):
    assert weeks_meant(name, description) == weeks


@pytest.mark.parametrize(("name", "description"), HELD_EVERY_WEEK)
def test_a_format_that_speaks_of_something_else_in_a_week_is_none(name, description):
    assert weeks_meant(name, description) == ()


def test_the_weeks_of_several_formats_add_up():
    first, third, last = ("Nur in der 1. Woche", "Nur in der 3. Woche", "Nur in der letzten Woche")
    formats = [a_format("103", "Wo3", third), a_format("104", "WoL", last), a_format("101", "Wo1", first)]

    def one(**stated: str) -> ParsedMeeting:
        (meeting,) = read(a_meeting(**stated), formats=formats).meetings
        return meeting

    by_number = one(format_shared_id_list="104,103,101", formats="WoL,Wo3,Wo1")
    assert (by_number.weeks, by_number.types) == ((1, 3, -1), ())
    assert one(format_shared_id_list="", formats="Wo3,Q").weeks == (3,)
    assert one(format_shared_id_list="", formats="Q").weeks == ()


def test_the_weeks_of_german_keys_are_known_without_a_list():
    feed = read(a_meeting(formats="Wo2,WoL,Wo6", format_shared_id_list="101,104,9"), formats=None)
    assert (feed.meetings[0].weeks, feed.meetings[0].types) == ((2, -1), ("Wo6",))
