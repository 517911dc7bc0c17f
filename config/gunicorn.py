"""How gunicorn serves the site; the command line overrides what stands here.

Named on the command line as `--config python:config.gunicorn`, and so a wrong setting is told once.
"""

import gc
import os
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from config.environment import Environment
from config.secrecy import WithoutKeys, without_keys
from config.startup import find_static_files_or_stop, read_settings_or_stop, stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
read_settings_or_stop()


class QuietLogger(Logger):
    """Writes paths without the keys of signed links, whatever the format asks for and whatever went wrong."""

    def setup(self, cfg: Any) -> None:
        """Let what gunicorn says of requests it could not serve go without keys too."""
        super().setup(cfg)
        if not any(isinstance(one, WithoutKeys) for one in self.error_log.filters):
            self.error_log.addFilter(WithoutKeys())

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> dict[str, Any]:
        """What gunicorn knows of a request: path, request line, the page it came from and all else."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {
            name: without_keys(value) if isinstance(value, str) else value for name, value in found.items()
        }


try:
    port = Environment().number("PORT", default=8000, lowest=1, highest=65535)
    workers = Environment().number("WEB_WORKERS", default=2, lowest=1, highest=64)
except ImproperlyConfigured as fault:
    stop(fault)
if workers > 1 and not settings.DEBUG and not Environment().text("CACHE_URL"):
    # No reason to refuse: the limits then hold for each worker by itself, so that more tries get through.
    sys.stderr.write(
        f"Settings: {workers} web workers without CACHE_URL each count sign-ins and signed links for "
        "themselves: set CACHE_URL to redis://host:6379/1\n"
    )

wsgi_app = "config.wsgi"
bind = f"127.0.0.1:{port}"
worker_class = "gthread"
threads = 4
# Of a worker that answers nothing at all: one of its threads may take longer, for a long file over a slow line.
timeout = 60
graceful_timeout = 20
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(L)ss"
logger_class = QuietLogger
# The control socket would lie in the home folder, which a container's user does not have.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Spare the collector what the site itself consists of: it would go through all of it in the midst of requests."""
    gc.collect()
    gc.freeze()


def on_starting(server: Any) -> None:
    """Before any worker is started and any page asked for."""
    find_static_files_or_stop()
