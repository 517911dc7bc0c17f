"""Files that are sent: what is too much is not kept, whoever sends it to whichever page, and the page still answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from attendance.directory.upkeep import fetching
from clinic import uploads
from clinic.uploads import LARGEST, too_large

MB = 2**20


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Path:
    """The folder in which files lie while they are looked at."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


@pytest.fixture
def sent(kept: Path) -> Iterator[Callable[..., Any]]:
    """Sends a form with files of so many bytes by the names of their fields, and a word after them."""
    requests = []

    def send(**sizes: int) -> Any:
        files = {name: SimpleUploadedFile(f"{name}.json", b"x" * size) for name, size in sizes.items()}
        requests.append(RequestFactory().post("/", {**files, "word": "after"}))
        return requests[-1]

    yield send
    for request in requests:
        request.close()
    assert list(kept.iterdir()) == []


def test_what_is_not_too_much_is_kept_in_memory_or_in_a_file(sent: Any) -> None:
    request = sent(small=5, large=3 * MB)
    assert too_large(request) == frozenset()
    assert {name: file.size for name, file in request.FILES.items()} == {"small": 5, "large": 3 * MB}
    assert isinstance(request.FILES["large"], TemporaryUploadedFile)
    assert isinstance(sent(small=5).FILES["small"], InMemoryUploadedFile)


def test_the_very_limit_is_kept_and_a_byte_more_is_not(sent: Any) -> None:
    assert sent(file=LARGEST).FILES["file"].size == LARGEST
    request = sent(file=LARGEST + 1)
    assert (too_large(request), dict(request.FILES)) == (frozenset({"file"}), {})


def test_too_much_leaves_nothing_behind_and_the_rest_of_the_form_is_read(sent: Any) -> None:
    request = sent(first=5, file=LARGEST + MB, last=5)
    assert too_large(request) == frozenset({"file", "last"}), "together they are too much"
    assert set(request.FILES) == {"first"}
    assert request.POST["word"] == "after"


def test_a_page_that_asks_for_no_file_answers_as_ever(kept: Path, db: None) -> None:
    file = SimpleUploadedFile("file.json", b"x" * (LARGEST + 1))
    answer = Browser().post(reverse("sign_in"), {"username": "kay", "password": "wrong", "file": file})
    assert answer.status_code == 200
    assert list(kept.iterdir()) == []


def test_the_limit_stands_before_every_other_handler() -> None:
    assert settings.FILE_UPLOAD_HANDLERS[0] == f"{uploads.__name__}.{uploads.UpToALimit.__name__}"


def test_a_file_may_be_as_large_as_what_is_fetched() -> None:
    assert LARGEST == fetching.LARGEST
    assert "50 MB" in uploads.TOO_LARGE
