"""The one settings file: what varies comes from the environment, and a wrong value stops the start."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

environment = Environment()

DEBUG = environment.yes_no("DEBUG")
if DEBUG:
    # Every process of a developer's machine must read the same key, so it is kept beside the database.
    SECRET_KEY = environment.text("SECRET_KEY") or kept_secret(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    BASE_URL = environment.address("BASE_URL", "http://127.0.0.1:8000")
else:
    SECRET_KEY = environment.required("SECRET_KEY", "a long random text, the same for every process")
    ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS")
    environment.required(
        "BASE_URL", "the address people reach the site at, such as https://weekly.example.org"
    )
    BASE_URL = environment.address("BASE_URL")
    if len(SECRET_KEY) < 32:
        raise ImproperlyConfigured("SECRET_KEY is shorter than 32 characters: use a long random text")

CLOCK_FILE = environment.clock_file("CLOCK_FILE", DEBUG)
MESSAGE_FILE = environment.path("MESSAGE_FILE", VAR_DIR / "messages.jsonl")
# People wait for their messages: where it is not a developer's machine, a file in the place of a telephone or
# a mailbox is somebody's choice and no default. Empty is no way to send.
FILE_CHOSEN = "file" if DEBUG or environment.text("MESSAGE_FILE") else ""
SMS_CHANNEL = environment.one_of("SMS_CHANNEL", ("file",), default=FILE_CHOSEN)
# How often beat looks for work. Moments are decided by the rules; this only says how soon they are noticed.
# Whether a list whose address was given in the browser may lie in a private network, such as the installation's own.
PRIVATE_FEEDS = environment.yes_no("PRIVATE_FEEDS")
TICK_SECONDS = environment.number("TICK_SECONDS", default=60, lowest=1, highest=600)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "clinic",
    "attendance",
    "reminders",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.PageHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context.house",
                "reminders.desk.navigation.counts_for",
            ],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # Writers queue at BEGIN instead of failing half-way through a transaction; readers go on beside them.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

FILE_UPLOAD_HANDLERS = [
    "clinic.uploads.UpToALimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CACHES = {"default": environment.cache("CACHE_URL")}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "clinic.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

EMAIL = environment.email("EMAIL_URL")
EMAIL_CHANNEL = FILE_CHOSEN if EMAIL is None else "smtp"
if EMAIL is not None:
    EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
    EMAIL_HOST = EMAIL["EMAIL_HOST"]
    EMAIL_PORT = EMAIL["EMAIL_PORT"]
    EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = bool(EMAIL.get("EMAIL_USE_TLS"))
    EMAIL_USE_SSL = bool(EMAIL.get("EMAIL_USE_SSL"))
else:
    # Never a server that nobody named: Django would try one on this machine.
    EMAIL_BACKEND = (
        "config.message_file.EmailBackend"
        if EMAIL_CHANNEL
        else "django.core.mail.backends.dummy.EmailBackend"
    )
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.sender(
    "DEFAULT_FROM_EMAIL", "hello@weekly.example" if DEBUG or EMAIL is None else ""
)

CELERY_BROKER_URL = environment.broker("CELERY_BROKER_URL")
BROKER_DIR = environment.path("BROKER_DIR", VAR_DIR / "broker", folder=True)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clinic.api.HasToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "clinic.api.problem_details",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Weekly",
    "DESCRIPTION": "Attendance in, standings out. One token, one clinic.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": None,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Not for the other names of its domain, which are somebody else's to decide about.
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if BASE_URL.startswith("https://") and not DEBUG else 0
if BASE_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "in_one_line": {"()": "config.log_lines.InOneLine"},
        "without_keys": {"()": "config.secrecy.WithoutKeys"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["in_one_line", "without_keys"],
        },
    },
    # Django's own handlers would write paths with keys, so all goes through the one above.
    "loggers": {"django": {"handlers": []}, "django.server": {"handlers": [], "propagate": True}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
