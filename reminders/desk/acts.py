"""The acts on a client that need all stages: spoke to them, not now, introduce, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from clinic.access import Permission
from clinic.errors import Refused
from clinic.pages.act import Act, ActForm, Context, Done, act_urls, number_of
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.weeks import DAY, day_text
from reminders.contacts import introducing
from reminders.contacts.models import Introduction, IntroductionState, LocalContact
from reminders.desk import hand_over_acts, undoing
from reminders.desk.ranking import ago
from reminders.prompts import settling
from reminders.prompts.states import PromptState
from reminders.worklist import aside, tasks, words
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind
from reminders.worklist.said import IN_VAIN, Said

# What may well come next, by what came of it: the words on the button, and the name of the address.
NEXT: dict[Said, tuple[tuple[str, str], ...]] = {
    Said.WENT: (("Log the meeting they went to", "act_log"),),
    Said.MEANS_TO_GO: (("Choose a meeting together", "client_meetings"), ("Not now", "act_not_now")),
    Said.WANTS_COMPANY: (("Introduce a local contact", "act_introduce"),),
    Said.ANOTHER_KIND: (("Choose another meeting", "client_meetings"),),
    Said.WANTS_PAUSE: (("Pause", "act_pause"),),
    Said.NOT_REACHED: (("Not now", "act_not_now"),),
    Said.UNWILLING: (("Not now", "act_not_now"),),
}
A_MOMENT = timedelta(minutes=30)


class SpokeForm(ActForm):
    """What came of speaking to them."""

    said = forms.ChoiceField(choices=Said.choices, label="What came of it", widget=forms.RadioSelect)
    words = ReasonField(
        required=False,
        label="In a few words",
        help_text="Needed for “something else”. Shown in what happened with them.",
        max_length=words.LONGEST_WORDS,
    )


def spoke(context: Context, values: dict[str, Any]) -> str | Done:
    """Write it down, and finish what a word with the client answers."""
    client, said = context.client, Said(values["said"])
    word, new = words.spoke(
        client=client, said=said, words=values["words"], by=context.viewer.actor, now=context.now
    )
    if not new:
        return "That was noted a moment ago."
    noted = f"you tried to reach {client}" if said in IN_VAIN else f"you spoke to {client}"
    offers = NEXT.get(said, ())
    if client.introductions.filter(ended_at__isnull=True).exists():
        offers = tuple(offer for offer in offers if offer[1] != "act_introduce")
    return Done(f"Noted: {noted}.{_somebody_else(context)}", of=str(word.pk), offers=offers)


def _somebody_else(context: Context) -> str:
    """Who else has just spoken to them: two people may have the same row before them."""
    lately = context.client.keyworker_tasks.filter(
        kind=TaskKind.SPOKE, done_at__gt=context.now - A_MOMENT, taken_back_at__isnull=True
    )
    other = lately.exclude(done_by=context.viewer.actor.label).order_by("-done_at").first()
    if other is None or other.done_at is None:
        return ""
    return f" {other.done_by} spoke to them {ago(context.now - other.done_at)}: {other.outcome}"


def undo_spoke(context: Context, of: str) -> str:
    """Take the word back."""
    held = context.client.keyworker_tasks.filter(kind__in=[TaskKind.SPOKE, TaskKind.TRIED])
    word = held.filter(pk=number_of(of)).first()
    if word is None:
        raise Refused("There is no such word on record.")
    if not words.take_back(word=word, by=context.viewer.actor, now=context.now):
        return "That was taken back already."
    return (
        f"Undone: {'the try to reach' if word.kind == TaskKind.TRIED else 'the word with'} {context.client}."
    )


class NotNowForm(ActForm):
    """Until when, and why."""

    until = DayField(label="Until", help_text="On this day they are back on Today.")
    reason = ReasonField(label="Why")

    def prepare(self) -> None:
        """A week is the likeliest."""
        self.fields["until"].initial = self.context.today + 7 * DAY


def not_now(context: Context, values: dict[str, Any]) -> Done:
    """Put the client aside; with a word on what somebody else had said, as this takes its place."""
    today = context.today
    before = NotNow.objects.filter(client=context.client, until__gt=today).first()
    written = aside.put_aside(
        client=context.client,
        until=values["until"],
        reason=values["reason"],
        by=context.viewer.actor,
        now=context.now,
    )
    instead = ""
    if (
        before is not None
        and before.said_by != context.viewer.actor.label
        and before.said_at != written.said_at
    ):
        instead = f" Before, {before.said_by} had said until {day_text(before.until)}: {before.reason}"
    return Done(
        f"{context.client} is off Today until {day_text(written.until)}. Messages go on.{instead}",
        of=written.said_at.isoformat(),
    )


def undo_not_now(context: Context, of: str) -> str:
    """Bring them back."""
    said_at = parse_datetime(of)
    if said_at is None or said_at.tzinfo is None:
        raise Refused("There is no such “not now” on record.")
    client = context.client
    if not aside.take_back(client=client, said_at=said_at, by=context.viewer.actor, now=context.now):
        return f"{client} is not put aside any more."
    return f"Undone: {client} is no longer put aside."


def bring_back(context: Context, values: dict[str, Any]) -> str:
    """End 'not now' before its day."""
    if not aside.bring_back(client=context.client, by=context.viewer.actor, now=context.now):
        raise Refused(f"{context.client} is not put aside.")
    return f"{context.client} is no longer put aside."


class ContactField(forms.ModelChoiceField):
    """A contact, by what helps to choose one."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, fellowship, area and when they can ring."""
        parts = (obj.first_name, str(obj.fellowship), obj.area, obj.can_ring)
        return " · ".join(part for part in parts if part)


class IntroduceForm(ActForm):
    """Which contact, and the client's consent. Nothing is ticked beforehand."""

    contact = ContactField(queryset=LocalContact.objects.none(), label="Local contact")
    given_on = DayField(label="Consent given on")
    how = ReasonField(label="How", help_text="Such as: signed form, in the session.", max_length=120)
    agreed = forms.BooleanField(
        label="The client agreed that their first name and number are shared with this contact.",
        help_text="So that the contact can ring them and go along. They can take it back at any time.",
    )

    def prepare(self) -> None:
        """The clinic's serving contacts."""
        field = field_of(self, "contact", ContactField)
        serving = self.context.viewer.clinic.local_contacts.filter(active=True)
        field.queryset = serving.select_related("fellowship")
        if self.context.viewer.clinic.safeguarding_lead_id is None:
            self.nothing = "The clinic has no named safeguarding lead, so it makes no introductions yet."
        elif not serving.exists():
            self.nothing = "No local contact serves here yet: write one down under Contacts first."
        self.fields["given_on"].initial = self.context.today


def introduce(context: Context, values: dict[str, Any]) -> Done:
    """Introduce them."""
    contact = values["contact"]
    introduction = introducing.introduce(
        client=context.client,
        contact=contact,
        how=values["how"],
        given_on=values["given_on"],
        by=context.viewer.actor,
        now=context.now,
    )
    return Done(
        f"{context.client} is introduced to {contact}. Ring {contact} together now, if you can: it works best.",
        of=str(introduction.pk),
    )


def undo_introduce(context: Context, of: str) -> str:
    """End it, and say what cannot be taken back."""
    held = context.client.introductions.filter(pk=number_of(of)).select_related("contact", "client")
    introduction = held.first()
    if introduction is None:
        raise Refused("There is no such introduction on record.")
    contact = introduction.contact
    undone = undoing.undo_introduction(introduction=introduction, by=context.viewer.actor, now=context.now)
    if undone is None:
        return f"The introduction to {contact} had ended already."
    ended = f"Undone: the introduction to {contact} is ended, and its consent taken back."
    if not undone.told:
        return f"{ended} Nothing had gone out."
    return f"{ended} A message about it had gone out already, to {' and '.join(undone.told)}: tell them."


def _under_way(context: Context) -> Introduction:
    """The client's introduction; raises Refused where there is none."""
    introduction = context.client.introductions.filter(ended_at__isnull=True).first()
    if introduction is None:
        raise Refused(f"{context.client} has no introduction under way.")
    return introduction


def they_spoke(context: Context, values: dict[str, Any]) -> str:
    """Note that the client and the contact have spoken."""
    introduction = _under_way(context)
    spoke = IntroductionState.SPOKE
    if not introducing.move(introduction=introduction, to=spoke, by=context.viewer.actor, now=context.now):
        return f"It was noted before that {context.client} and {introduction.contact} spoke."
    return f"Noted: {context.client} and {introduction.contact} have spoken."


class EndIntroductionForm(ActForm):
    """Why it ends."""

    reason = ReasonField(label="Why")


def end_introduction(context: Context, values: dict[str, Any]) -> str:
    """End it; nothing more is shared."""
    introduction = _under_way(context)
    ended = introducing.move(
        introduction=introduction,
        to=IntroductionState.ENDED,
        by=context.viewer.actor,
        now=context.now,
        reason=values["reason"],
    )
    if not ended:
        return f"Somebody was quicker: the introduction to {introduction.contact} had ended already."
    return f"The introduction to {introduction.contact} is ended, and its consent taken back."


class TaskForm(ActForm):
    """Which task: one of the client's own that are open."""

    from_address = ("task",)

    task = forms.ModelChoiceField(
        queryset=KeyworkerTask.objects.none(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose what was done on the client's page.",
            "invalid_choice": "Nothing of the kind waits for this client, or somebody was quicker.",
        },
    )

    def offer(self, **kinds: object) -> None:
        """Let one of the client's open tasks of these kinds be meant."""
        field = field_of(self, "task", forms.ModelChoiceField)
        waiting = self.context.client.keyworker_tasks.filter(done_at__isnull=True)
        field.queryset = waiting.filter(**kinds).select_related("clinic", "client")


class FinishForm(TaskForm):
    """What came of it."""

    outcome = ReasonField(label="What came of it")

    def prepare(self) -> None:
        """Any but a question about a message: its answer moves the message, too."""
        self.offer(kind__in=set(TaskKind) - {TaskKind.UNCERTAIN})


def finish_task(context: Context, values: dict[str, Any]) -> str | Done:
    """Finish it."""
    task = values["task"]
    done = tasks.finish(task=task, outcome=values["outcome"], by=context.viewer.actor, now=context.now)
    if not done:
        return "Somebody was quicker: it is off the list already."
    return Done("Done. It is off the list.", of=f"{task.pk} {context.now.isoformat()}")


def finished_task(context: Context, of: str) -> KeyworkerTask:
    """A task of the client's, by its number and when it was finished; raises Refused if somebody has done it anew."""
    pk, _, moment = of.partition(" ")
    task = context.client.keyworker_tasks.filter(pk=number_of(pk)).first()
    done_at = parse_datetime(moment)
    if task is None or done_at is None:
        raise Refused("There is no such task on record.")
    if task.done_at is not None and task.done_at != done_at:
        raise Refused(f"{task.done_by} has done it anew since: {task.outcome}")
    return task


def undo_finish_task(context: Context, of: str) -> str:
    """Open it again."""
    task = finished_task(context, of)
    if not words.reopen(task=task, by=context.viewer.actor, now=context.now):
        return "It waits on the list already."
    return "Undone: it waits on the list again."


SETTLED: dict[PromptState | None, str] = {
    PromptState.SENT: "Noted: the message came.",
    PromptState.PLANNED: "Noted: the message goes out once more, unless it has become pointless since.",
    PromptState.UNCERTAIN: "Noted. The message counts as sent, and is not sent again.",
}


class SettleForm(TaskForm):
    """Whether a message came."""

    answer = forms.ChoiceField(
        choices=settling.Answer.choices, label="What did they say?", widget=forms.RadioSelect
    )
    note = ReasonField(required=False, label="Note", max_length=200)

    def prepare(self) -> None:
        """A question about a message."""
        self.offer(kind=TaskKind.UNCERTAIN)


def settle(context: Context, values: dict[str, Any]) -> Done:
    """Settle the message by what they said; what moved it is not to be undone, as it may go out at any moment."""
    task = values["task"]
    became = settling.settle(
        task=task,
        answer=settling.Answer(values["answer"]),
        note=values["note"],
        by=context.viewer.actor,
        now=context.now,
    )
    of = f"{task.pk} {context.now.isoformat()}" if became is PromptState.UNCERTAIN else ""
    return Done(SETTLED.get(became, "Noted. The message was settled meanwhile."), of=of)


def undo_settle(context: Context, of: str) -> str:
    """Ask again whether it came."""
    task = finished_task(context, of)
    if not settling.ask_again(task=task, by=context.viewer.actor, now=context.now):
        return "It waits on the list already."
    return "Undone: whether the message came is to be asked again."


ACTS = [
    Act("spoke", "Spoke to them", "Note it", SpokeForm, spoke, undo=undo_spoke,
        intro="A word finishes what waits for one. A try in vain is noted, and everything waits on."),
    Act("not_now", "Not now", "Put aside", NotNowForm, not_now, undo=undo_not_now,
        intro="Takes them off Today until a date. It changes nothing about their standing, and messages go on."),
    Act("bring_back", "Back on Today", "Bring back", ActForm, bring_back, permission=Permission.TAKE_UP,
        intro="Ends “not now” before its day."),
    Act("introduce", "Introduce a local contact", "Introduce", IntroduceForm, introduce,
        permission=Permission.INTRODUCE, undo=undo_introduce,
        intro="Being rung by a group member who goes along brings people to meetings; being told of them does not."),
    Act("end_introduction", "End the introduction", "End it", EndIntroductionForm, end_introduction,
        permission=Permission.INTRODUCE, danger=True),
    Act("they_spoke", "Client and contact spoke", "They spoke", ActForm, they_spoke,
        permission=Permission.INTRODUCE,
        intro="From the client's own word, or from a call made together. Nobody asks the contact to report."),
    Act("finish_task", "Done", "Done", FinishForm, finish_task, undo=undo_finish_task),
    Act("settle", "Settle a message", "Settle", SettleForm, settle, undo=undo_settle,
        intro="Ask whoever it was for. One that did not come goes out once more, if it still makes sense by then; "
        "one of which it cannot be known is not sent again."),
    *hand_over_acts.ACTS,
]  # fmt: skip

urlpatterns = act_urls(ACTS)
