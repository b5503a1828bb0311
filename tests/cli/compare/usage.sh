# What cannot start says why, in one line and with a remedy, and exits 2.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
cp "$tiny" .
exits 2 bakeoff compare
exits 2 bakeoff compare -n 0 tiny.json
exits 2 bakeoff compare -n 1e3 tiny.json
exits 2 bakeoff compare --seed 9007199254740993 tiny.json
exits 2 bakeoff compare --color sometimes tiny.json
exits 2 bakeoff compare --baseline canari tiny.json
exits 2 bakeoff compare tiny.json tiny.json
exits 2 bakeoff compare nowhere.json
exits 2 bakeoff compair tiny.json
exits 2 bakeoff help compair
exits 2 bakeoff compare --json same -o same tiny.json
exits 2 bakeoff compare - - <tiny.json
# No result is written over what is to be read, whatever it is called.
ln -s tiny.json alias
exits 2 bakeoff compare --json tiny.json tiny.json
exits 2 bakeoff compare --html ./tiny.json tiny.json
exits 2 bakeoff compare -o alias tiny.json
exits 2 bakeoff explain -p all-at-once -v faulty --events alias tiny.json
printf '{}' >alarm.json && printf 't,v\n' >metric.csv
exits 2 bakeoff alarm -o metric.csv alarm.json metric.csv
cmp tiny.json "$tiny"
gates() { sed "s|^  \"slo\"|  \"gates\": [$1], &|" tiny.json >gates.json; }
gates '{"metric": "p_rolledback", "max": 1}'
exits 2 bakeoff compare gates.json
gates '{"metric": "outcome", "max": 1}'
exits 2 bakeoff compare gates.json
gates '{"metric": "p_detected", "statistic": "p95", "max": 1}'
exits 2 bakeoff compare gates.json
sed 's/, "probability": 0.[19]//' tiny.json >plain.json && mv plain.json tiny.json
gates '{"metric": "p_detected", "version": "(mix)", "max": 1}'
exits 2 bakeoff compare gates.json
