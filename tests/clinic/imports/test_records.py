"""Each record by itself: how lines end, and what a quotation mark left open costs."""

from clinic.imports.records import CsvRecord, csv_records


def test_lines_end_in_any_of_the_three_ways_and_blank_ones_are_counted():
    assert list(csv_records("a,b\r\n\nc\rd,\n , \ne")) == [
        CsvRecord(1, ["a", "b"]),
        CsvRecord(3, ["c"]),
        CsvRecord(4, ["d", ""]),
        CsvRecord(6, ["e"]),
    ]


def test_marks_that_part_lines_elsewhere_part_none_here():
    assert list(csv_records("a\u2028b\x0bc,d\n")) == [CsvRecord(1, ["a\u2028b\x0bc", "d"])]


def test_a_quotation_mark_left_open_costs_its_own_line():
    first, second, third = csv_records('a\n"b\nc')
    assert (first.cells, third.cells) == (["a"], ["c"])
    assert second == CsvRecord(2, ['"b'], "a quotation mark is opened in it and never closed")


def test_a_record_that_goes_on_and_on_costs_no_more_than_its_share():
    """Each line closes the quotation mark of the one before and opens another: read to the end it would take hours."""
    first = next(csv_records('x"y,"z\n' * 400_000))
    assert first.fault == "it has more than 1,000,000 characters, or a quotation mark is never closed"
