#!/bin/sh
# Runs clients from PyPI against the stand-in provider directly and through refrain, and compares what they get.
#
#   scripts/check-clients.sh [FOLDER]
#
# FOLDER holds the binaries refrain and refrain-standin; the default is .build/release. The clients are kept in
# $XDG_CACHE_HOME/refrain/clients, or the same under ~/.cache, and installed again when their list changes.
set -eu
cd "$(dirname "$0")/.."

binaries=${1:-.build/release}
# The XDG base directory specification has a relative path ignored.
case ${XDG_CACHE_HOME:-} in
/*) cache=$XDG_CACHE_HOME ;;
*) cache=$HOME/.cache ;;
esac
clients=$cache/refrain/clients
list=Tests/Clients/requirements.txt

if ! cmp -s "$list" "$clients/installed.txt"; then
    rm -rf "$clients"
    mkdir -p "$(dirname "$clients")"
    python3 -m venv "$clients"
    "$clients/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$clients/installed.txt"
fi
exec "$clients/bin/python" Tests/Clients/check.py "$binaries"
