# Two builds of the Debian package in two folders, under other circumstances, are the same to the byte; what it holds works.
. "$REPO/tests/cli/lib.sh"
[ -n "${BAKEOFF_TEST_FULL:-}" ] || skip "takes a minute: make check-all"
[ -e "$REPO/.git" ] || skip "not a checkout of git"
for tool in dh dpkg-buildpackage; do command -v $tool >/dev/null || skip "$tool is not installed: scripts/bootstrap --package"; done
build() { make -s --no-print-directory -C "$REPO" BUILD="$1" deb; }
build "$PWD/one" >names
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 build "$PWD/a-longer-name" >>names)
cmp one/*.deb a-longer-name/*.deb
dpkg-deb -x one/*.deb root
root/usr/bin/bakeoff check -q root/usr/share/bakeoff/scenarios/*.json
! grep -qa "$PWD" root/usr/bin/bakeoff || fail "the program knows where it was built"
for file in usr/share/man/man1/bakeoff.1.gz usr/share/man/man5/bakeoff-scenario.5.gz usr/share/doc/bakeoff/copyright \
    usr/share/bash-completion/completions/bakeoff usr/share/zsh/vendor-completions/_bakeoff; do
    [ -s root/$file ] || fail "no $file"
done
# Pages that the installed program writes are drawn wherever those of the checkout are.
for file in vega vega-lite vega-embed; do
    bundle=$REPO/build/npm/node_modules/$file/build/$file.min.js
    [ ! -e "$bundle" ] || cmp "$bundle" "root/usr/share/bakeoff/js/$file.min.js"
done
