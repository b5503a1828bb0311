# Names are strangers: in the terminal, in CSV, JSON and TeX they are shown and obeyed by nobody.
. "$REPO/tests/cli/batch-lib.sh"
for_sed() { printf %s "$1" | sed 's/[\\&/]/\\&/g'; }
name='[2ex] \\input{x}%&$#_^~ <b>,\"q\" \u202egnp'
policy='*\u001b[31mred; rm -rf ~'
version='=cmd|x\n--'\'
sed "s/\"name\": \"tiny\"/\"name\": \"$(for_sed "$name")\"/; s/\"canary\"/\"$(for_sed "$policy")\"/
    s/\"faulty\"/\"$(for_sed "$version")\"/" "$tiny" >hostile.json
bakeoff batch -q hostile.json -n 30 -o out
bakeoff batch -q hostile.json -n 30 --seed 5 -o 'new <folder>'
unversioned() { sed 's/, by bakeoff .*/, by bakeoff VERSION/; s/version": "[^"]*", "sc/version": "VERSION", "sc/; s/^  "version": .*/  "version": "VERSION",/'; }
{
    COLUMNS=140 bakeoff report out
    bakeoff report out --csv -
    bakeoff report out --json -
    bakeoff report out --latex -
    bakeoff report out --metric p_detected --version '=cmd*'
    COLUMNS=140 bakeoff report --diff out 'new <folder>'
    bakeoff report --diff out 'new <folder>' --latex - --all --metric p_detected
} >all
unversioned <all
bakeoff report out | LC_ALL=C grep -q $'[\001-\011\013-\037]' && fail "control characters reach the terminal"
# The CSV reads back as the same names, line breaks and all.
bakeoff report out --csv table.csv >/dev/null
[ "$(sed -n 2p table.csv | cut -d} -f1)" = "$(sed -n 2p out/summary.csv | cut -d} -f1)" ] || fail "the name has changed"
