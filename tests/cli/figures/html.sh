# One page, the same bytes each time; no clock in it unless asked for; small; tables stand where nothing draws.
. "$REPO/tests/cli/lib.sh"
tiny=$REPO/tests/cli/compare/tiny.json
bakeoff compare -q -n 8 -j 1 -o table --html one.html "$tiny"
bakeoff compare -q -n 8 -j 2 --html - "$tiny" >two.html
bakeoff compare -q -n 8 -o again --html three.html "$tiny"
cmp one.html three.html
cmp one.html two.html
[ "$(stat -c %s one.html)" -lt 1500000 ] || fail "the page is too large"
SOURCE_DATE_EPOCH=1700000000 bakeoff compare -q -n 8 -o table --html stamped.html "$tiny"
grep -c '<dd>2023-11-14T22:13:20Z</dd>' stamped.html
! grep -q 'wall_s\|cpu_s\|threads' <(sed '/<script>/,$d' one.html)
[ "$(sed '/<script>/,$d' one.html | grep -c 'https\?://')" -le 8 ] # the schema of each spec, which is never asked for
BAKEOFF_SHARE=/nonexistent bakeoff compare -q -n 8 -o table --html bare.html "$tiny"
! grep '<script' bare.html
grep -c 'were not installed' bare.html
grep -o '<h[123][^>]*>' bare.html | sort | uniq -c | awk '{ print $1, $2 }' | sort -u | grep -c .
grep -c '<tr class="first">' bare.html
