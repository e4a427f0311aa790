#!/usr/bin/env bash
# Sees to it that the programs which the tests start are on this machine: PostgreSQL, Redis, and for the client
# kits PHP with its libraries and Node.js with npm; curl, with which the documents' examples ask; and OpenSSL,
# which reads and makes timestamps.
# The tests start and stop private servers of their own; a server named by GATEWAY_TEST_DATABASE_URL or
# GATEWAY_TEST_REDIS_URL is used instead of a private one.
set -euo pipefail

have_postgres() {
    [ -n "${GATEWAY_TEST_DATABASE_URL:-}" ] && return
    { command -v initdb && command -v postgres; } >/dev/null && return
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

have_redis() {
    [ -n "${GATEWAY_TEST_REDIS_URL:-}" ] || command -v redis-server >/dev/null
}

have_php() {
    php -r 'require "GuzzleHttp/autoload.php"; require "phpseclib3/autoload.php"; curl_version();' >/dev/null 2>&1
}

have_node() {
    npm --version >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null
}

missing_packages() {
    have_postgres || printf 'postgresql '
    have_redis || printf 'redis-server '
    have_php || printf 'php-cli php-curl php-guzzlehttp-guzzle php-phpseclib3 '
    have_node || printf 'nodejs npm '
    command -v curl >/dev/null || printf 'curl '
    openssl version >/dev/null 2>&1 || printf 'openssl '
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian starts a service as soon as it is installed; this policy keeps the machine as quiet as it was.
without_starting() {
    local policy=/usr/sbin/policy-rc.d placed='' status=0
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
        placed=yes
    fi
    "$@" || status=$?
    if [ -n "$placed" ]; then as_root rm -f $policy; fi
    return $status
}

install_packages() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    echo "services: installing $*"
    as_root apt-get update -qq >&2 \
        && without_starting as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

missing=$(missing_packages)
# shellcheck disable=SC2086 # the names are words without spaces
[ -z "$missing" ] || install_packages $missing || true

missing=$(missing_packages)
if [ -n "$missing" ]; then
    echo "services: the tests need ${missing% }; install it (for the servers, GATEWAY_TEST_DATABASE_URL and GATEWAY_TEST_REDIS_URL do too)" >&2
    exit 1
fi
