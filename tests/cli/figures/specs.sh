# Figures of shipped scenarios, and of one whose names are hostile: specs are right by Vega-Lite's own schema and say what the CSV
# beside them says; every gnuplot script makes a PDF and an SVG.
. "$REPO/tests/cli/lib.sh"
schema=$REPO/build/npm/node_modules/vega-lite/build/vega-lite-schema.json
names="notebook-canary notebook-rolling recorded-canary low-traffic"
[ -z "${BAKEOFF_TEST_FULL:-}" ] || names=$(cd "$SCENARIOS" && printf '%s\n' *.json | sed 's/\.json$//')
for name in $names; do
    bakeoff compare -q -n 12 -o table --figures "out/$name" "$SCENARIOS/$name.json" || [ $? -eq 1 ]
done
bakeoff compare -q -n 8 -o table --figures out/hostile "$REPO/tests/cli/figures/hostile.json" || [ $? -eq 1 ]
! grep -l '</script' out/*/*.vl.json
ls out/hostile | grep -c . >count && [ "$(cat count)" -eq 21 ] || fail "figures of the hostile scenario: $(cat count) files"
! grep -c "$(printf '\342\200\256')" out/hostile/*.csv out/hostile/*.vl.json | grep -v ':0$' # the sign that turns the direction is shown, not obeyed
# No panel ends before its intervals do.
for folder in out/*; do
    awk -F, 'NR == FNR { if ($0 ~ /^set xrange/) { gsub(/[^-+0-9.e:]/, " "); sub(/:/, " "); n = split($0, at, " "); low[++panel] = at[n - 1]; high[panel] = at[n] } next }
        FNR > 1 && $4 != before { panels++; before = $4 }
        FNR > 1 && $2 != "" && ($2 < low[panels] || $3 > high[panels]) { print FILENAME ": " $0 " is cut"; exit 1 }' \
        "$folder/objectives.gp" "$folder/objectives.csv" || fail "$folder: objectives"
done
! command -v gnuplot >/dev/null || for script in out/*/*.gp; do
    (
        cd "${script%/*}"
        file=${script##*/}
        timeout 100 gnuplot "$file" >said 2>&1 || { cat said && fail "$script"; }
        head -c 5 "${file%.gp}.pdf" | grep -q '^%PDF-' && grep -q '</svg>' "${file%.gp}.svg" || fail "$script made nothing"
    )
done
[ -z "$(find . -name pwned)" ] || fail "a name was run as a command"
[ -e "$schema" ] || skip "vega-lite is not installed (scripts/bootstrap --tests)"
NODE_PATH=/usr/share/nodejs timeout 100 node "$REPO/tests/vega-lite.js" "$schema" out/*/*.vl.json >&2
