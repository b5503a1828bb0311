# The curve of times to rollback has at most 500 points, and every whole percent of it is the ledger's own quantile by nearest rank.
. "$REPO/tests/cli/lib.sh"
bakeoff compare -q -n 1100 -o table --csv-dir csv --figures out "$REPO/tests/cli/compare/tiny.json"
awk -F, '
    FNR == 1 { for (i = 1; i <= NF; i++) at[FILENAME, $i] = i; next }
    FILENAME == "csv/trials.csv" {
        key = $at[FILENAME, "policy"] "," $at[FILENAME, "version"]
        trials[key]++
        time = $at[FILENAME, "time_to_rollback_s"]
        if (time != "") print time >("times-" key)
        next
    }
    {
        key = $at[FILENAME, "policy"] "," $at[FILENAME, "version"]
        points[key]++
        x[key, points[key]] = $1; y[key, points[key]] = $2
    }
    END {
        for (key in points) {
            n = 0
            close("times-" key)
            command = "LC_ALL=C sort -g \"times-" key "\""
            while ((command | getline line) > 0) sorted[++n] = line
            close(command)
            if (points[key] > 500 || n == 0) { print key ": " points[key] " points of " n " times"; failed = 1 }
            for (percent = 1; percent <= 100; percent++) {
                rank = int((n * percent + 99) / 100)
                for (p = 2; p < points[key] && y[key, p] * trials[key] < rank - 1e-6; p++) ;
                if (x[key, p] != sorted[rank]) { print key ": " percent " %: " x[key, p] ", not " sorted[rank]; failed = 1 }
                looked++
            }
            if (y[key, points[key]] * trials[key] - n > 1e-6 || n - y[key, points[key]] * trials[key] > 1e-6) failed = 1
        }
        print looked " quantiles"
        exit failed
    }' csv/trials.csv out/rollback.csv
