"""Sam's register, and how tests write in it and read it."""

from collections.abc import Callable
from typing import Any

import pytest

from attendance.directory.models import Meeting
from attendance.register import recording
from attendance.register.models import Attendance, Source
from attendance.register.recording import Receipt
from clinic.models import Client
from tests import cast
from tests.cast import BY, NOW, day


@pytest.fixture
def noon(db) -> Meeting:
    """Noon, another meeting of Alcoholics Anonymous."""
    return cast.a_meeting("noon")


@pytest.fixture
def clean(db) -> Meeting:
    """Clean, a meeting of Narcotics Anonymous."""
    return cast.a_meeting("clean", "Narcotics Anonymous")


@pytest.fixture
def went(sam: Client) -> Callable[..., Receipt]:
    """Records that Sam went to a meeting."""

    def went(on: str, source: Source = Source.CLIENT, **named: Any) -> Receipt:
        return recording.record(
            client=named.pop("client", sam), attended_on=day(on), source=source, by=BY, now=NOW, **named
        )

    return went


@pytest.fixture
def counted(sam: Client) -> Callable[[], list[tuple[str, str]]]:
    """The attendances of Sam that are not voided: the day, and who says so."""

    def counted() -> list[tuple[str, str]]:
        live = Attendance.objects.filter(client=sam, voided_at__isnull=True).prefetch_related("reports")
        return [
            (str(one.attended_on), " ".join(sorted(report.source for report in one.reports.all())))
            for one in live
        ]

    return counted
