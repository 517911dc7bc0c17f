"""The addresses of signed pages. They need no signing in: the token in the path is the key."""

from django.urls import path, re_path

from reminders.links.views import signed_calendar, signed_link

urlpatterns = [
    path("l/<str:token>/", signed_link, name="signed_link"),
    path("l/<str:token>/calendar.ics", signed_calendar, name="signed_calendar"),
    # A link that lost its last stroke on the way opens all the same, and any other address under /l/ gets the
    # kind page for a wrong token: the site's own page for lost addresses names the product.
    re_path(r"^l/(?P<token>(?s:.*))$", signed_link),
]
