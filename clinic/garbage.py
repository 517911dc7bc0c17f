"""Python looks for rings of garbage whenever many objects were made, and then looks at all that there are."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Have it not look before the end of the block, which makes many objects and drops them together.

    Of a portion of a spreadsheet looking takes longer than all else. It is the whole process that does not look:
    rings of other threads stay until then, too, and of two blocks at once the one that began first ends it for both.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()
