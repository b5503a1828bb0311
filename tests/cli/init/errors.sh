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
jq '.DeploymentConfig.BlueGreenUpdatePolicy.TerminationWaitInSeconds = 3000' update-endpoint.json | exits 2 bakeoff init from - alarm.json
exits 2 bakeoff init from missing.json alarm.json
