# Help fits the terminal, and is bright on terminals only.
. "$REPO/tests/cli/lib.sh"
commands=$(bakeoff --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p')
for command in $commands; do
    for width in 60 100 400; do
        # Examples and calls are to be copied: they are never broken.
        COLUMNS=$width bakeoff help $command | sed '/^Examples:$/,/^Options:$/d; /^  {/d' | awk -v width=$width -v command=$command '
            length($0) > (width < 100 ? width : 100) { print command ": too wide: " $0; exit 1 }'
    done
    ! bakeoff help $command | grep -q $'\033' || fail "$command: colours where there is no terminal"
done
command -v script >/dev/null || skip "script(1) is not installed"
script -qec true /dev/null >/dev/null 2>&1 || skip "there are no terminals"
on_terminal() { script -qec "$1" /dev/null | tr -d '\r'; }
[ "$(TERM=xterm on_terminal 'bakeoff help check' | grep -c $'\033\[1mExamples:')" -eq 1 ] || fail "plain on a terminal"
[ "$(TERM=xterm on_terminal 'bakeoff --help' | grep -c $'\033\[1mCommands:')" -eq 1 ] || fail "plain on a terminal"
! TERM=dumb on_terminal 'bakeoff help check' | grep -q $'\033' || fail "colours on a dumb terminal"
! TERM=xterm NO_COLOR=1 on_terminal 'bakeoff help check' | grep -q $'\033' || fail "NO_COLOR is not heard"
[ "$(bakeoff help | awk 'length($0) > 80' | wc -l)" -eq 0 ] || fail "bakeoff help is wider than 80 columns"
