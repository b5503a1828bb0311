# Deployment and alarm files from other people's repositories, named by {"file": ...}: `compare` runs what `check` accepts, and
# refuses updates of inference components, an endpoint of another name, and alarms that are nowhere defined.
. "$REPO/tests/cli/lib.sh"
data=$(shared_data)

# scenario NAME FILE KEYS ALARMS
scenario() {
    cat >"$1.json" <<END
{"name": "$1", "seed": 7,
 "endpoint": {"EndpointName": "$1", "VariantName": "AllTraffic", "InitialInstanceCount": 3},
 "traffic": {"process": "regular", "rate_rps": 0.98333333},
 "launch": {"distribution": "lognormal", "median_s": 140, "p95_s": 200, "per": "fleet"},
 "versions": {"old": {"EndpointConfigName": "demo-config-v1",
                      "service_time": {"distribution": "constant", "value_ms": 4}},
              "incompatible": {"like": "old", "EndpointConfigName": "demo-config-v2", "error_5xx_fraction": 1}},
 "current": "old",
 "alarms": [$4],
 "policies": {"theirs": {"file": "$data/deployments/$2"$3}}}
END
}

notebook="{\"file\": \"$data/alarms/001_sm_guardrails_5xx_avg.json\", \"rename\": true},
  {\"file\": \"$data/alarms/002_sm_guardrails_latency_10ms.json\", \"rename\": true}"
for file in 01_smex_canary_1inst_300_120 02_smex_linear_33pct_180_120 03_smex_rolling_33pct_180; do
    scenario fraud "$file.json" ', "rename": true' "$notebook"
    bakeoff compare -q -n 30 --csv-dir out fraud.json >/dev/null
    # The alarm on 5xx asks for an average of 1: it waits for the whole traffic, and a final bake of 120 s ends before that.
    awk -F, -v file="$file" '
        NR == 1 {for (i = 1; i <= NF; i++) column[$i] = i}
        $2 == "theirs" && $column["trip_phase"] ~ /^(CanaryBake|LinearStepBake|RollingBake.[12])/ {early++}
        $2 == "theirs" && $column["trip_phase"] != "" {trips++}
        $2 == "theirs" {rows++}
        END {print file ": " rows " updates, " (trips ? "some" : "none") " rolled back, " early + 0 " before full traffic"}
    ' out/trials.csv
done

# refused FILE KEYS ALARMS: what compare says, without the path that differs from machine to machine
refused() {
    local status=0
    scenario fraud "$1" "$2" "$3"
    bakeoff compare fraud.json >/dev/null 2>errors || status=$?
    echo "$1: exit $status"
    sed -n 's/.*: error: //p' errors
}
refused 13_genai_ic_rolling_copy1_120.json '' ''
refused 14_genai_ic_rolling_copy1_60_3600.json '' ''
refused 04_docs_all_at_once_600.json ', "rename": true' ''
refused 07_tfacc_all_at_once_60.json '' ''
refused 05_docs_canary_30pct_600_600.json ', "rename": true' "$notebook"
