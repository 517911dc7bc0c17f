"""People are called what they are called: with marks of HTML, in any script, and at any length."""

from __future__ import annotations

import pytest

from attendance.directory.models import Meeting
from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.worklist import tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db

MARKED = "<script>alert('x')</script>"
NAMES = [
    ("<b onclick=x>Bold</b>", MARKED),
    ('"><img src=x onerror=y>', "{{ viewer }}{% now %}"),
    ("😀👩‍👩‍👧", "Ōnuki"),
    ("محمد", "עברית\u202e"),
    ("O'Brien & Søn", "A\u0301\u0328"),
    ("x" * 80, "y" * 80),
    ("wide " * 16, "no-break " * 8),
    ("None", "null"),
]
PAGES = ["today", "register", "clients", "messages"]


@pytest.mark.parametrize(("first", "last"), NAMES, ids=range(len(NAMES)))
def test_a_name_is_shown_as_it_was_written_on_every_page(
    first: str, last: str, kay: Staff, lantern: Meeting
) -> None:
    kay.sends(
        kay.address("new_client"),
        first_name=first,
        last_name=last,
        intake_on="2026-01-07",
        keyworker=kay.user.pk,
    )
    somebody = Client.objects.get()
    # As written, but for what turns round the words that follow it.
    last = last.removesuffix("\u202e")
    assert (somebody.first_name, somebody.last_name) == (first.strip(), last.strip())
    tasks.raise_tasks([Need(somebody, TaskKind.RING_ME, f"{first} asked to be rung.")], cast.NOW)
    a_prompt(somebody)
    shown = " ".join(f"{first.strip()} {last.strip()}".split())
    logged = kay.does(
        "log", somebody, attended_on="2026-01-13", source="client", meeting="lantern", note=MARKED
    )
    assert logged.notices == [f"Recorded: {shown} went on 13 January 2026."]
    for page in [
        *(kay.opens(name, who="all") for name in PAGES),
        kay.opens("client", somebody, timeline="all"),
        kay.opens("act_log", somebody),
        kay.opens("act_details", somebody),
    ]:
        assert page.status == 200
        assert shown in page.text
        assert page.elements("b", onclick="x") == []
        assert page.elements("img", src="x") == []
        assert MARKED not in page.html
    assert kay.opens("act_details", somebody).value("first_name") == first.strip()


def test_what_people_write_is_shown_as_they_wrote_it(kay: Staff, ana: Client, joe: LocalContact) -> None:
    """Every free text there is, on the pages that show it."""
    LocalContact.objects.filter(pk=joe.pk).update(first_name=MARKED, area=MARKED, can_ring=MARKED)
    cast.a_meeting("marked", name=MARKED, location=MARKED)
    kay.does("log", ana, attended_on="2026-02-24", source="slip", meeting="marked", note=MARKED)
    kay.does("log", ana, attended_on="2026-02-23", source="slip", note=MARKED)
    kay.does("void", ana, attendance=ana.attendances.earliest("attended_on").pk, reason=MARKED)
    kay.does("pause", ana, starts_on="2026-02-01", ends_on="2026-02-02", kind="other", detail=MARKED)
    kay.does("consent", ana, channel="sms", given_on="2026-03-01", how=MARKED, agreed="on")
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-01", how=MARKED, agreed="on")
    kay.does("spoke", ana, said="other", words=MARKED)
    kay.does("not_now", ana, until="2026-03-09", reason=MARKED)
    kay.does("details", ana, first_name="Ana", preferences=MARKED, keyworker=kay.user.pk)
    tasks.raise_tasks([Need(ana, TaskKind.BY_HAND, MARKED)], cast.NOW)
    a_prompt(ana, body=MARKED, reason=MARKED)
    type(kay.user).objects.filter(pk=kay.user.pk).update(first_name=MARKED)
    whole = kay.opens("client", ana, timeline="all")
    pages = [kay.opens(name, who="all") for name in (*PAGES, "contacts")]
    assert whole.text.count(MARKED) >= 12
    assert all(page.text.count(MARKED) for page in pages)
    assert [MARKED in page.html for page in (whole, *pages)] == [False] * 6
    options = kay.goes_to(kay.address("meeting_options"), htmx=True, meeting="script")
    assert "&lt;script&gt;" in options.html
    assert MARKED not in options.html
