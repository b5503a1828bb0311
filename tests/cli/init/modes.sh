# Every mode's starter is valid without a warning, and compare runs it; it differs from the canary's in its policies only.
# Its gates pass with the replications that it asks for.
. "$REPO/tests/cli/lib.sh"
[ -z "${BAKEOFF_TEST_FULL:-}" ] || (bakeoff init >full.json && bakeoff compare full.json >table)
for mode in all-at-once canary linear rolling; do
    bakeoff init $mode >$mode.json
    bakeoff check $mode.json 2>&1
    bakeoff compare -n 8 --json $mode.out.json -o table $mode.json 2>&1 || [ $? -eq 1 ] # too few for the gates
    jq -r '[.summary[] | select(.metric == "p_succeeded" and .version == "good") | .policy + " \(.mean)"] | join(", ")' $mode.out.json
done
bakeoff init | cmp - canary.json
# Without its comments it says the same.
jq 'walk(if type == "object" then with_entries(select(.key | startswith("//") | not)) else . end)' canary.json >bare.json
! grep -q '"//' bare.json
exits 1 bakeoff compare -n 4 canary.json >with
exits 1 bakeoff compare -n 4 bare.json >without
cmp with without
