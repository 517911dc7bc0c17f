"""Every address of the site. What needs no sign-in says so at its view, and tests list it."""

from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz

handler400 = "clinic.api.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("config.api_urls")),
    path("", include("reminders.links.urls")),
    # Before the pages of a clinic, whose addresses begin with its slug: the site's own words are no slugs.
    path("", include("clinic.urls")),
    path("", include("attendance.urls")),
    path("", include("reminders.urls")),
]
