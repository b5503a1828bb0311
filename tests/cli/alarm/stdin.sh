# Either file may come through a pipe, what is told may go to a file; a reader that goes away is no error.
. "$REPO/tests/cli/lib.sh"
cat >alarm.json <<'END'
{"AlarmName": "slow", "Namespace": "AWS/SageMaker", "MetricName": "ModelLatency", "ExtendedStatistic": "p99",
 "Period": 60, "EvaluationPeriods": 1, "Threshold": 250000, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
 "TreatMissingData": "notBreaching", "EvaluateLowSampleCountPercentile": "ignore",
 "Dimensions": [{"Name": "EndpointName", "Value": "fraud"}, {"Name": "VariantName", "Value": "AllTraffic"}]}
END
cat >metric.json <<'END'
{"Label": "ModelLatency", "Datapoints": [
 {"Timestamp": "2026-01-31T09:02:00Z", "SampleCount": 1000.0, "ExtendedStatistics": {"p99": 250000.0}},
 {"Timestamp": "2026-01-31T09:00:00Z", "SampleCount": 1200.0, "ExtendedStatistics": {"p99": 80125.5}},
 {"Timestamp": "2026-01-31T09:01:00Z", "SampleCount": 999.0, "ExtendedStatistics": {"p99": 300000.0}}]}
END
bakeoff alarm alarm.json - <metric.json >one
bakeoff alarm - metric.json <alarm.json >two
cmp one two
cat one
bakeoff alarm alarm.json metric.json -o three
cmp one three
exits 3 bakeoff alarm alarm.json metric.json -o nowhere/four 2>/dev/null
exits 3 bakeoff alarm alarm.json metric.json -o /dev/full 2>/dev/null
printf '%s\n' timestamp,value 0,1 0,2 60,1 >twice.csv
bakeoff alarm alarm.json twice.csv 2>&1 >three | grep -c 'was given before'
[ -z "$(bakeoff alarm -q alarm.json twice.csv 2>&1 >four)" ] || fail "-q and yet a warning"
cmp three four
{ echo timestamp,value; seq -f '%.0f,1' 0 60 3000000; } >long.csv
set -o pipefail
bakeoff alarm alarm.json long.csv 2>/dev/null | head -n 1
exits 3 bakeoff alarm alarm.json metric.json >/dev/full 2>message
cat message
