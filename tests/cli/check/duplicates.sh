# A key given a hundred thousand times is told twenty times, and soon.
. "$REPO/tests/cli/lib.sh"
{ echo -n '{"k": 0'; yes ', "k": 1' | head -n 100000 | tr -d '\n'; echo '}'; } >many.json
exits 1 timeout 10 bakeoff check many.json 2>many.txt >&2
[ "$(grep -c 'was given before' many.txt)" -le 20 ] || fail "too many messages"
tail -n 1 many.txt
