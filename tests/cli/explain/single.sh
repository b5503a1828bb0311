# With one policy and one new version there is nothing to choose.
. "$REPO/tests/cli/lib.sh"
cat >one.json <<'J'
{
  "name": "one", "warmup_s": 60, "horizon_s": 600,
  "endpoint": {"EndpointName": "e", "VariantName": "v", "InitialInstanceCount": 2},
  "traffic": {"process": "regular", "rate_rps": 1},
  "launch": {"distribution": "constant", "value_s": 10},
  "versions": {
    "a": {"EndpointConfigName": "c-1", "service_time": {"distribution": "constant", "value_ms": 5}},
    "b": {"like": "a", "EndpointConfigName": "c-2"}
  },
  "current": "a",
  "policies": {
    "p": {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}}}
  }
}
J
bakeoff explain one.json | head -n 2
