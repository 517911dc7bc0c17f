#!/bin/sh
# Makes .venv with what requirements-dev.lock names, or brings it up to date. `make` calls it when the lock is newer.
#   PYTHON=/path/to/python  takes this interpreter instead of the first fitting one.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

if ! fits .venv/bin/python; then
    found=""
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
        if fits "$candidate"; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        echo "Python 3.11, 3.12 or 3.13 is needed; tried: ${PYTHON:-python3.11 python3.12 python3.13 python3 python}." \
            "Name one with make PYTHON=/path/to/python." >&2
        exit 2
    fi
    echo "Making .venv with $("$found" -V)"
    # A folder left from another machine or an older Python is of no use, so it is emptied.
    if ! "$found" -m venv --clear .venv; then
        echo "The environment could not be made; on Debian and Ubuntu: apt install python3-venv" >&2
        exit 2
    fi
fi

echo "Installing what requirements-dev.lock names"
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
touch .venv/ready
