"""What stands beside an open task: that it has gone to the managers, and what they said who handed it back."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from clinic.access import Viewer
from reminders.worklist.models import KeyworkerTask
from reminders.worklist.waiting_models import Escalation

register = template.Library()


@register.inclusion_tag("reminders/task_mark.html", takes_context=True)
def task_mark(context: Context, task: KeyworkerTask) -> dict[str, Any]:
    """The mark of one task. All marks of a page are read in one query, with the first."""
    request = context["request"]
    if not hasattr(request, "task_marks"):
        request.task_marks = _marks(request.viewer)
    standing, latest = request.task_marks
    return {"waits": standing.get(task.pk), "back": latest.get(task.pk)}


def _marks(viewer: Viewer) -> tuple[dict[int, Escalation], dict[int, Escalation]]:
    """Of the clinic's open tasks: those with the managers; and by whom the others were last handed back."""
    told = viewer.clinic.escalations.standing() | viewer.clinic.escalations.handed_back()
    standing, back = {}, {}
    for one in told.order_by("pk"):
        if one.handed_back_at is None:
            standing[one.task_id] = one
        else:
            back[one.task_id] = one
    return standing, {task_id: one for task_id, one in back.items() if task_id not in standing}
