# What is noticed and told in words: parts that are damaged, missing or foreign, scenarios that are bad or have changed.
. "$REPO/tests/cli/batch-lib.sh"
make_scenarios 3 scenarios
batch() { bakeoff batch -q scenarios -n 60 -o out "$@"; }
batch
cp -r out whole
first=$(echo out/parts/tiny-1-*)
hashes() { sed 's/\(tiny-[0-9]*-\)[0-9a-f]\{8\}/\1HASH/g; s/hash [0-9a-f]\{8\} and has [0-9a-f]\{8\}/hash OLD and has NEW/' >&2; }
{
    # Damaged: refused by merge, done again by batch.
    truncate -s -1 "$first/000001.part"
    exits 2 bakeoff merge out
    batch
    same_results whole out
    printf '\377' | dd of="$first/000000.part" bs=1 seek=5000 conv=notrunc status=none
    exits 2 bakeoff merge out
    batch
    same_results whole out
    # Missing: named.
    rm "$first"/00000[02].part out/parts/tiny-3-*/000001.part
    exits 1 bakeoff merge out
    batch
    same_results whole out
    # Two folders that do not agree.
    cp -r out other
    cp "$first/000001.part" "$first/000000.part"
    exits 2 bakeoff merge out other
    batch
    bakeoff batch -q scenarios -n 60 --seed 7 -o seven
    exits 2 bakeoff merge out seven
    cp -r out program
    sed -i 's/"program_version": "[^"]*"/"program_version": "v0"/' program/parts/agenda.json
    exits 2 bakeoff merge out program 2>&1 | sed 's/the program was .* and is/the program was VERSION and is/'
    cp -r scenarios changed
    sed -i 's/"horizon_s": 1800/"horizon_s": 1801/' changed/0002.json
    bakeoff batch -q changed -n 60 -o hash
    exits 2 bakeoff merge out hash
    exits 2 bakeoff merge out nowhere
    exits 2 bakeoff merge scenarios
    # Changed: refused with words, unless --restart.
    exits 2 bakeoff batch -q scenarios -n 61 -o out
    exits 2 batch --seed 5
    sed -i 's/"horizon_s": 1800/"horizon_s": 1801/' scenarios/0002.json
    exits 2 batch
    batch --restart
    [ "$(ls -d out/parts/tiny-* | wc -l)" -eq 3 ] || fail "old parts stay"
    rm scenarios/0003.json
    exits 2 batch
    # More scenarios are no change.
    make_scenarios 4 scenarios
    batch --restart
    make_scenarios 5 scenarios
    batch
    # Another program.
    sed -i 's/"program_version": "[^"]*"/"program_version": "v0"/' out/parts/agenda.json
    exits 2 batch 2>&1 | sed 's/and is [^;]*;/and is VERSION;/'
    # A bad scenario is told of, the others are run.
    rm -rf out
    sed -i 's/"rate_rps"/"rate_rpm"/' scenarios/0002.json
    cp scenarios/0001.json scenarios/0006.json
    echo '{' >scenarios/0007.json
    exits 2 batch
    cut -d, -f1 out/summary.csv | uniq
    # Nothing to do.
    exits 2 bakeoff batch nowhere -o out
    mkdir empty
    exits 2 bakeoff batch empty -o out
} 2>&1 | hashes
exits 2 bakeoff batch scenarios
exits 2 bakeoff batch -o out
exits 2 bakeoff batch scenarios -o out --shard 3/3
exits 2 bakeoff batch scenarios -o out --shard auto
exits 2 bakeoff batch scenarios -o out --shard 0/3 --restart
exits 2 bakeoff batch scenarios -o out --vary rate
exits 2 bakeoff batch scenarios -o out --vary seed=1 --vary seed=2
exits 2 bakeoff merge
# A grid too large to be meant, and one that no number counts.
exits 2 bakeoff batch scenarios -o grid --vary "traffic.rate_rps=$(seq -s, 3000)" --vary "seed=$(seq -s, 3000)"
# shellcheck disable=SC2046 # words on purpose
exits 2 bakeoff batch scenarios -o grid $(for ((i = 0; i < 64; i++)); do echo "--vary k$i=1,2"; done)
# What cannot be read twice, and words that would act on a terminal.
exits 2 bakeoff batch <(cat "$tiny") -o once 2>&1 | sed 's/^[^:]*:/PIPE:/' >&2
exits 2 bakeoff batch scenarios -o out --shard $'\033[31m/2' 2>&1 | grep -c $'\033' >&2 || :
# A folder with results of which no batch knows is not taken, with --restart neither, and nothing in it is lost.
mkdir -p foreign/parts
echo mine | tee foreign/summary.csv >foreign/parts/mine.json
exits 2 bakeoff batch -q "$tiny" -n 1 -o foreign --restart
cat foreign/summary.csv foreign/parts/mine.json
# An agenda that no batch wrote.
bakeoff batch -q "$tiny" -n 1 -o forged
for edit in 's/.*/[]/;2,$d' '2{p;s/^/,/}' 's/"gates": \[\]/"gates": [{"metric": "outcome", "policy": "*", "version": "*", "statistic": "mean", "max": 1}]/'; do
    cp -r forged forged-here
    sed -i "$edit" forged-here/parts/agenda.json
    exits 2 bakeoff merge forged-here 2>messages.txt
    grep -o 'error: .*' messages.txt >&2
    rm -r forged-here
done
rm forged/parts/agenda.json
mkfifo forged/parts/agenda.json
exits 2 timeout 20 bakeoff merge forged
exits 2 timeout 20 bakeoff batch -q "$tiny" -n 1 -o forged
# A folder that cannot be written, and one that is a file.
exits 3 bakeoff batch -q "$tiny" -n 1 -o scenarios/0001.json/out
[ -w /dev/full ] || skip "no /dev/full"
mkdir full && ln -s /dev/full full/trials.csv
exits 3 bakeoff batch -q "$tiny" -n 60 -o full
rm full/trials.csv
bakeoff batch -q "$tiny" -n 60 -o full
bakeoff batch -q "$tiny" -n 60 -o fine
same_results full fine
# Files too large for the process: parts, the agenda, then results, wherever stdio happens to write.
largest=$(($(find fine -type f -printf '%s\n' | sort -n | tail -n 1) / 1024))
for blocks in 1 2 4 8 16 24 32 48 $((largest - 2)) $largest; do
    rm -rf full
    (
        ulimit -f $blocks
        exits 3 bakeoff batch -q "$tiny" -n 60 -o full 2>/dev/null
    )
    no_leftovers full
    bakeoff batch -q "$tiny" -n 60 -o full
    same_results full fine
done
# Half-written files of who is still at it stay, those of the dead go.
host=$(uname -n | tr -c 'A-Za-z0-9\n' - | cut -c 1-64)
sleep 0 &
dead=$!
wait
touch "fine/.trials.csv.$$-0@$host.tmp" "fine/.summary.csv.$dead-0@$host.tmp" "fine/.summary.csv.$$-0@elsewhere.tmp"
bakeoff merge -q fine
find fine -name '*.tmp' | sed "s/$$/PID/; s/@$host/@HERE/" | LC_ALL=C sort
rm fine/.*.tmp
# However long the host's name is.
for host in "$(printf 'h%.0s' {1..29})" ip-10-0-0-1-us-west-2-compute-internal "$(printf 'h%.0s' {1..64})"; do
    unshare --uts true 2>/dev/null || break
    touch "fine/.trials.csv.$$-0@$host.tmp" "fine/.summary.csv.$dead-0@$host.tmp"
    unshare --uts sh -c "hostname $host && bakeoff merge -q fine"
    [ "$(find fine -name '*.tmp')" = "fine/.trials.csv.$$-0@$host.tmp" ] || fail "host $host: $(find fine -name '*.tmp')"
    rm fine/.*.tmp
done
# The exit status is the worst of all: a gate that does not pass, a file that cannot be read.
echo '{' >broken.json
exits 1 bakeoff batch -q "$SCENARIOS/start.json" -n 60 -o gates
exits 2 bakeoff batch -q broken.json "$SCENARIOS/start.json" "$tiny" -n 60 -o worst 2>/dev/null
cut -d, -f1 worst/summary.csv | uniq | tail -n +2 | xargs
# What is no file keeps nobody waiting: neither among scenarios nor in the place of a part.
mkdir pipes
cp "$tiny" pipes
mkfifo pipes/z.json
timeout 60 bakeoff batch pipes -n 60 -o piped 2>&1 | grep 'passed over'
same_results fine piped
part=$(echo piped/parts/*/000001.part)
for kind in "mkfifo $part" "ln -s /dev/zero $part"; do
    rm "$part"
    $kind
    exits 3 timeout 60 bakeoff merge -q piped 2>/dev/null
    timeout 60 bakeoff batch -q "$tiny" -n 60 -o piped 2>/dev/null
    same_results fine piped
done
no_leftovers .
