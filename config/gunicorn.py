"""How gunicorn serves the site; the command line overrides what stands here.

Named on the command line as `--config python:config.gunicorn`, and so a wrong setting is told once.
"""

import os
import re
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from config.environment import Environment
from config.startup import read_settings_or_stop, stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
read_settings_or_stop()

# Signed links carry their key in the path, and a log is read by more people than a message.
KEY = re.compile(r"[^/]{25,}")


class QuietLogger(Logger):
    """Writes paths without the keys of signed links, and never a query string."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> dict[str, Any]:
        """What gunicorn knows of a request, with long path segments left out."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        found["U"] = KEY.sub("...", found["U"] or "")
        return found


try:
    port = Environment().number("PORT", default=8000, lowest=1, highest=65535)
    workers = Environment().number("WEB_WORKERS", default=2, lowest=1, highest=64)
except ImproperlyConfigured as fault:
    stop(fault)

wsgi_app = "config.wsgi"
bind = f"127.0.0.1:{port}"
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(L)ss"
logger_class = QuietLogger
# The control socket would lie in the home folder, which a container's user does not have.
control_socket_disable = True
