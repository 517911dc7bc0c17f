"""Reading a spreadsheet saved as CSV: what people's programs really write, and what is wrong with it."""

from datetime import date
from typing import NamedTuple

import pytest

from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.imports.table import Columns, opened_table
from clinic.models import ClosedReason

COLUMNS = Columns(
    names=("reference", "held_on", "number", "agreed", "closed_reason", "note"), needed=("reference",)
)


class Table(NamedTuple):
    """What a file was read as."""

    header: list[str]
    rows: list[Row]


@pytest.fixture
def read(tmp_path):
    """Writes a file and reads it: all its rows in order, each of which is the same when it is read by itself."""

    def read(content: str | bytes) -> Table:
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with opened_table(path, COLUMNS) as table:
            rows = list(table.rows())
            assert (
                list(map(str, rows)) == [str(table.row(row.line, row.number)) for row in reversed(rows)][::-1]
            )
            return Table(table.header, rows)

    return read


def numbered(table: Table) -> list[tuple[int, str]]:
    return [(row.number, row.text("reference")) for row in table.rows]


def refusal(read, content: str | bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.sentence


def faults(table: Table) -> list[str]:
    return [row.why(row.fault) for row in table.rows if row.fault is not None]


class TestWhatProgramsWrite:
    def test_a_byte_order_mark_is_no_part_of_the_first_column(self, read):
        assert numbered(read(b"\xef\xbb\xbfreference\nS1\n")) == [(2, "S1")]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_in_any_way_and_the_last_need_not(self, read, end):
        assert numbered(read(end.join(["reference,note", "S1,a", "S2,b"]))) == [(2, "S1"), (3, "S2")]

    def test_blank_lines_count_and_are_left_out(self, read):
        assert numbered(read("\nreference,note\n\nS1,a\n,\n  \nS2,b\n")) == [(4, "S1"), (7, "S2")]

    def test_blanks_around_a_value_are_no_part_of_it(self, read):
        (row,) = read(" reference , note\n  S1 ,\t came late  \n").rows
        assert (row.text("reference"), row.text("note")) == ("S1", "came late")

    def test_a_quoted_cell_may_hold_commas_quotes_and_lines(self, read):
        first, second = read('reference,note\nS1,"a ""quoted"", word\nand a line"\nS2,b\n').rows
        assert first.text("note") == 'a "quoted", word\nand a line'
        assert second.number == 3

    def test_a_column_the_file_lacks_is_not_known(self, read):
        (row,) = read("reference\nS1\n").rows
        assert (row.text("note"), row.day("held_on"), row.number_in("number"), row.yes_no("agreed")) == (
            "",
            None,
            None,
            None,
        )

    def test_the_why_of_mended_rejects_is_left_out(self, read):
        table = read("reference,note,why\nS1,a,Row 2: too few\n")
        assert table.header == ["reference", "note"]
        assert (table.rows[0].fault, table.rows[0].original) == (None, ["S1", "a"])


class TestFilesThatCannotBeRead:
    @pytest.mark.parametrize("content", ["", "\n\n", "  \n"])
    def test_an_empty_file(self, read, content):
        assert "is empty: its first row names columns, reference at least" in refusal(read, content)

    def test_another_encoding(self, read):
        said = refusal(read, "reference,note\nS1,café\n".encode("latin-1"))
        assert said.endswith("people.csv is not UTF-8 (line 2): save it as 'CSV UTF-8'.")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
    def test_what_some_programs_call_unicode(self, read, encoding):
        assert "save it as 'CSV UTF-8'" in refusal(read, "reference\nS1\n".encode(encoding))

    def test_a_nul(self, read):
        assert "holds a NUL (line 2)" in refusal(read, "reference\nS\0001\n")

    @pytest.mark.parametrize(
        ("header", "said"),
        [
            ("reference,notes", "there is no column 'notes' here; there are reference, held_on"),
            ("reference;note", "there is no column 'reference;note' here"),
            ("reference,note,note", "column 'note' is there twice"),
            ("note", "the header lacks reference"),
            ("reference,,note", "column 2 of the header has no name"),
        ],
    )
    def test_a_header_that_does_not_fit(self, read, header, said):
        assert said in refusal(read, f"{header}\nS1,a,b\n")


class TestRowsThatCannotBeRead:
    def test_too_many_and_too_few_cells(self, read):
        assert faults(read("reference,note\nS1\nS2,a,b\nS3,c\n")) == [
            "Row 2: too few cells: it has 1, and the header 2.",
            "Row 3: too many cells: it has 3, and the header 2.",
        ]

    def test_an_empty_cell_that_every_row_needs(self, read):
        assert faults(read("reference,note\n ,a\n")) == [
            "Row 2, reference '': it is empty, and every row needs it."
        ]

    def test_a_quotation_mark_left_open_spoils_its_own_row_only(self, read):
        table = read('reference,note\nS1,a\nS2,"b\nS3,c\nS4,d\n')
        assert [row.number for row in table.rows] == [2, 3, 4, 5]
        assert faults(table) == ["Row 3: a quotation mark is opened in it and never closed."]
        assert table.rows[1].original == ['S2,"b']

    def test_even_in_a_file_longer_than_a_cell_may_be(self, read):
        lines = [f"S{number},{'x' * 90}" for number in range(3000)]
        table = read("\n".join(["reference,note", "S,a", 'T,"b', *lines]))
        assert len(table.rows) == 3002
        assert faults(table) == [
            "Row 3: a quotation mark is opened in it and not closed within 131,072 characters."
        ]

    def test_a_cell_longer_than_any_is_said_to_be_that(self, read):
        table = read(f"reference,note\nS1,a\nS2,{'x' * 200_000}\nS3,c\n")
        assert [row.number for row in table.rows] == [2, 3, 4]
        assert faults(table) == ["Row 3: a cell of it has more than 131,072 characters."]


class TestCells:
    @pytest.fixture
    def row(self, read):
        return lambda column, value: read(f'reference,{column}\nS1,"{value}"\n').rows[0]

    def test_what_they_mean(self, row):
        assert row("held_on", "2024-02-29").day("held_on") == date(2024, 2, 29)
        assert row("number", "-3").number_in("number") == -3
        assert [row("agreed", word).yes_no("agreed") for word in ("yes", "NO", "Yes")] == [True, False, True]
        assert row("closed_reason", "Moved").word("closed_reason", ClosedReason) is ClosedReason.MOVED

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ("2026-02-30", "'2026-02-30' is not a day of the calendar."),
            ("2026-2-3", "'2026-2-3' is not a date: write it YYYY-MM-DD."),
            ("20260203", "'20260203' is not a date: write it YYYY-MM-DD."),
            ("2026-W06-2", "'2026-W06-2' is not a date: write it YYYY-MM-DD."),
            ("03/02/2026", "'03/02/2026' is not a date: write it YYYY-MM-DD."),
            ("２０２６-02-03", "'２０２６-02-03' is not a date: write it YYYY-MM-DD."),
        ],
    )
    def test_dates_that_are_none(self, row, value, said):
        with pytest.raises(Refused) as refused:
            row("held_on", value).day("held_on")
        assert (refused.value.sentence, refused.value.field) == (said, "held_on")

    @pytest.mark.parametrize("value", ["7.0", "seven", "1e3", "٧", "12345678901"])
    def test_numbers_that_are_none(self, row, value):
        with pytest.raises(Refused, match="is not a whole number"):
            row("number", value).number_in("number")

    def test_words_that_are_none(self, row):
        with pytest.raises(Refused, match="'y' is neither yes nor no"):
            row("agreed", "y").yes_no("agreed")
        with pytest.raises(Refused, match="'left' is not one of died, moved, withdrew"):
            row("closed_reason", "left").word("closed_reason", ClosedReason)

    def test_a_long_value_is_cut_short_in_the_sentence(self, row):
        said = row("note", "x" * 500).why(Refused("it is too long.", "note"))
        assert said == f"Row 2, note '{'x' * 60}…': it is too long."
