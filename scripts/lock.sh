#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml; `--upgrade` moves every version to the newest that fits.
set -euo pipefail
cd "$(dirname "$0")/.."

# Links and indexes of one machine must not decide what all others install.
unset UV_FIND_LINKS UV_INDEX UV_EXTRA_INDEX_URL

compile() {
    local lock=$1
    shift
    .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
        --generate-hashes --no-annotate --no-header \
        --output-file "requirements/$lock" "$@" >/dev/null
}

build_requires='import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

compile runtime.txt "$@" pyproject.toml
compile dev.txt "$@" --constraint requirements/runtime.txt --group dev pyproject.toml
.venv/bin/python -c "$build_requires" | compile build.txt "$@" --constraint requirements/dev.txt -
