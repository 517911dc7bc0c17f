"""Introducing a client to a local contact: the lever the findings point at (evidence E11, E12)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from attendance.directory.models import Fellowship, Meeting
from attendance.directory.overlay import meant
from clinic import audit, checks, consents, locking
from clinic.actors import Actor
from clinic.effects import UNDONE
from clinic.errors import Refused
from clinic.models import Channel, Client, Clinic, Purpose
from clinic.texts import one_line
from reminders.contacts.events import introduction_moved
from reminders.contacts.models import Introduction, IntroductionState, IntroductionStep, LocalContact

ENDED = "The introduction was ended."
# From each state, the states an introduction may move to.
TRANSITIONS: dict[IntroductionState, frozenset[IntroductionState]] = {
    IntroductionState.AGREED: frozenset(
        {IntroductionState.ASKED, IntroductionState.SPOKE, IntroductionState.ENDED}
    ),
    IntroductionState.ASKED: frozenset(
        {IntroductionState.ACCEPTED, IntroductionState.SPOKE, IntroductionState.ENDED}
    ),
    IntroductionState.ACCEPTED: frozenset({IntroductionState.SPOKE, IntroductionState.ENDED}),
    IntroductionState.SPOKE: frozenset({IntroductionState.ENDED}),
    IntroductionState.ENDED: frozenset(),
}


@transaction.atomic
def add_contact(
    *,
    clinic: Clinic,
    first_name: str,
    fellowship: Fellowship,
    agreed_on: date,
    by: Actor,
    now: datetime,
    mobile: str = "",
    email: str = "",
    area: str = "",
    can_ring: str = "",
    meetings: Iterable[Meeting] = (),
) -> LocalContact:
    """Write a local contact down, with the meetings they go to as far as known: clients are offered those.

    Raises Refused without a first name or a way to reach them, and for one who serves already.
    """
    first_name = one_line(first_name)
    if not first_name:
        raise Refused("A contact needs a first name.", "first_name")
    if not mobile.strip() and not email.strip():
        raise Refused("A contact needs a number or an e-mail address.", "mobile")
    checks.past_date(agreed_on, clinic=clinic, now=now, field="agreed_on")
    mobile = checks.mobile(mobile, clinic=clinic) if mobile.strip() else ""
    email = checks.email(email.strip()) if email.strip() else ""
    locking.clinic(clinic.pk)
    same = clinic.local_contacts.filter(first_name=first_name, mobile=mobile, email=email)
    if same.filter(fellowship=fellowship, active=True).exists():
        raise Refused(f"{first_name} is on the list of contacts already.", "first_name")
    contact = LocalContact.objects.create(
        clinic=clinic,
        first_name=first_name,
        fellowship=fellowship,
        agreed_on=agreed_on,
        mobile=mobile,
        email=email,
        area=area.strip(),
        can_ring=can_ring.strip(),
        created_at=now,
    )
    contact.meetings.set([meant(meeting, clinic) for meeting in meetings])
    audit.record(by=by, now=now, verb="contact.added", subject=contact, clinic=clinic)
    return contact


@transaction.atomic
def goes_to(*, contact: LocalContact, meeting: Meeting, by: Actor, now: datetime) -> bool:
    """Note that a contact goes to a meeting; False where that is known."""
    return _change_meetings(contact, meeting, True, by, now)


@transaction.atomic
def goes_no_longer(*, contact: LocalContact, meeting: Meeting, by: Actor, now: datetime) -> bool:
    """Take a meeting off those a contact goes to; False where it is not among them."""
    return _change_meetings(contact, meeting, False, by, now)


def _held(contact: LocalContact) -> LocalContact:
    """Hold a contact's row until the transaction ends; the contact as it stands."""
    rows = LocalContact.objects.select_related("clinic", "fellowship")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)


def _change_meetings(contact: LocalContact, meeting: Meeting, goes: bool, by: Actor, now: datetime) -> bool:
    held = _held(contact)
    meeting = meant(meeting, held.clinic)
    if held.meetings.filter(pk=meeting.pk).exists() is goes:
        return False
    (held.meetings.add if goes else held.meetings.remove)(meeting)
    verb = "contact.goes_to" if goes else "contact.goes_no_longer"
    audit.record(by=by, now=now, verb=verb, subject=held, clinic=held.clinic, fields=["meetings"])
    return True


@transaction.atomic
def introduce(
    *, client: Client, contact: LocalContact, how: str, given_on: date, by: Actor, now: datetime
) -> Introduction:
    """Introduce a client to a contact, on the client's consent, given in the way `how` on that date.

    Raises Refused where the clinic has no safeguarding lead, the contact does not serve, or the client
    has an introduction under way.
    """
    contact, client = _held(contact), locking.client(client.pk)
    if client.clinic.safeguarding_lead_id is None:
        raise Refused("The clinic has no named safeguarding lead, so it makes no introductions yet.")
    if contact.clinic_id != client.clinic_id or not contact.active:
        raise Refused(f"{contact} is not serving as a contact here.", "contact")
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    if client.introductions.filter(ended_at__isnull=True).exists():
        raise Refused(f"{client} has an introduction under way: end it first.", "contact")
    if not how.strip():
        raise Refused("Say how consent was given, such as 'signed form' or 'in the session'.", "how")
    consent = consents.give(
        client=client,
        purpose=Purpose.INTRODUCTION,
        channel=Channel.CONTACT,
        given_on=given_on,
        how=how.strip(),
        by=by,
        now=now,
        wording=introduction_wording(contact),
    )
    introduction = Introduction.objects.create(
        clinic=client.clinic, client=client, contact=contact, consent=consent, began_at=now
    )
    IntroductionStep.objects.create(
        introduction=introduction, state=IntroductionState.AGREED, at=now, by=by.label
    )
    audit.record(
        by=by, now=now, verb="introduction.agreed", subject=introduction, clinic=client.clinic, client=client
    )
    introduction_moved.send(
        sender=Introduction, introduction=introduction, to=IntroductionState.AGREED, by=by, now=now
    )
    return introduction


def introduction_wording(contact: LocalContact) -> str:
    """What the client agrees to: who learns what, why, until when, and how to take it back."""
    return (
        f"The clinic may share my first name and my telephone number with {contact.first_name} "
        f"({contact.fellowship}), so that {contact.first_name} can ring me and go to meetings with me, until this "
        "introduction ends. I can take this back at any time by telling the clinic or by the link in its messages."
    )


@transaction.atomic
def move(
    *, introduction: Introduction, to: IntroductionState, by: Actor, now: datetime, reason: str = ""
) -> bool:
    """Take an introduction a step on; False where that step does not follow from where it stands.

    Ending needs a reason, and takes the consent back with it: nothing more may be shared. Raises Refused without
    one, or for one that is too long.
    """
    locking.client(introduction.client_id)
    rows = Introduction.objects.select_related("client", "clinic", "consent")
    held = rows.select_for_update(of=("self",), no_key=True).get(pk=introduction.pk)
    if to not in TRANSITIONS[IntroductionState(held.state)]:
        return False
    if to is IntroductionState.ENDED:
        reason = checks.at_most(reason.strip(), checks.longest(Introduction, "ended_reason"), "reason")
        if not reason:
            raise Refused("Say why the introduction ends.", "reason")
        held.ended_at, held.ended_reason = now, reason
    held.state = to
    held.save(update_fields=["state", "ended_at", "ended_reason"])
    IntroductionStep.objects.create(introduction=held, state=to, at=now, by=by.label)
    audit.record(
        by=by, now=now, verb=f"introduction.{to}", subject=held, clinic=held.clinic, client=held.client
    )
    if to is IntroductionState.ENDED:
        # The reason stands with the introduction; a long one has no room beside the consent.
        how = reason if len(reason) <= consents.LONGEST_HOW else ENDED
        consents.revoke(consent=held.consent, how=how, by=by, now=now)
    introduction.refresh_from_db()
    introduction_moved.send(sender=Introduction, introduction=held, to=to, by=by, now=now)
    return True


@transaction.atomic
def undo(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """End an introduction that was a slip of the hand, and take its consent back; False where it ended already.

    Raises Refused where its contact has answered since: they are not to be left standing.
    """
    locking.client(introduction.client_id)
    introduction.refresh_from_db(fields=["state"])
    state = IntroductionState(introduction.state)
    if state in (IntroductionState.ACCEPTED, IntroductionState.SPOKE):
        raise Refused(
            f"{introduction.contact} has answered since ({state.label.lower()}): tell them, and end the introduction "
            "on the client's page."
        )
    return move(introduction=introduction, to=IntroductionState.ENDED, by=by, now=now, reason=UNDONE)


def end_for(client: Client, reason: str, by: Actor, now: datetime) -> None:
    """End whatever introduction the client has under way."""
    for introduction in client.introductions.filter(ended_at__isnull=True):
        move(introduction=introduction, to=IntroductionState.ENDED, by=by, now=now, reason=reason)
