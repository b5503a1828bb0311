# Every kind of file is told by its keys; a valid one is one line, or none.
cat >deployment.json <<'END'
{"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}},
 "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}}
END
echo "{\"EndpointName\": \"e\", \"EndpointConfigName\": \"c\", \"DeploymentConfig\": $(cat deployment.json)}" >update.json
cat >component.json <<'END'
{"InferenceComponentName": "c", "DeploymentConfig": {"RollingUpdatePolicy": {"WaitIntervalInSeconds": 60,
 "MaximumBatchSize": {"Type": "COPY_COUNT", "Value": 1}}, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}}}
END
cat >alarm.json <<'END'
{"AlarmName": "a", "Namespace": "AWS/SageMaker", "MetricName": "ModelLatency", "ExtendedStatistic": "p99", "Period": 60,
 "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}
END
echo "[$(cat alarm.json), $(sed 's/"a"/"b"/' alarm.json)]" >list.json
echo "{\"MetricAlarms\": [$(cat alarm.json)], \"CompositeAlarms\": []}" >described.json
bakeoff check "$REPO/tests/data/plain.json" | sed "s#$REPO/##"
echo "{\"EndpointName\": \"shop\", \"EndpointStatus\": \"InService\", \"LastDeploymentConfig\": $(cat deployment.json)}" >endpoint.json
bakeoff check endpoint.json deployment.json update.json component.json alarm.json list.json described.json
bakeoff check - <alarm.json
bakeoff check -q alarm.json list.json
