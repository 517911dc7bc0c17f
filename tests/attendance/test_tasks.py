"""The Celery tasks that keep lists fresh: they carry ids alone, go by the clock, and may each run twice."""

from datetime import timedelta

import pytest
from celery import current_app
from celery.app.task import Task

from attendance import tasks
from attendance.directory.models import Feed
from tests.attendance.directory.upkeep.test_refreshing import OPTIONS, import_list, leeds, listing, night
from tests.attendance.list_server import a_list, says
from tests.commands import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(settings, tmp_path):
    """Sets the clock that tasks read."""
    settings.CLOCK_FILE = tmp_path / "clock"
    return lambda now: settings.CLOCK_FILE.write_text(now.isoformat(), encoding="utf-8")


@pytest.fixture
def at_once():
    """Celery carries out what it is sent in this process, each task for itself as in a worker."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def test_a_tick_reads_what_is_due_and_another_nothing_more(site, clock, at_once):
    import_list(site.put("/list", a_list(listing("monday"))))
    clock(night() - timedelta(minutes=1))
    tasks.refresh_feeds()
    assert len(site.requests) == 1
    clock(night())
    for _ in range(3):
        tasks.refresh_feeds()
    assert len(site.requests) == 2
    assert leeds().last_read_at == night()


def test_a_task_that_runs_twice_fetches_once(site, clock):
    feed = import_list(site.put("/list", a_list(listing("monday"))))
    clock(night())
    for _ in range(2):
        tasks.refresh_feed(feed.pk)
    assert len(site.requests) == 2


@pytest.fixture
def lost(monkeypatch):
    """Messages that are sent and reach nobody: task, arguments and options."""
    sent = []
    monkeypatch.setattr(Task, "apply_async", lambda self, args, **how: sent.append((self.name, args, how)))
    return sent


def test_a_message_that_was_lost_is_sent_again_at_the_next_tick(site, clock, lost):
    """Until somebody has taken it, it is as due as before."""
    feed = import_list(site.put("/list", a_list(listing("monday"))))
    for minute in range(3):
        clock(night() + timedelta(minutes=minute))
        tasks.refresh_feeds()
    assert [(name, args) for name, args, _ in lost] == [("attendance.refresh_feed", (feed.pk,))] * 3


def test_a_list_that_fails_holds_up_no_other(site, clock, at_once):
    import_list(site.put("/list", a_list(listing("monday")), says(500)))
    other = site.put("/other", a_list(listing("tuesday")))
    run("import_meetings", other, *OPTIONS, "--feed", "york", now=leeds().last_read_at.isoformat())
    Feed.objects.update(refresh_due_at=night())
    clock(night())
    tasks.refresh_feeds()
    assert set(Feed.objects.values_list("name", "failures", "last_read_at")) == {
        ("leeds", 1, leeds().last_read_at),
        ("york", 0, night()),
    }


@pytest.mark.parametrize(("tick", "seconds"), [(1, 15), (60, 60), (600, 600)])
def test_messages_that_nobody_took_by_the_next_tick_do_not_pile_up(
    site, clock, settings, lost, tick, seconds
):
    import_list(site.put("/list", a_list(listing("monday"))))
    settings.TICK_SECONDS = tick
    clock(night())
    tasks.refresh_feeds()
    assert [options for _, _, options in lost] == [{"expires": seconds}]


def test_the_tasks_are_known_by_the_names_that_beat_calls():
    assert (tasks.refresh_feeds.name, tasks.refresh_feed.name) == (
        "attendance.refresh_feeds",
        "attendance.refresh_feed",
    )
