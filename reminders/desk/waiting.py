"""What has waited too long, as managers see it and act on it; and how long a clinic lets tasks wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Client, Clinic
from clinic.pages import downloads
from clinic.pages.act import Act, Context, Done, act_urls
from clinic.pages.fields import ReasonField, field_of
from reminders.desk import downloads as tables
from reminders.desk.acts import TaskForm, undo_finish_task
from reminders.worklist import escalating, patience, tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.patience import LONGEST, SHORTEST, WAITING_KINDS
from reminders.worklist.waiting_models import Escalation

PAGE = 50
QUICKER = "Somebody was quicker: it has not waited too long any more."


@dataclass(frozen=True, slots=True)
class Late:
    """A task that has waited too long, and the working days that have begun since its patience ended."""

    escalation: Escalation
    days_over: int

    @property
    def task(self) -> KeyworkerTask:
        """What waits."""
        return self.escalation.task

    @property
    def settled_by_an_answer(self) -> bool:
        """Whether an answer about a message ends it, which is its keyworker's to find out."""
        return self.task.kind == TaskKind.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A client, with what of theirs has waited too long, the longest over first."""

    client: Client
    tasks: list[Late]


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What waits, the longest over first; what was handed back and is still open; and how many a pause holds."""

    page_obj: Page[Row]
    handed_back: list[Escalation]
    held: int


def waiting(clinic: Clinic, now: datetime, page: str | None = None, a_page: int = PAGE) -> WaitingPage:
    """What managers of a clinic see at an aware moment. A fixed number of queries."""
    today = clock.local_date(now, clinic.time_zone)
    told = clinic.escalations.select_related("task", "client__keyworker")
    shown = list(told.shown().order_by("patience_ended_on", "since", "pk"))
    rows: dict[int, Row] = {}
    for one in shown:
        late = Late(one, patience.working_days_over(one.patience_ended_on, today))
        rows.setdefault(one.client_id, Row(one.client, [])).tasks.append(late)
    back = told.handed_back().order_by("handed_back_at", "pk")
    latest = {one.task_id: one for one in back}
    with_managers = set(clinic.escalations.standing().values_list("task", flat=True))
    return WaitingPage(
        page_obj=Paginator(list(rows.values()), a_page).get_page(page),
        handed_back=[one for task_id, one in latest.items() if task_id not in with_managers],
        held=len(with_managers) - len(shown),
    )


@staff_page(Permission.TAKE_OVER)
def waiting_page(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """Waiting too long."""
    if downloads.is_asked(request):
        whole = waiting(viewer.clinic, clock.now(), a_page=downloads.ALL_ROWS)
        return downloads.download(request, viewer, tables.of_waiting(whole))
    page = waiting(viewer.clinic, clock.now(), request.GET.get("page"))
    return render(request, "reminders/waiting.html", {"page": page})


class WaitingForm(TaskForm):
    """A task of the client's that has waited too long."""

    kinds = tuple(TaskKind)

    def prepare(self) -> None:
        """Only what is with the managers."""
        self.offer(kind__in=self.kinds, pk__in=self.context.client.escalations.standing().values_list("task"))


class HandBackForm(WaitingForm):
    """A word to the keyworker."""

    word = ReasonField(label="A word to the keyworker", max_length=escalating.LONGEST_WORD)


def hand_back(context: Context, values: dict[str, Any]) -> str:
    """Give it back."""
    by, now = context.viewer.actor, context.now
    if not escalating.hand_back(task=values["task"], word=values["word"], by=by, now=now):
        raise Refused(QUICKER)
    keyworker = context.client.keyworker
    return (
        f"Handed back to {keyworker}."
        if keyworker
        else f"Handed back; {context.client} has no keyworker yet."
    )


class SeeToForm(WaitingForm):
    """What came of it. A question about a message is not for here: its answer moves the message, too."""

    kinds = tuple(kind for kind in TaskKind if kind is not TaskKind.UNCERTAIN)
    outcome = ReasonField(label="What came of it")


def see_to(context: Context, values: dict[str, Any]) -> str | Done:
    """Finish it in the keyworker's place."""
    task, by, now = values["task"], context.viewer.actor, context.now
    if not tasks.finish(task=task, outcome=values["outcome"], by=by, now=now):
        return QUICKER
    return Done("Done. It is off the lists.", of=f"{task.pk} {now.isoformat()}")


ACTS = [
    Act("hand_back", "Hand back", "Hand back", HandBackForm, hand_back, permission=Permission.TAKE_OVER,
        intro="It stays on the keyworker's Today with your word, and its patience begins anew."),
    Act("see_to", "See to it yourself", "Done", SeeToForm, see_to, permission=Permission.TAKE_OVER,
        undo=undo_finish_task,
        intro="Finishes it in the keyworker's place; the client's timeline says who."),
]  # fmt: skip


class PatienceForm(forms.Form):
    """Working days by kind of task."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in WAITING_KINDS:
            self.fields[kind.value] = forms.IntegerField(
                min_value=SHORTEST,
                max_value=LONGEST,
                label=kind.label,
            )
            field_of(self, kind.value, forms.IntegerField).widget.attrs["inputmode"] = "numeric"


@staff_page(Permission.SET_PATIENCE)
def patience_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """How long each kind of task may wait before managers are told."""
    held = escalating.patience_of(viewer.clinic)
    initial = {kind.value: held[kind] for kind in WAITING_KINDS}
    form = PatienceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        days: dict[TaskKind, int] = {kind: form.cleaned_data[kind.value] for kind in WAITING_KINDS}
        try:
            altered = escalating.set_patience(
                clinic=viewer.clinic, days=days, by=viewer.actor, now=clock.now()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, "Saved." if altered else "Nothing was different.")
            return redirect("settings", viewer.clinic.slug)
    details = {"form": form, "section": "settings"}
    return render(request, "reminders/patience.html", details, status=422 if form.errors else 200)


urlpatterns = act_urls(ACTS)
