# The three CSV files: their columns, their rows, and the same bytes by any number of threads and by the long way.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
bakeoff compare -q --csv-dir out/deep -j 1 "$tiny" >table.txt
bakeoff compare -q --csv-dir two -j 2 "$tiny" | cmp - table.txt
bakeoff compare -q --csv-dir long --no-fork "$tiny" | cmp - table.txt
diff -r out/deep two
diff -r out/deep long
LC_ALL=C ls -A out/deep
head -n 1 -q out/deep/*.csv
wc -l <out/deep/trials.csv
cut -d, -f 1-4 out/deep/trials.csv | sed -n '2p;31p;32p;61p;62p;151p'
# Every row has the columns of its header; policies and versions of the table hold no comma here.
for file in out/deep/summary.csv out/deep/differences.csv; do
    awk -F, 'NR == 1 {n = NF} NF != n {print FILENAME ": " $0; exit 1}' $file
done
cut -d, -f 2,3 out/deep/summary.csv | uniq
cut -d, -f 2-4 out/deep/differences.csv | uniq
bakeoff compare -q --csv-dir canary --baseline canary "$tiny" >/dev/null
cut -d, -f 2-4 canary/differences.csv | uniq
# Absent is empty, never 0; what was never seen has an upper bound.
grep '^tiny,(none),old,\(alarm_s\|p_detected\),' out/deep/summary.csv
grep '^tiny,canary,good,\(time_to_rollback_s\|p_rolled_back\),' out/deep/summary.csv
# The seed is the world's.
bakeoff compare -q --csv-dir seed --seed 4 "$tiny" >/dev/null
cmp -s seed/trials.csv two/trials.csv && fail "the seed changes nothing"
bakeoff compare -q --csv-dir seed --seed 3 "$tiny" >/dev/null
cmp seed/trials.csv two/trials.csv
