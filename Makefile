# The two that matter are `make demo` and `make test`; `make help` lists the rest.
# Everything runs from .venv, which is made on the first call and again when the lock changes.

PORT ?= 8000
RESET ?=
ARGS ?=
PARSER ?=
SECONDS ?= 600
# Atheris is in no lock: the interpreter of an environment that has it and the packages of requirements.lock.
FUZZ_PYTHON ?= python3
# How many processes share the suite: as many as there are cores, or JOBS=0 for this one alone.
JOBS ?= auto
# Settings for checks that need the apps but neither a database server nor anybody's data.
QUIET = DEBUG=1 DATABASE_URL=sqlite://:memory: CELERY_BROKER_URL= CACHE_URL= EMAIL_URL= CLOCK_FILE=
PY = .venv/bin/python
CODE = clinic attendance reminders config scripts

export PYTHON

.PHONY: help demo test lint format bench thirty fuzz rehearse lock
.DEFAULT_GOAL := help

help: ## lists these commands
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | awk -F '\t' '{ printf "make %-9s %s\n", $$1, $$2 }'

.venv/ready: requirements-dev.lock scripts/environment.sh
	@sh scripts/environment.sh

demo: .venv/ready ## web, worker and beat with a made-up clinic (PORT=8000; RESET=1 starts over)
	@PORT='$(PORT)' RESET='$(RESET)' $(PY) -m scripts.demo

test: .venv/ready ## the whole suite, on SQLite or what DATABASE_URL and CELERY_BROKER_URL name (ARGS= for pytest)
	$(PY) -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/ready ## style, types, import arrows, missing migrations, Django's own checks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(CODE)
	.venv/bin/lint-imports
	$(QUIET) $(PY) manage.py makemigrations --check --dry-run
	$(QUIET) $(PY) manage.py check

format: .venv/ready ## rewrites the code in the one style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .venv/ready ## how fast the rules, sweeps and pages are
	$(PY) -m bench $(ARGS)

thirty: .venv/ready ## logs thirty clients through the Register of a running demonstration, and counts keys and taps (PORT=8000)
	@PORT='$(PORT)' $(PY) -m scripts.thirty

fuzz: ## bytes nobody would send, given to a parser of meeting lists (PARSER= SECONDS=600; FUZZ_PYTHON= has atheris)
	$(FUZZ_PYTHON) -m scripts.fuzz $(PARSER) --seconds $(SECONDS)

rehearse: .venv/ready ## each service of docker-compose.yml, run on this machine without Docker
	$(PY) -m scripts.rehearse $(ARGS)

lock: ## makes both locks anew from pyproject.toml (needs uv; UPGRADE=1 takes newer releases)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 2; }
	uv pip compile pyproject.toml $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml $(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

LOCK = -q --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --generate-hashes \
	$(if $(filter 1,$(UPGRADE)),--upgrade)
