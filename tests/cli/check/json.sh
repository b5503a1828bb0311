# For programs: one object, in the shape of terraform validate -json.
. "$REPO/tests/cli/lib.sh"
printf '%s\n' '{"AlarmName": "é", "Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Statistic": "Sum",' \
    ' "Period": 45, "EvaluationPeriods": 1, "Unit": "Count", "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}' >a.json
exits 1 bakeoff check --json a.json
exits 1 bakeoff check --json=out.json a.json
exits 1 bakeoff check --json a.json | cmp - out.json
exits 1 bakeoff check --json - a.json </dev/null | cmp - out.json
exits 1 bakeoff check a.json -q --json - </dev/null | cmp - out.json
exits 1 bakeoff check --json - <a.json | sed 's/"-"/"a.json"/' | cmp - out.json
exits 2 bakeoff check --json nowhere.json
sed -i 's/45/60/' a.json
bakeoff check --json a.json | grep -e valid -e count
exits 3 bakeoff check --json=nowhere/out.json a.json
