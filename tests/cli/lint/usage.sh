# Wrong usage and wrong input: a word on each, exit 2.
. "$REPO/tests/cli/lib.sh"
try() {
    exits 2 bakeoff lint "$@" 2>&1 | grep -v '^Try' | head -n 3
}
cp -r "$REPO"/scenarios/start.json "$REPO"/scenarios/start .
mv start.json a.json
try
try a.json --instances 3
try a.json --deployment a.json --instances 3
try --deployment a.json
try --deployment a.json --instances 0
try --alarms a.json --rate-rps x
try --deployment a.json --instances 3 --quota 2
try --deployment a.json --instances 3 --endpoint-type asynk
try nowhere.json
echo '{"name": "x"' >broken.json
try broken.json
sed 's/"current"/"curent"/' a.json >slip.json
try slip.json
# A scenario after --json is no file to write to.
cp a.json b.json
try a.json --json b.json
cmp a.json b.json
bakeoff lint b.json --json result.json
bakeoff lint a.json --json result.json
# One bad scenario does not keep the other from being linted.
exits 2 bakeoff lint slip.json a.json 2>/dev/null | tail -n 1
exits 3 bakeoff lint a.json >/dev/full
