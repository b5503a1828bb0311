# For programs.
. "$REPO/tests/cli/lib.sh"
cp "$REPO/scenarios/notebook-canary.json" a.json
exits 1 bakeoff lint --json a.json >lint.json
exits 1 bakeoff lint --json - a.json | cmp - lint.json
exits 1 bakeoff lint a.json --json - | cmp - lint.json
exits 1 bakeoff lint --json=out.json a.json
cmp out.json lint.json
exits 1 bakeoff lint a.json --json out2.json
cmp out2.json lint.json
exits 1 bakeoff lint --json - <a.json | sed 's/"-"/"a.json"/' | cmp - lint.json
jq -c 'keys, (.findings[0] | keys), (.reachability[0] | keys), (.deployments[0] | keys)' lint.json
jq -c '.findings[] | [.rule, .severity, .policy, .alarm, .phase, .line, .column, .path]' lint.json
jq -c '.reachability[] | [.policy, .alarm, .phase, .reachable, .green_share * 1000 | if type == "number" then round else . end]' lint.json
exits 1 bakeoff lint --json a.json a.json | jq -c 'length'
exits 3 bakeoff lint --json=nowhere/out.json a.json
echo "---- silenced"
jq '.silence = [{"rule": "L2", "reason": "AWS wrote it"}]' a.json >silent.json
bakeoff lint --json silent.json | jq -c '.findings[] | select(.rule == "L2") | [.severity, .silenced]'
bakeoff lint silent.json | tail -n 1
