"""Who may do what: the table of roles, and the viewer from whom every page starts."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from clinic import setup
from clinic.access import ROLES, Permission, Viewer, staff_page, viewer_in
from clinic.actors import ActorKind
from clinic.models import Role
from tests.cast import BY, NOW, a_client

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "access.md"

TABLE = {
    Permission.ENTER: {Role.KEYWORKER, Role.MANAGER, Role.ADMINISTRATOR},
    Permission.SEE_CLIENTS: {Role.KEYWORKER, Role.MANAGER},
    Permission.WRITE_CLIENTS: {Role.KEYWORKER},
    Permission.INTRODUCE: {Role.KEYWORKER},
    Permission.MEND_MEETINGS: {Role.KEYWORKER, Role.MANAGER},
    Permission.TAKE_UP: {Role.KEYWORKER, Role.MANAGER},
    Permission.TAKE_OVER: {Role.MANAGER},
    Permission.HAND_OVER: {Role.KEYWORKER, Role.MANAGER},
    Permission.HAND_OVER_ANY: {Role.MANAGER},
    Permission.MERGE: {Role.KEYWORKER, Role.MANAGER},
    Permission.SEE_TEAM: {Role.MANAGER},
    Permission.SEE_SETTINGS: {Role.MANAGER, Role.ADMINISTRATOR},
    Permission.SET_PATIENCE: {Role.MANAGER, Role.ADMINISTRATOR},
    Permission.REVOKE_TOKENS: {Role.MANAGER, Role.ADMINISTRATOR},
    Permission.KEEP_FEEDS: {Role.MANAGER, Role.ADMINISTRATOR},
    Permission.TAKE_SPREADSHEETS: {Role.KEYWORKER, Role.MANAGER},
}


def test_the_table_of_roles():
    assert {one: {role for role in Role if one in ROLES[role]} for one in Permission} == TABLE


def test_the_guide_shows_the_same_table():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    head, *rest = rows
    assert head == ["may", *(role.value for role in Role)]
    said = {row[0]: {role for role, cell in zip(Role, row[1:], strict=True) if cell == "yes"} for row in rest}
    assert said == {one.value: roles for one, roles in TABLE.items()}


class TestAViewer:
    def test_kay_sees_and_writes(self, kay, clinic):
        viewer = viewer_in(kay, "riverside")
        assert (viewer.clinic, viewer.clinics) == (clinic, [clinic])
        assert (viewer.may_see_clients, viewer.may_write_clients, viewer.may_see_settings) == (
            True,
            True,
            False,
        )

    def test_mo_sees_all_and_writes_nothing(self, mo):
        viewer = viewer_in(mo, "riverside")
        assert (viewer.may_see_clients, viewer.may_write_clients, viewer.may_see_settings) == (
            True,
            False,
            True,
        )

    def test_ada_sees_no_client(self, ada, ana):
        viewer = viewer_in(ada, "riverside")
        assert (viewer.may_see_clients, viewer.may_write_clients, viewer.may_see_settings) == (
            False,
            False,
            True,
        )
        assert not viewer.clients().exists()
        with pytest.raises(Http404):
            viewer.client(ana.pk)

    def test_two_roles_add_up(self, kay, clinic):
        setup.add_staff(username="kay", clinic=clinic, role=Role.ADMINISTRATOR, by=BY, now=NOW)
        viewer = viewer_in(kay, "riverside")
        assert viewer.permissions == ROLES[Role.KEYWORKER] | ROLES[Role.ADMINISTRATOR]
        assert viewer.clinics == [clinic]

    def test_another_clinic_is_nowhere_and_so_is_one_that_does_not_exist(self, kay, other_clinic):
        said = set()
        for slug in ("hillside", "nowhere"):
            with pytest.raises(Http404) as missing:
                viewer_in(kay, slug)
            said.add(str(missing.value))
        assert said == {"There is no such clinic for you."}

    def test_a_role_in_one_clinic_is_none_in_another(self, kay, clinic, other_clinic, ana):
        setup.add_staff(username="kay", clinic=other_clinic, role=Role.ADMINISTRATOR, by=BY, now=NOW)
        hugo = a_client(other_clinic, "H1")
        here, there = viewer_in(kay, "riverside"), viewer_in(kay, "hillside")
        assert here.clinics == there.clinics == [other_clinic, clinic]
        assert list(here.clients()) == [ana]
        assert not there.may_see_clients
        for viewer, client in [(here, hugo), (there, hugo), (there, ana)]:
            with pytest.raises(Http404, match="There is no such client here"):
                viewer.client(client.pk)

    def test_every_client_of_the_clinic_is_reached_whoever_the_keyworker(self, kay, mo, ana, clinic):
        others = a_client(clinic, "B1")
        for user in (kay, mo):
            viewer = viewer_in(user, "riverside")
            assert viewer.client(others.pk) == others
            assert list(viewer.clients()) == [ana, others]

    def test_the_trail_knows_them_by_their_user_name(self, kay):
        actor = viewer_in(kay, "riverside").actor
        assert (actor.kind, actor.name, actor.user) == (ActorKind.STAFF, "kay", kay)


class TestAPage:
    @pytest.fixture
    def page(self):
        @staff_page(Permission.WRITE_CLIENTS)
        def page(request, viewer: Viewer, word: str) -> HttpResponse:
            return HttpResponse(
                f"{viewer.user} in {viewer.clinic}: {word}, {timezone.get_current_timezone_name()}"
            )

        return page

    def open(self, page, user, slug="riverside"):
        request = RequestFactory().get("/")
        request.user = user
        return page(request, slug=slug, word="hello")

    def test_is_handed_its_viewer_and_shows_hours_of_the_clinic(self, page, kay, clinic):
        assert self.open(page, kay).content == b"kay in Riverside: hello, Europe/London"
        clinic.time_zone = "America/New_York"
        clinic.save()
        assert self.open(page, kay).content.endswith(b"America/New_York")
        assert timezone.get_current_timezone_name() == "UTC"

    def test_says_why_not(self, page, mo):
        with pytest.raises(PermissionDenied, match="Your role in Riverside does not let you take clients in"):
            self.open(page, mo)

    def test_is_nowhere_for_others(self, page, hal, clinic):
        with pytest.raises(Http404):
            self.open(page, hal)

    def test_names_its_permission(self, page):
        assert page.permission is Permission.WRITE_CLIENTS
