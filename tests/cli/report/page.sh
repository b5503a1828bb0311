# Stored results as a page and as figures: the same bytes each time, names as text, nothing lost where nothing can be written.
. "$REPO/tests/cli/batch-lib.sh"
bakeoff batch -q "$tiny" "$REPO/tests/cli/figures/hostile.json" -n 25 -o out
bakeoff report out --html one.html >/dev/null
cp one.html first.html
bakeoff report out --html one.html --figures figures >/dev/null
bakeoff report out --html one.html >/dev/null
cmp one.html first.html
bakeoff report out --html - >two.html
cmp <(sed 's/--html [^<]*//' one.html) <(sed 's/--html [^<]*//' two.html)
[ "$(stat -c %s one.html)" -lt 1500000 ] || fail "the page is too large"
tables() { sed '/<script>/,$d' "$1" | sed 's/<script type="application.json".*<.script>//'; }
[ "$(tables one.html | grep -c '<script>')" -eq 0 ] || fail "a name has become a script"
SOURCE_DATE_EPOCH=1700000000 bakeoff report out --html - | grep -c '<dd>2023-11-14T22:13:20Z</dd>'
# What the page tells is what the table tells.
BAKEOFF_SHARE=/nonexistent bakeoff report out --scenario tiny --html - >bare.html
grep -o '<strong>.*</strong>' bare.html
rows=$(bakeoff report out --scenario tiny --csv - | tail -n +2 | wc -l)
[ "$(sed -n '/id="table"/,/<.section>/p' bare.html | grep -c '^<tr>')" -eq "$rows" ] || fail "rows of the page"
sed -n '/<pre class="command"/p' bare.html
# Figures have the table's own figures.
bakeoff report out --scenario tiny --figures figures --csv table.csv >/dev/null
ls figures
grep 'worst excess bad' figures/stored.csv | cut -d, -f1-3 >drawn
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "excess_bad_responses") at = i; next } { print $at "," $(at + 1) "," $(at + 2) }' table.csv | cmp - drawn
[ ! -e "$REPO/build/npm/node_modules/vega-lite" ] || NODE_PATH=/usr/share/nodejs timeout 100 node "$REPO/tests/vega-lite.js" \
    "$REPO/build/npm/node_modules/vega-lite/build/vega-lite-schema.json" figures/*.vl.json >&2
! command -v gnuplot >/dev/null || (
    cd figures
    for figure in stored tradeoff rollback; do timeout 60 gnuplot $figure.gp && head -c 5 $figure.pdf | grep -q '^%PDF-' || exit 1; done
)
bakeoff batch -q "$SCENARIOS/nervous-alarm.json" -n 25 -o dominated
# Each curve of the time to rollback ends at the share of trials that have one, and its quantiles are those of trials.csv.
bakeoff report dominated --figures curves >/dev/null
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { curve = $at["scenario"] ": " $at["version"] "," $at["policy"]; trials[curve]++; times[curve] += $at["time_to_rollback_s"] != "" }
    END { for (curve in trials) print curve "," times[curve] / trials[curve] }' dominated/trials.csv | sort >shares
awk -F, 'NR > 1 { end[$3 "," $4] = $2 } END { for (curve in end) print curve "," end[curve] }' curves/rollback.csv | sort >ends
[ "$(wc -l <ends)" -eq 6 ] && [ -z "$(comm -13 shares ends)" ] || fail "curves end elsewhere: $(diff shares ends)"
median=$(awk -F, '$3 == "nervous-alarm: faulty" && $4 == "steady" && $2 >= 0.5 { print $1; exit }' curves/rollback.csv)
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["policy"] == "steady" && $at["version"] == "faulty" { print $at["time_to_rollback_s"] }' dominated/trials.csv | sort -g | sed -n 13p | grep -qx "$median" || fail "the median is not $median"
# Each policy stands once, Pareto unless another of its scenario is as good in all and better in one.
bakeoff report out dominated --figures both >/dev/null
tail -n +2 both/tradeoff.csv | cut -d, -f5-7
# A version that is better than the old one has less than no harm.
sed 's/"error_5xx_fraction": 0}/"error_5xx_fraction": 0.05}/; s/{"like": "old", "EndpointConfigName": "cfg-2", "probability": 0.9}/{"like": "old", "EndpointConfigName": "cfg-2", "error_5xx_fraction": 0.01}/; /"faulty"/,/}\]},*$/d' "$tiny" |
    sed 's/0.01},/0.01}/' >better.json
bakeoff batch -q better.json -n 25 -o better
bakeoff report better --figures better-figures >/dev/null
awk -F, 'NR == 2 { print ($1 < 0 ? "less" : $0) }' better-figures/tradeoff.csv
! command -v gnuplot >/dev/null || (cd better-figures && timeout 60 gnuplot tradeoff.gp 2>/dev/null && grep -q '</svg>' tradeoff.svg)
# Who does not fit is named.
bakeoff batch -q "$SCENARIOS/capacity-plan.json" -n 25 -o plan
bakeoff report plan --html - | grep -o 'had refusals or do not fit their quota: .*</strong>'
# Other tables.
bakeoff report out --baseline --html - | grep -c 'id="h-stored"'
bakeoff report out --metric requests --html - | grep -c 'id="h-stored"'
cp -r out newer
bakeoff report --diff out newer --html - | grep -o '<h1>.*</h1>'
# Wrong usage and full disks.
exits 2 bakeoff report out --html - --csv - 2>said && grep -v 'no figures' said
exits 2 bakeoff report out --html same --csv same 2>said && head -n 1 said
cp out/summary.csv kept.csv
exits 2 bakeoff report out --html ./out/summary.csv 2>said && head -n 1 said
cmp out/summary.csv kept.csv
exits 3 bakeoff report out --html /dev/full 2>said && grep -v 'no figures' said
exits 3 bakeoff report out --figures /dev/full/x 2>said && grep -v 'no figures' said
