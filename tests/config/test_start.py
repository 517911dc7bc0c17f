"""Every process, started for real with a wrong setting, ends at once with one sentence and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.installed import copy_to, gather

ROOT = Path(__file__).resolve().parents[2]
SOUND = {
    "SECRET_KEY": "a-long-random-text-that-is-the-same-for-every-process",
    "ALLOWED_HOSTS": "weekly.example.org",
    "BASE_URL": "https://weekly.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}
MANAGE = ["manage.py", "check"]
PROCESSES = {
    "manage.py": MANAGE,
    "gunicorn": ["-m", "gunicorn", "--config", "python:config.gunicorn"],
    "worker": ["-m", "celery", "--app", "config", "worker"],
    "beat": ["-m", "celery", "--app", "config", "beat"],
}


def start(arguments, environment, folder=ROOT):
    """Run Python with these arguments in an environment that holds nothing else."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence(arguments, environment):
    """The one line on stderr of a process that refused to start."""
    ended = start(arguments, environment)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Settings: ")
    return line.removeprefix("Settings: ")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"])
def test_without_debug_three_settings_are_required(name):
    environment = {key: value for key, value in SOUND.items() if key != name}
    assert sentence(MANAGE, environment).startswith(f"{name} is not set: ")


WRONG = {
    "SECRET_KEY": ("short", "SECRET_KEY is shorter than 32 characters"),
    "ALLOWED_HOSTS": (",", "ALLOWED_HOSTS is not set"),
    "BASE_URL": ("weekly.example.org", "BASE_URL is 'weekly.example.org': use an address"),
    "DEBUG": ("perhaps", "DEBUG is 'perhaps': use 1 or 0"),
    "DATABASE_URL": ("mysql://host/weekly", "DATABASE_URL is not understood: use postgresql://"),
    "CELERY_BROKER_URL": ("amqp://host", "CELERY_BROKER_URL is not understood: use redis://"),
    "CACHE_URL": ("dummycache://", "CACHE_URL is not understood: use redis://"),
    "EMAIL_URL": ("mail.example.org", "EMAIL_URL is not understood: use smtp+tls://"),
    "SMS_CHANNEL": ("pigeon", "SMS_CHANNEL is 'pigeon': use one of file"),
    "DEFAULT_FROM_EMAIL": ("Weekly", "DEFAULT_FROM_EMAIL is 'Weekly': use an address such as hello@"),
    "TICK_SECONDS": ("0", "TICK_SECONDS is '0': use a whole number from 1 to 600"),
    "CLOCK_FILE": ("clock", "CLOCK_FILE moves the clock and is refused unless DEBUG is 1"),
    "MESSAGE_FILE": (
        "no/such/folder/x",
        "MESSAGE_FILE is 'no/such/folder/x', in a folder that does not exist",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_stops_the_start(name):
    value, said = WRONG[name]
    assert sentence(MANAGE, SOUND | {name: value}).startswith(said)


@pytest.mark.slow
def test_what_is_no_address_of_a_database_at_all_is_one_line_too():
    assert sentence(MANAGE, SOUND | {"DATABASE_URL": "foo"}).startswith("DATABASE_URL is not understood")


@pytest.mark.slow
def test_the_web_server_does_not_start_before_the_style_sheets_are_gathered(tmp_path):
    copy_to(tmp_path)
    code = "from config.startup import find_static_files_or_stop as find; find()"
    refused = start([*PROCESSES["gunicorn"], "--bind", "127.0.0.1:0"], SOUND, tmp_path)
    assert refused.returncode == 2
    said = "Settings: the style sheets are not gathered: run python manage.py collectstatic --noinput"
    assert refused.stderr.splitlines()[-1] == said
    assert start(["-c", code], SOUND | {"DEBUG": "1"}, tmp_path).returncode == 0
    gather(tmp_path, SOUND)
    assert start(["-c", code], SOUND, tmp_path).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_says_it_in_one_sentence(process):
    wrong = SOUND | {"DATABASE_URL": "mysql://host/weekly"}
    assert sentence(PROCESSES[process], wrong).startswith("DATABASE_URL is not understood")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["PORT", "WEB_WORKERS"])
def test_the_web_server_refuses_a_wrong_number(name):
    assert sentence(PROCESSES["gunicorn"], SOUND | {name: "many"}).startswith(
        f"{name} is 'many': use a whole"
    )


@pytest.mark.slow
def test_with_the_three_settings_it_starts():
    ended = start(MANAGE, SOUND)
    assert (ended.returncode, ended.stderr) == (0, "")


SERVER = {
    "EMAIL_URL": "smtp+tls://mail.example.org",
    "DEFAULT_FROM_EMAIL": "Weekly <hello@weekly.example.org>",
}


@pytest.mark.slow
def test_an_e_mail_server_needs_the_address_that_e_mails_come_from():
    told = sentence(MANAGE, SOUND | {"EMAIL_URL": SERVER["EMAIL_URL"]})
    assert told.startswith("DEFAULT_FROM_EMAIL is not set: the address e-mails come from, such as ")
    assert start(MANAGE, SOUND | SERVER).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "sms", "email"),
    [
        ({}, "", ""),
        ({"SMS_CHANNEL": "file"}, "file", ""),
        (SERVER, "", "smtp"),
        ({"MESSAGE_FILE": "messages.jsonl"}, "file", "file"),
        ({"DEBUG": "1"}, "file", "file"),
    ],
)
def test_outside_debug_a_file_in_the_place_of_a_telephone_is_somebodys_choice(environment, sms, email):
    code = "from config import settings; print([settings.SMS_CHANNEL, settings.EMAIL_CHANNEL])"
    assert start(["-c", code], SOUND | environment).stdout.strip() == str([sms, email])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "backend"),
    [
        ({}, "django.core.mail.backends.dummy.EmailBackend"),
        (SERVER, "django.core.mail.backends.smtp.EmailBackend"),
        ({"MESSAGE_FILE": "messages.jsonl"}, "config.message_file.EmailBackend"),
        ({"DEBUG": "1"}, "config.message_file.EmailBackend"),
    ],
)
def test_no_e_mail_goes_to_a_server_that_nobody_named(environment, backend):
    code = "from config import settings; print(settings.EMAIL_BACKEND)"
    assert start(["-c", code], SOUND | environment).stdout.strip() == backend


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "warned"),
    [
        ({}, True),
        ({"WEB_WORKERS": "1"}, False),
        ({"CACHE_URL": "redis://127.0.0.1:6379/1"}, False),
        ({"DEBUG": "1"}, False),
    ],
)
def test_several_web_workers_are_told_to_share_what_they_count(environment, warned):
    ended = start(["-c", "import config.gunicorn"], SOUND | environment)
    assert ended.returncode == 0
    assert ("2 web workers without CACHE_URL each count sign-ins" in ended.stderr) == warned


def test_over_https_browsers_are_told_to_stay_with_it():
    code = "from config import settings; print(settings.SECURE_HSTS_SECONDS)"
    plain = {"BASE_URL": "http://weekly.example.org"}
    found = [start(["-c", code], SOUND | more).stdout.strip() for more in ({}, plain, {"DEBUG": "1"})]
    assert found == ["31536000", "0", "0"]
