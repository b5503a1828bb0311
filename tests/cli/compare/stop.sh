# A signal: what is finished is written, with a warning, and the exit status names the signal.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
# stop SIGNAL STATUS
stop() {
    rm -rf out result.json
    bakeoff compare -n 200000 --csv-dir out --json result.json -o table.txt "$tiny" 2>messages.txt &
    program=$!
    sleep 2
    kill -s "$1" $program
    exits "$2" wait $program
    grep -c 'warning: stopped by a signal after [0-9]* of 200000 replications$' messages.txt
    grep -c '"warnings": \["stopped by a signal after [0-9]* of 200000 replications"\]' result.json
    done=$(grep -o '"replications": [0-9]*' result.json | grep -o '[0-9]*')
    [ "$done" -gt 0 ] && [ "$done" -lt 200000 ] || fail "$done replications"
    [ "$(wc -l <out/trials.csv)" -eq $((done * 5 + 1)) ] || fail "the ledger does not hold $done replications"
    [ "$(find . -name '.*' -type f | wc -l)" -eq 0 ] || fail "temporary files stay"
}
stop TERM 143
# Shells start background programs with SIGINT ignored; this one does not.
set -m
stop INT 130
