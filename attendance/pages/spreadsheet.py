"""One spreadsheet, wherever it stands: its columns to match, its preview, how far the work is, what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from kombu.exceptions import OperationalError

from attendance.pages.spreadsheet_form import MatchForm
from attendance.pages.spreadsheets import Line
from attendance.spreadsheets import browsing, uploading, working
from attendance.spreadsheets.kinds import KINDS
from attendance.tasks import go_on_with_spreadsheet
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Spreadsheet, SpreadsheetState
from clinic.pages.act import finished
from clinic.pages.wording import how_far, in_words

State = SpreadsheetState
A_PAGE = 50
# So few rows are through before somebody would look for a bar; more are a worker's.
FEW_ROWS = 300
TEMPLATES = {
    State.TO_MATCH: "match",
    State.CHECKING: "work",
    State.CHECKED: "preview",
    State.TAKING_IN: "work",
    State.TAKEN_IN: "outcome",
    State.STOPPED: "outcome",
    State.PUT_ASIDE: "outcome",
    State.FAILED: "outcome",
    State.TAKING_BACK: "work",
    State.TAKEN_BACK: "outcome",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, as a page says it: the column and the sentence in words."""

    row: int
    column: str
    value: str
    sentence: str

    @classmethod
    def of(cls, column: str, value: str, sentence: str, row: int) -> Problem:
        """The same in words."""
        return cls(row, uploading.said(column), value, in_words(sentence))


def _the(viewer: Viewer, number: int) -> Spreadsheet:
    held = browsing.by_number(viewer.clinic, number)
    if held is None:
        raise Http404("There is no such spreadsheet here.")
    return held


@staff_page(Permission.TAKE_SPREADSHEETS)
def spreadsheet(request: HttpRequest, viewer: Viewer, spreadsheet: int) -> HttpResponse:
    """The page of a spreadsheet as it stands, and every button of it but the one that takes it back."""
    held = _the(viewer, spreadsheet)
    if request.method == "POST":
        return _pressed(request, viewer, held)
    if getattr(request, "htmx", False):
        return _polled(request, viewer, held)
    form = MatchForm(held=held) if held.state == State.TO_MATCH else None
    return _shown(request, viewer, held, form)


def _pressed(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> HttpResponse:
    acts: dict[str, Callable[[HttpRequest, Viewer, Spreadsheet], MatchForm | None]] = {
        "match": _match,
        "sheet": _sheet,
        "again": _again,
        "take_in": _take_in,
        "stop": _stop,
    }
    act, form = acts.get(request.POST.get("then", "")), None
    if act is not None:
        try:
            form = act(request, viewer, held)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    if form is not None:
        return _shown(request, viewer, held, form)
    return finished(request, reverse("spreadsheet", args=[viewer.clinic.slug, held.pk]))


def _match(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> MatchForm | None:
    """Have it checked; the form again where something in it is wrong."""
    if held.state != State.TO_MATCH:
        raise Refused(uploading.ELSEWHERE)
    form = MatchForm(request.POST, held=held)
    if form.is_valid():
        few = form.look.whole and form.look.rows <= FEW_ROWS
        try:
            uploading.match(spreadsheet=held, reading=form.reading(), by=viewer.actor, now=clock.now())
        except Refused as refusal:
            if refusal.sentence == uploading.ELSEWHERE:
                raise
            form.refuse(refusal)
        else:
            _go_on(held, few)
            return None
    return form


def _sheet(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> None:
    uploading.choose_sheet(
        spreadsheet=held, sheet=request.POST.get("sheet", ""), by=viewer.actor, now=clock.now()
    )


def _again(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> None:
    uploading.match_again(spreadsheet=held, by=viewer.actor, now=clock.now())


def _take_in(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> None:
    few = (held.rows or 0) <= FEW_ROWS
    uploading.take_in(spreadsheet=held, by=viewer.actor, now=clock.now())
    _go_on(held, few)


def _stop(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> None:
    if uploading.stop(spreadsheet=held, by=viewer.actor, now=clock.now()):
        messages.warning(request, "Stopped. What had gone in by then stays until you take it back.")
    else:
        messages.success(request, f"“{held}” is put aside, and nothing was changed.")


def _go_on(held: Spreadsheet, few: bool) -> None:
    """Do the work at once where it is little, and send it to a worker where it is not."""
    if few:
        working.work(held.pk, clock.now, lambda: True)
        return
    try:
        go_on_with_spreadsheet.apply_async((held.pk,))
    except OperationalError:
        # The message found no way: beat looks for unfinished work by itself.
        return


def _polled(request: HttpRequest, viewer: Viewer, held: Spreadsheet) -> HttpResponse:
    """How far the work is, for the bar; the whole page where it is through."""
    if not held.at_work:
        return finished(request, reverse("spreadsheet", args=[viewer.clinic.slug, held.pk]))
    return render(request, "attendance/spreadsheet_progress.html", _about_work(held))


def _about_work(held: Spreadsheet) -> dict[str, Any]:
    return {"held": held, "progress": browsing.progress_of(held, clock.now())}


def _shown(request: HttpRequest, viewer: Viewer, held: Spreadsheet, form: MatchForm | None) -> HttpResponse:
    state, now = State(held.state), clock.now()
    details: dict[str, Any] = {
        "section": "clients",
        "held": held,
        "line": Line.of(held, now, viewer.clinic.time_zone),
        "kind": KINDS[held.kind],
        "form": form,
    }
    if held.at_work:
        details |= _about_work(held)
    elif state == State.TAKEN_BACK:
        kept = Paginator(browsing.kept_effects(held), A_PAGE).get_page(request.GET.get("page"))
        clients = viewer.clients().in_bulk({effect.client_id for effect in kept})
        details |= {
            "outcome": browsing.taken_back_of(held),
            "page_obj": kept,
            "kept": [(clients.get(effect.client_id), effect.kept) for effect in kept],
        }
    elif form is None:
        group = request.GET.get("sort", "")
        found = browsing.problems_of(held, group)
        page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        problems = [Problem.of(one.column, one.value, one.sentence, one.number) for one in page]
        query = request.GET.copy()
        query.pop("page", None)
        details |= {
            "groups": [
                (one, Problem.of(one.column, "", one.sentence, one.first))
                for one in browsing.problem_groups(held)
            ],
            "problems": problems,
            "group": group,
            "page_obj": page,
            "query": query.urlencode(),
        }
    if held.taken_in_at is not None:
        details["taken_in"] = how_far(held.taken_in_at, now, viewer.clinic.time_zone)
    if held.taken_back_at is not None:
        details["taken_back"] = how_far(held.taken_back_at, now, viewer.clinic.time_zone)
    status = 422 if form is not None and form.errors else 200
    in_place = form is not None and bool(getattr(request, "htmx", False))
    template = "match_form" if in_place else TEMPLATES[state]
    return render(request, f"attendance/spreadsheet_{template}.html", details, status=status)


@staff_page(Permission.TAKE_SPREADSHEETS)
def rejected_rows(request: HttpRequest, viewer: Viewer, spreadsheet: int) -> HttpResponse:
    """The rejected rows as a file, to be mended and sent again; by a button, as taking them away is written down."""
    held = _the(viewer, spreadsheet)
    if request.method != "POST" or request.POST.get("then") != "download" or not held.problems.exists():
        return finished(request, reverse("spreadsheet", args=[viewer.clinic.slug, held.pk]))
    uploading.note_download(spreadsheet=held, by=viewer.actor, now=clock.now())
    answer = HttpResponse(browsing.rejected_csv(held), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{held.kind}-{held.pk}-rejected.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff_page(Permission.TAKE_SPREADSHEETS)
def take_back(request: HttpRequest, viewer: Viewer, spreadsheet: int) -> HttpResponse:
    """Asks first, as it takes much back at once; the button does it."""
    held = _the(viewer, spreadsheet)
    to = reverse("spreadsheet", args=[viewer.clinic.slug, held.pk])
    if held.state not in (State.TAKEN_IN, State.STOPPED):
        messages.error(request, uploading.ELSEWHERE)
        return finished(request, to)
    effects = held.effects.count()
    if request.method != "POST" or request.POST.get("then") != "take_back":
        return render(
            request,
            "attendance/spreadsheet_take_back.html",
            {"section": "clients", "held": held, "effects": effects, "kind": KINDS[held.kind]},
        )
    try:
        uploading.take_back(spreadsheet=held, by=viewer.actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        _go_on(held, effects <= FEW_ROWS)
    return finished(request, to)
