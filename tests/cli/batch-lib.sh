# Helpers for the tests of batches: . "$REPO/tests/cli/batch-lib.sh"
# shellcheck shell=bash
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json

# same_results FOLDER FOLDER: everything but the manifests, to the byte.
same_results() {
    local file
    for file in trials.csv summary.csv differences.csv summary.json; do
        cmp "$1/$file" "$2/$file" || fail "$1 and $2 differ in $file"
    done
    diff -r -x 'shard-*.json' "$1/parts" "$2/parts" || fail "$1 and $2 differ in their parts"
}

# no_leftovers FOLDER: nothing half-written stays.
no_leftovers() {
    [ -z "$(find "$1" -name '*.tmp')" ] || fail "half-written files stay: $(find "$1" -name '*.tmp')"
}

# make_scenarios COUNT FOLDER: as many small scenarios, each with numbers of its own.
make_scenarios() {
    local i
    mkdir -p "$2"
    for ((i = 1; i <= $1; i++)); do
        sed -e "s/\"name\": \"tiny\"/\"name\": \"tiny-$i\"/" -e "s/\"seed\": 3/\"seed\": $i/" \
            -e "s/\"rate_rps\": 2/\"rate_rps\": $((1 + i % 3)).$((i % 10))/" -e "s/\"horizon_s\": 3600/\"horizon_s\": 1800/" \
            "$tiny" >"$2/$(printf '%04d' "$i").json"
    done
}
