# GNU parallel: what failed is done by the same line once more, and only that.
. "$REPO/tests/cli/cluster-lib.sh"
type -P parallel >/dev/null || skip "no parallel: scripts/bootstrap --cluster installs it"
make_batch 60
mkdir bin
cat >bin/bakeoff <<END
#!/bin/bash
case "\$*" in
*"--shard 3/8"* | *"--shard 6/8"*) mkdir "failed-\${*//\//-}" 2>/dev/null && exit 3 ;;
esac
exec $(type -P bakeoff) "\$@"
END
chmod +x bin/bakeoff
PATH=$PWD/bin:$PATH
shards=$(recipe parallel | head -n 1)
merge=$(recipe parallel | tail -n 1)
exits 2 eval "$shards" # as many as have failed
exits 1 eval "$merge" 2>/dev/null
[ "$(tail -n +2 shards.log | wc -l)" -eq 8 ]
eval "$shards"
[ "$(tail -n +2 shards.log | wc -l)" -eq 10 ] || fail "not the two that failed alone were run again"
eval "$merge"
same_results whole out
