# make install puts program, scenarios, documents, manual pages and completions under DESTDIR and PREFIX; what is installed
# runs from there; make uninstall leaves no file.
. "$REPO/tests/cli/lib.sh"
[ -z "${BAKEOFF_SANITIZED:-}" ] || skip "sanitized programs are not installed"
root=$PWD/root
make() { command make -s --no-print-directory -C "$REPO" BUILD="${BUILD:-build}" DESTDIR="$root" PREFIX=/opt/some "$@"; }
make install-files
share=$root/opt/some/share
PATH=$root/opt/some/bin:$PATH
[ "$(command -v bakeoff)" = "$root/opt/some/bin/bakeoff" ]
(cd "$SCENARIOS" && find . -name '*.json') | while read -r file; do cmp "$SCENARIOS/$file" "$share/bakeoff/scenarios/$file"; done
for file in slurm/bakeoff.sbatch kubernetes/job.json aws-batch/job-definition.json; do
    cmp "$REPO/scripts/$file" "$share/bakeoff/$file"
done
bakeoff check -q "$share"/bakeoff/scenarios/*.json
bakeoff schema | cmp - "$share/bakeoff/bakeoff.schema.json"
bakeoff manual | cmp - "$share/doc/bakeoff/docs/reference.md"
bakeoff completion bash | cmp - "$share/bash-completion/completions/bakeoff"
bakeoff completion zsh | cmp - "$share/zsh/site-functions/_bakeoff"
bakeoff completion fish | cmp - "$share/fish/vendor_completions.d/bakeoff.fish"
bakeoff manual commands | scdoc | cmp - "$share/man/man1/bakeoff.1"
bakeoff manual scenarios | scdoc | cmp - "$share/man/man5/bakeoff-scenario.5"
# Every link of the README leads somewhere there too.
links=$(grep -o '](\(docs/\)\?[A-Za-z/-]*\.[a-z]*[)#]' "$REPO/README.md" | tr -d '()#]')
[ "$(echo "$links" | wc -l)" -ge 9 ] || fail "the README has few links: $links"
for file in $links; do [ -s "$share/doc/bakeoff/$file" ] || fail "no $file"; done
# What says how to cite has what its format requires, and names the licence that the package has.
for key in cff-version: message: title: authors:; do
    grep -q "^$key" "$share/doc/bakeoff/CITATION.cff" || fail "CITATION.cff has no $key"
done
licence=$(sed -n 's/^license: //p' "$share/doc/bakeoff/CITATION.cff")
[ "$licence" = "$(node -p 'require(process.argv[1]).license' "$REPO/package.json")" ] || fail "CITATION.cff: $licence"
make uninstall
[ -z "$(find "$root" -type f)" ] || fail "left behind: $(find "$root" -type f)"
