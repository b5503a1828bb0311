# Every command's help leads with examples and tells its exit statuses; reference, manual page and completions have every
# command and every option that --help and --usage name.
. "$REPO/tests/cli/lib.sh"
bakeoff manual >reference
bakeoff manual commands >page
for shell in bash zsh fish; do bakeoff completion $shell >$shell; done
commands=$(bakeoff --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 9 ] || fail "--help lists too few commands"
options=0
for command in $commands; do
    bakeoff help $command >help
    bakeoff $command --help | cmp help -
    awk 'NR > 12 { exit 1 } /^Examples:$/ { found = 1; exit } END { exit !found }' help || fail "$command: examples come first"
    grep -q "^  .*bakeoff $command" help || fail "$command: no example"
    grep -q '^Exit status: 0 ' help || fail "$command: no exit statuses"
    sed -n "/^### bakeoff $command\$/,/^##/p" reference >section
    sed -n "/^## bakeoff $command\$/,/^##* [^b]/p" page >page-section
    [ -s section ] && [ -s page-section ] || fail "$command is not in the reference and in the page"
    grep -q "^    $command)" bash && grep -q "^        $command)" zsh && grep -q -- "-a $command -d" fish ||
        fail "$command is not completed"
    # By another way than the help: what argp itself lists.
    bakeoff $command --usage | grep -o -- '--[a-z][a-z-]*' | sort -u >listed
    sed -n '/^Options:$/,/^$/p' help | grep -o -- '^  [-, a-z]*--[a-z][a-z-]*' | grep -o -- '--.*' | sort -u | diff listed -
    while read -r option; do
        options=$((options + 1))
        grep -q -- "^\* \`.*$option\b" section || fail "$command $option is not in the reference"
        grep -q -- "^\*.*$option\b" page-section || fail "$command $option is not in the manual page"
        sed -n "/^    $command)/,/^        ;;/p" bash | grep -q -- "[' ]$option\b" || fail "bash: $command $option"
        sed -n "/^        $command)/,/;;/p" zsh | grep -q -- "$option\b" || fail "zsh: $command $option"
        grep "from $command'" fish | grep -q -- "-l ${option#--}\b" || fail "fish: $command $option"
    done <listed
done
[ "$options" -ge 50 ] || fail "only $options options were looked at"
for name in manual scenarios; do bakeoff manual ${name/manual/commands} | scdoc >$name.roff; done
grep -q '^.TH "bakeoff" "1"' manual.roff
grep -q '^.TH "bakeoff-scenario" "5"' scenarios.roff
