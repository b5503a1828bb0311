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
# Gates say on the page what they say on the terminal; what no trial had is no 0.
bakeoff compare -q -n 40 -o table --html gates.html "$SCENARIOS/start.json" || [ $? -eq 1 ]
sed -n 's/<\/*bdi>//g; s/&nbsp;/ /g; s/&lt;/</g; s/<tr><td class="undecided">//; s/<\/td><\/tr>//; s/<\/td><td[^>]*>/, /gp' gates.html | grep '^undecided'
# Whoever asks for a page hears that it will have no figures.
BAKEOFF_SHARE=nowhere bakeoff compare -n 8 -o table --html bare.html "$tiny" 2>&1 | grep -c 'tables and no figures'
[ -z "${BAKEOFF_SANITIZED:-}" ] || exit 0
# A page is written in no time: the least of three runs with it and without it, in CPU time.
cpu() {
    local TIMEFORMAT='%U %S'
    for _ in 1 2 3; do
        { time bakeoff compare -q -n 20 -j 1 -o table "$SCENARIOS/four-modes.json" "$@" 2>/dev/null; } 2>&1
    done | awk '{ t = $1 + $2; if (NR == 1 || t < least) least = t } END { print least }'
}
awk -v with="$(cpu --html four-modes.html)" -v without="$(cpu)" 'BEGIN { exit !(with - without < 0.3) }' || fail "a page takes too long"
[ "$(stat -c %s four-modes.html)" -lt 1500000 ] || fail "the page of four modes is too large"
