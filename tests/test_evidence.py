"""Each finding that a rule goes by can be looked up in docs/evidence.md, with where it is published."""

import re
from collections.abc import Iterator

from tests.test_repository import ROOT, texts

PAGE = "docs/evidence.md"
# As prose names one: E in quotes is a client's reference, and behind a colon a cell of a spreadsheet.
NAMED = re.compile(r"(?<![\w\":])E\d{1,2}\b(?!\")")
ENTRY = re.compile(r"^\| (E\d+) \| .+ \| (.+) \|$", re.MULTILINE)
PUBLISHED = re.compile(r"^- \*\*(.+?)\*\*: \".+", re.MULTILINE)
CITED = re.compile(r"[A-Z][A-Za-z ]+ \d{4}[a-z]?")


def page() -> str:
    return (ROOT / PAGE).read_text(encoding="utf-8")


def named() -> Iterator[str]:
    for file, content in texts():
        if file != PAGE and file.endswith((".py", ".html", ".md")):
            yield from NAMED.findall(content)


def test_every_number_that_is_named_has_an_entry_and_every_entry_is_named():
    entries = [number for number, _ in ENTRY.findall(page())]
    assert sorted(entries) == sorted(set(entries))
    assert set(named()) == set(entries)


def test_every_entry_says_whose_it_is_and_where_that_is_published():
    published = set(PUBLISHED.findall(page()))
    for number, whose in ENTRY.findall(page()):
        cited = set(CITED.findall(whose))
        assert cited, number
        assert cited <= published, number


def test_every_publication_is_cited():
    before, listed = page().split("## Where they are published")
    assert [one for one in PUBLISHED.findall(listed) if one not in before] == []
