"""What pages may load: nothing from anybody else, and nothing written into them."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import path

from config.headers import POLICY
from config.urls import urlpatterns as ours
from reminders.links.guarding import HEADERS
from tests import cast
from tests.flows.browsing import Staff

ROOT = Path(__file__).resolve().parents[2]
NAME = "Content-Security-Policy"


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """A page with a fault of ours."""
    raise LookupError


@login_not_required
def missing(request: HttpRequest) -> HttpResponse:
    """A page that is not there."""
    raise Http404


urlpatterns = [path("broken", broken), path("missing", missing), *ours]


@pytest.mark.django_db
def test_staff_pages_carry_the_policy():
    clinic = cast.a_clinic("riverside")
    kay = Staff(cast.a_keyworker(clinic, "kay"), clinic)
    # Computers are shared: nothing comes back by pressing Back after somebody has signed out.
    assert kay.opens("today").headers["Cache-Control"] == "private, no-store"
    for name in ("today", "register", "clients", "messages", "contacts", "new_client"):
        assert kay.opens(name).headers[NAME] == POLICY, name
    assert Browser().get("/sign-in/").headers[NAME] == POLICY
    assert "'unsafe" not in POLICY


@pytest.mark.django_db
def test_signed_pages_keep_their_stricter_one():
    assert HEADERS[NAME] != POLICY
    assert Browser().get("/l/AAAAAAAAAAAAAAAAAAAAAA/").headers[NAME] == HEADERS[NAME]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(("debug", "policy"), [(False, POLICY), (True, None)])
def test_pages_of_errors_carry_it_but_for_djangos_own_to_developers(settings, debug, policy):
    settings.DEBUG = debug
    browser = Browser(raise_request_exception=False)
    found = {where: browser.get(where) for where in ("/broken", "/missing")}
    assert [page.status_code for page in found.values()] == [500, 404]
    assert [page.headers.get(NAME) for page in found.values()] == [policy, policy]


def test_the_page_for_a_fault_of_ours_finds_its_style():
    (style,) = re.findall(r'href="/static/([^"]+\.css)"', (ROOT / "templates/500.html").read_text())
    assert (ROOT / "static" / style).is_file()


def test_no_template_holds_a_style_or_a_script_of_its_own():
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|\shx-on|javascript:", re.IGNORECASE)
    found = {
        str(page.relative_to(ROOT)): hits
        for page in (ROOT / "templates").rglob("*.html")
        if (hits := inline.findall(page.read_text(encoding="utf-8")))
    }
    assert found == {}
