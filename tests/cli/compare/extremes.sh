# What the keys allow runs to its end, in bounded time and memory, and leaves no number behind that is none.
. "$REPO/tests/cli/lib.sh"

# try NAME SED...: a scenario changed by sed, run; prints how it ended.
try() {
    local name=$1 status=0
    shift
    sed "$@" "$REPO/tests/cli/compare/tiny.json" >"$name.json"
    timeout 60 bakeoff compare -q -j 2 -n 2 --csv-dir "$name" --json "$name/all.json" "$name.json" >"$name.txt" 2>&1 || status=$?
    echo "$name: $status"
    [ "$status" -le 1 ] || head -n 4 "$name.txt"
    ! grep -qiE '(^|[^a-z])-?(nan|inf)([^a-z]|$)' "$name"/* "$name.txt" || fail "$name: nan or inf"
}
delay='{"distribution": "pareto", "minimum_s": 1, "shape": 0.1}'
modelling() {
    echo "s|\"slo\":|\"modelling\": {$1}, \"slo\":|"
}
traffic() {
    echo "s|\"traffic\": .*|\"traffic\": $1,|"
}

for key in call_phase alarm_phase metric_delay poll_phase routing_lag final_routing_lag rollback_routing_lag cleanup; do
    try "$key" -e "$(modelling "\"${key}_s\": $delay")"
done
try launch -e "s|\"launch\": .*|\"launch\": $delay,|"
try service -e 's|"service_time": {[^}]*}|"service_time": {"distribution": "pareto", "minimum_ms": 1, "shape": 0.001}|'
try poll_interval -e "$(modelling '"poll_interval_s": 0.1')"
try states -e "$(traffic "{\"process\": \"mmpp\", \"states\": [$(yes '{"rate_rps": 2, "mean_s": 0.01},' | head -n 99 | tr -d '\n') {\"rate_rps\": 2, \"mean_s\": 1}]}")"
try rare -e "$(traffic '{"process": "poisson", "rate_rps": 1e-6}')"
try laps -e "$(traffic '{"process": "piecewise", "repeat_s": 1, "points": [{"at_s": 0, "rate_rps": 1e-6}]}')"
try crash -e 's|{"kind": "errors".*onset_s": 0}|{"kind": "crash", "mean_s": 1, "restart_s": 0}|'
try fleet -e 's|"InitialInstanceCount": 4|"InitialInstanceCount": 1000|' -e 's|"workers_per_instance": 2|"workers_per_instance": 1024|'
try queue -e 's|"workers_per_instance": 2|"workers_per_instance": 2, "queue_limit_per_instance": 1000000|'

# Raw samples of a week and more are room, not memory: what was never written is not copied.
week=(-e 's|"MetricName": "Invocation5XXErrors", "Statistic": "Sum"|"MetricName": "ModelLatency", "ExtendedStatistic": "p99"|'
    -e 's|"Period": 60, "EvaluationPeriods": 1|"Period": 3600, "EvaluationPeriods": 168|')
[ -n "${BAKEOFF_SANITIZED:-}" ] || ulimit -v 6291456
try week "${week[@]}"
