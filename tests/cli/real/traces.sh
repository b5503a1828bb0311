# Three recorded traces drive an endpoint through `compare`: twice the rate is twice the requests, a fixed start gives every
# replication the same traffic, a random one does not.
. "$REPO/tests/cli/lib.sh"
data=$(shared_data)

# scenario NAME KEYS SERVICE: a scenario file with that traffic
scenario() {
    cat >"$1.json" <<END
{"name": "$1", "seed": 7, "horizon_s": 1800,
 "endpoint": {"EndpointName": "real", "VariantName": "AllTraffic", "InitialInstanceCount": 4, "workers_per_instance": 16},
 "traffic": {"process": "trace", $2},
 "launch": {"distribution": "constant", "value_s": 120},
 "versions": {"old": {$3"EndpointConfigName": "cfg-1"},
              "faulty": {"like": "old", "EndpointConfigName": "cfg-2", "error_5xx_fraction": 0.5}},
 "current": "old",
 "policies": {"canary": {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "CANARY",
   "WaitIntervalInSeconds": 300, "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1}}, "TerminationWaitInSeconds": 120}}}}
END
}

# requests NAME: what the control of each replication counted
requests() {
    bakeoff compare -q -n 6 --csv-dir out "$1.json" >"$1.table"
    grep -q '^ *1  canary ' "$1.table" || fail "$1: no row for the canary"
    awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) column[$i] = i}
             $2 == "(none)" {print $column["requests"]}' out/trials.csv
}

serve='"service_time": {"distribution": "lognormal", "median_ms": 20, "p99_ms": 80}, '
azure="\"file\": \"$data/arrivals/azure_llm_2023_code.csv\", \"column\": \"TIMESTAMP\", \"unit\": \"iso8601\""
mooncake="\"file\": \"$data/arrivals/mooncake_fast25_synthetic.csv\", \"column\": \"timestamp_ms\", \"unit\": \"ms\""
functions="\"file\": \"$data/arrivals/azure_functions_2021_sample200.csv\", \"column\": \"end_timestamp\", \"unit\": \"s\",
  \"minus_column\": \"duration\", \"service_column\": \"duration\""

one() {
    local name=$1 keys=$2 service=$3
    scenario "$name" "$keys" "$service"
    echo "$name, random start: $(requests "$name" | sort -u | wc -l) different counts of 6"
    scenario "$name-fixed" "$keys, \"start_s\": 0" "$service"
    echo "$name, from its start: $(requests "$name-fixed" | uniq -c | awk '{print $2 " in each of " $1}')"
    scenario "$name-twice" "$keys, \"start_s\": 0, \"scale\": 2, \"end\": \"stop\"" "$service"
    echo "$name, twice as fast, once: $(requests "$name-twice" | uniq -c | awk '{print $2 " in each of " $1}')"
}
one azure "$azure" "$serve"
one mooncake "$mooncake" "$serve"
one functions "$functions" ""
