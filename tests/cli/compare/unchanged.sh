# What the shipped scenarios come to, by the hash of every CSV file: no change of structure may alter a result. A change
# that is meant to renews the hashes (UPDATE_RESULTS=1 with BAKEOFF_TEST_FULL unset and set) and stands in CHANGELOG.md under Results.
. "$REPO/tests/cli/lib.sh"
# At full length as many replications as the scenarios ask for.
known=$REPO/tests/cli/compare/unchanged.sha256
if [ -n "${BAKEOFF_TEST_FULL:-}" ]; then few= part=full; else few=5 part=few; fi
for scenario in "$SCENARIOS"/*.json; do
    name=$(basename "$scenario" .json)
    bakeoff compare -q ${few:+-n $few} --csv-dir "$part/$name" "$scenario" >/dev/null || [ $? -eq 1 ] # a gate may fail
done
find "$part" -name '*.csv' | LC_ALL=C sort | xargs sha256sum >found
if [ -n "${UPDATE_RESULTS:-}" ]; then
    { grep -v "  $part/" "$known" || :; cat found; } >renewed
    LC_ALL=C sort -k 2 renewed >"$known"
fi
grep "  $part/" "$known" | diff - found
