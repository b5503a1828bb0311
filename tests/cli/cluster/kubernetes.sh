# The Job's own command and failure policy, with the variables that Kubernetes sets.
. "$REPO/tests/cli/cluster-lib.sh"
make_batch 60
job=scripts/kubernetes/job.json
mkdir data && mv scenarios data
# command MANIFEST: of its container, with the volume where we are.
command_of() { jq -r '.spec.template.spec.containers[0].command[]' "$1" | sed "s|^/data|$PWD/data|"; }
run() {
    local -a words
    mapfile -t words < <(command_of "$1")
    "${words[@]}" -q
}
completions=$(jq .spec.completions $job)
command_of $job | grep -qx "auto/$completions" || fail "the number of shards is not that of completions"
jq -e '.spec.completionMode == "Indexed" and .spec.template.spec.restartPolicy == "Never"' $job >/dev/null
# action STATUS: what the first rule that fits says; without one a failure counts.
action() {
    jq -r --argjson status "$1" '[(.spec.podFailurePolicy.rules[]
        | select(.onExitCodes.operator == "In" and any(.onExitCodes.values[]; . == $status)).action), "Count"][0]' $job
}
for row in "1 FailIndex" "2 FailIndex" "3 Count" "137 Count"; do
    [ "$(action "${row% *}")" = "${row#* }" ] || fail "exit status ${row% *}: $(action "${row% *}")"
done
# Usage and failures while running end as the policy expects.
JOB_COMPLETION_INDEX=$completions exits 2 run $job 2>/dev/null
touch data/out
JOB_COMPLETION_INDEX=0 exits 3 run $job 2>/dev/null
rm data/out
for ((index = 0; index < completions; index++)); do JOB_COMPLETION_INDEX=$index run $job; done
# The merge: what kubectl would be told.
kubectl() { cat >merge.json; }
eval "$(recipe kubernetes-merge)"
jq -e '.spec.completions == 1 and .metadata.name == "bakeoff-merge"' merge.json >/dev/null
run merge.json
same_results whole data/out
