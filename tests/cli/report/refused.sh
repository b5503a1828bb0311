# What cannot be reported is told with its place, and exit status 2.
. "$REPO/tests/cli/batch-lib.sh"
cp "$tiny" tiny.json
bakeoff batch -q tiny.json -n 30 -o out
sed -i 's/"program_version": "[^"]*"/"program_version": "v1"/' out/parts/agenda.json out/manifest.json # whatever length it has
cp -r out other
damage() { # damage FILE SED-COMMAND: a copy of the batch with one file changed
    rm -rf bad && cp -r out bad && sed -i "$2" "bad/$1"
}
refused() { exits 2 bakeoff report "$@"; }
refused
refused nowhere
refused out nowhere
mkdir empty && refused empty
refused tiny.json
refused out --sort excess_bad
refused out --sort x
refused out --metric p_detect
refused out --policy canry
refused out --scenario 'x*' --version faultz
refused out --policy '(none)'
refused out --reverse
refused out --all
refused --diff out
refused --diff out out out
refused out --csv - --json -
refused out other
sed -i 's/"program_version": "[^"]*"/"program_version": "v0"/; s/"name": "tiny"/"name": "tinier"/' other/parts/agenda.json
sed -i 's/^tiny,/tinier,/' other/summary.csv
refused out other
damage summary.csv '7s/,30,/,3x,/' && refused bad
damage summary.csv '9s/,[0-9.]*$/,1e/' && refused bad
damage summary.csv '5d;6,7p' && refused bad
damage summary.csv '1s/ci95_low/low/' && refused bad
damage summary.csv '2,$d' && refused bad
damage summary.csv '20s/"*$/"/' && refused bad
damage summary.csv '' && truncate -s 5000 bad/summary.csv && refused bad
damage parts/agenda.json '2s/"seed"/"sead"/' && refused bad
damage parts/agenda.json 's/^\]$//' && refused bad
rm -r bad/parts && damage manifest.json 's/"scenario_sha256"/"sha"/' && rm -r bad/parts && refused bad
damage manifest.json 's/"t_end_s"/"instance_quota": 0, "t_end_s"/' && rm -r bad/parts && refused bad
rm bad/summary.csv && refused bad
damage summary.csv 1q && rm bad/summary.csv && refused bad
refused --diff out bad
damage trials.csv '$d' && refused --diff out bad
damage trials.csv '40d' && refused --diff out bad
damage trials.csv '50s/,[0-9]\+,[0-9]\+,/,1,x,/' && refused --diff out bad
damage trials.csv '1s/outcome/outcame/' && refused --diff out bad
damage trials.csv '33s/,/,"/' && refused --diff bad out
refused out --baseline --diff out
damage differences.csv '3s/,30,-/,30,x/' && refused bad --baseline --metric requests
damage differences.csv '2{p}' && refused bad --baseline --metric requests
rm bad/differences.csv && refused bad --baseline
# What is unknown, or not there yet, is said and passed over.
damage summary.csv 's/,queued_requests,/,queue_of_tomorrow,/' && bakeoff report bad >/dev/null
bakeoff batch -q tiny.json -n 30 -o half
sed -n 2p half/parts/agenda.json | sed 's/"name": "tiny"/"name": "later"/' >later
sed -i '2s/$/,/; 2r later' half/parts/agenda.json
bakeoff report half >/dev/null
[ -w /dev/full ] || skip "no /dev/full"
exits 3 bakeoff report out --csv /dev/full
exits 3 bakeoff report out --json nowhere/x.json
