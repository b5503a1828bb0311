# docs/planning.md: what a batch will take. The page is written here (BAKEOFF_UPDATE_DOCS=1) from what the commands print and
# measure; otherwise it must agree in all but times. What --dry-run promised must be about what came.
. "$REPO/tests/cli/lib.sh"
grid=(scenarios/start.json -n 60 -j 2 --vary "traffic.rate_rps=5,10" --vary "endpoint.InitialInstanceCount=3,6")
cd "$REPO"
COLUMNS=100 bakeoff batch "${grid[@]}" --dry-run >"$TMPDIR/estimate.txt"
out=$TMPDIR/planned
status=0
bakeoff batch -q "${grid[@]}" -o "$out" || status=$?
[ "$status" -le 1 ] || fail "exit $status" # a gate may fail: that is not what is looked at
number() { grep -o "\"$2\": [0-9.]*" "$1" | grep -o '[0-9.]*$'; }
cpu=$(number "$out/manifest.json" cpu_s)
trials=$(number "$out/manifest.json" trials_merged)
parts=$(cat "$out"/parts/*/*.part | wc -c)
rows=$(wc -c <"$out/trials.csv")

# The estimate against the run: disk to a twentieth, CPU time to a factor, since machines are shared.
seconds() { awk -v "n=$1" -v "unit=$2" 'BEGIN {print n * (unit == "min" ? 60 : unit == "h" ? 3600 : 1)}'; }
size() { awk -v "n=$1" -v "unit=$2" 'BEGIN {print n * (unit == "kB" ? 1e3 : unit == "MB" ? 1e6 : 1e9)}'; }
near() { awk -v "a=$1" -v "b=$2" -v "factor=$3" 'BEGIN {exit !(a <= b * factor && b <= a * factor)}'; }
read -r _ _ value unit _ <<<"$(grep '^CPU time' "$TMPDIR/estimate.txt")"
near "$(seconds "$value" "$unit")" "$cpu" 3 || fail "estimated $value $unit of CPU time, took $cpu s"
read -r _ value unit _ <<<"$(grep '^disk' "$TMPDIR/estimate.txt")"
near "$(size "$value" "$unit")" $((parts + rows)) 1.1 || fail "estimated $value $unit, got $((parts + rows)) bytes"

speed=
if [ -n "${BAKEOFF_UPDATE_DOCS:-}" ]; then
    speed=$("${BUILD:-build}/tests/bench_merge" 1000000 | tail -n 1)
fi
page() {
    cat <<END
# Planning a batch: how many machines, how long, how much disk

\`bakeoff batch\` cuts every scenario into blocks of replications. A block is simulated by one thread and becomes one file
under \`OUT/parts\`; blocks are what threads, shards and machines share, and all that an interruption can cost is the block
that each thread is at. \`--dry-run\` runs some replications of the scenarios, for five seconds, and tells what all of
them will take:

\`\`\`console
\$ bakeoff batch ${grid[*]} --dry-run
$(cat "$TMPDIR/estimate.txt")
\`\`\`

This very grid then took $(printf '%.1f' "$cpu") s of CPU time and left $((parts / 1000)) kB of parts and $((rows / 1000)) kB of trials.csv.

* **Machines.** Blocks divide evenly over as many threads as there are blocks; the table ends where more machines would not
  help, since the longest block is one thread's. More shards than machines do no harm: each reads the scenarios once more
  and does its own blocks. Shards that take every N-th block share heavy scenarios evenly.
* **Time** is at best that of the table: threads of one core that pretend to be two, slow disks and busy neighbours add to
  it. Each block ends with two syncs of the disk.
* **Disk.** A trial takes about $(awk "BEGIN {printf \"%.1f\", $parts / $trials / 1000}") kB in its part (a row of trials.csv and its figures as numbers) and
  $((rows / trials)) bytes in trials.csv. Parts are needed for merging again, resuming and reports, and can be removed after that.
* **Memory** is that of one world for each thread and does not grow with replications. Where it does not suffice for all
  threads, fewer of them do the work.
* **Merging** copies rows and reads figures as often as it needs them:
$(printf '%s\n' "$speed" | awk '{printf "  %d trials took %.1f s of CPU time, which is %d MB of trials.csv for each of them, in %d MiB of memory.", $1, $4, $2 / $4, $7}')
* **Interruptions.** The same command goes on where it stopped, after Ctrl-C, \`kill -9\`, a lost machine or a full disk.
  Exit status 3 is worth a retry by whatever runs the shards; 1 and 2 are not.
END
}
timeless() { sed -E '/[0-9] (s|min|h|days)( |$)/d; /measured in/d; /CPU time/d; /^disk/d; /more while merging/d' "$1"; }
if [ -n "${BAKEOFF_UPDATE_DOCS:-}" ]; then
    page >"$REPO/docs/planning.md"
fi
page >"$TMPDIR/page.md"
timeless "$REPO/docs/planning.md" >"$TMPDIR/wanted"
timeless "$TMPDIR/page.md" >"$TMPDIR/got"
diff -u "$TMPDIR/wanted" "$TMPDIR/got"
