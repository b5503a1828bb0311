# A 2-of-3 alarm through a spike, a gap and silence: ISO times in, ISO times out.
cat >alarm.json <<'END'
{"AlarmName": "errors", "Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors", "Statistic": "Sum",
 "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5,
 "ComparisonOperator": "GreaterThanThreshold",
 "Dimensions": [{"Name": "EndpointName", "Value": "fraud"}, {"Name": "VariantName", "Value": "AllTraffic"}]}
END
cat >metric.csv <<'END'
timestamp,value
2026-01-31T09:00:00Z,0
2026-01-31T09:01:00Z,1
2026-01-31T09:02:00Z,12
2026-01-31T09:03:00Z,
2026-01-31T09:05:00Z,7.5
2026-01-31T09:06:00Z,0
2026-01-31T09:07:00Z,2
2026-01-31T09:08:00Z,
2026-01-31T09:09:00Z,
2026-01-31T09:10:00Z,
2026-01-31T09:11:00Z,
2026-01-31T09:12:00Z,
END
bakeoff alarm alarm.json metric.csv --phase-s 40.985
