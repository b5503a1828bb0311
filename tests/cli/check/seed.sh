# 2^53 + 1 reads as 2^53 where numbers are doubles: it is refused all the same, and not rounded in silence.
. "$REPO/tests/cli/lib.sh"
seed() { sed "s/\"seed\": 3,/\"seed\": $1,/" "$REPO/tests/cli/compare/tiny.json" >seed.json; }
seed 9007199254740992
exits 0 bakeoff check -q seed.json
seed 9007199254740993
exits 1 bakeoff check seed.json
exits 2 bakeoff compare -q seed.json 2>/dev/null
