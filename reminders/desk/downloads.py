"""Today, what waits too long and a client's timeline as tables to take along, of the very rows that the pages show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from attendance.pages.downloads import weeks_in_words, whose
from clinic import clock
from clinic.exports.table import Row, Table
from clinic.models import Client
from clinic.pages.caseload import Caseload
from clinic.weeks import day_text
from reminders.desk import today as desk
from reminders.desk.timeline.choosing import STRUCK_OUT, Wanted
from reminders.desk.timeline.items import Kind
from reminders.desk.timeline.story import Story
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.waiting_models import Escalation

if TYPE_CHECKING:
    from reminders.desk.waiting import WaitingPage

TODAY = (
    *("Where on the page", "Client", "Reference", "Keyworker", "Standing", "Missed weeks", "Why"),
    *("Isolated", "Waiting", "Interview until", "Lately sent", "Introduced to", "Off Today until"),
    "Last weeks, oldest first",
)
WAITING = (
    *("Where on the page", "Client", "Reference", "Keyworker", "What waits", "Why", "Waits since"),
    *("To be seen to by", "Working days over", "Handed back by", "Handed back", "Word to the keyworker"),
)
TIMELINE = ("When", "What happened", "By", "Note", "State", "No longer holds")
ASIDE, HELD = "Put aside for now", "Paused, with something waiting"
TOO_LONG, HANDED_BACK = "Waiting too long", "Handed back, and still open"


def of_today(page: desk.Today, caseload: Caseload, keyworker: str, time_zone: str) -> Table:
    """Everybody on Today under their headings, then whoever is off it though something waits."""
    return Table(
        name="today",
        title=f"Today, {day_text(page.date)}",
        headings=TODAY,
        rows=_of_today(page, time_zone),
        filters=[whose(caseload), *([("Keyworker", keyworker)] if keyworker else [])],
    )


def _of_today(page: desk.Today, time_zone: str) -> Iterator[Row]:
    for section in page.sections:
        for row in section.rows:
            yield (
                *_who(section.heading, row.client, f"{row.reason} {row.client.standing.reason}"),
                row.isolated,
                "; ".join(f"{task.get_kind_display()}: {task.reason}" for task in row.tasks),
                row.interview.closes_on if row.interview is not None else None,
                "; ".join(_sent(prompt, time_zone) for prompt in row.sent),
                row.introduction.contact.first_name if row.introduction is not None else "",
                None,
                weeks_in_words(row.weeks),
            )
    for heading, people in ((ASIDE, page.aside), (HELD, page.held)):
        for off in people:
            yield (*_who(heading, off.client, off.why), None, "", None, "", "", off.until, "")


def _who(heading: str, client: Client, why: str) -> Row:
    standing = client.standing
    return (
        *(heading, str(client), client.reference, str(client.keyworker or "")),
        *(standing.get_standing_display(), standing.missed_weeks, why),
    )


def _sent(prompt: Prompt, time_zone: str) -> str:
    to = prompt.contact.first_name if prompt.contact is not None else "the client"
    day = clock.local_date(prompt.sent_at or prompt.planned_at, time_zone)
    return f"{prompt.get_step_display()} to {to}, {day}: {str(prompt.get_state_display()).lower()}"


def of_waiting(page: WaitingPage) -> Table:
    """What has waited too long, a row a task, then what was handed back and is still open."""
    return Table(name="waiting", title=TOO_LONG, headings=WAITING, rows=_of_waiting(page))


def _of_waiting(page: WaitingPage) -> Iterator[Row]:
    for row in page.page_obj:
        for late in row.tasks:
            yield (*_waits(TOO_LONG, late.escalation), late.days_over, "", None, "")
    for back in page.handed_back:
        yield (*_waits(HANDED_BACK, back), None, back.handed_back_by, back.handed_back_at, back.word)


def _waits(heading: str, escalation: Escalation) -> Row:
    client, task = escalation.client, escalation.task
    return (
        *(heading, str(client), client.reference, str(client.keyworker or "")),
        *(str(task.get_kind_display()), task.reason, escalation.since, escalation.patience_ended_on),
    )


def of_timeline(client: Client, story: Story) -> Table:
    """What was asked for of all that happened with one client, latest first; what the page folds is unfolded."""
    return Table(
        name="timeline",
        title="What happened with one client",
        headings=TIMELINE,
        rows=(
            (
                *(item.at if item.has_time else _day(item.when), item.what, item.who, item.note),
                *(str(PromptState(item.badge_state).label) if item.badge_state else "", item.voided),
            )
            for one in story.told
            for item in (one.item, *one.like_it)
        ),
        filters=[("Client", f"{client} ({client.reference})"), *_narrowed(story.wanted)],
        client=client,
    )


def _day(when: date | datetime) -> date:
    """The day that the page shows where it shows no hour; a moment is by the clinic's clocks already."""
    return when.date() if isinstance(when, datetime) else when


def _narrowed(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """What the timeline was narrowed down to."""
    kinds = dict([*Kind.choices, (STRUCK_OUT, "Struck out")])
    if wanted.kinds:
        yield "Only", ", ".join(str(label) for kind, label in kinds.items() if kind in wanted.kinds)
    if wanted.words:
        yield "With the words", " ".join(wanted.words)
    if wanted.first != date.min:
        yield "From", day_text(wanted.first)
    if wanted.last != date.max:
        yield "To", day_text(wanted.last)
