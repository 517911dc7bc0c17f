"""The act that hands one client over to another keyworker."""

from typing import Any

from django import forms

from clinic import handing_over
from clinic.access import Permission
from clinic.errors import Refused
from clinic.models import User
from clinic.pages.act import Act, ActForm, Context
from clinic.pages.fields import ReasonField, field_of
from clinic.pages.people import KeyworkerField
from reminders.desk.handing_over import along_with

NOBODY = "nobody"


class HandOverForm(ActForm):
    """To whom. was: whose they were when the form was made, so that whoever comes second is told."""

    to = KeyworkerField(queryset=User.objects.none(), label="To")
    note = ReasonField(
        required=False,
        label="Note",
        max_length=handing_over.LONGEST_NOTE,
        help_text="For whoever takes over, such as why, and what to look out for.",
    )
    was = forms.CharField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The clinic's other keyworkers, and what goes along."""
        client, viewer = self.context.client, self.context.viewer
        field = field_of(self, "to", KeyworkerField)
        here = handing_over.keyworkers(client.clinic)
        # Sent a second time, it is to say that somebody was quicker, not that there is no such keyworker.
        field.queryset = here if self.is_bound else here.exclude(caseload=client)
        field.help_text = along_with(client, self.context.now)
        self.fields["was"].initial = client.keyworker_id or NOBODY
        if not viewer.may_hand_over_any and client.keyworker_id != viewer.user.pk and not self.is_bound:
            self.nothing = f"{client} is not your client: a manager can hand them over."
        elif not field.queryset.exists():
            self.nothing = "There is no other keyworker here to hand them over to."


def hand_over(context: Context, values: dict[str, Any]) -> str:
    """Hand the client over, from whom they were with when the form was made."""
    client, viewer = context.client, context.viewer
    held_by = client.keyworker
    if values["was"] != str(client.keyworker_id or NOBODY):
        now_with = f"is with {held_by} now" if held_by is not None else "has no keyworker now"
        raise Refused(f"Somebody was quicker: {client} {now_with}.")
    if not viewer.may_hand_over_any and client.keyworker_id != viewer.user.pk:
        raise Refused(f"{client} is not your client: a manager can hand them over.")
    handing_over.hand_over(
        clinic=client.clinic,
        clients=[client],
        held_by=held_by,
        to=values["to"],
        note=values["note"],
        by=viewer.actor,
        now=context.now,
    )
    return f"{client} is handed over to {values['to']}, with all that is scheduled."


ACTS = [
    Act("hand_over", "Hand over", "Hand over", HandOverForm, hand_over, permission=Permission.HAND_OVER,
        intro="Holds from today. What waits on Today goes along, and messages are signed with the new name."),
]  # fmt: skip
