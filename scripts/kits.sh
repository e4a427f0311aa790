#!/usr/bin/env bash
# Fetches what the JavaScript client kit needs into .venv/kits/javascript, once for each lock.
set -euo pipefail
cd "$(dirname "$0")/.."

kit=docs/clients/javascript
cache=.venv/kits/javascript
fetched=$cache/node_modules/.lock

if ! cmp --silent "$kit/package-lock.json" "$fetched"; then
    mkdir -p "$cache"
    cp "$kit/package.json" "$kit/package-lock.json" "$cache"
    npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error \
        || { echo "kits: npm could not fetch the packages of $kit/package-lock.json" >&2 && exit 1; }
    cp "$kit/package-lock.json" "$fetched"
fi
