# A gate that could judge nothing is an error of the scenario, at its place.
. "$REPO/tests/cli/lib.sh"
sed '
s/, "probability": 0.[19]//
s|^  "slo"|  "gates": [{"metric": "p_rolledback", "max": 1},\n    {"metric": "outcome", "max": 1},\n    {"metric": "p_detected", "statistic": "p95", "max": 1},\n    {"metric": "bad_responses", "version": "(mix)", "max": 1},\n    {"metric": "bad_responses", "statistic": "p95", "max": 1}],\n&|
' "$REPO/tests/cli/compare/tiny.json" >gates.json
exits 1 bakeoff check gates.json
exits 2 bakeoff compare -q gates.json 2>/dev/null
