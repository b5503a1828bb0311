# Colours only where wanted, lines that fit, a reader that goes away.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
escapes() { grep -c "$(printf '\033')" || true; }
bakeoff compare -q -n 5 "$tiny" | escapes
NO_COLOR=1 bakeoff compare -q -n 5 "$tiny" | escapes
[ "$(bakeoff compare -q -n 5 --color always "$tiny" | escapes)" -gt 0 ] || fail "--color always has no colours"
[ "$(NO_COLOR=1 bakeoff compare -q -n 5 --color always "$tiny" | escapes)" -gt 0 ] || fail "NO_COLOR beats --color"
for width in 80 140; do
    COLUMNS=$width bakeoff compare -q -n 5 "$tiny" | grep -v '^aws ' |
        awk -v width=$width 'length($0) > width {print "too wide: " $0; exit 1}'
done
# Names come from files that others wrote.
sed 's/"canary": {/"can\\u001b[31mary\\u202e": {/' "$tiny" >hostile.json
bakeoff compare -q -n 5 hostile.json | escapes
bakeoff compare -q -n 5 hostile.json | grep -c 'can\\u001b\[31mary\\u202e'
status=0
bakeoff compare -q -n 5 "$tiny" | head -n 1 || status=$?
bakeoff compare -q -n 400 --json - "$tiny" | head -c 1 || status=$?
echo " $status ${PIPESTATUS[*]}"
# The command that is offered survives a shell.
sed 's/"AlarmName": "errors"/"AlarmName": "it'"'"'s $(touch here) \\u00e9"/' "$tiny" >quoting.json
aws() { printf '%s\n' "$@"; }
eval "$(bakeoff compare -q -n 5 quoting.json | grep '^aws ')" | grep -o '"AlarmName.*'
[ ! -e here ] || fail "a name was run as a command"
