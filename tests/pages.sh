#!/bin/bash
# Pages of shipped scenarios, of one whose names are hostile, and of stored results of both, in headless Chromium. In full: of all of them.
set -eu
modules=$REPO/build/npm/node_modules
[ -e "$modules/playwright-core" ] || { echo "playwright-core is not installed (scripts/bootstrap --tests)"; exit 77; }
command -v chromium >/dev/null || { echo "chromium is not installed (scripts/bootstrap --tests)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scenarios=$REPO/scenarios
names=notebook-canary
[ -z "${BAKEOFF_TEST_FULL:-}" ] || names=$(cd "$scenarios" && printf '%s\n' *.json | sed 's/\.json$//')
for name in $names; do
    "$BAKEOFF_PROGRAM" compare -q -n 12 -o "$work/table" --html "$work/$name.html" --figures "$work/$name" "$scenarios/$name.json" || [ $? -eq 1 ]
done
"$BAKEOFF_PROGRAM" compare -q -n 12 -o "$work/table" --html "$work/hostile.html" --figures "$work/hostile" "$REPO/tests/cli/figures/hostile.json" || [ $? -eq 1 ]
"$BAKEOFF_PROGRAM" batch -q -n 25 "$scenarios/notebook-canary.json" "$REPO/tests/cli/figures/hostile.json" -o "$work/out"
"$BAKEOFF_PROGRAM" report "$work/out" --html "$work/stored.html" --figures "$work/stored" >/dev/null
timeout 580 node tests/pages.js "$modules" "$work"/*.html
