# Every mode and every row of the guardrail's table, on lines that fit.
. "$REPO/tests/cli/lib.sh"
bakeoff modes | awk '{print $1}'
[ "$(bakeoff modes --table | wc -l)" -gt 12 ] || fail "the table is missing"
COLUMNS=100 bakeoff modes --table | awk 'length($0) > 100 {print "too wide: " $0}'
exits 2 bakeoff modes nonsense 2>/dev/null
