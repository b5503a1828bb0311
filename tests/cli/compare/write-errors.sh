# What cannot be written: a message, exit 3, and nothing half-written anywhere.
. "$REPO/tests/cli/lib.sh"
[ -w /dev/full ] || skip "no /dev/full"
cp "$REPO/tests/cli/compare/tiny.json" .
exits 3 bakeoff compare -q tiny.json >/dev/full
exits 3 bakeoff compare -q --json - tiny.json >/dev/full
exits 3 bakeoff compare -q --json /dev/full tiny.json >/dev/null
exits 3 bakeoff compare -q -o /dev/full tiny.json
exits 3 bakeoff compare -q --json nowhere/result.json tiny.json
exits 3 bakeoff compare -q --csv-dir tiny.json/out tiny.json
exits 3 bakeoff compare -q --csv-dir /proc/out tiny.json
exits 3 bakeoff compare -q --csv-dir '' tiny.json
exits 3 bakeoff compare -q tiny.json >&-
exits 3 bakeoff --version >/dev/full
# One file that fails leaves the others alone.
mkdir out && echo old >out/trials.csv
exits 3 bakeoff compare -q --csv-dir out --json nowhere/result.json tiny.json
cat out/trials.csv
# Files too large for the process.
(
    ulimit -f 1
    exits 3 bakeoff compare -q --csv-dir out -n 100 tiny.json >/dev/null
)
cat out/trials.csv
[ -c /dev/full ] || fail "a device was replaced"
find . -type f | LC_ALL=C sort
