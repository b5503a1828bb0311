# What the shells complete, asked of bash and, where they are installed, of fish and zsh.
. "$REPO/tests/cli/lib.sh"
mkdir folder && touch a.json folder/b.json
. <(bakeoff completion bash)
complete_bash() { # the last word is the one under the cursor
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _bakeoff
    echo "bash: $*: ${COMPREPLY[*]}"
}
complete_bash bakeoff co
complete_bash bakeoff help mod
complete_bash bakeoff compare --re
complete_bash bakeoff compare --color al
complete_bash bakeoff compare --color = n
complete_bash bakeoff compare --csv-dir f
complete_bash bakeoff compare a
complete_bash bakeoff compare -n ''
complete_bash bakeoff explain a.json --worst time_to
complete_bash bakeoff init ''
complete_bash bakeoff batch f
complete_bash bakeoff merge ''
complete_bash bakeoff completion z
complete_bash bakeoff alarm --initial-state ''
for shell in bash zsh fish; do
    bakeoff completion $shell >$shell.script
    if command -v $shell >/dev/null; then $shell -n $shell.script; fi
done
if command -v fish >/dev/null; then
    complete_fish() { echo "fish: $1: $(fish --no-config -c "source fish.script; complete -C '$1'" | cut -f 1 | tr '\n' ' ')"; }
    [ "$(complete_fish 'bakeoff comp')" = 'fish: bakeoff comp: compare completion ' ] || fail "$(complete_fish 'bakeoff comp')"
    [ "$(complete_fish 'bakeoff compare --color ne')" = 'fish: bakeoff compare --color ne: never ' ] || fail "$(complete_fish 'bakeoff compare --color ne')"
    [ "$(complete_fish 'bakeoff init r')" = 'fish: bakeoff init r: rolling ' ] || fail "$(complete_fish 'bakeoff init r')"
fi
