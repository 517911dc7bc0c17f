"""Signed links: made when a message is sent, kept as a digest, for one person, and soon over."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from reminders.prompts.models import Prompt, SignedLink

BYTES = 16
CLIENT_LIFE = timedelta(days=14)


def digest_of(token: str) -> str:
    """What is kept of a token: 128 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(prompt: Prompt, now: datetime) -> str:
    """A new address for the one the prompt is written to; it is shown nowhere else.

    A contact's opens as long as the introduction lasts, a client's for two weeks.
    """
    token = secrets.token_urlsafe(BYTES)
    SignedLink.objects.create(
        clinic_id=prompt.clinic_id,
        client_id=prompt.client_id,
        contact_id=prompt.contact_id,
        prompt=prompt,
        digest=digest_of(token),
        made_at=now,
        expires_at=None if prompt.contact_id else now + CLIENT_LIFE,
    )
    return f"{settings.BASE_URL}/l/{token}/"


def find(token: str) -> SignedLink | None:
    """The link of that token, expired or not; None where there never was one, or it was revoked.

    One that was made for a record that was merged into another leads to the one that stays.
    """
    link = (
        SignedLink.objects.filter(digest=digest_of(token), revoked_at__isnull=True)
        .select_related("clinic", "client__clinic", "client__keyworker", "contact")
        .select_related("prompt__introduction__consent", "prompt__introduction__contact")
        .select_related("client__merged_into__clinic", "client__merged_into__keyworker")
        .first()
    )
    if link is not None and link.client.merged_into is not None:
        link.client = link.client.merged_into
    return link
