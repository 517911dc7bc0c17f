"""The clinic's settings and staff, to read; commands change them for now (see docs/commands.md)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.access import ROLES, Permission, Viewer, staff_page


@staff_page(Permission.SEE_SETTINGS)
def settings_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Policy, sending, staff and tokens; never a client."""
    staff = viewer.clinic.memberships.select_related("user").order_by("user__username", "role")
    tokens = viewer.clinic.api_tokens.order_by("name")
    return render(
        request,
        "clinic/settings.html",
        {"clinic": viewer.clinic, "staff": staff, "tokens": tokens, "roles": ROLES},
    )
