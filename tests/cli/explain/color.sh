# Colours on request only: the output here is no terminal.
. "$REPO/tests/cli/lib.sh"
explain() {
    bakeoff explain "$REPO/tests/data/explain.json" -p canary -v broken "$@"
}
explain --color always >bright
explain >plain
grep -q $'\033\[31m' bright
! grep -q $'\033' plain
sed $'s/\033\[[0-9]*m//g' bright | cmp - plain
explain --color never | cmp - plain
exits 2 explain --color sometimes
NO_COLOR=1 explain | cmp - plain
