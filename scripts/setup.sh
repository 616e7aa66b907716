#!/bin/sh
# Makes a Debian 12 machine ready to build, test and demonstrate Refrain. Safe to repeat: what is there is left alone.
#
#   scripts/setup.sh [PACKAGE...]
#
# With further Debian packages, these are installed as well.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

if ! command -v swift >/dev/null 2>&1; then
    say "swift is missing; install Swift 6.3 or later for this system (https://www.swift.org/install/linux/)"
    exit 1
fi

packages="libsqlite3-dev libopenblas-dev libcurl4-openssl-dev libmicrohttpd-dev libssl-dev libxxhash-dev libutf8proc-dev zlib1g-dev libpq-dev postgresql pkg-config curl python3 debian-faq"
packages="$packages $*"
python3 -m pip --version >/dev/null 2>&1 || packages="$packages python3-pip"

missing=""
for package in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
    if [ "$(id -u)" -eq 0 ]; then
        root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        root="sudo"
    else
        say "these packages are missing and this user may not install them; as root, run:"
        say "    apt-get install$missing"
        exit 1
    fi
    say "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    $root apt-get -qq update >/dev/null || say "the package lists could not be renewed; trying with the old ones"
    if ! $root apt-get -qq install --no-install-recommends -y $missing >/dev/null; then
        say "the packages could not be installed; run: apt-get install$missing"
        exit 1
    fi
fi

# Checks metrics and alert rules in `make test`; only this program of the package, which is a service otherwise.
tools="${XDG_CACHE_HOME:-$HOME/.cache}/refrain/tools"
if ! command -v promtool >/dev/null 2>&1 && [ ! -x "$tools/promtool" ] && command -v apt-get >/dev/null 2>&1; then
    say "fetching promtool"
    folder=$(mktemp -d)
    mkdir -p "$tools"
    if (cd "$folder" && apt-get -qq download prometheus) >/dev/null 2>&1 &&
        dpkg-deb --fsys-tarfile "$folder"/prometheus_*.deb | tar -xO ./usr/bin/promtool >"$tools/promtool.new"; then
        chmod +x "$tools/promtool.new"
        mv "$tools/promtool.new" "$tools/promtool"
    else
        say "promtool could not be fetched; the metrics' form is not checked with it"
        rm -f "$tools/promtool.new"
    fi
    rm -rf "$folder"
fi

sh Sources/refrain/Embedded/fetch-model.sh
