"""Lists that have no end are refused before they fill the memory; see test_workbook for workbooks."""

from collections.abc import Callable

import pytest

from attendance.directory.feeds import bmlt, meeting_guide, naws, payload, sheet
from clinic.errors import Refused

NAWS = b"Committee,CommitteeName,Day,Time\n"
TOO_MANY = payload.MOST_RECORDS + 1


def an_array_of(item: bytes, count: int) -> bytes:
    return b"[" + b",".join([item] * count) + b"]"


@pytest.mark.parametrize(
    ("parse", "data", "why"),
    [
        (meeting_guide.parse, an_array_of(b"{}", TOO_MANY), "The feed has more than 500,000 records."),
        (meeting_guide.parse, an_array_of(b"0", TOO_MANY), "The feed has more than 500,000 records."),
        (meeting_guide.parse, an_array_of(b"0", 5_000_001), "The feed has more than 5,000,000 values."),
        (
            meeting_guide.parse,
            an_array_of(b"{}", 2_000_001),
            "The feed has more than 2,000,000 objects and arrays.",
        ),
        (bmlt.parse, an_array_of(b"{}", TOO_MANY), "The feed has more than 500,000 records."),
        (
            bmlt.parse,
            b'{"meetings": %s}' % an_array_of(b"0", TOO_MANY),
            "The feed has more than 500,000 records.",
        ),
        (
            bmlt.parse,
            b'{"meetings": [], "formats": %s}' % an_array_of(b"0", TOO_MANY),
            "The list of formats has more than 500,000 records.",
        ),
        (bmlt.parse, b"id_bigint\n" + b"\n" * payload.MOST_RECORDS, "The feed has more than 500,000 lines."),
        (bmlt.parse, b"id_bigint" + b"," * 1000, "The feed has more than 1,000 columns."),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_what_is_longer_than_any_list_is_refused(
    parse: Callable[[bytes], object], data: bytes, why: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse(data)
    assert refused.value.sentence == f"{why} Nothing was changed."


def test_a_list_of_formats_without_end_is_refused_as_well() -> None:
    with pytest.raises(Refused, match="The list of formats has more than 500,000 records"):
        bmlt.parse(b"[]", formats=an_array_of(b"0", TOO_MANY))


def test_rows_that_do_not_match_their_headings_are_no_more_than_so_many() -> None:
    row = b",".join(b"%d" % number for number in range(1000)) + b"\n"
    few = naws.parse(NAWS + row * (sheet.MOST_MAYBE_SLUGS // 1000))
    assert (few.read, len(few.still_there)) == (1000, 1000)
    with pytest.raises(Refused, match="The cells of most rows of the feed do not match its headings"):
        naws.parse(NAWS + row * (sheet.MOST_MAYBE_SLUGS // 1000 + 1))
