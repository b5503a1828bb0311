# AWS's own files, without a scenario: with and without the traffic.
. "$REPO/tests/cli/lib.sh"
cat >deployment.json <<'END'
{"EndpointName": "demo", "EndpointConfigName": "cfg-2", "DeploymentConfig": {
  "BlueGreenUpdatePolicy": {
    "TrafficRoutingConfiguration": {"Type": "CANARY", "WaitIntervalInSeconds": 300,
                                    "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1}},
    "TerminationWaitInSeconds": 120},
  "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}, {"AlarmName": "gone"}]}}}
END
cat >alarms.json <<'END'
{"MetricAlarms": [{"AlarmName": "errors", "Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors",
  "Dimensions": [{"Name": "EndpointName", "Value": "demo"}, {"Name": "VariantName", "Value": "AllTraffic"}],
  "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1, "Threshold": 0.05, "TreatMissingData": "notBreaching",
  "ComparisonOperator": "GreaterThanThreshold"}],
 "CompositeAlarms": [{"AlarmName": "gone", "AlarmRule": "ALARM(errors)"}]}
END
exits 1 bakeoff lint --deployment deployment.json --alarms alarms.json --instances 3
echo "---- with the traffic"
exits 1 bakeoff lint --deployment deployment.json --alarms alarms.json --instances 3 --rate-rps 2 --quota 5
echo "---- a DeploymentConfig and stdin"
jq .DeploymentConfig deployment.json >config.json
jq 'del(.CompositeAlarms)' alarms.json | exits 1 bakeoff lint -q --deployment config.json --alarms - --instances 3
echo "---- an account's alarms: those of other endpoints are no business of this one"
jq 'del(.CompositeAlarms) | .MetricAlarms += [.MetricAlarms[0] | .AlarmName = "other" |
    .Dimensions[0].Value = "elsewhere" | .Dimensions[1].Value = "Main"]' alarms.json >account.json
jq '.AutoRollbackConfiguration.Alarms |= .[:1]' config.json >one.json
bakeoff lint -q --deployment one.json --alarms account.json --instances 3
echo "---- two variants in one deployment: which is the endpoint's?"
jq '.MetricAlarms[1].AlarmName = "gone"' account.json >two.json
bakeoff lint -q --deployment deployment.json --alarms two.json --instances 3 || true
bakeoff lint --json --deployment config.json --alarms two.json --instances 3 | jq -c '[.findings[].rule], [.reachability[].reachable]'
echo "---- an asynchronous endpoint"
jq '.MetricAlarms[0].MetricName = "Invocations"' alarms.json >async.json
exits 1 bakeoff lint -q --deployment deployment.json --alarms async.json --instances 3 --endpoint-type async | grep -A 3 L13
exits 1 bakeoff lint --json --deployment deployment.json --alarms async.json --instances 3 --endpoint-type async |
    jq -c '[.reachability[].reachable]'
echo "---- alarms alone"
bakeoff lint --alarms async.json
echo "---- for programs"
exits 1 bakeoff lint --json --deployment=deployment.json --alarms alarms.json --instances 3 --rate-rps 2 | jq -c '.reachability[] | [.phase, (.p_trip | map_values(. * 100 | round))]'
# An alarm without a name crashes nothing.
jq 'del(.AlarmName)' "$SCENARIOS/start/alarm.json" >noname.json
exits 2 bakeoff lint -q --deployment "$SCENARIOS/start/update-endpoint.json" --alarms noname.json --instances 3 2>&1 | head -n 1
