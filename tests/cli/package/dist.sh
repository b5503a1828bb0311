# make dist packs what is committed, and the version; the same commit gives the same bytes.
. "$REPO/tests/cli/lib.sh"
[ -e "$REPO/.git" ] || skip "not a checkout of git"
for folder in one two; do
    make -s --no-print-directory -C "$REPO" BUILD="$PWD/$folder" dist >$folder.name
    umask 077
    export TZ=Asia/Tokyo
done
cmp one/*.tar.gz two/*.tar.gz
name=$(basename one/*.tar.gz .tar.gz)
{ git -C "$REPO" ls-tree -r --name-only HEAD && echo VERSION; } | sed "s|^|$name/|" | sort >expected
tar -tzf one/*.tar.gz | grep -v '/$' | sort | diff expected -
[ "bakeoff-$(tar -xzOf one/*.tar.gz "$name/VERSION")" = "$name" ]
