# A folder of 200 scenarios, unattended; other JSON files in it are passed over. Two shards side by side cost hardly more
# than one process.
. "$REPO/tests/cli/batch-lib.sh"
[ -z "${BAKEOFF_SANITIZED:-}" ] || skip "the other tests of batches show as much"
count=200
make_scenarios $count scenarios
mkdir scenarios/start
cp "$SCENARIOS/start/alarm.json" scenarios
replications=2 threads=8 # disks that sync slowly can at least do so side by side
[ -z "${BAKEOFF_TEST_FULL:-}" ] || replications=60 threads=1
TIMEFORMAT='%U %S'
cpu_of() { { time "$@" >/dev/null 2>messages.txt; } 2>&1 | awk '{print int(1000 * ($1 + $2))}'; }
whole=$(cpu_of bakeoff batch scenarios -n $replications -j $threads -o whole)
tail -n 1 messages.txt | cut -d, -f1
grep 'passed over' messages.txt
[ "$(cut -d, -f1 whole/summary.csv | uniq | wc -l)" -eq $((count + 1)) ] || fail "not all scenarios are there"
# A line for each tenth, or for several where a fast machine passes them at once.
lines=$(grep -c '^batch: ' messages.txt)
[ "$lines" -ge 2 ] && [ "$lines" -le 10 ] || fail "$lines lines of progress"
[ -n "${BAKEOFF_TEST_FULL:-}" ] || exit 0
side_by_side() {
    bakeoff batch -q scenarios -n $replications -j 1 -o shards --shard 0/2 &
    bakeoff batch -q scenarios -n $replications -j 1 -o shards --shard 1/2 &
    wait
    bakeoff merge -q shards
}
# Neighbours on the machine only add to what is measured: the least of some rounds counts.
least() { printf '%s\n' "$@" | sort -n | head -n 1; }
shards=1000000000
for _ in {1..5}; do
    rm -rf shards
    shards=$(least "$shards" "$(cpu_of side_by_side)")
    same_results whole shards
    [ $((10 * shards)) -gt $((11 * whole)) ] || exit 0
    rm -rf again
    whole=$(least "$whole" "$(cpu_of bakeoff batch scenarios -n $replications -j $threads -o again)")
done
fail "two shards take $shards ms, one process $whole ms"
