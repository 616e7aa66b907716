#!/bin/sh
# Installs the package where nothing of this machine's own changes, starts it as systemd would, uses and removes it.
#
#   scripts/check-package.sh [--model DIR]
#
# As root: it makes namespaces of its own, with a copy on write of the root directory in which there is neither a home nor
# a compiler. DIR is the embedding model, by default the one that the tests use.
set -eu
cd "$(dirname "$0")/.."

model=${REFRAIN_MODEL:-${XDG_CACHE_HOME:-$HOME/.cache}/refrain/models/all-MiniLM-L6-v2}
[ "${1:-}" = --model ] && model=$2
package=$(ls .build/package/refrain_*.deb) || exit 1

if [ "${REFRAIN_IN_NAMESPACE:-}" != 1 ]; then
    REFRAIN_IN_NAMESPACE=1 exec unshare --mount --net --pid --fork --kill-child "$0" --model "$model"
fi

# What is installed anywhere is removed again, but for the configuration.
folder=$(mktemp -d /tmp/refrain-install.XXXXXX)
trap 'rm -rf "$folder"' EXIT
make --no-print-directory --silent install DESTDIR="$folder" PREFIX=/opt/refrain
"$folder/opt/refrain/bin/refrain" --version >/dev/null
make --no-print-directory --silent uninstall DESTDIR="$folder" PREFIX=/opt/refrain
left=$(find "$folder" -type f)
rm -rf "$folder"
[ "$left" = "$folder/opt/refrain/etc/refrain/refrain.json5" ] || {
    echo "FAILED  make uninstall leaves: $left" >&2
    exit 1
}
echo "ok      make install, make uninstall"

root=$(mktemp -d /tmp/refrain-package.XXXXXX)
trap 'umount -R "$root" 2>/dev/null; rmdir "$root"' EXIT
mount --make-rprivate /
mount -t tmpfs none "$root"
mkdir "$root/upper" "$root/work" "$root/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/root"
inside=$root/root
# Nothing that the build needs but the package must not.
for directory in root home opt usr/local srv; do
    if [ -d "$inside/$directory" ]; then mount -t tmpfs none "$inside/$directory"; fi
done
swift=$(command -v swift || true)
for directory in tmp run var/tmp ${swift:+"$(dirname "$(dirname "$(readlink -f "$swift")")")/lib/swift"}; do
    if [ -d "$inside/$directory" ]; then mount -t tmpfs none "$inside/$directory"; fi
done
mount -t proc none "$inside/proc"
mount --rbind /dev "$inside/dev"
mkdir -p "$inside/tmp/model"
mount --bind "$model" "$inside/tmp/model"
cp "$package" "$inside/tmp/refrain.deb"
cp scripts/check-package-inside.py "$inside/tmp/"

env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root chroot "$inside" \
    /usr/bin/python3 /tmp/check-package-inside.py
