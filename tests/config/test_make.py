"""What `make` runs before anything else: the interpreter, the port, the fresh start."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from scripts import demo

ROOT = Path(__file__).resolve().parents[2]


def run_environment_script(folder, **environment):
    """The script that makes .venv, run in an empty folder."""
    shutil.copy(ROOT / "scripts" / "environment.sh", folder)
    return subprocess.run(
        ["sh", "environment.sh"],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("interpreter", ["no-such-python", "false"])
def test_a_python_that_does_not_fit_is_told_in_a_sentence(tmp_path, interpreter):
    ended = run_environment_script(tmp_path, PYTHON=interpreter)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"Python 3.11, 3.12 or 3.13 is needed; tried: {interpreter}.")
    assert not (tmp_path / ".venv").exists()


def test_every_command_of_make_says_what_it_does():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    commands = [line.split()[1] for line in listed.splitlines()]
    assert {"demo", "test", "lint", "format", "bench", "rehearse", "lock"} <= set(commands)


@pytest.mark.parametrize("word", ["", "abc", "80", "65536", "-1", "8000.5"])
def test_what_is_no_port(word):
    with pytest.raises(demo.RefusalError, match="use a number from 1024 to 65535"):
        demo.chosen_port(word)


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(demo.RefusalError, match=f"port {port} is taken"):
            demo.chosen_port(port)
    assert demo.chosen_port(port) == int(port)


def test_the_demonstration_keeps_what_the_caller_names():
    found = demo.demo_environment(8001, {"DATABASE_URL": "postgresql://h/n"})
    assert found["DATABASE_URL"] == "postgresql://h/n"
    assert (found["DEBUG"], found["PORT"], found["BASE_URL"]) == ("1", "8001", "http://127.0.0.1:8001")


def test_a_fresh_start_removes_the_embedded_parts_only(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "VAR", tmp_path)
    for name in ("db.sqlite3", "db.sqlite3-wal", "messages.jsonl", "secret_key", "mine.txt"):
        (tmp_path / name).touch()
    (tmp_path / "broker" / "messages").mkdir(parents=True)
    demo.reset({})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "secret_key"]
    demo.reset({})


def test_a_fresh_start_does_not_touch_a_server(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "VAR", tmp_path)
    (tmp_path / "db.sqlite3").touch()
    with pytest.raises(demo.RefusalError, match="DATABASE_URL is set"):
        demo.reset({"DATABASE_URL": "postgresql://h/n"})
    assert (tmp_path / "db.sqlite3").exists()


def test_the_sign_ins_are_kept_for_the_end_without_what_is_for_scripts():
    said = '\nSign in at http://127.0.0.1:8000 with the password x\n  amara  Amara\n\n{"clinic": "harbour"}\n'
    assert demo.sign_ins(said) == "Sign in at http://127.0.0.1:8000 with the password x\n  amara  Amara"


def test_celery_says_only_what_goes_wrong_and_the_web_process_is_left_alone():
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    commands = dict(line.split(": ", 1) for line in lines if not line.startswith("#"))
    assert demo.quieter(commands["web"]) == commands["web"]
    for name in ("worker", "beat"):
        quiet = demo.quieter(commands[name])
        assert " -m celery --quiet " in quiet
        assert "--loglevel WARNING" in quiet
