# A grid: a scenario each, named and told apart; what is wrong is told in its place.
. "$REPO/tests/cli/batch-lib.sh"
bakeoff batch "$tiny" -n 30 -q -o grid --vary traffic.rate_rps=1,2 \
    --vary 'policies.canary.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize={"Type": "INSTANCE_COUNT", "Value": 1},{"Type": "CAPACITY_PERCENT", "Value": 50}'
cut -d, -f1-2 grid/trials.csv | uniq | sed 's/,all-at-once$//; s/,(none)$//' | uniq
grep -o '"variations": \[[^]]*\]' grid/parts/agenda.json
# The grid's cell is the scenario with that value in its place.
sed 's/"rate_rps": 2/"rate_rps": 1/; s/"name": "tiny"/"name": "tiny rate_rps=1"/' "$tiny" >one.json
bakeoff batch one.json -q -n 30 -o one
bakeoff batch "$tiny" -q -n 30 -o varied --vary traffic.rate_rps=1
cmp one/trials.csv varied/trials.csv
cp "$tiny" tiny.json
exits 2 bakeoff batch -q tiny.json -n 30 -o bad --vary traffic.rate_rps=1,-1 --vary alarms[0].Period=60,45
cut -d, -f1 bad/summary.csv | uniq
exits 2 bakeoff batch -q tiny.json -n 30 -o none --vary polcies.canary=1
exits 2 bakeoff batch -q tiny.json -n 30 -o none --vary seed=
[ ! -e none ] || fail "a folder for nothing"
