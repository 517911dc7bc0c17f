"""The addresses of the API, under /api/v1/; each with and without its last slash."""

from django.http import Http404
from django.urls import re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendance.api import AttendanceView, StandingsView


class NothingHere(APIView):
    """Any other address: a problem in JSON, where Django would show a page."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Say so."""
        raise Http404("There is no such address in the API: see /api/v1/schema/.")

    post = put = patch = delete = get


urlpatterns = [
    re_path(r"^attendance/?$", AttendanceView.as_view(), name="api_attendance"),
    re_path(r"^standings/?$", StandingsView.as_view(), name="api_standings"),
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="api_schema"),
    re_path(r"", NothingHere.as_view()),
]
