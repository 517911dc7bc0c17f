"""How often one network address may ask for signed pages, and how many wrong tokens it may try."""

from collections.abc import Callable

from django.http import HttpRequest

from clinic.limits import Limit, address_of

REQUESTS = Limit("signed-page-requests", most=60, seconds=60)
WRONG_TOKENS = Limit("signed-page-wrong-tokens", most=20, seconds=60 * 60)


def too_many(request: HttpRequest, opens: Callable[[], bool]) -> bool:
    """Count a request, and say whether its address has had its share of requests, or of wrong tokens.

    opens: whether the token is one of ours. A waiting room or a mobile network is one address: somebody's wrong
    tokens there keep no right one out.
    """
    address = address_of(request)
    asked_too_often = REQUESTS.count(address) > REQUESTS.most
    return asked_too_often or (WRONG_TOKENS.is_reached(address) and not opens())


def count_wrong_token(request: HttpRequest) -> None:
    """Count a token that opened nothing."""
    WRONG_TOKENS.count(address_of(request))
