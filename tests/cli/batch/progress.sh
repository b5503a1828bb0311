# Who looks at a terminal sees how far a batch is, how fast and how long yet; who reads a file gets a line per tenth.
. "$REPO/tests/cli/batch-lib.sh"
command -v script >/dev/null || skip "script(1) is not installed"
script -qec true /dev/null >/dev/null 2>&1 || skip "there are no terminals"
batch="bakeoff batch $tiny -n 1200 -j 1"
told='batch: [0-9]\+ of 6000 trials, [0-9.]\+ a second, [0-9]\+ s left'
script -qec "$batch -o terminal" /dev/null >terminal.txt
tr '\r' '\n' <terminal.txt | grep -q "^$told *$" || fail "no progress on a terminal: $(cat -v terminal.txt)"
# Each line overwrites the one before, and the last is erased before what was done is told.
[ "$(tr -d -c '\n' <terminal.txt | wc -c)" -eq 2 ] || fail "progress scrolls: $(cat -v terminal.txt)"
tr -d '\n' <terminal.txt | tr '\r' '\n' | grep -v 'trials' | grep -q '^ *$' || fail "progress stays: $(cat -v terminal.txt)"
$batch -o file 2>lines.txt
lines=$(grep -c "^$told$" lines.txt)
[ "$lines" -ge 7 ] && [ "$lines" -le 10 ] || fail "$lines lines tell of the tenths" # two tenths may pass at once
script -qec "$batch -q -o quiet" /dev/null | wc -c
