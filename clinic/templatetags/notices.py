"""What a notice of Django's messages offers next."""

from typing import Any

from django import template

from clinic.pages import notices

register = template.Library()


@register.filter
def what_next(message: Any) -> notices.Next:
    """The links that go with a message."""
    return notices.what_next(message.extra_tags or "")
