"""Templates and style sheets speak of the same things: no class without a rule; no rule, icon or part without a use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
TEMPLATES = ROOT / "templates"
COMPONENTS = TEMPLATES / "components"
STAGES = ("clinic", "attendance", "reminders")
# Signed pages stand alone, with one small sheet; htmx sets a class of its own while it waits.
SIGNED = {"signed.css"}
BY_HTMX = {"htmx-request"}

COMMENT = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", re.DOTALL)
CLASSES = re.compile(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"|block main_class %\}(.*?)\{%', re.DOTALL)
TAG = re.compile(r"\{%.*?%\}")
VALUE = re.compile(r"\{\{.*?\}\}")
BLOCK = re.compile(r"\{% block (\w+) %\}")


def templates(signed: bool) -> Iterator[str]:
    """What the templates of signed pages, or of all others, hold besides words about themselves."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        if signed == (path.parent.name == "links" or path.name.startswith("signed_")):
            yield COMMENT.sub("", path.read_text(encoding="utf-8"))


def used(signed: bool) -> set[str]:
    """The classes that elements have; where a value is put in, as in badge-{{ tone }}, a star stands for it."""
    found: set[str] = set()
    for text in templates(signed):
        for classes in CLASSES.findall(text):
            found.update(VALUE.sub("*", TAG.sub(" ", "".join(classes))).split())
    return found


def ruled(signed: bool) -> set[str]:
    """The classes that the sheets of signed pages, or of all others, have rules for."""
    found: set[str] = set()
    for path in CSS.glob("*.css"):
        if signed == (path.name in SIGNED):
            for selector in re.findall(r"([^{}]*)\{", sheet(path)):
                if not selector.strip().startswith("@"):
                    found.update(re.findall(r"\.([a-zA-Z][\w-]*)", selector))
    return found


def sheet(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def code() -> Iterator[str]:
    """What the files of the product's code hold."""
    for stage in STAGES:
        for path in sorted((ROOT / stage).rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def quoted() -> set[str]:
    """Every word that stands in quotes in a template or in the product's code: what a value may be."""
    texts = [*templates(signed=True), *templates(signed=False), *code()]
    return {word for text in texts for word in re.findall(r"""["']([\w-]+)["']""", text)}


def starts(classes: set[str]) -> set[str]:
    return {name.removesuffix("*") for name in classes if name.endswith("*")}


@pytest.mark.parametrize("signed", [False, True], ids=["site", "signed pages"])
def test_every_class_has_a_rule(signed):
    rules = ruled(signed)
    assert {name for name in used(signed) if not name.endswith("*")} - rules == set()
    assert [
        start for start in starts(used(signed)) if not any(rule.startswith(start) for rule in rules)
    ] == []


@pytest.mark.parametrize("signed", [False, True], ids=["site", "signed pages"])
def test_every_rule_is_of_use(signed):
    words = quoted() | {str(number) for number in range(32)}
    possible = {start + word for start in starts(used(signed)) for word in words}
    assert ruled(signed) - used(signed) - possible - BY_HTMX == set()


def test_every_token_is_of_use_and_every_one_used_is_set():
    text = "".join(sheet(path) for path in CSS.glob("*.css"))
    assert set(re.findall(r"(--[\w-]+)\s*:", text)) == set(re.findall(r"var\((--[\w-]+)", text))


def test_every_icon_is_drawn_and_every_drawing_used():
    drawn = set(
        re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8"))
    )
    named = re.compile(r'\b(?:icon|icon\.html" with name)="([\w-]+)"')
    texts = [*templates(signed=False), *code()]
    stated = {name for text in texts for name in named.findall(text)}
    assert {"calendar", "leave"} <= stated, "some are named by the code, others by templates"
    assert stated - drawn == set()
    assert drawn - quoted() == set()


def test_every_icon_of_the_signed_pages_is_of_use():
    drawn = set(
        re.findall(r"name == '([\w-]+)'", (COMPONENTS / "signed_icon.html").read_text(encoding="utf-8"))
    )
    named = re.compile(r'signed_icon\.html" with name="([\w-]+)"')
    assert drawn == {name for text in templates(signed=True) for name in named.findall(text)}


def test_every_component_is_included_somewhere():
    texts = [*templates(signed=True), *templates(signed=False)]
    included = {name for text in texts for name in re.findall(r'"components/([\w.]+)"', text)}
    assert included == {path.name for path in COMPONENTS.iterdir()}


@pytest.mark.parametrize("signed", [False, True], ids=["site", "signed pages"])
def test_every_block_that_a_shell_offers_is_filled_by_some_page(signed):
    shell = (TEMPLATES / ("signed_base.html" if signed else "base.html")).read_text(encoding="utf-8")
    pages = [text for text in templates(signed) if "{% extends" in text]
    filled = {name for text in pages for name in BLOCK.findall(text)}
    assert set(BLOCK.findall(COMMENT.sub("", shell))) == filled
