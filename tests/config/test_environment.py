"""Reading the environment: what is understood, and the sentence for what is not."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, kept_secret


def read(method, value, *rest, **options):
    """What the environment's method makes of a variable with this value."""
    return getattr(Environment({"NAME": value}), method)("NAME", *rest, **options)


def refusal(method, value, *rest, **options):
    """The sentence with which the method refuses the value."""
    with pytest.raises(ImproperlyConfigured) as caught:
        read(method, value, *rest, **options)
    return str(caught.value)


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_yes_is_said_in_four_words(word):
    assert read("yes_no", word) is True


@pytest.mark.parametrize("word", ["0", "False", "no", "off", ""])
def test_no_is_said_in_four_words_or_none(word):
    assert read("yes_no", word, default=True) is False


def test_a_switch_that_nobody_set_keeps_its_default():
    assert Environment({}).yes_no("NAME", default=True) is True


def test_another_word_is_no_switch():
    assert refusal("yes_no", "maybe") == "NAME is 'maybe': use 1 or 0"


@pytest.mark.parametrize(("word", "number"), [("1", 1), (" 60 ", 60), ("", 7)])
def test_whole_numbers_within_bounds(word, number):
    assert read("number", word, 7, 1, 60) == number


@pytest.mark.parametrize("word", ["0", "61", "-1", "1.5", "1e1", "1_0", "ten", "\u00b2", "\u0663"])
def test_anything_else_is_no_number(word):
    assert refusal("number", word, 7, 1, 60) == f"NAME is {word!r}: use a whole number from 1 to 60"


def test_a_choice_is_one_of_those_offered():
    assert read("one_of", "", ("file", "twilio")) == "file"
    assert read("one_of", "twilio", ("file", "twilio")) == "twilio"
    assert refusal("one_of", "pigeon", ("file", "twilio")) == "NAME is 'pigeon': use one of file, twilio"


def test_a_required_value_that_is_blank_is_missing():
    assert refusal("required", "  ", "a long random text") == "NAME is not set: a long random text"


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("https://weekly.example.org/", "https://weekly.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://example.org/weekly/", "https://example.org/weekly"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses_lose_their_last_slash(word, address):
    assert read("address", word) == address


@pytest.mark.parametrize(
    "word",
    [
        "weekly.example.org",
        "ftp://x",
        "https://",
        "https://x:0",
        "https://x:99999",
        "https://x:y",
        "https://a b",
        "https://[::1",
        "https://x/y?z=1",
        "https://x/#y",
    ],
)
def test_what_is_no_address(word):
    assert refusal("address", word).endswith("use an address such as https://weekly.example.org")


def test_a_postgresql_address_in_full():
    found = read("database", "postgresql://user:pass%40word@host:5433/weekly?sslmode=require", "")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "weekly",
        "USER": "user",
        "PASSWORD": "pass@word",
        "HOST": "host",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_an_sqlite_file_and_the_default(tmp_path):
    file = tmp_path / "weekly.sqlite3"
    assert read("database", f"sqlite:///{file}", "")["NAME"] == str(file)
    assert read("database", "", "sqlite:///no/such/folder/x.db")["NAME"] == "no/such/folder/x.db"


@pytest.mark.parametrize(
    "word",
    [
        "nonsense",
        "5432",
        "mysql://a/b",
        "postgis://h/n",
        "postgresql://",
        "postgresql://h/",
        "postgresql://h:x/n",
        "postgresql://h:99999/n",
        "postgresql://[::1/n",
    ],
)
def test_what_is_no_database(word):
    assert refusal("database", word, "").startswith("NAME is not understood: use postgresql://user")


def test_a_database_file_needs_its_folder(tmp_path):
    assert refusal("database", f"sqlite:///{tmp_path}/none/x.db", "").endswith(
        "in a folder that does not exist"
    )


@pytest.mark.parametrize(
    ("word", "port", "tls", "ssl"),
    [
        ("smtp://host", 25, None, None),
        ("smtp+tls://host", 587, True, None),
        ("smtp+ssl://host", 465, None, True),
        ("smtp+tls://host:2525", 2525, True, None),
    ],
)
def test_an_email_address_says_its_encryption(word, port, tls, ssl):
    found = read("email", word)
    assert (found["EMAIL_PORT"], found.get("EMAIL_USE_TLS"), found.get("EMAIL_USE_SSL")) == (port, tls, ssl)


def test_no_email_address_means_the_file_channel():
    assert read("email", "") is None


@pytest.mark.parametrize(
    "word",
    [
        "nonsense",
        "http://h",
        "smtp://",
        "smtp://h:x",
        "smtp://h:0",
        "smtps://h",
        "dummymail://",
        "consolemail://",
    ],
)
def test_an_email_address_that_would_lose_messages_is_refused(word):
    assert refusal("email", word).startswith("NAME is not understood: use smtp+tls://")


@pytest.mark.parametrize("word", ["redis://h", "redis://h:6379/0", "rediss://:p@h:6379/5", ""])
def test_brokers_are_redis_or_the_folder(word):
    assert read("broker", word) == word


NOT_REDIS = [
    "redis",
    "redis://",
    "redis://h:x/0",
    "redis://h:0/0",
    "redis://h/abc",
    "redis://[::1",
    "amqp://h",
    "dummycache://",
]


@pytest.mark.parametrize("word", NOT_REDIS)
@pytest.mark.parametrize("method", ["broker", "cache"])
def test_what_is_no_redis(method, word):
    assert refusal(method, word).startswith("NAME is not understood: use redis://host:6379/")


def test_the_cache_is_in_memory_unless_redis_is_named():
    assert read("cache", "")["BACKEND"].endswith("LocMemCache")
    assert read("cache", "redis://h:6379/1")["LOCATION"] == "redis://h:6379/1"


def test_hosts_are_bare_names():
    assert read("hosts", " a.example.org, ,b.example.org ") == ["a.example.org", "b.example.org"]
    assert refusal("hosts", " , ").startswith("NAME is not set: the host names")
    assert refusal("hosts", "https://a.example.org").startswith("NAME holds 'https://a.example.org'")


def test_a_path_needs_its_folder_and_the_right_kind(tmp_path):
    (tmp_path / "file").touch()
    assert read("path", str(tmp_path / "new"), Path("x")) == tmp_path / "new"
    assert read("path", "", Path("no/such/folder/file")) == Path("no/such/folder/file")
    assert "a folder that does not exist" in refusal("path", str(tmp_path / "none" / "x"), Path("x"))
    assert "a file's name is needed" in refusal("path", str(tmp_path), Path("x"))
    assert "a folder is needed" in refusal("path", str(tmp_path / "file"), Path("x"), folder=True)


def test_the_clock_file_holds_an_instant(tmp_path):
    file = tmp_path / "clock"
    file.write_text("2026-01-07T12:00:00Z\n", encoding="utf-8")
    assert read("clock_file", str(file), debug=True) == file
    assert read("clock_file", "", debug=False) is None
    assert refusal("clock_file", str(file), debug=False).endswith("is refused unless DEBUG is 1")


@pytest.mark.parametrize("content", ["", "soon", "2026-01-07T12:00:00", None])
def test_a_clock_file_without_an_instant_is_refused(tmp_path, content):
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert refusal("clock_file", str(file), debug=True).startswith(f"NAME names {file}, ")


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path):
    file = tmp_path / "var" / "secret_key"
    file.parent.mkdir()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(file), range(40)))
    assert found == {file.read_text(encoding="utf-8")}
    assert len(found.pop()) > 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
