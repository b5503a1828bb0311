# The schema is one JSON document that explains its keys, with units, bounds, words and defaults.
. "$REPO/tests/cli/lib.sh"
bakeoff schema >schema.json
jq -r '."$schema", (.definitions.endpoint.properties.invocation_timeout_s | tostring)' schema.json
jq -c '.definitions.TrafficRoutingConfiguration.properties.Type.enum' schema.json
jq -c '.definitions.distribution_ms.properties.distribution.enum' schema.json
jq -e '.definitions.gate.properties.metric.enum | index("excess_bad_responses")' schema.json >/dev/null
exits 2 bakeoff schema extra
