# No output takes the place of what a command reads, of what its scenario includes, or of another output.
. "$REPO/tests/cli/lib.sh"
cp -r "$SCENARIOS/start.json" "$SCENARIOS/start" .
cp start.json summary.json
sums() { cat start.json summary.json start/*.json | cksum; }
before=$(sums)
spared() {
    exits 2 "$@" >/dev/null 2>message.txt
    grep -q 'this command reads it, or writes it twice\|would write over\|one of them would be lost\|no batch has left' message.txt ||
        fail "$*: $(cat message.txt)"
    [ "$(sums)" = "$before" ] || fail "$*: an input is lost"
    [ -z "$(find . -name '*.tmp')" ] || fail "$*: half-written files stay"
}
compare="bakeoff compare -q -n 2 start.json"
spared $compare --json start/alarm.json
spared $compare --html start/update-endpoint.json
spared $compare -o start/update-endpoint.json
spared $compare --json ./start.json
spared bakeoff explain -q -v broken start.json --events start/alarm.json
spared bakeoff lint -q --json=start.json start.json
spared bakeoff check --json=./start.json start.json
spared bakeoff lint -q --deployment start/update-endpoint.json --alarms start/alarm.json --instances 3 --json=start/alarm.json
spared bakeoff batch -q -n 2 summary.json -o .
spared $compare --html a --json ./a
spared $compare --csv-dir d --json d/trials.csv
spared $compare -o ../"${PWD##*/}"/d/summary.csv --csv-dir d
spared bakeoff explain -q -v broken start.json --events e --metrics ./e
bakeoff batch -q -n 30 start.json -o out || [ $? -eq 1 ]
spared bakeoff report out --csv q --json ./q
spared bakeoff report out --csv out/summary.csv
mkdir figures
spared bakeoff report out --csv figures/tradeoff.csv --figures ./figures
# A batch's folder takes no figures of others.
exits 2 $compare --csv-dir out
# What leads to standard output is standard output.
COLUMNS=120 $compare --json /dev/stdout >both || [ $? -eq 1 ]
grep -c '^canary-30 is the only policy' both
grep -c '"manifest"' both
# A pipe that nobody reads is waited for, but not through a signal.
mkfifo unread
exits 130 timeout --preserve-status -s INT -k 20 1 $compare --json unread 2>/dev/null
