"""Setting a clinic up: its policy, its staff, its tokens."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import phonenumbers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from clinic import audit, checks, events
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import ActorKind, ApiToken, Clinic, Membership, Organisation, Role, User
from clinic.models.clinic import RANGES, range_sentence
from clinic.texts import one_line
from clinic.ways import NONE, ways

LONGEST_TOKEN_NAME = checks.longest(ApiToken, "name")
LONGEST_ORGANISATION = checks.longest(Organisation, "name")
WEEKLY_RULE = {
    "time_zone",
    "week_starts_on",
    "meetings_per_week",
    "settling_in_days",
    "lapsed_after_weeks",
    "track_for_months",
    "count_self_reports",
}

# First parts of addresses that are the site's own: no clinic may take one for its slug.
RESERVED_SLUGS = {"admin", "api", "healthz", "l", "readyz", "sign-in", "sign-out", "static", "webhooks"}


@transaction.atomic
def set_up_clinic(
    *, slug: str, settings: Mapping[str, Any], by: Actor, now: datetime, sending: bool | None = None
) -> tuple[Clinic, bool]:
    """Make a clinic, or change the named settings of an existing one; the clinic, and whether it is new.

    settings holds field names of Clinic and their values; an organisation may be its name, and is made where it is new,
    and an empty one is left. sending turns sending on from now, or off.
    Raises Refused for a setting that is wrong, a new clinic without name or time zone, or sending
    without crisis numbers or any way to send.
    """
    settings = {name: value.strip() if isinstance(value, str) else value for name, value in settings.items()}
    if "name" in settings:
        settings["name"] = one_line(settings["name"])
    if isinstance(settings.get("organisation"), str):
        settings["organisation"] = _organisation(one_line(settings["organisation"]))
    clinic = Clinic.objects.select_for_update(no_key=True).filter(slug=slug).first()
    new = clinic is None
    if clinic is None:
        if slug in RESERVED_SLUGS:
            raise Refused(f"{slug!r} is an address of the site itself: choose another slug.", "slug")
        for needed in ("name", "time_zone"):
            if not settings.get(needed):
                raise Refused(
                    f"There is no clinic {slug!r} yet: a new one needs {needed.replace('_', ' ')}.", needed
                )
        clinic = Clinic(slug=slug)
    altered = [name for name, value in settings.items() if new or getattr(clinic, name) != value]
    for name in altered:
        setattr(clinic, name, settings[name])
    if sending is True and not ways():
        raise Refused(NONE, "sending")
    if sending is True and clinic.sending_since is None:
        clinic.sending_since = now
        altered.append("sending_since")
    elif sending is False and clinic.sending_since is not None:
        clinic.sending_since = None
        altered.append("sending_since")
    for name, (low, high, _) in RANGES.items():
        # The field alone would name the largest number a database can hold.
        value = getattr(clinic, name)
        if isinstance(value, int) and not low <= value <= high:
            raise Refused(range_sentence(name), name)
    if clinic.country not in phonenumbers.SUPPORTED_REGIONS:
        raise Refused(
            f"country: {clinic.country!r} is not the ISO code of a country, such as GB or US.", "country"
        )
    if clinic.sending_since is not None and not clinic.crisis_numbers.strip():
        raise Refused(
            "Sending needs the clinic's crisis numbers first: every signed page shows them.", "crisis_numbers"
        )
    try:
        clinic.full_clean()
    except ValidationError as error:
        name, faults = next(iter(error.message_dict.items()))
        raise Refused(
            f"{name.replace('_', ' ')}: {faults[0]}" if name != "__all__" else faults[0], name
        ) from error
    if altered:
        clinic.save()
        verb = "clinic.made" if new else "clinic.changed"
        audit.record(by=by, now=now, verb=verb, subject=clinic, clinic=clinic, fields=altered)
    if not new and WEEKLY_RULE.intersection(altered):
        events.policy_changed.send(sender=Clinic, clinic=clinic, now=now)
    return clinic, new


def _organisation(name: str) -> Organisation | None:
    """The organisation of that name, whatever the letters, made where it is new; none without a name."""
    if not name:
        return None
    checks.at_most(name, LONGEST_ORGANISATION, "organisation")
    slug = slugify(name)[: checks.longest(Organisation, "slug")]
    if not slug:
        raise Refused(f"{name!r} has no letters or digits to make an address of.", "organisation")
    found, _ = Organisation.objects.get_or_create(slug=slug, defaults={"name": name})
    return found


@transaction.atomic
def add_staff(
    *,
    username: str,
    clinic: Clinic,
    role: Role,
    by: Actor,
    now: datetime,
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
) -> tuple[User, bool]:
    """Give somebody a role in a clinic, making the user where new; the user, and whether anything changed.

    Messages are signed with the first name, and administrators are written to at their e-mail address; what is
    empty leaves what is known. Without a password a new user cannot sign in until one is set. Raises Refused for a
    user name, name, address or password that will not do.
    """
    user = User.objects.select_for_update(no_key=True).filter(username=username).first()
    new = user is None
    if user is None:
        _check_is_no_kind_of_actor(username, "username")
        _check_nobody_is_called_nearly_so(username)
        user = User(username=username)
        user.set_unusable_password()
    told = {"first_name": one_line(first_name), "last_name": one_line(last_name)}
    told["email"] = checks.email(email.strip()) if email.strip() else ""
    fields = [name for name, value in told.items() if value and getattr(user, name) != value]
    for name in fields:
        setattr(user, name, told[name])
    if new or fields:
        _check_names(user)
        user.save()
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), "password") from error
        user.set_password(password)
        user.save(update_fields=["password"])
        fields.append("password")
    membership, added = Membership.objects.get_or_create(clinic=clinic, user=user, role=role)
    if added:
        fields.append("role")
    if fields:
        audit.record(by=by, now=now, verb="staff.added", subject=membership, clinic=clinic, fields=fields)
    return user, bool(fields)


def _check_nobody_is_called_nearly_so(username: str) -> None:
    """Raise Refused where the name is somebody's but for capital letters: more likely it is they who are meant."""
    # Compared here, as databases differ on what is one letter, large and small.
    for held in User.objects.values_list("username", flat=True):
        if held.casefold() == username.casefold():
            raise Refused(
                f"There is a member of staff {held!r} already: write the name in the same letters, large and small, "
                "or choose another.",
                "username",
            )


def _check_names(user: User) -> None:
    """Raise Refused, with a sentence, for a user name, first name or last name that will not do."""
    labels = {
        "username": "User name",
        "first_name": "First name",
        "last_name": "Last name",
        "email": "E-mail address",
    }
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        name, faults = next(iter(error.message_dict.items()))
        raise Refused(f"{labels.get(name, name)} {getattr(user, name, '')!r}: {faults[0]}", name) from error


@transaction.atomic
def make_token(*, name: str, clinic: Clinic, read_only: bool, by: Actor, now: datetime) -> str:
    """Make a token for another system and return it: only its digest is kept, so this is the one time.

    Raises Refused for a name already taken in the clinic.
    """
    if not name.strip():
        raise Refused("A token needs a name.", "name")
    checks.at_most(name, LONGEST_TOKEN_NAME, "name")
    _check_is_no_kind_of_actor(name, "name")
    if clinic.api_tokens.filter(name=name).exists():
        raise Refused(f"{clinic} already has a token named {name!r}.", "name")
    text = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        clinic=clinic, name=name, digest=token_digest(text), read_only=read_only, created_at=now
    )
    audit.record(
        by=by, now=now, verb="token.made", subject=token, clinic=clinic, fields=["name", "read_only"]
    )
    return text


def _check_is_no_kind_of_actor(name: str, field: str) -> None:
    """Raise Refused for what records call those who have no name, such as a client who answers by a link."""
    if name.strip().casefold() in {kind.value for kind in ActorKind}:
        raise Refused(
            f"{name.strip()!r} is what records call somebody without a name: choose another.", field
        )


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, now: datetime) -> bool:
    """Take a token back for good, so that nothing more is read or recorded with it; False where it was before."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
    if changed:
        audit.record(by=by, now=now, verb="token.revoked", subject=token, clinic=token.clinic)
    return bool(changed)


def token_digest(text: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()
