# Helpers for the tests of docs/cluster.md: . "$REPO/tests/cli/cluster-lib.sh"
# shellcheck shell=bash
. "$REPO/tests/cli/batch-lib.sh"

# recipe NAME: the commands that docs/cluster.md gives under that name, for `eval`.
recipe() {
    awk -v begin="<!-- recipe: $1 -->" '
        $0 == begin { found = 1 }
        found && /^```$/ { exit }
        told { print }
        found && /^```sh$/ { told = 1 }
        END { exit !told }' "$REPO/docs/cluster.md" || fail "docs/cluster.md has no recipe $1"
}

# make_batch REPLICATIONS: scenarios/, and in whole/ what one undisturbed run makes of it.
make_batch() {
    make_scenarios 2 scenarios
    sed -i "s/\"replications\": 30/\"replications\": $1/" scenarios/*.json
    ln -s "$REPO/scripts" scripts
    bakeoff batch -q scenarios -o whole
}
