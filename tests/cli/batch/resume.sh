# What interrupts a batch: signals, kill -9 at any moment. The same command goes on, and the bytes are the same.
. "$REPO/tests/cli/batch-lib.sh"
moments=2
[ -z "${BAKEOFF_TEST_FULL:-}" ] || moments=20
make_scenarios 2 scenarios
bakeoff batch -q scenarios -n 60 -o whole
# Shells start background programs with SIGINT ignored; this one does not.
set -m
stop() {
    bakeoff batch scenarios -n 8000 -o "stopped-$1" 2>messages.txt &
    program=$!
    sleep 0.7
    kill -s "$1" $program
    exits "$2" wait $program
    grep -c '^bakeoff: the same command goes on from here$' messages.txt
    [ ! -e "stopped-$1/trials.csv" ] || fail "results without all blocks"
    exits 1 bakeoff merge -q "stopped-$1" 2>/dev/null
}
stop TERM 143
stop INT 130
if [ -n "${BAKEOFF_TEST_FULL:-}" ]; then
    bakeoff batch -q scenarios -n 8000 -o stopped-INT
    bakeoff batch -q scenarios -n 8000 -o long
    same_results long stopped-INT
fi
RANDOM=20261124
# survive FOLDER REPLICATIONS: kills a batch of a folder again and again, each time until it ends, at MOMENTS moments or more that
# fall into the time that it takes here.
survive() {
    local folder=$1 replications=$2 kills=0 begin took moment patience status program
    begin=$(date +%s%N)
    bakeoff batch -q "$folder" -n "$replications" -o undisturbed
    took=$((($(date +%s%N) - begin) / 1000000 + 5))
    # A fast machine is sometimes done before the kill: again then.
    for ((moment = 1; moment <= moments || (kills < moments && moment <= 10 * moments); moment++)); do
        rm -rf out
        patience=$took # more each time: a machine may be too slow for a block in that
        while :; do
            status=0
            bakeoff batch -q "$folder" -n "$replications" -o out 2>/dev/null &
            program=$!
            sleep "$(awk "BEGIN {print $((RANDOM % patience)) / 1000}")"
            patience=$((patience + 50))
            kill -s KILL $program 2>/dev/null || :
            wait $program 2>/dev/null || status=$?
            [ "$status" -ne 0 ] || break
            [ "$status" -eq 137 ] || fail "exit $status"
            kills=$((kills + 1))
        done
        same_results undisturbed out
        no_leftovers out
    done
    [ "$kills" -ge "$moments" ] || fail "only $kills kills"
    rm -rf undisturbed
}
if [ -n "${BAKEOFF_TEST_FULL:-}" ]; then
    make_scenarios 200 many
    survive many 2
fi
survive scenarios 60
# A block that is done is not done again.
bakeoff batch scenarios -n 60 -o out 2>&1 | grep 'blocks are done'
# A shard that runs twice at once, as after a requeue.
for twice in 1 2; do
    bakeoff batch -q scenarios -n 60 -o requeued --shard 0/1 &
done
wait
bakeoff merge -q requeued
same_results whole requeued
