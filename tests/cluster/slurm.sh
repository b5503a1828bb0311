# A Slurm cluster of two nodes loses one in the middle of a batch: first the whole node, then its daemon alone, so that a shard
# runs twice at once. Slurm queues it again, and what is merged is the bytes of one undisturbed run. Nothing here asks Slurm
# whether a job went well: only results count.
. "$REPO/tests/cli/cluster-lib.sh"
. "$REPO/tests/cluster/private-slurm.sh"
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch; do
    [ -x "$(type -P $tool)" ] || skip "no $tool: scripts/bootstrap --cluster installs Slurm and MUNGE"
done
grep -q ' cgroup2\? ' /proc/mounts || skip "slurmd wants control groups, and none are mounted"
make_batch 2000
cluster_up "$PWD/cluster"

# caught: a task at work on n2 is paused in the middle: it has told of its progress, but not of its end.
caught() {
    # shellcheck disable=SC2046,SC2086 # words on purpose
    lost=$(grep -l ' on n2, restart 0$' $(grep -ls '^batch: ' "bakeoff-$job"-*.log) /dev/null |
        xargs -r grep -L ' blocks of shard .* are done$' | head -n 1)
    [ -n "$lost" ] || return 1
    paused=$(jobs_on n2)
    # shellcheck disable=SC2086 # words on purpose
    kill -s STOP $paused 2>/dev/null && ! grep -q ' blocks of shard .* are done' "$lost" && return
    # shellcheck disable=SC2086
    kill -s CONT $paused 2>/dev/null || :
    return 1
}
restarted() { grep -q '^bakeoff: .* on n1, restart 1$' "$lost"; }
restarts() { grep -l 'restart 1$' "bakeoff-$job"-*.log | wc -l; }
merges() { bakeoff merge -q "$1" 2>/dev/null; }

# The recipe of the docs, with its merge as a job of its own.
eval "$(recipe slurm)" >/dev/null
wait_for 60 "a task on n2" caught
node_loses_power n2
exits 1 merges out
wait_for 100 "the merged results" test -e out/trials.csv
same_results whole out
no_leftovers out
restarted && [ "$(restarts)" -eq 1 ] || fail "not the lost task alone was queued again"
echo "a node is lost: the same bytes"

# A program that fails once in one of the tasks, the last, whose job id is that of the array.
node_up n2
wait_for 30 "two idle nodes" nodes_are_idle n1 n2
cat >fails-once <<'END'
#!/bin/bash
[ "$SLURM_ARRAY_TASK_ID" -ne 7 ] || ! mkdir failed 2>/dev/null || exit 3
exec bakeoff "$@"
END
chmod +x fails-once
job=$(BAKEOFF=$PWD/fails-once sbatch --parsable --array=0-7 scripts/slurm/bakeoff.sbatch scenarios/ -o again)
wait_for 60 "a task on n2" caught
node_daemon_dies n2
exits 1 merges again
wait_for 60 "the task of n2 on n1" restarted
# shellcheck disable=SC2086 # words on purpose
kill -s CONT $paused
wait_for 100 "all blocks" merges again
same_results whole again
grep -q 'queued again after exit status 3$' "bakeoff-$job-7.log" || fail "what failed was not queued again"
[ "$(restarts)" -eq 2 ] || fail "not the lost task and the failed one alone were queued again"
echo "a shard runs twice at once: the same bytes"
