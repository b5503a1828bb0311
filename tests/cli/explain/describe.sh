# DescribeEndpoint before the call, in the canary bake, and after the rollback.
for instant in -1 250.5 305; do
    bakeoff explain "$REPO/tests/data/explain.json" -p canary -v broken --describe $instant
done
