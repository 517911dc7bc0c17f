"""The API of what happened and what it means: attendance in, standings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, cast

from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendance.register.external import Kept, Posted, record_posted
from attendance.register.models import Source
from attendance.register.telling import Told
from attendance.reports.standings import chosen
from attendance.standing.facts import Standing
from clinic import clock
from clinic.api import PROBLEM, invalid, refusal, speaker
from clinic.api_serializers import (
    IsoDateField,
    ProblemSerializer,
    StrictSerializer,
    TextField,
    WordField,
    problems,
)
from clinic.errors import Refused

MOST_ITEMS = 1000
LONGEST_ID = 100


class AttendanceSerializer(StrictSerializer):
    """That a client went to a meeting on a local date of the clinic, under the sender's own id."""

    external_id = TextField(max_length=LONGEST_ID, help_text="The sender's id of this fact.")
    reference = TextField(help_text="The client's.")
    attended_on = IsoDateField()
    source = WordField(Source.values, help_text="Who says so.")  # type: ignore[assignment]
    meeting = TextField(required=False, allow_blank=True, allow_null=True, help_text="`slug` or `feed:slug`.")
    fellowship = TextField(
        required=False, allow_blank=True, allow_null=True, help_text="Name or abbreviation."
    )
    note = TextField(required=False, allow_blank=True, allow_null=True)


class KeptSerializer(AttendanceSerializer):
    """What was posted, and the id of the attendance it became part of."""

    id = serializers.IntegerField()


class BulkSerializer(StrictSerializer):
    """Up to 1000 at once."""

    items = serializers.ListField(child=AttendanceSerializer(), max_length=MOST_ITEMS)


class BulkItemSerializer(serializers.Serializer[Any]):
    """What came of one item: 201 or 200 with the attendance, or 400, 409 or 422 with the problem."""

    status = serializers.IntegerField()
    attendance = KeptSerializer(required=False)
    problem = ProblemSerializer(required=False)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """The items' results, in the order of the items."""

    items = BulkItemSerializer(many=True)


class TooMany(APIException):
    """More at once than the API takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class AttendanceView(APIView):
    """Attendance as other systems know it."""

    @extend_schema(
        operation_id="attendance_post",
        summary="Record attendance, one or up to 1000 at once.",
        description=(
            "The same again under the same `external_id` answers 200 with the same body and adds nothing; "
            "another body under it is 409. A refused one is not remembered: mend it and post it again. "
            "With `items` the answer is 207 with a result for each, in order: some may go in and others not."
        ),
        request=PolymorphicProxySerializer(
            component_name="AttendancePost",
            serializers=[AttendanceSerializer, BulkSerializer],
            resource_type_field_name=None,
        ),
        responses={
            201: KeptSerializer,
            200: OpenApiResponse(KeptSerializer, "The same was posted before."),
            207: BulkAnswerSerializer,
            **problems(
                {
                    400: "Not well formed.",
                    409: "Another body was posted under this id before.",
                    413: "More than 1000 items, or a body that is too large.",
                    422: "Well formed, and refused: there is no such client, and so on.",
                }
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Parse, record, and say what became of it."""
        if isinstance(request.data, Mapping) and "items" in request.data:
            answers = _record(request, _items(request.data))
            return Response({"items": [_item(one) for one in answers]}, status.HTTP_207_MULTI_STATUS)
        (answer,) = _record(request, [request.data])
        failed = answer.status >= status.HTTP_400_BAD_REQUEST
        return Response(answer.body, answer.status, content_type=PROBLEM if failed else None)


class Answer(NamedTuple):
    """What came of one body: a status, with the attendance as kept or a problem."""

    status: int
    body: dict[str, Any]


def _items(data: Mapping[str, Any]) -> Sequence[Any]:
    items = data["items"]
    if len(data) > 1 or not isinstance(items, list):
        raise ValidationError({"items": ["Write a list of items, and nothing beside it."]})
    if len(items) > MOST_ITEMS:
        raise TooMany(f"At most {MOST_ITEMS} items at once: there are {len(items)}.")
    return items


def _item(answer: Answer) -> dict[str, Any]:
    name = "problem" if answer.status >= status.HTTP_400_BAD_REQUEST else "attendance"
    return {"status": answer.status, name: answer.body}


def _record(request: Request, bodies: Sequence[Any]) -> list[Answer]:
    """Record what the bodies tell, those that are well formed; an answer for each, in order."""
    read = [_read(body) for body in bodies]
    posted = [one for one in read if isinstance(one, Posted)]
    system = speaker(request)
    kept = iter(record_posted(clinic=system.clinic, posted=posted, by=system.actor, now=clock.now()))
    return [_answer(one, next(kept)) if isinstance(one, Posted) else one for one in read]


def _read(body: Any) -> Posted | Answer:
    try:
        values = AttendanceSerializer().run_validation(body)
    except ValidationError as error:
        problem = invalid(error.detail)
        return Answer(problem["status"], problem)
    return Posted(
        external_id=values["external_id"],
        told=Told(
            reference=values["reference"],
            attended_on=values["attended_on"],
            source=Source(values["source"]),
            meeting=values.get("meeting") or "",
            fellowship=values.get("fellowship") or "",
            note=values.get("note") or "",
        ),
    )


def _answer(posted: Posted, outcome: Kept | Refused) -> Answer:
    if isinstance(outcome, Refused):
        problem = refusal(outcome)
        return Answer(problem["status"], problem)
    kept = {"id": outcome.attendance_id, "external_id": posted.external_id, **asdict(posted.told)}
    code = status.HTTP_201_CREATED if outcome.new else status.HTTP_200_OK
    return Answer(code, KeptSerializer(kept).data)


class StandingSerializer(serializers.Serializer[Any]):
    """How a client stands today, by the weekly rule; next_change_on is the day on which to look again."""

    reference = serializers.CharField()
    standing = serializers.ChoiceField(choices=[standing.value for standing in Standing])
    missed_weeks = serializers.IntegerField()
    flagged = serializers.BooleanField()
    reason = serializers.CharField()
    next_change_on = serializers.DateField(allow_null=True)


class StandingPageSerializer(serializers.Serializer[Any]):
    """A page of standings by reference."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = StandingSerializer(many=True)


class StandingsQuery(StrictSerializer):
    """Which standings, and how many at a time."""

    standing = WordField([standing.value for standing in Standing], required=False)
    flagged = serializers.BooleanField(required=False)
    page = serializers.IntegerField(required=False, min_value=1, default=1)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=1000, default=100)


class StandingsView(APIView):
    """Who goes to meetings every week, and who has slipped."""

    @extend_schema(
        operation_id="standings_list",
        summary="The standing of every client of the clinic, by reference.",
        parameters=[StandingsQuery],
        responses={
            200: StandingPageSerializer,
            **problems({400: "No such standing, and so on.", 404: "No such page."}),
        },
    )
    def get(self, request: Request) -> Response:
        """Parse, read, and show a page."""
        asked = StandingsQuery().run_validation(request.query_params.dict())
        clinic = speaker(request).clinic
        today = clock.local_date(clock.now(), clinic.time_zone)
        pages = PageNumberPagination()
        pages.page_size = asked["page_size"]
        lines = chosen(clinic, today, asked.get("standing"), asked.get("flagged"))
        page: Any = pages.paginate_queryset(cast(Any, lines), request, view=self)
        return pages.get_paginated_response(StandingSerializer(page, many=True).data)
