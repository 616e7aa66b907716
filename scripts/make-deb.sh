#!/bin/sh
# Makes refrain_VERSION_ARCH.deb in .build/package out of what `make install` installs.
set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "make-deb: $1" >&2
    exit 1
}

command -v dpkg-shlibdeps >/dev/null || fail "dpkg-shlibdeps is missing; as root, run: apt-get install dpkg-dev"

out=.build/package
stage=$out/stage
version=$($out/release/refrain --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
# The same source makes the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

rm -rf $stage
make --no-print-directory --silent install DESTDIR=$stage PREFIX=/usr SYSCONFDIR=/etc
# Where commands look for the machine's configuration.
mkdir -p $stage/etc/xdg $stage/usr/share/doc/refrain $stage/DEBIAN
ln -s ../refrain $stage/etc/xdg/refrain
cp README.md docs/*.md $stage/usr/share/doc/refrain/
gzip -9nc CHANGELOG.md >$stage/usr/share/doc/refrain/changelog.gz
{
    echo "Refrain is licensed under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0"
} >$stage/usr/share/doc/refrain/copyright

# dpkg-shlibdeps wants to find a source package around it.
mkdir -p $out/shlibs/debian
printf 'Source: refrain\n\nPackage: refrain\nArchitecture: any\n' >$out/shlibs/debian/control
depends=$(cd $out/shlibs && dpkg-shlibdeps -O -e ../stage/usr/bin/refrain 2>shlibdeps.log) ||
    fail "dpkg-shlibdeps failed: $(cat $out/shlibs/shlibdeps.log)"
depends=${depends#shlibs:Depends=}

cat >$stage/DEBIAN/control <<EOF
Package: refrain
Version: $version
Architecture: $architecture
Maintainer: The Refrain project <refrain@localhost>
Installed-Size: $(du -sk $stage | cut -f 1)
Depends: $depends, passwd
Suggests: libpq5
Recommends: python3-pip
Section: net
Priority: optional
Description: cache of language models' answers that knows a paraphrase from a near miss
 Refrain is a daemon in front of an OpenAI-compatible API. It keeps questions,
 their embeddings and their answers in SQLite, finds a near match by cosine
 similarity, lets a guard and a cheap model rule out near misses, and calls the
 expensive model only for what has not been answered before.
 .
 The embedding model is not part of the package: "refrain model fetch" downloads
 it and checks its hash.
EOF
echo /etc/refrain/refrain.json5 >$stage/DEBIAN/conffiles
install -m 755 packaging/postinst packaging/prerm packaging/postrm $stage/DEBIAN/
(cd $stage && find usr -type f -print0 | sort -z | xargs -0 md5sum) >$stage/DEBIAN/md5sums

package=$out/refrain_${version}_$architecture.deb
dpkg-deb --root-owner-group --build -Zxz $stage "$package" >/dev/null
echo "$package"
