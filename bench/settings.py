"""Settings for the bench: the shipped ones, with the database from DATABASE_URL and all else in BENCH_DIR."""

import os
from pathlib import Path

folder = Path(os.environ["BENCH_DIR"])
os.environ.update(
    SECRET_KEY="bench-only-" + "x" * 40,
    ALLOWED_HOSTS="testserver,127.0.0.1",
    BASE_URL="http://testserver",
    MESSAGE_FILE=str(folder / "messages.jsonl"),
    BROKER_DIR=str(folder / "broker"),
)
for name in ("DEBUG", "CLOCK_FILE", "CACHE_URL", "EMAIL_URL", "CELERY_BROKER_URL"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")  # noqa: F405
# Gathered by whoever asks for pages, as where the site is served.
STATIC_ROOT = folder / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# The pages are read on a day of the made-up world, which the shipped settings allow under DEBUG only.
CLOCK_FILE = folder / "clock"
