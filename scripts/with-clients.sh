#!/bin/sh
# Runs a Python program in a virtual environment of clients from PyPI.
#
#   scripts/with-clients.sh NAME LIST PROGRAM [ARGUMENT...]
#
# The environment is kept in $XDG_CACHE_HOME/refrain/NAME, or the same under ~/.cache, and made again when the LIST of its
# packages changes.
set -eu
cd "$(dirname "$0")/.."

name=$1
list=$2
shift 2
# The XDG base directory specification has a relative path ignored.
case ${XDG_CACHE_HOME:-} in
/*) cache=$XDG_CACHE_HOME ;;
*) cache=$HOME/.cache ;;
esac
environment=$cache/refrain/$name

if ! cmp -s "$list" "$environment/installed.txt"; then
    rm -rf "$environment"
    mkdir -p "$(dirname "$environment")"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$environment/installed.txt"
fi
exec "$environment/bin/python" "$@"
