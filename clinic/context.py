"""What every page's template may use."""

from typing import Any

from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """The signed-in person's place in the clinic whose page this is, where there is one."""
    return {"viewer": getattr(request, "viewer", None)}
