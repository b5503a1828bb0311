# What init refuses. Files are named as they were given.
. "$REPO/tests/cli/lib.sh"
start=$SCENARIOS/start
exits 2 bakeoff init rollin
exits 2 bakeoff init nonsense
exits 2 bakeoff init canary linear
exits 2 bakeoff init from $start/update-endpoint.json
cd $start
jq '.AlarmName = "shop-5x"' alarm.json | exits 2 bakeoff init from update-endpoint.json -
jq '.Period = 45' alarm.json | exits 2 bakeoff init from update-endpoint.json -
jq '.MetricName = "CPUUtilization"' alarm.json | exits 2 bakeoff init from update-endpoint.json -
# What describe-alarms tells of other endpoints does no harm; what is listed and not modelled does.
jq '{CompositeAlarms: [{AlarmName: "all", AlarmRule: "ALARM(x)"}], MetricAlarms: [., {AlarmName: "sum", Metrics: [{Id: "a", Expression: "b+c"}],
    Threshold: 1, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1}]}' alarm.json >"$OLDPWD/account.json"
bakeoff init from update-endpoint.json "$OLDPWD/account.json" | sed '/^ *\/\//d' | cmp - <(bakeoff init from update-endpoint.json alarm.json | sed '/^ *\/\//d')
jq '.MetricAlarms[1].AlarmName = .MetricAlarms[0].AlarmName' "$OLDPWD/account.json" |
    exits 2 bakeoff init from update-endpoint.json -
jq '.DeploymentConfig.BlueGreenUpdatePolicy.TerminationWaitInSeconds = 3000' update-endpoint.json | exits 2 bakeoff init from - alarm.json
exits 2 bakeoff init from missing.json alarm.json
# The wrong way round, and twice the same.
exits 2 bakeoff init from alarm.json update-endpoint.json
exits 2 bakeoff init from update-endpoint.json update-endpoint.json
# What describe-endpoint answers has the deployment that was last.
jq '{EndpointName, EndpointConfigName: "old", EndpointStatus: "InService", LastDeploymentConfig: .DeploymentConfig}' update-endpoint.json |
    bakeoff init from - alarm.json | sed '/^ *\/\//d' | diff - <(bakeoff init from update-endpoint.json alarm.json) | grep -c EndpointConfigName
