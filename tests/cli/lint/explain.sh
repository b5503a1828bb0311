# The rules, and one of them with its worked example.
. "$REPO/tests/cli/lib.sh"
bakeoff lint --explain
echo "----"
bakeoff lint --explain L2
bakeoff lint --explain=L2 | cmp - <(bakeoff lint --explain L2)
exits 2 bakeoff lint --explain L99
