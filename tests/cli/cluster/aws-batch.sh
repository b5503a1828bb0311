# The job definition's own command and retry strategy, with the variables that AWS Batch sets.
. "$REPO/tests/cli/cluster-lib.sh"
make_batch 60
definition=scripts/aws-batch/job-definition.json
mkdir data && mv scenarios data
run() {
    local -a words
    mapfile -t words < <(jq -r '.containerProperties.command[]' $definition | sed "s|^/data|$PWD/data|")
    "${words[@]}" -q
}
# action STATUS: the first condition that fits; * stands for anything at the end.
action() {
    jq -r --arg status "$1" '[.retryStrategy.evaluateOnExit[]
        | select(.onStatusReason == null and (.onExitCode // "*" | . == $status or . == "*")).action][0]' $definition
}
for row in "1 EXIT" "2 EXIT" "3 RETRY" "137 EXIT"; do
    [ "$(action "${row% *}")" = "${row#* }" ] || fail "exit status ${row% *}: $(action "${row% *}")"
done
size=$(sed -n 's/.*--array-properties size=\([0-9]*\).*/\1/p' "$REPO/docs/cluster.md")
export AWS_BATCH_JOB_ARRAY_SIZE=$size AWS_BATCH_JOB_ARRAY_INDEX
AWS_BATCH_JOB_ARRAY_INDEX=$size exits 2 run 2>/dev/null
for ((index = 0; index < size; index++)); do AWS_BATCH_JOB_ARRAY_INDEX=$index run; done
bakeoff merge -q data/out
same_results whole data/out
