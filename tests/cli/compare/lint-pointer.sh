# compare sends to lint when lint would object, on standard error, and not with -q.
. "$REPO/tests/cli/lib.sh"
cp "$REPO/scenarios/notebook-canary.json" a.json
bakeoff compare -n 2 a.json 2>&1 >/dev/null
bakeoff compare -n 2 -q a.json 2>&1 >/dev/null
bakeoff compare -n 2 - <a.json 2>&1 >/dev/null
jq '.silence = [{"rule": "L2", "reason": "r"}, {"rule": "L12", "reason": "r"}, {"rule": "L23", "reason": "r"}]' a.json >b.json
bakeoff compare -n 2 b.json 2>&1 >/dev/null
