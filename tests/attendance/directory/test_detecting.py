"""The format of a list is told by what it holds, and what is no list is told as well."""

import json
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.feeds import PARSERS
from attendance.directory.feeds.detecting import detect
from attendance.directory.kinds import FeedFormat
from clinic.errors import Refused
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import a_record
from tests.attendance.directory.sheets import NAWS_48, NAWS_52, TEMPLATE, a_naws_row, a_sheet, a_template_row
from tests.attendance.directory.test_workbook import a_workbook, in_a_row

REAL = {
    "bmlt_adminapi_v1_meetings.json": FeedFormat.BMLT,
    "bmlt_berlin_GetSearchResults.json": FeedFormat.BMLT,
    "bmlt_geneva_ny_used_formats_day2.json": FeedFormat.BMLT,
    "bmlt_upstate_ny_GetSearchResults.json": FeedFormat.BMLT,
    "mg_edge_appointment.json": FeedFormat.MEETING_GUIDE,
    "mg_edge_times.json": FeedFormat.MEETING_GUIDE,
    "mg_edmonton_aa.json": FeedFormat.MEETING_GUIDE,
    "mg_massachusetts_alanon.json": FeedFormat.MEETING_GUIDE,
    "mg_orange_county_ca_aa.json": FeedFormat.MEETING_GUIDE,
    "mg_sf_marin_aa.json": FeedFormat.MEETING_GUIDE,
    "naws_cape_cod_2019.csv": FeedFormat.NAWS,
    "tsml_template.csv": FeedFormat.TSML_SHEET,
}
NO_LISTS = {
    "bmlt_adminapi_v1_formats.json": "the list of formats of a BMLT server",
    "bmlt_german_GetFormats_de.json": "the list of formats of a BMLT server",
    "bmlt_german_GetFormats_en.json": "the list of formats of a BMLT server",
    "bmlt_ny_GetFormats.json": "the list of formats of a BMLT server",
    "bmlt_ny_GetServiceBodies.json": "the list of service bodies of a BMLT server",
    "README.md": "neither JSON nor a sheet",
}


@pytest.mark.parametrize("name", REAL)
def test_every_real_list_is_told(real_feed, name):
    assert detect(real_feed(name).read_bytes()) is REAL[name]


@pytest.mark.parametrize("name", NO_LISTS)
def test_what_is_no_list_of_meetings_is_said_to_be_none(real_feed, name):
    with pytest.raises(Refused, match=NO_LISTS[name]):
        detect(real_feed(name).read_bytes())


def test_no_real_list_is_forgotten(real_feed):
    folder = real_feed("README.md").parent
    assert {path.name for path in folder.iterdir()} == REAL.keys() | NO_LISTS.keys()


def as_json(*records: object) -> bytes:
    return json.dumps(records).encode()


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (as_json(a_record()), FeedFormat.MEETING_GUIDE),
        (b"\xef\xbb\xbf" + as_json(None, a_record()), FeedFormat.MEETING_GUIDE),
        (as_json(a_record(slug=...)), FeedFormat.MEETING_GUIDE),
        (as_json(bmlt_lists.a_meeting()), FeedFormat.BMLT),
        (as_json(bmlt_lists.a_meeting(id_bigint=...)), FeedFormat.BMLT),
        (as_json(bmlt_lists.of_the_api()), FeedFormat.BMLT),
        (b"/**/answer(%s);" % as_json(bmlt_lists.a_meeting()), FeedFormat.BMLT),
        (b'{"meetings": [], "formats": []}', FeedFormat.BMLT),
        (b'"id_bigint","meeting_name"\n"1","Lantern Room"\n', FeedFormat.BMLT),
        (a_sheet(NAWS_52, a_naws_row()), FeedFormat.NAWS),
        (a_sheet(NAWS_48, a_naws_row()), FeedFormat.NAWS),
        (a_sheet(TEMPLATE, a_template_row({})), FeedFormat.TSML_SHEET),
        (b"ID,Name,Day,Time,Full Address\n", FeedFormat.TSML_SHEET),
        (a_workbook(NAWS_52, in_a_row(NAWS_52, a_naws_row())), FeedFormat.NAWS),
        (a_workbook(TEMPLATE, in_a_row(TEMPLATE, a_template_row({}))), FeedFormat.TSML_SHEET),
    ],
    ids=count(),
)
def test_made_up_lists_are_told_in_every_notation(data, format):
    assert detect(data) is format
    PARSERS[format](data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "The feed is empty."),
        (b" \n", "The feed is empty."),
        (b"<!doctype html><title>Not found</title>", "It is a web page or XML, and no list of meetings."),
        (b"[]", "The list is empty, so that its format cannot be told."),
        (b"{}", "It is JSON, but no array of meetings."),
        (b'[{"colour": "blue"}, 3]', "its records are no meetings in a format that is known."),
        (as_json(a_record()) + b" and more", "after its end in line 1 another text follows"),
        (as_json(a_record()).decode().encode("utf-16"), "it looks like UTF-16"),
        (b'[{"slug": "caf\xe9"}]', "The feed is not UTF-8 text: byte 15 is wrong."),
        (b"a,b,c\n1,2,3\n", "Committee, CommitteeName, Day, Time of a NAWS export"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "Excel's former kind"),
        (b"PK\x03\x04 no workbook", "a workbook that cannot be read"),
        (b"%PDF-1.7\n", "neither JSON nor a sheet"),
    ],
    ids=count(),
)
def test_what_is_no_list_is_one_sentence(data, why):
    with pytest.raises(Refused, match=why) as refused:
        detect(data)
    assert refused.value.sentence.endswith("Nothing was changed.")
    assert "\n" not in refused.value.sentence


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_whatever_it_is_it_is_told_or_refused(data):
    with suppress(Refused):
        assert detect(data) in FeedFormat
