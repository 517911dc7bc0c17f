"""The acts on a client that belong to this stage."""

from attendance.pages.acts import choices, meetings, plans, weeks
from clinic.pages.act import act_urls

ACTS = [*meetings.ACTS, *plans.ACTS, *choices.ACTS, *weeks.ACTS]

urlpatterns = act_urls(ACTS)
