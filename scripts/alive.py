"""The health check of the web container: exit code 0 when the address answers 200.

Only the standard library, because it runs every few seconds. The site refuses host names that are not
its own, so the request names the host of BASE_URL.
"""

import os
import sys
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen


def answers(address: str, host: str) -> bool:
    """Whether this http address answers 200 to a request for that host."""
    request = Request(address, headers={"Host": host} if host else {})  # noqa: S310 (the caller's own address)
    try:
        with urlopen(request, timeout=4) as response:  # noqa: S310
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1], urlsplit(os.environ.get("BASE_URL", "")).netloc) else 1)
