"""Of each rule that the tables of clinic state, examples that break it; and what is possible all the same."""

from datetime import time, timedelta

from clinic.models import (
    ApiToken,
    AuditEntry,
    Channel,
    Client,
    Clinic,
    ClosedReason,
    Consent,
    Episode,
    HandedClient,
    HandOver,
    Interview,
    InterviewKind,
    Membership,
    Merge,
    MergedRow,
    Note,
    Organisation,
    Phase,
    PhaseChange,
    Programme,
    Purpose,
    Role,
    Spreadsheet,
    SpreadsheetEffect,
    SpreadsheetMatch,
    SpreadsheetProblem,
    SpreadsheetState,
    Transfer,
    TransferState,
    TwoPeople,
    User,
)
from tests.cast import NOW, TODAY
from tests.tables import again, all_of, but

DAY = timedelta(days=1)


class World:
    """Sound rows, one of each kind, which an example alters or repeats."""

    def __init__(self) -> None:
        self.clinic = Clinic.objects.create(slug="riverside", name="Riverside", time_zone="Europe/London")
        self.kay = User.objects.create(username="kay")
        self.of = {"clinic": self.clinic}
        self.ana = Client.objects.create(**self.of, reference="A1", created_at=NOW)
        self.episode = Episode.objects.create(**self.of, client=self.ana, intake_on=TODAY)
        self.membership = Membership.objects.create(**self.of, user=self.kay, role=Role.KEYWORKER)
        self.programme = Programme.objects.create(**self.of, name="Day")
        self.token = ApiToken.objects.create(**self.of, name="ward", digest="0" * 64, created_at=NOW)
        self.said = {"recorded_at": NOW, "recorded_by": "kay"}
        self.phase = PhaseChange.objects.create(
            **self.of, **self.said, episode=self.episode, phase=Phase.IN_TREATMENT, changed_on=TODAY
        )
        self.consent = Consent.objects.create(
            **self.of, **self.said, client=self.ana, purpose=Purpose.PROMPTS, channel=Channel.SMS, wording="-"
        )
        self.note = Note.objects.create(
            **self.of, client=self.ana, text="Will go.", written_at=NOW, written_by="kay", author=self.kay
        )
        self.spreadsheet = Spreadsheet.objects.create(
            **self.of,
            kind="clients",
            uploaded_by=self.kay,
            uploaded_at=NOW,
            state=SpreadsheetState.TAKEN_IN,
            rows=1,
            added=1,
            taken_in_at=NOW,
            taken_in_by="kay",
        )
        self.effect = SpreadsheetEffect.objects.create(
            spreadsheet=self.spreadsheet,
            subject="client",
            subject_id=self.ana.pk,
            client_id=self.ana.pk,
            added=True,
        )
        self.problem = SpreadsheetProblem.objects.create(spreadsheet=self.spreadsheet, number=2, sentence="-")
        self.match = SpreadsheetMatch.objects.create(
            **self.of, kind="clients", digest="0" * 64, reading={}, used_at=NOW
        )
        self.interview = Interview.objects.create(
            **self.of, **self.said, client=self.ana, kind=InterviewKind.EIGHT_MONTHS, held_on=TODAY
        )
        self.rea = User.objects.create(username="rea")
        self.given = HandOver.objects.create(
            **self.of, held_by=self.kay, to=self.rea, starts_on=TODAY, made_at=NOW, made_by="kay"
        )
        self.earlier = HandOver.objects.create(
            **self.of, held_by=self.kay, to=self.rea, starts_on=TODAY, made_at=NOW, made_by="kay"
        )
        self.back = HandOver.objects.create(
            **self.of, held_by=self.rea, to=self.kay, starts_on=TODAY, made_at=NOW, made_by="kay",
            brings_back=self.given,
        )  # fmt: skip
        self.ann = Client.objects.create(
            **self.of, reference="A2", created_at=NOW, merged_into=self.ana, merged_at=NOW
        )
        self.merge = Merge.objects.create(
            **self.of, kept=self.ana, merged=self.ann, made_at=NOW, made_by="kay"
        )
        self.merged_row = MergedRow.objects.create(
            **self.of, merge=self.merge, table="clinic.Client", row=1, before={}, after={}
        )
        self.two = TwoPeople.objects.create(
            **self.of, one=self.ana, other=self.ann, said_at=NOW, said_by="kay"
        )
        self.handed = HandedClient.objects.create(**self.of, hand_over=self.given, client=self.ana)
        self.organisation = Organisation.objects.create(slug="waterside", name="Waterside")
        self.harbour = Clinic.objects.create(slug="harbour", name="Harbour", time_zone="Europe/London")
        agreed = [
            Consent.objects.create(
                **self.of,
                **self.said,
                client=self.ana,
                purpose=Purpose.TRANSFER,
                channel=Channel.CLINIC,
                wording="-",
            )
            for _ in range(2)
        ]
        self.transfer, self.taken_over = (
            Transfer.objects.create(
                **self.of, **told, to=self.harbour, client=self.ana, consent=consent, until=TODAY, offered_at=NOW,
                offered_by="kay",
            )
            for consent, told in zip(
                agreed,
                [
                    {},
                    {
                        "state": TransferState.ACCEPTED,
                        "ended_at": NOW,
                        "ended_by": "hana",
                        "accepted": self.ann,
                    },
                ],
                strict=True,
            )
        )  # fmt: skip
        self.another_consent = Consent.objects.create(
            **self.of,
            **self.said,
            client=self.ana,
            purpose=Purpose.TRANSFER,
            channel=Channel.CLINIC,
            wording="-",
        )
        self.entry = AuditEntry.objects.create(at=NOW, actor_kind="staff", verb="a.verb", subject="client")


def corrected_twice(world: World) -> None:
    """Two notes that each stand in the place of the same one."""
    wrong = Note.objects.get(pk=world.note.pk)
    for _ in range(2):
        again("note", corrects=wrong)(world)


def offered_twice(world: World) -> None:
    """Two transfers of one client that both wait."""
    again("transfer", consent=world.another_consent)(world)


DECLINED = {
    "state": TransferState.DECLINED,
    "ended_at": NOW,
    "ended_by": "hana",
    "ended_because": "No place.",
}
ENDED = {"phase": Phase.COMPLETED, "discharged_on": TODAY}
EXAMPLES = {
    "organisation_has_a_name": [but("organisation", name="")],
    "transfer_to_another_clinic": [lambda world: but("transfer", to=world.clinic)(world)],
    "transfer_to_another_record": [lambda world: but("taken_over", accepted=world.ana)(world)],
    "transfer_one_open_a_client": [offered_twice],
    "transfer_ends_with_somebody": [
        but("transfer", state="lost"),
        but("transfer", ended_at=NOW),
        but("transfer", **{**DECLINED, "ended_by": ""}),
        but("transfer", **{**DECLINED, "ended_because": ""}),
        but("transfer", **{**DECLINED, "ended_at": None}),
        but("taken_over", accepted=None),
        but("taken_over", ended_by=""),
        but("taken_over", **DECLINED),
    ],
    "client_merged_into_another": [
        lambda world: but("ann", merged_into=world.ann)(world),
        but("ann", merged_at=None),
        but("ann", merged_into=None),
    ],
    "client_merged_is_nobodys": [lambda world: but("ann", keyworker=world.kay)(world)],
    "merge_of_two": [lambda world: but("merge", merged=world.ana)(world)],
    "merge_once_a_client": [again("merge")],
    "merge_undone_by_somebody": [but("merge", undone_at=NOW), but("merge", undone_by="kay")],
    "merged_row_once_a_merge": [again("merged_row")],
    "two_people_once_a_pair": [again("two")],
    "two_people_in_order": [lambda world: but("two", one=world.ann, other=world.ana)(world)],
    "hand_over_to_another": [lambda world: but("given", to=world.kay)(world)],
    "hand_over_seen_once_carried_out": [but("given", seen_at=NOW)],
    "hand_over_ended_by_somebody_for_a_reason": [
        but("given", ended_at=NOW),
        but("given", ended_at=NOW, ended_by="kay"),
        but("given", ended_by="kay", ended_because="Taken back."),
    ],
    "hand_over_brings_back_from_somebody": [
        lambda world: again("given", held_by=None, brings_back=world.earlier)(world)
    ],
    "handed_client_once_a_hand_over": [again("handed")],
    "clinic_week_starts_on_a_day": [but("clinic", week_starts_on=7)],
    "clinic_meetings_per_week_1_to_21": [
        but("clinic", meetings_per_week=0),
        but("clinic", meetings_per_week=22),
    ],
    "clinic_1_to_720_hours_between_prompts": [
        but("clinic", hours_between_prompts=0),
        but("clinic", hours_between_prompts=721),
    ],
    "clinic_prompts_a_week_1_to_21": [but("clinic", prompts_a_week=0), but("clinic", prompts_a_week=22)],
    "clinic_settling_in_up_to_a_year": [but("clinic", settling_in_days=366)],
    "clinic_lapsed_after_2_to_52": [
        but("clinic", lapsed_after_weeks=1),
        but("clinic", lapsed_after_weeks=53),
    ],
    "clinic_track_for_1_to_240_months": [
        but("clinic", track_for_months=0),
        but("clinic", track_for_months=241),
    ],
    "clinic_sends_only_with_crisis_numbers": [but("clinic", sending_since=NOW)],
    "clinic_quiet_hours_span_midnight": [
        but("clinic", quiet_from=time(9), quiet_until=time(20)),
        but("clinic", quiet_from=time(9), quiet_until=time(9)),
    ],
    "membership_once_a_role": [again("membership")],
    "membership_of_a_known_role": [but("membership", role="visitor"), but("membership", role="")],
    "api_token_once_a_name": [again("token", digest="1" * 64)],
    "client_once_a_reference": [again("ana")],
    "client_has_a_reference": [but("ana", reference="")],
    "client_refused_only_where_known": [
        but("ana", mobile_refused_at=NOW),
        but("ana", email_refused_at=NOW),
    ],
    "client_closed_with_a_reason": [
        but("ana", closed_on=TODAY),
        but("ana", closed_reason=ClosedReason.DIED),
        but("ana", closed_on=TODAY, closed_reason="bored"),
    ],
    "programme_once_a_name": [again("programme")],
    "programme_has_a_name": [but("programme", name="")],
    "episode_once_a_day_of_intake": [again("episode", **ENDED)],
    "episode_one_open_a_client": [again("episode", intake_on=TODAY - DAY)],
    "episode_discharged_on_exactly_when_ended": [
        but("episode", discharged_on=TODAY),
        but("episode", phase=Phase.COMPLETED),
        but("episode", phase="cured", discharged_on=TODAY),
    ],
    "episode_ends_after_it_began": [but("episode", phase=Phase.COMPLETED, discharged_on=TODAY - DAY)],
    "episode_severity_0_to_15": [but("episode", severity=16)],
    "episode_motivation_0_to_10": [but("episode", motivation=11)],
    "episode_belief_1_to_5": [
        but("episode", controlled_use_impossible=0),
        but("episode", controlled_use_impossible=6),
    ],
    "phase_change_to_a_known_phase": [but("phase", phase="cured")],
    "phase_change_voided_by_somebody": [but("phase", voided_at=NOW), but("phase", voided_by="kay")],
    "phase_change_reason_only_where_voided": [but("phase", void_reason="A slip.")],
    "note_says_something": [but("note", text="")],
    "note_written_by_somebody": [but("note", written_by="")],
    "note_voided_by_somebody_for_a_reason": [
        but("note", voided_at=NOW, voided_by="kay"),
        but("note", voided_at=NOW, void_reason="A slip."),
        but("note", voided_by="kay", void_reason="A slip."),
    ],
    "consent_one_live_a_channel": [again("consent")],
    "consent_channel_fits_purpose": [
        but("consent", channel=Channel.CONTACT),
        but("consent", purpose=Purpose.INTRODUCTION),
        but("consent", purpose="anything"),
        but("consent", channel="letter"),
        but("consent", purpose=Purpose.TRANSFER),
    ],
    "consent_is_worded": [but("consent", wording="")],
    "consent_revoked_by_somebody": [but("consent", revoked_at=NOW), but("consent", revoked_by="kay")],
    "spreadsheet_in_a_known_state": [but("spreadsheet", state="lost")],
    "spreadsheet_fails_for_a_reason": [
        but("spreadsheet", state=SpreadsheetState.FAILED),
        but("spreadsheet", failure="It is no spreadsheet."),
    ],
    "spreadsheet_counts_of_its_rows": [
        but("spreadsheet", rows=None),
        but("spreadsheet", already=1),
        but("spreadsheet", rejected=1),
    ],
    "spreadsheet_worked_on_for_somebody": [
        but("spreadsheet", state=SpreadsheetState.CHECKING),
        but("spreadsheet", state=SpreadsheetState.TAKING_IN, asked_at=NOW),
    ],
    "spreadsheet_taken_in_by_somebody": [
        but("spreadsheet", taken_in_at=None),
        but("spreadsheet", taken_in_by=""),
    ],
    "spreadsheet_taken_back_by_somebody": [
        but("spreadsheet", taken_back_at=NOW),
        but("spreadsheet", taken_back_by="kay"),
        but("spreadsheet", taken_in_at=None, taken_in_by="", taken_back_at=NOW, taken_back_by="kay"),
    ],
    "spreadsheet_problem_once_a_row": [again("problem")],
    "spreadsheet_effect_undone_or_kept": [but("effect", undone_at=NOW, kept="It was changed since.")],
    "spreadsheet_match_once": [again("match")],
    "interview_once_a_kind_and_day": [again("interview")],
    "interview_of_a_known_kind": [but("interview", kind="9m"), but("interview", kind="")],
    "interview_attendance_is_known_or_empty": [but("interview", attendance="daily")],
    "interview_belief_1_to_5": [
        but("interview", controlled_use_impossible=0),
        but("interview", controlled_use_impossible=6),
    ],
    "interview_voided_by_somebody_for_a_reason": [
        but("interview", voided_at=NOW),
        but("interview", voided_by="kay"),
        but("interview", void_reason="another client"),
        but("interview", voided_at=NOW, voided_by="kay"),
        but("interview", voided_at=NOW, void_reason="another client"),
    ],
    "audit_by_a_known_kind": [but("entry", actor_kind="ghost")],
}
UNIQUE_FIELDS = {
    "Clinic.slug": again("clinic"),
    "ApiToken.digest": again("token", name="another"),
    "Note.corrects": corrected_twice,
    "HandOver.brings_back": again("back"),
    "Organisation.slug": again("organisation"),
    "Transfer.consent": again("taken_over", accepted=None, **DECLINED),
    "Transfer.accepted": lambda world: again("taken_over", consent=world.another_consent)(world),
}
POSSIBLE = {
    "a consent given anew after one was taken back": all_of(
        but("consent", revoked_at=NOW, revoked_by="kay"),
        again("consent", revoked_at=None, revoked_by=""),
    ),
    "several consents to introductions": all_of(
        *[again("consent", purpose=Purpose.INTRODUCTION, channel=Channel.CONTACT)] * 2
    ),
    "a second course of treatment": all_of(
        but("episode", **ENDED),
        again("episode", phase=Phase.IN_TREATMENT, discharged_on=None, intake_on=TODAY + DAY),
    ),
    "a spreadsheet stopped half-way, with a fault or without": all_of(
        but("spreadsheet", state=SpreadsheetState.STOPPED),
        but("spreadsheet", state=SpreadsheetState.STOPPED, failure="The disk is full."),
    ),
    "an interview of a day on which another was struck out, and one of the other kind": all_of(
        but("interview", voided_at=NOW, voided_by="kay", void_reason="another client"),
        again("interview", voided_at=None, voided_by="", void_reason="", used_alcohol=False),
        again("interview", kind=InterviewKind.TWENTY_FOUR_MONTHS, attendance="none"),
    ),
    "the outermost numbers": but("episode", severity=15, motivation=0, controlled_use_impossible=5),
}
