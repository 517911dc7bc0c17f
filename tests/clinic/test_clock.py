"""The present: the system's, or that of a file, which is read each time and never guessed at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import clock


@pytest.fixture
def file(tmp_path, settings):
    settings.CLOCK_FILE = tmp_path / "clock"
    return settings.CLOCK_FILE


def test_without_a_file_it_is_now(settings):
    settings.CLOCK_FILE = None
    before = datetime.now(UTC)
    assert before <= clock.now() <= before + timedelta(minutes=1)
    assert clock.now().tzinfo is not None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-07T12:00:00Z", datetime(2026, 1, 7, 12, tzinfo=UTC)),
        ("2026-01-07T12:00:00+02:00\n", datetime(2026, 1, 7, 10, tzinfo=UTC)),
        ("  2026-07-01 00:00-05:00", datetime(2026, 7, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_file_stands_in_for_it(file, text, instant):
    file.write_text(text)
    assert clock.now() == instant


def test_the_file_is_read_each_time(file):
    for hour in (9, 10, 8):
        file.write_text(f"2026-01-07T{hour:02}:00:00Z")
        assert clock.now().hour == hour


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"noon",
        b"2026-01-07",
        b"2026-01-07T12:00:00",
        b"2026-02-30T12:00:00Z",
        b"9999-12-31T23:59:59Z",
        b"\xff\xfe",
    ],
)
def test_nonsense_is_refused_and_not_guessed_at(file, content):
    file.write_bytes(content)
    with pytest.raises(RuntimeError, match="CLOCK_FILE holds"):
        clock.now()


def test_a_file_that_is_gone_is_no_clock(file):
    with pytest.raises(RuntimeError, match="CLOCK_FILE holds no instant"):
        clock.now()


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-29T00:59:59Z", "Europe/London", "2026-03-29"),
        ("2026-03-28T23:59:59Z", "Europe/London", "2026-03-28"),
        ("2026-06-30T23:00:00Z", "Europe/London", "2026-07-01"),
        ("2026-10-25T00:30:00Z", "Europe/London", "2026-10-25"),
        ("2026-03-02T04:59:00Z", "America/New_York", "2026-03-01"),
        ("2026-03-02T10:00:00Z", "Pacific/Kiritimati", "2026-03-03"),
        ("2026-03-02T11:59:00Z", "Etc/GMT+12", "2026-03-01"),
    ],
)
def test_a_day_is_that_of_the_place(moment, zone, day):
    assert clock.local_date(datetime.fromisoformat(moment), zone) == date.fromisoformat(day)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), st.sampled_from(
    ["Europe/London", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
))  # fmt: skip
def test_days_go_on_with_the_hours(moment, zone):
    today, later = (clock.local_date(one, zone) for one in (moment, moment + timedelta(hours=1)))
    assert today <= later
    assert abs((today - moment.date()).days) <= 1
