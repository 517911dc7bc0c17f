"""How often one network address or one name may try something, counted in the cache."""

import hashlib
import logging
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)

# All devices of one IPv6 line share its first 64 bits and may change the rest at will.
IPV6_LINE = 64
# Where a proxy of ours can be: this machine, or a private network.
OURS = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds for one address or name.

    Without a shared cache (CACHE_URL) each of our processes counts for itself. Seconds are real ones,
    whatever the clock of the product says: a clock that stands still in a rehearsal must not lock anybody
    out. A cache that fails lets people in: tokens are 128 bits, and passwords long.
    """

    name: str
    most: int
    seconds: int

    def count(self, whose: str) -> int:
        """Count one more; how many there are in the present window."""
        key = self._key(whose)
        try:
            if cache.add(key, 1, self.seconds):
                return 1
            return int(cache.incr(key))
        except ValueError:
            # The window ended between the two.
            cache.set(key, 1, self.seconds)
            return 1
        except Exception:
            log.exception("the limit %s cannot be counted", self.name)
            return 0

    def counted(self, whose: str) -> int:
        """How many there are in the present window."""
        try:
            return int(cache.get(self._key(whose), 0))
        except Exception:
            log.exception("the limit %s cannot be read", self.name)
            return 0

    def is_reached(self, whose: str) -> bool:
        """Whether there have been so many that no more may be."""
        return self.counted(whose) >= self.most

    def _key(self, whose: str) -> str:
        # A digest, because a name that somebody types in may hold anything, at any length.
        return f"limit:{self.name}:{hashlib.sha256(whose.encode(errors='replace')).hexdigest()}"


def address_of(request: HttpRequest) -> str:
    """The network address a request came from; behind a proxy of ours, the one that the proxy saw.

    Only the last address in X-Forwarded-For is the proxy's own word: those before it are whatever the
    sender wrote.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if forwarded.count(":") == 1:
        # Some proxies add the port.
        forwarded = forwarded.partition(":")[0]
    try:
        address = ip_address(peer)
        if forwarded and any(address in network for network in OURS):
            address = ip_address(forwarded)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_LINE), strict=False))
    return str(address)
