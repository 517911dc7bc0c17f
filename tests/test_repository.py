"""The rules that the repository keeps about itself."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = [
    "manage.py",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "docker-compose.yml",
    "Dockerfile",
    ".ci/run",
    "clinic",
    "attendance",
    "reminders",
    "config",
    "templates",
    "tests",
]
# The names are put together here, so that this file keeps its own rules.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH = re.compile(
    r"(?<![\w/.\-}])/(" + "|".join(("work", "tmp", "root", "opt")) + r")/\w|" + r"\.\./" + "shared"
)
REGISTRY = re.compile("|".join(("py" + r"pi\.", "python" + r"hosted\.", "npm" + r"js\.")), re.IGNORECASE)
TEXT = {".py", ".md", ".html", ".css", ".js", ".toml", ".yml", ".yaml", ".txt", ".sh", ".lock", ".svg", ""}
LONGEST = 400


def ignored() -> set[str]:
    """The folders that .gitignore names: they are no part of the repository."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {line.rstrip("/") for line in lines if line.endswith("/")} | {".git"}


def files() -> Iterator[Path]:
    """Every file of the repository."""
    left_out = ignored()
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and left_out.isdisjoint(path.relative_to(ROOT).parts):
            yield path


def name(path: Path) -> str:
    """The path as a reader of the repository knows it."""
    return str(path.relative_to(ROOT))


def texts() -> Iterator[tuple[str, str]]:
    """Every text file with its content."""
    for path in files():
        if path.suffix in TEXT:
            yield name(path), path.read_text(encoding="utf-8")


def python_files() -> list[Path]:
    """Every Python file that people wrote."""
    return [path for path in files() if path.suffix == ".py" and "migrations" not in path.parts]


def found_in_texts(pattern: re.Pattern[str]) -> list[str]:
    """Each line that holds the pattern, as file, line number and what was found."""
    return [
        f"{file}:{number}: {found[0]}"
        for file, content in texts()
        for number, line in enumerate(content.splitlines(), start=1)
        if (found := pattern.search(line))
    ]


@pytest.mark.parametrize("entry", TOP_LEVEL)
def test_every_promised_entry_exists(entry):
    assert (ROOT / entry).exists()


def test_what_has_to_pass_can_be_run():
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_no_python_file_has_two_jobs():
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {file: length for file, length in long.items() if length > LONGEST} == {}


def test_nothing_is_marked_as_unfinished():
    assert found_in_texts(UNFINISHED) == []


def test_no_file_names_a_folder_of_somebodys_machine():
    assert found_in_texts(MACHINE_PATH) == []


def test_no_file_names_a_package_registry():
    assert found_in_texts(REGISTRY) == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_each_package_and_names_no_place(lock):
    content = (ROOT / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.sub(r"\\\n\s*", "", content).splitlines() if entry.strip()]
    pinned = re.compile(r"[a-z0-9.\-]+==\S+ (; .+? )?--hash=sha256:[0-9a-f]{64}")
    assert "://" not in content
    assert [entry[:60] for entry in entries if not pinned.match(entry)] == []


def test_the_development_lock_holds_all_of_the_runtime_lock():
    pins = [
        set(re.findall(r"^([a-z0-9.\-]+==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] - pins[1] == set()


def asserts(node: ast.AST, helpers: set[str]) -> bool:
    """Whether this piece of code states something that can fail a test."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            called = (
                inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
            )
            if called in {"raises", "warns", "expect"} | helpers or called.startswith("assert"):
                return True
    return False


def test_every_test_asserts_something():
    functions = [
        (path, node)
        for path in python_files()
        if path.relative_to(ROOT).parts[0] == "tests"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    helpers = {
        node.name for _, node in functions if asserts(node, set()) and not node.name.startswith("test_")
    }
    silent = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path, node in functions
        if node.name.startswith("test_") and not asserts(node, helpers)
    ]
    assert silent == []


def test_the_numbers_of_decisions_are_unique_and_without_a_gap():
    numbers = sorted(path.name.split("-")[0] for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
