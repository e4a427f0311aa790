#!/usr/bin/env bash
# Makes .venv from the locks: `setup.sh dev` for work and tests, `setup.sh runtime` for running only.
set -euo pipefail
cd "$(dirname "$0")/.."

want=${1:?say dev or runtime}

die() {
    echo "setup: $*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
        if new_enough "$candidate"; then echo "$candidate" && return; fi
    done
    die "Python 3.11 or newer is missing (say PYTHON=/path/to/python3.11 if it is elsewhere)"
}

python=$(find_python)
"$python" -c 'import ensurepip, venv' 2>/dev/null \
    || die "the venv module of $python is missing (Debian: apt-get install python3-venv)"

# A virtual environment that was moved, or whose Python is gone or too old, cannot be mended.
if ! { new_enough .venv/bin/python && .venv/bin/python -m pip --version; } >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi

install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps "$@"
}

case $want in
    dev) install --require-hashes -r requirements/dev.txt ;;
    runtime) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt ;;
    *) die "say dev or runtime, not $want" ;;
esac
install --no-build-isolation --editable .

# The dev lock holds the runtime lock (tests/house/test_locks.py proves it), so it readies both.
touch .venv/.ready-runtime
if [ "$want" = dev ]; then touch .venv/.ready-dev; fi
