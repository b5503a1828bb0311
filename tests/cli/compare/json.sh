# Results as JSON: an object for one scenario, a list for several; alone on standard output.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
sed 's/"name": "tiny"/"name": "other"/' "$tiny" >other.json
bakeoff compare -q -n 3 --json - "$tiny" >one.json
bakeoff compare -q -n 3 --json two.json -o table.txt "$tiny" other.json
bakeoff compare -q -n 3 --json - -o again.txt "$tiny" other.json >again.json
head -c 2 one.json | tr -d '\n'; head -c 2 two.json | tr -d '\n'; echo
strip_clock two.json >two.stripped
strip_clock again.json | cmp - two.stripped
cmp table.txt again.txt
grep -c '^tiny$\|^other$' table.txt
grep -c '"manifest"' two.json
grep -o '"replications": [0-9]*' one.json
grep -o '"[a-z_0-9]*":' one.json | LC_ALL=C sort | uniq -c | awk '{print $2, $1}'
! grep -n 'NaN\|nan\|inf' one.json
# A scenario from standard input; what the reader warns of stands in the manifest too.
sed 's/"warmup_s": [0-9]*,//; s/"seed": 3/"seed": 3, "warmup_s": 60/' "$tiny" |
    bakeoff compare -n 3 --json - - 2>warnings.txt | grep -c '"warnings": \["-:[0-9]*:[0-9]*: warmup_s: '
grep -c '^-:[0-9]*:[0-9]*: warning: warmup_s: ' warnings.txt
