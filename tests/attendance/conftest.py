from collections.abc import Iterator

import pytest

from tests.attendance.list_server import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of lists, at which nothing stands yet."""
    with serving() as site:
        yield site
