"""The Leeds list is read again night after night: what is new goes in, what fails waits longer, and nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from attendance.directory.models import FAILURE_LIMIT, Feed, Meeting
from attendance.directory.upkeep import refreshing, turns
from attendance.directory.upkeep.fetching import fetch
from clinic.errors import Refused
from clinic.models import AuditEntry
from config.celery import LIMIT_SECONDS
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import a_record
from tests.attendance.list_server import a_list, raw, says
from tests.commands import run
from tests.tables import everything

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPTIONS = ["--format", "meeting-guide", "--fellowship", "NA", "--time-zone", "Europe/London"]


def listing(*slugs: str, **stated) -> bytes:
    return json.dumps([a_record(slug, **stated) for slug in slugs]).encode()


def import_list(address: str, *more: str, format: str = "meeting-guide") -> Feed:
    """An operator reads it at noon on Monday, 2 March 2026."""
    options = [*OPTIONS, "--feed", "leeds", "--format", format, *more]
    assert run("import_meetings", address, *options, now=NOON.isoformat()).code == 0
    return Feed.objects.get(name="leeds")


def night(number: int = 1) -> datetime:
    """The turn of the Leeds list in the first, second, ... night."""
    turn = NOON
    for _ in range(number):
        turn = turns.next_turn("Europe/London", Feed.objects.get(name="leeds").pk, turn)
    return turn


def leeds() -> Feed:
    return Feed.objects.get(name="leeds")


@pytest.fixture
def feed(site) -> Feed:
    return import_list(site.put("/list", a_list(listing("monday", "tuesday"))))


class TestItsTurn:
    def test_a_list_by_address_has_one_the_night_after_it_was_read(self, feed):
        assert feed.refresh_due_at == night()
        assert refreshing.due(night() - timedelta(seconds=1), 9) == []
        assert refreshing.due(night(), 9) == [feed.pk]
        assert refreshing.refresh(feed.pk, night() - timedelta(seconds=1)) == ""
        assert refreshing.refresh(feed.pk + 1, night()) == ""

    def test_a_list_from_a_file_has_none(self, tmp_path):
        (tmp_path / "list.json").write_bytes(listing("monday"))
        feed = import_list(str(tmp_path / "list.json"))
        assert feed.refresh_due_at is None
        assert refreshing.due(NOON + 99 * DAY, 9) == []
        assert refreshing.refresh(feed.pk, NOON + 99 * DAY) == ""

    def test_nor_has_one_whose_formats_come_from_a_file(self, site, tmp_path):
        (tmp_path / "formats.json").write_text(json.dumps(bmlt_lists.FORMATS), encoding="utf-8")
        address = site.put("/list", a_list(json.dumps([bmlt_lists.a_meeting()]).encode()))
        feed = import_list(address, "--formats", str(tmp_path / "formats.json"), format="bmlt")
        assert (feed.refresh_due_at, feed.formats_source) == (None, str(tmp_path / "formats.json"))

    def test_one_that_comes_from_a_file_now_is_fetched_no_more(self, feed, tmp_path):
        (tmp_path / "list.json").write_bytes(listing("monday"))
        again = import_list(str(tmp_path / "list.json"))
        assert (again.pk, again.refresh_due_at, again.validators) == (feed.pk, None, {})

    def test_those_that_wait_longest_come_first_and_so_many_at_a_time(self, site, feed):
        for name in ("york", "hull"):
            run("import_meetings", feed.source, *OPTIONS, "--feed", name, now=NOON.isoformat())
        order = list(Feed.objects.order_by("refresh_due_at").values_list("pk", flat=True))
        assert refreshing.due(NOON + DAY, 9) == order
        assert refreshing.due(NOON + DAY, 2) == order[:2]

    def test_finding_them_is_one_query_by_an_index(self, feed, django_assert_num_queries):
        moment = night()
        with django_assert_num_queries(1):
            assert refreshing.due(moment, 9) == [feed.pk]
        assert ["refresh_due_at"] in [index.fields for index in Feed._meta.indexes]


class TestWhatIsNew:
    def test_goes_in(self, site, feed):
        site.put("/list", a_list(listing("monday", "friday")))
        assert refreshing.refresh(feed.pk, night()) == "read"
        assert set(Meeting.objects.open().values_list("slug", flat=True)) == {"monday", "friday"}
        assert (leeds().last_read_at, leeds().refresh_due_at) == (night(), night(2))
        entry = AuditEntry.objects.latest("pk")
        assert (entry.verb, entry.actor_kind, entry.actor_name) == ("feed.imported", "system", "refresh")
        assert entry.fields == ["added", "closed"]

    def test_is_looked_for_in_vain_where_a_server_sends_every_night_what_it_sent(self, site, feed):
        site.put("/list", says(200, listing("monday", "tuesday")))
        meetings = list(Meeting.objects.values())
        assert refreshing.refresh(feed.pk, night()) == "read"
        assert AuditEntry.objects.latest("pk").fields == []
        assert list(Meeting.objects.values()) == meetings
        assert (leeds().last_read_at, leeds().refresh_due_at) == (night(), night(2))

    def test_where_nothing_is_new_only_the_day_moves_on(self, site, feed):
        before = everything()
        assert refreshing.refresh(feed.pk, night()) == "unaltered"
        after = everything()
        (row,) = after["attendance.Feed"]
        moved = {"last_read_at": night(), "refresh_due_at": night(2)}
        assert [row] == [one | moved for one in before["attendance.Feed"]]
        assert before | {"attendance.Feed": [row]} == after
        assert "If-None-Match" in site.asked("/list")[1]

    def test_a_list_of_a_server_that_tells_nothing_apart_is_read_every_night(self, site):
        feed = import_list(site.put("/list", says(200, listing("monday"))))
        assert refreshing.refresh(feed.pk, night()) == "read"
        assert leeds().validators == {}
        assert refreshing.refresh(feed.pk, night(2)) == "read"

    def test_what_it_says_to_ask_with_is_that_of_what_went_in(self, site, feed):
        """A list that could not be read is asked for in full again, though its server would say it has not changed."""
        site.put("/list", a_list(b"<html>"))
        kept = feed.validators
        assert refreshing.refresh(feed.pk, night()) == "failed"
        assert leeds().validators == kept
        site.put("/list", a_list(listing("monday")))
        assert refreshing.refresh(feed.pk, leeds().refresh_due_at) == "read"
        assert leeds().validators != kept

    def test_a_cut_off_worker_leaves_it_due_again_after_its_lease(self, feed):
        assert refreshing.claim(feed.pk, night()).pk == feed.pk
        assert refreshing.claim(feed.pk, night()) is None
        assert refreshing.refresh(feed.pk, night()) == ""
        later = night() + refreshing.LEASE
        assert refreshing.due(later - timedelta(seconds=1), 9) == []
        assert refreshing.refresh(feed.pk, later) == "unaltered"

    def test_a_lease_outlasts_any_task(self):
        assert timedelta(seconds=LIMIT_SECONDS) < refreshing.LEASE


class TestFormats:
    """A BMLT server's list cannot be read without the list of its formats."""

    @pytest.fixture
    def bmlt(self, site) -> Feed:
        site.put("/list", a_list(json.dumps([bmlt_lists.a_meeting()]).encode()))
        site.put("/formats", a_list(json.dumps(bmlt_lists.FORMATS).encode()))
        return import_list(site.address + "/list", "--formats", site.address + "/formats", format="bmlt")

    def test_both_are_asked_for_what_is_new(self, site, bmlt):
        assert (bmlt.formats_source, sorted(bmlt.validators)) == (
            site.address + "/formats",
            [site.address + "/formats", site.address + "/list"],
        )
        assert refreshing.refresh(bmlt.pk, night()) == "unaltered"
        assert len(site.requests) == 4

    @pytest.mark.parametrize("path", ["/list", "/formats"])
    def test_where_one_is_new_both_are_had_in_full(self, site, bmlt, path):
        new = {
            "/list": json.dumps([bmlt_lists.a_meeting(meeting_name="Renamed")]).encode(),
            "/formats": json.dumps([*bmlt_lists.FORMATS, {"key_string": "ZZ"}]).encode(),
        }
        site.put(path, a_list(new[path]))
        assert refreshing.refresh(bmlt.pk, night()) == "read"
        other = {"/list": "/formats", "/formats": "/list"}[path]
        assert len(site.asked(path)) == 2
        assert ["If-None-Match" in headers for headers in site.asked(other)] == [False, True, False]
        assert Meeting.objects.get().types == ["O", "X"]
        assert Meeting.objects.get().name == (
            "Renamed" if path == "/list" else bmlt_lists.a_meeting()["meeting_name"]
        )
        assert refreshing.refresh(bmlt.pk, night(2)) == "unaltered"

    def test_where_one_cannot_be_had_nothing_changes(self, site, bmlt):
        site.put("/list", a_list(json.dumps([bmlt_lists.a_meeting(meeting_name="Renamed")]).encode()))
        site.put("/formats", says(503))
        assert refreshing.refresh(bmlt.pk, night()) == "failed"
        assert leeds().failure == f"{site.address}/formats answered 503 Service Unavailable."
        assert Meeting.objects.get().name != "Renamed"


class TestFailing:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (says(500), "{} answered 500 Internal Server Error."),
            (says(200, b"<!doctype html>"), "The feed is a web page or XML, not JSON. Nothing was changed."),
            (says(200, b""), "The feed is empty. Nothing was changed."),
            (says(200, listing("monday")[:-5]), "The feed is not JSON: "),
            (says(200, b"[" * 100_000), "The feed is not JSON: a number or its nesting goes on for ever."),
            (raw(b"HTTP/1.1 200 OK\r\n\r\n[", b"x" * 2**20, for_ever=True), "{} is larger than 52,428,800 bytes."),
        ],
    )  # fmt: skip
    def test_changes_nothing_but_that_it_fails(self, site, feed, answer, why):
        before = everything()
        site.put("/list", answer)
        assert refreshing.refresh(feed.pk, night()) == "failed"
        after = everything()
        assert before.pop("attendance.Feed") != after.pop("attendance.Feed")
        assert before == after
        failed = leeds()
        assert failed.failure.startswith(why.format(site.address + "/list"))
        assert (failed.failing_since, failed.failures, failed.held, failed.told_at) == (
            night(),
            1,
            False,
            None,
        )
        assert (failed.last_read_at, failed.validators) == (feed.last_read_at, feed.validators)

    def test_it_is_tried_again_later_and_later_and_remembers_since_when(self, site, feed):
        site.put("/list", says(500))
        begun = moment = night()
        waits = []
        for number in range(1, 8):
            assert refreshing.refresh(feed.pk, moment) == "failed"
            assert (leeds().failures, leeds().failing_since) == (number, begun)
            assert leeds().refresh_due_at == turns.retry_at(number, "Europe/London", feed.pk, moment)
            waits.append(leeds().refresh_due_at - moment)
            moment = leeds().refresh_due_at
        assert waits[0] < timedelta(minutes=13)
        assert waits[-1] == DAY

    def test_a_server_that_is_back_ends_it(self, site, feed):
        site.put("/list", says(500), a_list(listing("monday", "tuesday")))
        assert refreshing.refresh(feed.pk, night()) == "failed"
        assert refreshing.refresh(feed.pk, leeds().refresh_due_at) == "unaltered"
        well = leeds()
        assert (well.failing_since, well.failures, well.failure, well.told_at, well.held) == (
            None,
            0,
            "",
            None,
            False,
        )
        assert well.refresh_due_at == night(2)

    def test_so_does_reading_it_by_hand(self, site, feed):
        site.put("/list", says(500), a_list(listing("monday")))
        refreshing.refresh(feed.pk, night())
        assert import_list(feed.source).failing_since is None

    def test_a_long_reason_is_cut_to_its_column(self, feed):
        def refuses(address, **how):
            raise Refused("so " * 999)

        assert refreshing.refresh(feed.pk, night(), refuses) == "failed"
        assert leeds().failure.endswith("…")
        assert FAILURE_LIMIT - 3 < len(leeds().failure) <= FAILURE_LIMIT

    @pytest.mark.parametrize(
        ("fault", "why"),
        [
            (SoftTimeLimitExceeded(), "Reading it took longer than it may."),
            (MemoryError(), "Reading it broke, which is a fault of this software: its log says where."),
        ],
    )
    def test_a_fault_of_ours_is_counted_too(self, feed, fault, why):
        """Nobody would ever be told of a list that is begun again and again and never ends."""

        def breaks(address, **how):
            raise fault

        assert refreshing.refresh(feed.pk, night(), breaks) == "failed"
        assert (leeds().failures, leeds().failure) == (1, why)

    def test_but_one_of_the_database_is_not_the_lists(self, feed):
        def breaks(address, **how):
            raise OperationalError("the server closed the connection")

        with pytest.raises(OperationalError):
            refreshing.refresh(feed.pk, night(), breaks)
        assert (leeds().failures, leeds().refresh_due_at) == (0, night() + refreshing.LEASE)


class TestMostOfItMissing:
    @pytest.fixture
    def long(self, site) -> Feed:
        self.slugs = [f"meeting-{number}" for number in range(20)]
        return import_list(site.put("/list", a_list(listing(*self.slugs))))

    def test_waits_for_a_person_until_another_night(self, site, long):
        site.put("/list", a_list(listing("meeting-0")))
        assert refreshing.refresh(long.pk, night()) == "held"
        assert Meeting.objects.open().count() == 20
        held = leeds()
        assert (held.held, held.failures, held.refresh_due_at) == (True, 1, night(2))
        assert held.failure.startswith("19 of the 20 open meetings of the feed leeds are missing this time")

    def test_goes_in_by_itself_when_they_are_back(self, site, long):
        full = site.pages["/list"]
        site.put("/list", a_list(listing("meeting-0")))
        refreshing.refresh(long.pk, night())
        site.put("/list", *full)
        assert refreshing.refresh(long.pk, night(2)) == "unaltered"
        assert (leeds().held, leeds().failing_since) == (False, None)

    def test_goes_in_when_a_person_has_looked(self, site, long):
        address = site.put("/list", a_list(listing("meeting-0")))
        refreshing.refresh(long.pk, night())
        assert import_list(address, "--accept-closing").held is False
        assert Meeting.objects.open().count() == 1

    def test_is_not_asked_for_again_that_night_when_it_was_tried_before_its_turn(self, site, long):
        """It had failed in the evening, and its next try came at the beginning of the night."""
        site.put("/list", a_list(listing("meeting-0")))
        early = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
        Feed.objects.update(refresh_due_at=early)
        refreshing.refresh(long.pk, early)
        assert leeds().refresh_due_at.date() == early.date() + DAY


class TestTrust:
    """A list is asked as it was first given: by whoever runs the server, or by a browser."""

    def test_what_a_clinic_added_is_not_fetched_from_a_private_network(self, site, feed, clinic):
        Feed.objects.update(kept_by=clinic)
        assert refreshing.refresh(feed.pk, night()) == "failed"
        assert leeds().failure == f"{feed.source} leads into a private network, where nothing is fetched."
        assert len(site.requests) == 1

    def test_a_password_is_sent_and_never_told(self, site):
        address = site.put("/list", a_list(listing("monday")), says(500)).replace("//", "//ana:secret@")
        feed = import_list(address)
        assert refreshing.refresh(feed.pk, night()) == "failed"
        assert site.asked("/list")[0]["Authorization"] == site.asked("/list")[1]["Authorization"]
        assert leeds().failure == f"{site.address}/list answered 500 Internal Server Error."


class TestMeanwhile:
    """What a person does while a list is being fetched holds."""

    @pytest.mark.parametrize(
        "answer", [a_list(listing("friday")), says(500), a_list(listing("monday", "tuesday"))]
    )
    @pytest.mark.parametrize(
        "change", [{"name": "york"}, {"source": "http://york.example/"}, {"time_zone": "UTC"}]
    )
    def test_a_list_that_is_another_by_now_is_left_alone(self, site, feed, change, answer):
        site.put("/list", answer)
        moment = night()

        def changes(address, **how):
            Feed.objects.filter(pk=feed.pk).update(**change)
            return fetch(address, **how)

        assert refreshing.refresh(feed.pk, moment, changes) == ""
        now = Feed.objects.get()
        assert (now.last_read_at, now.failing_since) == (NOON, None)
        assert not Meeting.objects.filter(slug="friday").exists()

    def test_one_that_was_read_by_hand_is_not_failed_by_a_slow_worker(self, site, feed):
        site.put("/list", a_list(listing("friday")), says(500))

        def slowly(address, **how):
            import_list(feed.source)
            return fetch(address, **how)

        assert refreshing.refresh(feed.pk, night(), slowly) == ""
        assert leeds().failing_since is None
        assert Meeting.objects.open().get().slug == "friday"
