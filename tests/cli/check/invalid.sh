# All errors of all files at once, each with its place, path and remedy; the exit status is that of the worst file.
. "$REPO/tests/cli/lib.sh"
cat >scenario.json <<'END'
{
  "name": "s", "seed": 1.5, "wamup_s": 10,
  "endpoint": {"EndpointName": "e", "VariantName": "v", "InitialInstanceCount": 4, "workers_per_instance": 0},
  "traffic": {"process": "possion", "rate_rps": 50},
  "launch": {"distribution": "constant", "value_ms": 100},
  "versions": {
    "v1": {"service_time": {"distribution": "constant", "value_ms": 20}},
    "v2": {"like": "v0"}
  },
  "current": "v1",
  "policies": {
    "canary": {
      "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "CANARY", "WaitIntervalInSeconds": 4000,
                                        "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 60}}
      },
      "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "erorrs"}]}
    }
  },
  "alarms": [{"AlarmName": "errors", "Namespace": "AWS/SageMaker", "MetricName": "Invocation5XXErrors", "Statistic": "Sum",
              "Period": 45, "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}]
}
END
exits 1 bakeoff check scenario.json
echo '{"what": "is this"}' >unknown.json
exits 1 bakeoff check unknown.json
echo '{"AlarmName": "a", }' >broken.json
exits 2 bakeoff check broken.json
exits 2 bakeoff check scenario.json broken.json 2>/dev/null
exits 2 bakeoff check nowhere.json
exits 2 bakeoff check .
exits 2 bakeoff check
exits 2 bakeoff check --nonsense 2>/dev/null
# A gate on a figure that there is not: compare would refuse it.
sed 's|^  "slo"|  "gates": [{"metric": "p_rolledback", "max": 0.1}], &|' "$REPO/tests/cli/compare/tiny.json" >gates.json
exits 1 bakeoff check gates.json
