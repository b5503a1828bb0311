# Everything wrong with a recording is told at once, with its place; duplicates are only warned of.
cat >alarm.json <<'END'
{"AlarmName": "errors", "Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors", "Statistic": "Sum",
 "Period": 60, "EvaluationPeriods": 3, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}
END
cat >metric.csv <<'END'
timestamp,value,samples
2026-01-31T09:00:00Z,0,10
2026-01-31T09:01:00Z,many,10
31/01/26 09:02:00,3,10
2026-01-31T09:03:00Z,3,-1
1769850240000,3,10
2026-01-31T09:05:00Z,3
END
cat >spacing.csv <<'END'
timestamp,value
2026-01-31T09:00:00Z,0
2026-01-31T09:02:30Z,1
2026-01-31T09:00:00Z,4
END
cat >several.json <<'END'
{"MetricDataResults": [
  {"Id": "e1", "Timestamps": [], "Values": []},
  {"Id": "e2", "Timestamps": [], "Values": []}
]}
END
for metric in metric.csv spacing.csv several.json alarm.json nothing.csv; do
    bakeoff alarm alarm.json $metric && exit 1
    echo "exit $?" >&2
done
bakeoff alarm alarm.json several.json --id e2 && exit 1
exit 0
