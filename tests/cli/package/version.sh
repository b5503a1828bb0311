# The version tells programs apart that were built from different sources, committed or not.
. "$REPO/tests/cli/lib.sh"
[ -e "$REPO/.git" ] || skip "not a checkout of git"
git clone -q --no-tags "$REPO" tree 2>/dev/null || skip "the checkout cannot be cloned"
cp "$REPO/Makefile" tree
git -C tree diff --quiet || git -C tree -c user.name=n -c user.email=e commit -qam m
version() {
    make -s --no-print-directory -C tree BUILD=made made/version.h
    sed -n 's/.*VERSION "\(.*\)"/\1/p' tree/made/version.h
}
echo made/ >>tree/.git/info/exclude
committed=$(version)
[ "$committed" = "$(git -C tree describe --tags --always)" ] || fail "committed: $committed"
echo '/* one */' >>tree/sim/select.c
one=$(version)
echo '/* two */' >>tree/sim/select.c
two=$(version)
[[ $one = "$committed-dirty."???????? && $two = "$committed-dirty."???????? && $one != "$two" ]] || fail "$one, $two"
git -C tree checkout -q sim/select.c
echo '/* one */' >>tree/sim/select.c
[ "$(version)" = "$one" ] || fail "the same sources have two versions"
