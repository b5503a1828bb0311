# Several outputs at once; each whole or not at all; one at most on standard output.
. "$REPO/tests/cli/lib.sh"
scenario=$REPO/tests/data/explain.json
explain() {
    bakeoff explain "$scenario" -p canary -v broken "$@"
}

explain >story
explain --events events --metrics minutes -o told --describe 250 >answer
cmp story told
explain --events - | cmp - events
explain --metrics - | cmp - minutes
explain --describe 250 | cmp - answer
explain -o - | cmp - story
explain --events events >again
cmp story again
[ "$(wc -l <events)" -eq 7 ]

exits 2 explain --events - --metrics -
exits 2 explain --describe 1 -o -
exits 2 explain --events same -o same
[ ! -e same ]

# What cannot be written leaves nothing behind, nor half of anything else.
echo before >kept
exits 3 explain --events kept --metrics missing/minutes
[ "$(cat kept)" = before ]
exits 3 explain >/dev/full
exits 3 explain --events /dev/full >story
[ "$(ls)" = "$(printf '%s\n' again answer events kept minutes story told)" ] || fail "left behind: $(ls)"
