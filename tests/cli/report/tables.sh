# Tables of stored results: planning over all scenarios, chosen figures, sorted, for programs and for papers.
. "$REPO/tests/cli/batch-lib.sh"
mkdir scenarios
cp "$tiny" scenarios
# Of two quotas the one shuts both blue/green policies out.
sed 's/"name": "tiny"/"name": "roomy"/; s/"workers_per_instance"/"instance_quota": 10, "workers_per_instance"/' "$tiny" >scenarios/roomy.json
sed 's/"name": "tiny"/"name": "tight"/; s/"workers_per_instance"/"instance_quota": 6, "workers_per_instance"/' "$tiny" >scenarios/tight.json
bakeoff batch -q scenarios -n 40 -o out
unversioned() { sed 's/, by bakeoff .*/, by bakeoff VERSION/; s/version": "[^"]*", "sc/version": "VERSION", "sc/; s/^  "version": .*/  "version": "VERSION",/'; }
for width in 60 100 200; do COLUMNS=$width bakeoff report out | unversioned; done
bakeoff report out --sort excess_bad_responses --reverse | unversioned | sed -n 3,9p
bakeoff report out --sort scenario --csv by-name.csv | unversioned | sed -n 3,9p
cat by-name.csv
bakeoff report out --scenario 't*' --version faulty --metric time_to_rollback_s --metric p_rolled_back --metric green_instance_s | unversioned
bakeoff report out --scenario roomy --policy canary --json - | unversioned
bakeoff report out --scenario '[rt]i*' --latex table.tex >/dev/null
cat table.tex
# What was merged elsewhere has no parts, and its manifest tells all that tables need; without it the CSV tells the rest.
bakeoff merge -q out -o merged
bakeoff report merged --csv - | cmp - <(bakeoff report out --csv -)
rm merged/manifest.json merged/trials.csv merged/differences.csv merged/summary.json
bakeoff report merged | sed -n 1p
bakeoff compare -q scenarios/tight.json -n 40 --csv-dir compared >compared.txt
bakeoff report compared --csv - | cmp - <(bakeoff report merged --scenario tight --csv -)
# Several folders at once.
bakeoff batch -q scenarios/tiny.json -n 40 --vary traffic.rate_rps=1,4 -o grid
bakeoff report out grid --metric requests --policy '(none)' | unversioned
# Paired differences from the baseline are those that are stored.
COLUMNS=140 bakeoff report out grid --baseline --scenario 't*' | unversioned
bakeoff report out --baseline --metric loss_usd --csv - | tail -n +2 >differences
awk -F, -v OFS=, '$5 == "loss_usd" { print $1, $2, $3, $4, $7, $8, $9 }' out/differences.csv | cmp - differences
