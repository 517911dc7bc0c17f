"""Settings for the tests: the shipped ones, with what a test must not share put aside."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 40)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("BASE_URL", "http://testserver")
os.environ.setdefault("MESSAGE_FILE", os.path.join(tempfile.gettempdir(), f"messages-{os.getpid()}.jsonl"))
for name in ("DEBUG", "CLOCK_FILE"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Nothing is collected for tests, and whitenoise warns where the folder is missing.
BROKER_DIR = Path(tempfile.mkdtemp(prefix="weekly-broker-"))
STATIC_ROOT = Path(tempfile.mkdtemp(prefix="weekly-static-"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
