# Ranks of Open MPI: with the variables that it sets, and with itself where it is installed.
. "$REPO/tests/cli/cluster-lib.sh"
make_batch 60
by_hand() {
    local OMPI_COMM_WORLD_SIZE=$2 OMPI_COMM_WORLD_RANK
    export OMPI_COMM_WORLD_SIZE OMPI_COMM_WORLD_RANK
    for ((OMPI_COMM_WORLD_RANK = 0; OMPI_COMM_WORLD_RANK < $2; OMPI_COMM_WORLD_RANK++)); do "${@:3}"; done
}
mpirun() { by_hand "$@"; }
eval "$(recipe openmpi)"
same_results whole out
unset -f mpirun
type -P mpirun >/dev/null || exit 0
rm -r out
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
eval "$(recipe openmpi)"
same_results whole out
