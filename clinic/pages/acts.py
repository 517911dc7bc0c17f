"""The acts on a client that belong to this stage: phase, closing, coming back, consents, interviews."""

from typing import Any

from django import forms

from clinic import amending, consents, episodes, intake
from clinic.errors import Refused
from clinic.models import Channel, ClosedReason, ConsentState, Purpose
from clinic.pages import interview_acts, notes, phases, transfer_acts
from clinic.pages.act import Act, ActForm, Context, act_urls
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.pages.people import PersonForm, person_of, told_of

PROMPT_CHANNELS = [(Channel.SMS.value, "Texts"), (Channel.EMAIL.value, "E-mails")]
NO_SUCH_CONSENT = "There is no such consent to take back."


class CloseForm(ActForm):
    """The end of tracking."""

    closed_reason = forms.ChoiceField(choices=ClosedReason.choices, label="Why")
    closed_on = DayField(label="Last day")

    def prepare(self) -> None:
        """Today is the likeliest date."""
        self.fields["closed_on"].initial = self.context.today


def close(context: Context, values: dict[str, Any]) -> str:
    """Close the client."""
    closed = episodes.close(
        client=context.client,
        closed_on=values["closed_on"],
        reason=ClosedReason(values["closed_reason"]),
        by=context.viewer.actor,
        now=context.now,
    )
    if not closed:
        return f"{context.client} was closed so already."
    return f"{context.client} is closed. Everything unsent was cancelled."


def reopen(context: Context, values: dict[str, Any]) -> str:
    """Take the closing back."""
    if not episodes.reopen(client=context.client, by=context.viewer.actor, now=context.now):
        return f"{context.client} is not closed: there was nothing to take back."
    return f"{context.client} is tracked again. What the closing ended stays ended: introduce a local contact anew."


class ReturnForm(ActForm):
    """A new course of treatment."""

    intake_on = DayField(label="Taken in again on")

    def prepare(self) -> None:
        """Today is the likeliest date."""
        self.fields["intake_on"].initial = self.context.today


def come_back(context: Context, values: dict[str, Any]) -> str:
    """Begin the new episode."""
    episodes.return_to_treatment(
        client=context.client,
        intake_on=values["intake_on"],
        intake=intake.Intake(),
        by=context.viewer.actor,
        now=context.now,
    )
    return f"{context.client} is back in treatment. Everything known before stays."


class ConsentForm(ActForm):
    """Consent to prompts over one channel. Nothing is ticked beforehand."""

    channel = forms.ChoiceField(choices=PROMPT_CHANNELS, label="To", widget=forms.RadioSelect)
    given_on = DayField(label="Given on")
    how = ReasonField(
        label="How", help_text="Such as: signed form, in the session.", max_length=consents.LONGEST_HOW
    )
    agreed = forms.BooleanField(label="The client heard or read the wording below, and agreed.")

    def prepare(self) -> None:
        """Show what is agreed to."""
        self.fields["agreed"].help_text = " ".join(
            f"{label}: “{consents.PROMPT_WORDING[Channel(value)]}”" for value, label in PROMPT_CHANNELS
        )


def give_consent(context: Context, values: dict[str, Any]) -> str:
    """Write the consent down."""
    channel = Channel(values["channel"])
    held = consents.live(context.client, Purpose.PROMPTS, channel)
    stood = held is not None and held.state is ConsentState.GIVEN
    consents.give(
        client=context.client,
        purpose=Purpose.PROMPTS,
        channel=channel,
        given_on=values["given_on"],
        how=values["how"],
        by=context.viewer.actor,
        now=context.now,
    )
    recorded = "was recorded already" if stood else "is recorded"
    return f"Consent to {dict(PROMPT_CHANNELS)[values['channel']].lower()} {recorded}."


class StopForm(ActForm):
    """Taking consent back."""

    channel = forms.ChoiceField(
        required=False, label="Stop", error_messages={"invalid_choice": NO_SUCH_CONSENT}
    )
    how = ReasonField(
        label="How did they say so?",
        help_text="Such as: on the telephone.",
        max_length=consents.LONGEST_HOW,
    )

    def prepare(self) -> None:
        """What the client has agreed to, so that nothing is offered that cannot be stopped."""
        agreed = [(channel, label) for channel, label in PROMPT_CHANNELS if self._agreed(channel)]
        field = field_of(self, "channel", forms.ChoiceField)
        field.choices = [("", "All messages"), *agreed]
        if not agreed:
            self.nothing = (
                f"{self.context.client} has agreed to no messages, so that nothing is sent to them."
            )

    def _agreed(self, channel: str) -> bool:
        return consents.live(self.context.client, Purpose.PROMPTS, Channel(channel)) is not None


def stop(context: Context, values: dict[str, Any]) -> str:
    """Take back what was chosen, at once."""
    by, now, how = context.viewer.actor, context.now, values["how"]
    if not values["channel"]:
        stopped = consents.stop_prompts(client=context.client, how=how, by=by, now=now)
    else:
        held = consents.live(context.client, Purpose.PROMPTS, Channel(values["channel"]))
        stopped = int(held is not None and consents.revoke(consent=held, how=how, by=by, now=now))
    if not stopped:
        raise Refused(NO_SUCH_CONSENT, "channel")
    return f"Stopped. Nothing more goes to {context.client} that way."


class DetailsForm(PersonForm, ActForm):
    """Who the client is."""

    def prepare(self) -> None:
        """Start from what is known."""
        client = self.context.client
        self.offer(client.clinic, client)
        told = told_of(client.preferences)
        if client.keyworker is not None:
            # Whoever has one is handed over: whose they were and whose they are is told, and can be taken back.
            del self.fields["keyworker"]
        for name in self.fields:
            self.fields[name].initial = told[name] if name in told else getattr(client, name)


def amend(context: Context, values: dict[str, Any]) -> str:
    """Mend the details."""
    amended = amending.amend(
        client=context.client,
        episode=episodes.latest_episode(context.client),
        person=person_of(values),
        forget=["date_of_birth"] if values["date_of_birth"] is None else [],
        by=context.viewer.actor,
        now=context.now,
    )
    if amended.stopped:
        return "The details are saved, and messages stopped: somebody who shares the number or address wants none."
    return "The details are saved." if amended else "Nothing was different."


ACTS = [
    *phases.ACTS,
    Act("close", "Stop tracking", "Stop tracking", CloseForm, close, danger=True,
        intro="Cancels everything unsent and ends introductions. Records stay."),
    Act("reopen", "Track again", "Track again", ActForm, reopen,
        intro="For somebody who was closed by mistake, or has changed their mind. Their weeks count as before."),
    Act("return", "Back in treatment", "Take in again", ReturnForm, come_back),
    Act("consent", "Record consent", "Record consent", ConsentForm, give_consent),
    Act("stop", "Stop messages", "Stop now", StopForm, stop, danger=True),
    Act("details", "Change details", "Save", DetailsForm, amend),
    *notes.ACTS,
    *interview_acts.ACTS,
    *transfer_acts.ACTS,
]  # fmt: skip

urlpatterns = act_urls(ACTS)
