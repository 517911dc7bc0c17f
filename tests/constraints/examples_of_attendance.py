"""Of each rule that the tables of attendance state, examples that break it; and what is possible all the same."""

from datetime import time, timedelta
from uuid import uuid4

from attendance.models import (
    Attendance,
    CheckIn,
    ChosenMeeting,
    ExternalRecord,
    Feed,
    FeedPreview,
    FeedReading,
    Fellowship,
    Flag,
    Meeting,
    Pause,
    PlannedMeeting,
    Report,
    StandingRecord,
    UnsuitedMeeting,
)
from clinic.models import Client, Clinic, User
from tests.cast import NOW, TODAY
from tests.tables import again, all_of, but

DAY = timedelta(days=1)
FAILING = {"failing_since": NOW, "failure": "It answered 503."}
VOIDED = {"voided_at": NOW, "voided_by": "kay"}


class World:
    """Sound rows, one of each kind, which an example alters or repeats."""

    def __init__(self) -> None:
        self.clinic = Clinic.objects.create(slug="riverside", name="Riverside", time_zone="Europe/London")
        self.ana = Client.objects.create(clinic=self.clinic, reference="A1", created_at=NOW)
        of = {"clinic": self.clinic, "client": self.ana}
        said = {"recorded_at": NOW, "recorded_by": "kay"}
        self.smart = Fellowship.objects.create(name="Clear Water", abbreviation="CW", kind="secular")
        self.own = Fellowship.objects.create(clinic=self.clinic, name="River Walkers", kind="other")
        of_smart = {"fellowship": self.smart, "time_zone": "Europe/London"}
        self.feed = Feed.objects.create(**of_smart, name="smart", format="meeting-guide", last_read_at=NOW)
        weekly = {
            **of_smart,
            "name": "Tuesday",
            "slug": "tuesday",
            "day": 1,
            "starts_at": time(19),
            "ends_at": time(20),
            "attendance_option": "in_person",
            "latitude": 53.8,
            "longitude": -1.55,
        }
        self.meeting = Meeting.objects.create(**weekly, feed=self.feed, fingerprint="f")
        self.by_hand = Meeting.objects.create(**weekly)
        by_kay = {"clinic": self.clinic, "edited_by": "kay", "edited_at": NOW}
        self.own_meeting = Meeting.objects.create(**weekly, **by_kay)
        self.amended = Meeting.objects.create(**weekly, **by_kay, amends=self.meeting, edited=["name"])
        self.preview = FeedPreview.objects.create(
            clinic=self.clinic,
            read_by=User.objects.create(username="kay"),
            read_at=NOW,
            feed_name="smart",
            format="bmlt",
            fellowship_name="SMART Recovery",
            time_zone="Europe/London",
            content=b"",
        )
        self.reading = FeedReading.objects.create(feed=self.feed, open_meetings=1, read=2, rejected=1)
        went = {**of, "attended_on": TODAY, "self_only": False, "recorded_at": NOW}
        self.at_meeting = Attendance.objects.create(**went, meeting=self.meeting, fellowship=self.smart)
        self.at_fellowship = Attendance.objects.create(**went, fellowship=self.smart)
        self.somewhere = Attendance.objects.create(**went)
        self.report = Report.objects.create(attendance=self.somewhere, source="keyworker", reported_at=NOW)
        self.posted = ExternalRecord.objects.create(
            clinic=self.clinic, external_id="7", digest="0" * 64, attendance=self.somewhere, created_at=NOW
        )
        self.pause = Pause.objects.create(**of, **said, starts_on=TODAY, ends_on=TODAY, reason="Holiday")
        self.check_in = CheckIn.objects.create(**of, **said, week=TODAY, answer="did_not_go", source="client")
        self.planned = PlannedMeeting.objects.create(
            **of, meeting=self.meeting, held_on=TODAY, planned_at=NOW, planned_by="kay"
        )
        self.chosen = ChosenMeeting.objects.create(**of, meeting=self.meeting, chosen_at=NOW, chosen_by="kay")
        self.unsuited = UnsuitedMeeting.objects.create(**of, meeting=self.meeting, said_at=NOW, said_by="kay")
        stands = {**of, "standing": "slipping", "missed_weeks": 1}
        self.standing = StandingRecord.objects.create(**stands, reason="-", judged_on=TODAY)
        self.flag = Flag.objects.create(
            **stands, run=TODAY, last_missed=TODAY, opened_on=TODAY, opened_at=NOW
        )


EXAMPLES = {
    "fellowship_once_a_name": [again("smart", name="Clear WATER", abbreviation="")],
    "fellowship_once_a_name_in_a_clinic": [again("own", name="RIVER walkers")],
    "fellowship_abbreviated_if_shared": [but("own", abbreviation="RW")],
    "fellowship_once_an_abbreviation": [again("smart", name="Other", abbreviation="cw")],
    "fellowship_has_a_name": [but("smart", name="")],
    "fellowship_of_a_known_kind": [but("smart", kind="?"), but("smart", kind="")],
    "feed_has_a_name": [but("feed", name="")],
    "feed_of_a_known_format": [but("feed", format="rss"), but("feed", format="")],
    "feed_refreshed_only_by_address": [
        but("feed", refresh_due_at=NOW),
        but("feed", source="/lists/smart.json", refresh_due_at=NOW),
    ],
    "feed_fails_since_a_moment_for_a_reason": [
        but("feed", **FAILING, failures=0),
        but("feed", **FAILING | {"failure": ""}, failures=1),
        but("feed", **FAILING | {"failing_since": None}, failures=1),
        but("feed", held=True),
        but("feed", told_at=NOW),
    ],
    "feed_reading_rejects_of_what_it_read": [but("reading", rejected=3)],
    "feed_preview_of_a_known_format": [but("preview", format="rss")],
    "meeting_once_a_slug_in_a_clinic": [again("own_meeting")],
    "meeting_amended_once_by_a_clinic": [again("amended")],
    "meeting_of_a_feed_or_a_clinic": [but("meeting", clinic_id=1, edited_by="kay", edited_at=NOW)],
    "meeting_amended_by_a_clinic_in_something": [
        but("amended", edited=[]),
        but("own_meeting", edited=["name"]),
    ],
    "meeting_of_a_clinic_edited_by_somebody": [
        but("own_meeting", edited_by=""),
        but("own_meeting", edited_at=None),
        but("by_hand", edited_by="kay"),
    ],
    "meeting_once_a_slug_in_a_feed": [again("meeting")],
    "meeting_once_a_slug_by_hand": [again("by_hand")],
    "meeting_slug_without_colon": [but("meeting", slug=""), but("meeting", slug="a:b")],
    "meeting_has_a_name": [but("meeting", name="")],
    "meeting_day_0_to_6": [but("meeting", day=7)],
    "meeting_in_weeks_has_a_day": [but("meeting", weeks=[2], day=None, starts_at=None, ends_at=None)],
    "meeting_starts_on_a_day": [but("meeting", day=None)],
    "meeting_ends_after_it_starts": [
        but("meeting", starts_at=None),
        but("meeting", ends_at=time(19)),
    ],
    "meeting_of_a_known_option": [
        but("meeting", attendance_option="sometimes"),
        but("meeting", attendance_option=""),
    ],
    "meeting_has_both_coordinates_or_none": [
        but("meeting", latitude=None),
        but("meeting", longitude=None),
        but("meeting", latitude=90.5),
        but("meeting", latitude=-90.5),
        but("meeting", longitude=180.5),
        but("meeting", longitude=-180.5),
        but("meeting", latitude=0, longitude=0),
    ],
    "meeting_of_a_feed_has_a_fingerprint": [
        but("meeting", fingerprint=""),
        but("by_hand", fingerprint="f"),
    ],
    "attendance_once_a_meeting_and_day": [again("at_meeting")],
    "attendance_once_a_fellowship_and_day": [again("at_fellowship")],
    "attendance_once_unnamed_a_day": [again("somewhere")],
    "attendance_voided_by_somebody_for_a_reason": [
        but("somewhere", voided_at=NOW, void_reason="Mistake"),
        but("somewhere", **VOIDED),
        but("somewhere", voided_by="kay"),
        but("somewhere", void_reason="Mistake"),
    ],
    "report_once_a_source": [again("report")],
    "report_from_a_known_source": [but("report", source="rumour"), but("report", source="")],
    "pause_ends_after_it_began": [but("pause", ends_on=TODAY - DAY)],
    "pause_has_a_reason": [but("pause", reason="")],
    "pause_voided_by_somebody": [but("pause", voided_at=NOW), but("pause", voided_by="kay")],
    "pause_reason_only_where_voided": [but("pause", void_reason="A slip.")],
    "pause_once": [again("pause", reason="Hospital")],
    "checkin_once_a_week": [again("check_in", source="keyworker")],
    "checkin_of_a_known_answer": [but("check_in", answer="perhaps"), but("check_in", answer="")],
    "checkin_from_a_known_source": [but("check_in", source="rumour"), but("check_in", source="")],
    "checkin_reason_only_where_voided": [but("check_in", void_reason="A slip.")],
    "checkin_voided_by_somebody": [but("check_in", voided_at=NOW), but("check_in", voided_by="kay")],
    "external_record_once": [again("posted", digest="1" * 64)],
    "standing_changes_after_it_was_judged": [but("standing", next_change_on=TODAY)],
    "standing_flagged_has_missed_weeks": [
        but("standing", missed_weeks=0),
        but("standing", standing="lapsed", missed_weeks=0),
    ],
    "standing_is_known": [but("standing", standing="doing well"), but("standing", standing="")],
    "flag_one_open_a_client": [again("flag")],
    "flag_closed_with_a_reason": [
        but("flag", closed_at=NOW),
        but("flag", closed_because="attended"),
        but("flag", closed_at=NOW, closed_because="bored"),
    ],
    "planned_meeting_once_a_day": [again("planned")],
    "planned_meeting_voided_by_somebody": [but("planned", voided_at=NOW), but("planned", voided_by="kay")],
    "chosen_meeting_once": [again("chosen", uid=uuid4())],
    "chosen_meeting_voided_by_somebody": [but("chosen", voided_at=NOW), but("chosen", voided_by="kay")],
    "unsuited_meeting_once": [again("unsuited")],
    "unsuited_meeting_voided_by_somebody": [but("unsuited", voided_at=NOW), but("unsuited", voided_by="kay")],
    "flag_on_hold_only_while_open": [
        but("flag", closed_at=NOW, closed_because="attended", on_hold=True),
    ],
    "flag_run_before_last_missed": [but("flag", run=TODAY + DAY)],
    "flag_of_a_flagged_standing": [
        but("flag", missed_weeks=0),
        but("flag", standing="weekly"),
        but("flag", standing="paused"),
    ],
}
UNIQUE_FIELDS = {
    "Feed.name": again("feed", format="bmlt"),
    "ChosenMeeting.uid": again("chosen", voided_at=NOW, voided_by="kay"),
}
POSSIBLE = {
    "fellowships that nobody writes for short": all_of(
        again("smart", name="Without abbreviation", abbreviation=""),
        again("smart", name="Nor this", abbreviation=""),
    ),
    "a meeting by appointment, nowhere in particular": but(
        "meeting", day=None, starts_at=None, ends_at=None, latitude=None, longitude=None
    ),
    "a meeting at an hour that nobody knows, and one past midnight": all_of(
        but("meeting", starts_at=None, ends_at=None), but("by_hand", starts_at=time(23), ends_at=time(0, 30))
    ),
    "a meeting on a meridian and one on the equator": all_of(
        but("meeting", latitude=0, longitude=180), but("by_hand", latitude=-90, longitude=0)
    ),
    "what was taken back, said again": all_of(
        but("at_meeting", **VOIDED, void_reason="Mistake"),
        again("at_meeting", voided_at=None, voided_by="", void_reason=""),
        but("pause", **VOIDED),
        again("pause", voided_at=None, voided_by=""),
        but("check_in", **VOIDED),
        again("check_in", voided_at=None, voided_by=""),
        but("planned", **VOIDED),
        again("planned", voided_at=None, voided_by=""),
    ),
    "a list that fails, and waits for a person": but(
        "feed",
        **FAILING,
        failures=1,
        held=True,
        told_at=NOW,
        source="https://lists.example",
        refresh_due_at=NOW,
    ),
    "another flag after one was closed": all_of(
        but("flag", closed_at=NOW, closed_because="attended"),
        again("flag", closed_at=None, closed_because=""),
    ),
}
