# What scripts/slurm/bakeoff.sbatch does about exit statuses and signals, with a scontrol that only notes what it is told.
. "$REPO/tests/cli/cluster-lib.sh"
make_batch 60
mkdir bin
printf '#!/bin/sh\necho "$*" >>requeued\n' >bin/scontrol
printf '#!/bin/bash\nexit "$STATUS"\n' >bin/ends
# Started with a signal, it ends as the program does when interrupted.
printf '#!/bin/bash\ntrap "exit 143" TERM\ntouch begun\nfor ((i = 0; i < 600; i++)); do sleep 0.1; done\n' >bin/waits
chmod +x bin/*
PATH=$PWD/bin:$PATH
export SLURM_ARRAY_JOB_ID=7 SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT=8
task() {
    SLURM_ARRAY_TASK_ID=$1
    shift
    bash scripts/slurm/bakeoff.sbatch "$@"
}
# told STATUS RESTARTS WANTED: what scontrol is told after that exit status.
told() {
    rm -f requeued
    BAKEOFF=ends STATUS=$1 SLURM_RESTART_COUNT=$2 exits "$1" task 5 scenarios -o out >/dev/null
    [ "$(cat requeued 2>/dev/null)" = "$3" ] || fail "status $1, restart $2: $(cat requeued)"
}
told 0 0 ""
told 1 0 ""
told 2 0 ""
told 3 0 "requeue 7_5"
told 3 9 "requeue 7_5"
told 3 10 ""
told 143 0 ""
BAKEOFF_RESTARTS=0 told 3 0 ""
# USR1 tells that the time is over; TERM that somebody wants it to end.
signalled() {
    rm -f requeued begun
    BAKEOFF=waits SLURM_ARRAY_TASK_ID=5 bash scripts/slurm/bakeoff.sbatch >/dev/null &
    for ((i = 0; i < 200; i++)); do [ ! -e begun ] || break; sleep 0.05; done
    kill -s "$1" $!
    exits 143 wait $!
    [ "$(cat requeued 2>/dev/null)" = "$2" ] || fail "$1: $(cat requeued)"
}
signalled USR1 "requeue 7_5"
signalled TERM ""
# The tasks of an array, and some of them alone.
for index in 0 1 2 4 6 7; do task $index scenarios/ -o out >/dev/null; done
sbatch() {
    local index
    [ "$1" = --array=3,5 ] && [ "$BAKEOFF_SHARDS" = 8 ] || fail "the recipe has other tasks"
    for index in 3 5; do SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_ID=$index bash "${@:2}"; done
}
exits 1 bakeoff merge -q out 2>/dev/null
eval "$(recipe slurm-some)" >/dev/null
bakeoff merge -q out
same_results whole out
