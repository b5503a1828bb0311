# What people read of a scenario: the tables, the findings, the count; an error is exit 1.
. "$REPO/tests/cli/lib.sh"
exits 1 bakeoff lint "$REPO/scenarios/notebook-canary.json" | sed "s|$REPO/||"
exits 0 bakeoff lint "$REPO/scenarios/start.json" | tail -n 1 | sed "s|$REPO/||"
# No line is wider than 100 columns, at any width of the terminal.
for scenario in "$REPO"/scenarios/*.json; do
    case $scenario in *schema*) continue ;; esac
    (cd "$REPO" && COLUMNS=200 bakeoff lint "scenarios/${scenario##*/}") >out || [ $? -eq 1 ]
    grep -v -e '^scenarios/' -e 'source: http' out | awk -v name="${scenario##*/}" 'length > 100 { print name ": " length ": " $0 }'
done
