# --worst and --median tell the very replication that compare has in trials.csv, whatever else the scenario compares.
. "$REPO/tests/cli/lib.sh"
sed 's/"process": "regular"/"process": "poisson"/' "$REPO/tests/data/explain.json" >scenario.json
bakeoff compare -q --csv-dir out scenario.json >/dev/null
figures() {
    awk -F, -v OFS=, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["policy"] == "canary" && $at["version"] == "broken" { print $at["excess_bad_responses"], $at["replication"] }
    ' out/trials.csv
}
[ "$(figures | wc -l)" -eq 12 ]
worst=$(figures | sort -t, -k1,1nr -k2,2n | head -n 1)
median=$(figures | sort -t, -k1,1n -k2,2n | sed -n 6p)
for pair in "worst $worst" "median $median"; do
    read -r choice figure <<<"$pair"
    bakeoff explain scenario.json -p canary -v broken --"$choice" excess_bad_responses -o story
    grep -q "replication ${figure#*,}, seed 1\$" story || fail "$choice is not $figure: $(head -n 2 story)"
    grep -q "^excess_bad_responses *${figure%,*}\$" story || fail "$choice has not $figure"
done
bakeoff explain scenario.json -p canary -v broken --replication "${median#*,}" | tail -n +3 >asked
tail -n +4 story | cmp - asked

# One thread or two, the same replication.
bakeoff explain scenario.json -p canary -v broken --median excess_bad_responses -j 1 | cmp - story
# A figure that no replication has.
exits 1 bakeoff explain scenario.json -p canary -v stuck --worst time_to_rollback_s
