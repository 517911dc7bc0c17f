"""What gunicorn serves for the bench: the site, saying of each answer what it took in here.

In a Server-Timing header: milliseconds by the clock and of the thread's own processor, queries, and which worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import perf_counter, thread_time
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

from bench.counting import Counted

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def timed(site: Application) -> Application:
    """The application; its time runs from the request, as gunicorn has read it, until the answer stands ready."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, worked, counted = perf_counter(), thread_time(), Counted()

        def answer(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            timing = (
                f"app;dur={1000 * (perf_counter() - began):.3f}, cpu;dur={1000 * (thread_time() - worked):.3f}, "
                f"queries;dur={counted.queries}, worker;dur={os.getpid()}"
            )
            return start_response(status, [*headers, ("Server-Timing", timing)], *error)

        with connection.execute_wrapper(counted):
            return site(environ, answer)

    return application


application = timed(get_wsgi_application())
