# One thread, eight, one shard, seven, shards in folders of their own: the bytes of `compare --csv-dir`.
. "$REPO/tests/cli/batch-lib.sh"
set -- "$tiny" "$SCENARIOS/start.json" -n 60
exits 1 bakeoff compare -q --csv-dir compared "$@" >/dev/null
exits 1 bakeoff batch -q "$@" -j 1 -o one # a gate of start.json does not pass with so few replications
for file in trials.csv summary.csv differences.csv; do
    cmp "one/$file" "compared/$file"
done
exits 1 bakeoff batch -q "$@" -j 8 -o eight
same_results one eight
bakeoff batch -q "$@" -o alone --shard 0/1
exits 1 bakeoff merge -q alone
same_results one alone
for shard in 0 1 2 3 4 5 6; do
    bakeoff batch -q "$@" -o seven --shard $shard/7
    SLURM_ARRAY_TASK_ID=$shard SLURM_ARRAY_TASK_COUNT=7 bakeoff batch -q "$@" -o "own-$shard" --shard auto
done
exits 1 bakeoff merge -q seven
same_results one seven
exits 1 bakeoff merge -q -o merged own-*
for file in trials.csv summary.csv differences.csv summary.json; do
    cmp "one/$file" "merged/$file"
done
# A block that two shards have is welcome, as long as it is the same.
cp -r own-0 copied
exits 1 bakeoff merge -q -o merged own-* copied
grep -c '"blocks_repeated": 1,' merged/manifest.json
# What compare says in JSON about figures and gates, the summary says too.
exits 1 bakeoff compare -q -n 60 --json compared.json "$SCENARIOS/start.json" >/dev/null
sed -n '/"gates"/,$p' compared.json | grep -o '"result": "[a-z]*"' >wanted
sed -n '/"gates"/,$p' one/summary.json | grep -o '"result": "[a-z]*"' | cmp - wanted
find one -type f | sed 's/-[0-9a-f]\{8\}\//-HASH\//' | LC_ALL=C sort
no_leftovers .
