"""What somebody was rightly refused is one line of the log; a fault of ours keeps its traceback."""

import io
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, override_settings
from django.urls import path

from config.log_lines import InOneLine


def raising(error):
    @login_not_required
    def page(request):
        raise error

    return page


urlpatterns = [
    path("no/", raising(PermissionDenied("Not for you."))),
    path("nowhere/", raising(Http404("There is nothing here."))),
    path("fault/", raising(ZeroDivisionError("A fault."))),
]


@pytest.fixture
def log():
    """What the handler of the settings writes."""
    ours = next(
        one
        for one in logging.getLogger().handlers
        if any(isinstance(each, InOneLine) for each in one.filters)
    )
    assert isinstance(ours, logging.StreamHandler)
    stream, before = io.StringIO(), ours.stream
    ours.setStream(stream)
    yield stream
    ours.setStream(before)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("address", "status"), [("/no/", 403), ("/nowhere/", 404)])
def test_who_is_rightly_refused_is_one_line(log, address, status):
    assert Client().get(address).status_code == status
    (line,) = log.getvalue().splitlines()
    assert address in line


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_keeps_its_traceback(log):
    assert Client(raise_request_exception=False).get("/fault/").status_code == 500
    written = log.getvalue().splitlines()
    assert written[-1] == "ZeroDivisionError: A fault."
    assert sum("Traceback" in line for line in written) == 1
