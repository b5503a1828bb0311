# What changed since another batch: paired where seeds allow, nothing claimed inside the noise.
. "$REPO/tests/cli/batch-lib.sh"
mkdir old-scenarios new-scenarios
cp "$tiny" old-scenarios
sed 's/"name": "tiny"/"name": "ended"/' "$tiny" >old-scenarios/ended.json
cp "$tiny" new-scenarios/same.json
sed -i 's/"name": "tiny"/"name": "same"/' new-scenarios/same.json
cp new-scenarios/same.json old-scenarios
# The canary is larger, and one version has another name.
sed 's/"Value": 25/"Value": 50/; s/"good"/"better"/' "$tiny" >new-scenarios/tiny.json
sed 's/"name": "tiny"/"name": "begun"/' "$tiny" >new-scenarios/begun.json
bakeoff batch -q old-scenarios -n 40 -o old
bakeoff batch -q new-scenarios -n 40 -o new
unversioned() { sed 's/, by bakeoff .*/, by bakeoff VERSION/; s/version": "[^"]*", "sc/version": "VERSION", "sc/; s/^  "version": .*/  "version": "VERSION",/; s/hash [0-9a-f]*, was [0-9a-f]*/hash NEW, was OLD/'; }
for width in 80 140; do COLUMNS=$width bakeoff report --diff old new | unversioned; done
COLUMNS=160 bakeoff report --diff old new --scenario same --all --metric p_rolled_back --metric deployment_s | unversioned
bakeoff report --diff old new --json - --metric deployment_s | unversioned
bakeoff report --diff old new --csv - --metric excess_bad_responses --all --sort difference
bakeoff report --diff old new --latex - --metric p_detected --metric exposed_requests | unversioned
# Another seed: as independent samples. Fewer replications: those that both have.
bakeoff batch -q new-scenarios -n 40 --seed 77 -o seed
bakeoff report --diff new seed --metric exposed_requests --metric p_detected --all --csv - | cut -d, -f 1-6,13-
bakeoff batch -q new-scenarios -n 25 -o fewer
bakeoff report --diff new fewer | unversioned
bakeoff report --diff new fewer --metric requests --all --scenario same --csv - | cut -d, -f 1-6,13-
# Without trials, and with another program.
rm seed/trials.csv
bakeoff report --diff new seed --scenario same --metric requests --all --csv - | cut -d, -f 1-6
sed -i 's/"program_version": "[^"]*"/"program_version": "v0"/' old/parts/agenda.json
bakeoff report --diff old new --scenario same | sed 's/bakeoff .*/bakeoff VERSION/; s/changed: .*, was v0/changed: VERSION, was v0/'
# compare leaves no manifest: seeds are not known to differ.
bakeoff compare -q new-scenarios/same.json -n 40 --csv-dir compared >text
bakeoff report --diff compared new --metric requests --all | unversioned
