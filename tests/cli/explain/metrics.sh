# The minutes around the flip; the new fleet has no datapoint before it.
bakeoff explain "$REPO/tests/data/explain.json" -p canary -v broken --metrics - | sed -n '1p; /^40,/p; /^100,/p; /^160,/p'
