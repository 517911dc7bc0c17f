"""The acts that offer a client to another clinic of the organisation, and withdraw that."""

from typing import Any

from django import forms

from clinic import consents, transferring
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.pages.act import Act, ActForm, Context
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.weeks import day_text

NO_OTHER = (
    "This clinic is of no organisation that has another clinic, so that there is none to transfer anybody to."
)
NOTHING_WAITS = "There is no transfer to withdraw."


class ClinicField(forms.ModelChoiceField):
    """A clinic, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The clinic's name."""
        return str(obj)


class TransferForm(ActForm):
    """To which clinic, and the client's consent. Nothing is ticked beforehand."""

    to = ClinicField(queryset=Clinic.objects.none(), label="To")
    given_on = DayField(label="Agreed on")
    how = ReasonField(
        label="How", help_text="Such as: signed form, in the session.", max_length=consents.LONGEST_HOW
    )
    agreed = forms.BooleanField(label="The client heard or read the wording below, and agreed.")

    def prepare(self) -> None:
        """The other clinics, and what is agreed to of each."""
        client, now = self.context.client, self.context.now
        found = transferring.others(client.clinic)
        field_of(self, "to", ClinicField).queryset = found
        clinics = list(found)
        until = transferring.last_day(client.clinic, now)
        told = [f"“{transferring.wording(client.clinic, to, until)}”" for to in clinics]
        self.fields["agreed"].help_text = (
            " ".join(told)
            if len(told) == 1
            else " ".join(f"{to}: {text}" for to, text in zip(clinics, told, strict=True))
        )
        if not clinics:
            self.nothing = NO_OTHER
        elif client.closed_on is not None:
            self.nothing = f"{client} is not tracked any more: track them again first."


def transfer(context: Context, values: dict[str, Any]) -> str:
    """Write the consent down, and ask the other clinic."""
    offered = transferring.offer(
        client=context.client,
        to=values["to"],
        given_on=values["given_on"],
        how=values["how"],
        by=context.viewer.actor,
        now=context.now,
    )
    return (
        f"{offered.to} is asked to take {context.client} over, until {day_text(offered.until)}. "
        "Everything goes on here until then."
    )


class WithdrawForm(ActForm):
    """Why the other clinic is asked no more."""

    why = ReasonField(
        label="Why",
        max_length=transferring.LONGEST_WHY,
        help_text="Such as: the client took the consent back, on the telephone.",
    )

    def prepare(self) -> None:
        """Only what waits can be withdrawn; sent a second time, it is to say so."""
        if not self.is_bound and transferring.standing(self.context.client) is None:
            self.nothing = NOTHING_WAITS


def withdraw(context: Context, values: dict[str, Any]) -> str:
    """Withdraw what waits."""
    held = transferring.standing(context.client)
    if held is None or not transferring.withdraw(
        transfer=held, why=values["why"], by=context.viewer.actor, now=context.now
    ):
        gone = context.client.transfers.filter(accepted__isnull=False).select_related("to").first()
        raise Refused(
            f"Somebody was quicker: {gone.to} has taken {context.client} over." if gone else NOTHING_WAITS
        )
    return f"Withdrawn: {held.to} is asked no more, and the consent to it is taken back."


ACTS = [
    Act("transfer", "Transfer to another clinic", "Ask them to take over", TransferForm, transfer,
        intro="Another clinic of the organisation takes over, with the client's consent. When it has, the record here "
        "is closed and everything unsent cancelled. Attendance, pauses, interviews and treatment go along; notes do "
        "not."),
    Act("withdraw_transfer", "Withdraw the transfer", "Withdraw", WithdrawForm, withdraw, danger=True,
        intro="The other clinic is asked no more and sees nothing of it. The consent is taken back with it."),
]  # fmt: skip
