# Gates decide the exit status; the star makes one row each; what is not known does not pass.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
gates() { sed "s|^  \"slo\"|  \"gates\": [$1], &|" "$tiny" >gates.json; }
# verdicts STATUS: "policy version: result" of each row, from the JSON and from the table
verdicts() {
    exits "$1" bakeoff compare -q -o table.txt --json result.json gates.json
    grep -o '"policy": "[^"]*", "version": "[^"]*", "statistic": .*"result": "[a-z]*"' result.json |
        sed 's/"policy": "\([^"]*\)", "version": "\([^"]*\)", "statistic": "\([a-z0-9]*\)".*"result": "\([a-z]*\)"/\1 \2 \3: \4/'
    [ "$(grep -c '^\(pass\|fail\|undecided\) ' table.txt)" -eq "$(grep -c '"result"' result.json)" ] || fail "rows differ"
    echo
}
gates '{"metric": "p_rolled_back", "version": "good", "policy": "*", "max": 0.2}'
verdicts 0
gates '{"metric": "p_rolled_back", "version": "good", "policy": "*", "max": 0.01}'
verdicts 1
gates '{"metric": "excess_bad_responses", "version": "faulty", "policy": "canary", "max": 1}, {"metric": "exposed_requests", "version": "(mix)", "policy": "*", "min": 1}'
verdicts 1
gates '{"metric": "excess_bad_responses", "version": "faulty", "policy": "canary", "statistic": "p99", "max": 100000}'
verdicts 1
gates '{"metric": "excess_bad_responses", "version": "faulty", "policy": "canary", "statistic": "max", "max": 100000}'
verdicts 0
gates '{"metric": "time_to_rollback_s", "version": "good", "policy": "canary", "max": 100000}'
verdicts 1
gates '{"metric": "requests", "max": 100000}'
verdicts 0
# Where lines are short the intervals go, before a name is cut.
gates '{"metric": "excess_bad_responses", "version": "(mix)", "policy": "*", "max": 1}, {"metric": "p_rolled_back", "version": "good", "policy": "*", "max": 0.2}'
for width in 100 80; do
    COLUMNS=$width bakeoff compare -q gates.json | sed -n '/^gates/,/^$/p' || true
done
# The verdict does not hide that what comes first fails its gate, or wins by letting no good version through.
sed 's/"Threshold": 3/"Threshold": 0/' gates.json >nervous.json
COLUMNS=100 bakeoff compare -q nervous.json | grep -A 3 'ranked first\|tied for' || true
