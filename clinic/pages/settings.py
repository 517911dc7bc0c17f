"""The clinic's settings and staff, to read; commands change them for now (see docs/commands.md). Tokens end here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic import clock, setup
from clinic.access import ROLES, Permission, Viewer, staff_page
from clinic.ways import told


@staff_page(Permission.SEE_SETTINGS)
def settings_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Policy, sending, staff and tokens; never a client."""
    staff = viewer.clinic.memberships.select_related("user").order_by("user__username", "role")
    tokens = viewer.clinic.api_tokens.order_by("name")
    return render(
        request,
        "clinic/settings.html",
        {"clinic": viewer.clinic, "staff": staff, "tokens": tokens, "roles": ROLES, "ways": told()},
    )


@staff_page(Permission.REVOKE_TOKENS)
def revoke_token(request: HttpRequest, viewer: Viewer, token: int) -> HttpResponse:
    """Asks first, since it cannot be undone; the button does it."""
    held = viewer.clinic.api_tokens.select_related("clinic").filter(pk=token).first()
    if held is None:
        raise Http404("There is no such token here.")
    if request.method != "POST" and held.revoked_at is None:
        return render(request, "clinic/revoke_token.html", {"token": held, "section": "settings"})
    if request.method == "POST":
        revoked = setup.revoke_token(token=held, by=viewer.actor, now=clock.now())
        sentence = (
            f"The token “{held.name}” is revoked. Whoever still uses it is refused from now on."
            if revoked
            else f"The token “{held.name}” was revoked already."
        )
        messages.success(request, sentence)
    return redirect("settings", viewer.clinic.slug)
