# From AWS's own files: names, configuration and alarms are theirs, and the number of instances is one that fits.
. "$REPO/tests/cli/lib.sh"
bakeoff init from $SCENARIOS/start/update-endpoint.json $SCENARIOS/start/alarm.json >start.json
bakeoff check start.json 2>&1
jq -c '.endpoint.EndpointName, .endpoint.InitialInstanceCount, .versions.good.EndpointConfigName' start.json
jq -S '.policies.mine' start.json >policy
jq -S '.DeploymentConfig' $SCENARIOS/start/update-endpoint.json | cmp - policy
jq -S '.alarms[0]' start.json >alarm
jq -S . $SCENARIOS/start/alarm.json | cmp - alarm
exits 1 bakeoff compare -n 8 start.json >table # too few for the gates

echo '# as describe-alarms prints them, from stdin, beside another alarm; a bare DeploymentConfig'
jq '{MetricAlarms: [. + {AlarmArn: "arn", StateValue: "OK", Metrics: []}, . + {AlarmName: "other"}]}' $SCENARIOS/start/alarm.json >alarms.json
jq .DeploymentConfig $SCENARIOS/start/update-endpoint.json >config.json
bakeoff init from config.json - <alarms.json >described.json
bakeoff check described.json 2>&1
jq -c '[.alarms[].AlarmName], .endpoint.EndpointName' described.json

echo '# sizes that four instances do not fit'
jq '.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize = {"Type": "INSTANCE_COUNT", "Value": 20}' config.json >large.json
bakeoff init from large.json alarms.json | jq .endpoint.InitialInstanceCount
