# EventBridge: one JSON object a line, one for each change.
bakeoff explain "$REPO/tests/data/explain.json" -p canary -v broken --events -
