"""Files that people send: as much of them as anybody has a use for, whatever is sent and to whichever page.

A page's form is read before the page knows who sends it, and so the limit stands before all of them.
"""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

# All files of one form together, in bytes.
LARGEST = 50 * 1024 * 1024
TOO_LARGE = f"The file is larger than {LARGEST // 2**20} MB. Nothing was changed."


class UpToALimit(FileUploadHandler):
    """The first of the handlers: beyond the limit nothing is kept, and the rest of a file is read into nowhere.

    Read to its end, so that the browser sees the page with the sentence and not a broken connection.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the piece on to the next handler, unless it is too much."""
        self.received += len(raw_data)
        if self.received > LARGEST:
            _fields(self.request).add(str(self.field_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Nothing: the handlers after this one hold the file."""
        return None


def too_large(request: HttpRequest) -> frozenset[str]:
    """The fields of the form whose files were larger than any may be, and were not kept."""
    # Reads the form, where nobody has yet.
    assert request.FILES is not None
    return frozenset(_fields(request))


def _fields(request: HttpRequest | None) -> set[str]:
    held: set[str] = request.__dict__.setdefault("_too_large_uploads", set())
    return held
