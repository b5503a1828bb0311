# How else a deployment may end: no alarm, red before the start, timed out, not launched, refused, failed to roll back.
story() {
    bakeoff explain "$@" | sed '/^The ledger/,$d'
}
story "$REPO/tests/data/explain.json" -p blind -v broken
story "$REPO/tests/data/explain.json" -p red -v good
story "$REPO/tests/data/explain.json" -p hasty -v good
story "$REPO/tests/data/explain.json" -p canary -v late
story "$REPO/tests/data/explain.json" -p canary -v stuck
story "$REPO/tests/data/explain.json" -p rolling -v stuck
sed 's/"instance_quota": 8/"instance_quota": 7/' "$REPO/tests/data/explain.json" >small.json
story small.json -p canary -v good
sed 's/"poll_phase_s"/"red_at_start": "refuse", "poll_phase_s"/' "$REPO/tests/data/explain.json" >careful.json
story careful.json -p red -v good
sed 's/"poll_phase_s"/"on_timeout": "fail", "poll_phase_s"/' "$REPO/tests/data/explain.json" >left.json
story left.json -p hasty -v good
sed 's/"value_s": 100}/"value_s": 100, "failure_probability": 0.4}/' "$REPO/tests/data/explain.json" >frail.json
story frail.json -p rolling -v broken --worst p_rollback_failed
