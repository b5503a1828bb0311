# A wrong command line ends with 2 and says what would be right.
attempt() {
    local status=0
    bakeoff alarm "$@" || status=$?
    echo "exit $status" >&2
}
attempt
attempt alarm.json
attempt alarm.json metric.csv more.csv
attempt - -
attempt alarm.json metric.csv --delay-s=-1
attempt alarm.json metric.csv --phase-s soon
attempt alarm.json metric.csv --initial-state FINE
attempt alarm.json metric.csv --evaluation-range-extra 1.5
