# Usage and names: exit 2, with the nearest word.
. "$REPO/tests/cli/lib.sh"
exec 2>&1
cp "$REPO/tests/data/explain.json" shop.json
exits 2 bakeoff explain shop.json -p canry -v brokn
exits 2 bakeoff explain shop.json -p canary -v old
exits 2 bakeoff explain shop.json
exits 2 bakeoff explain shop.json -p canary -v broken --worst exces_bad_responses
exits 2 bakeoff explain shop.json -p canary -v broken --median nothing
exits 2 bakeoff explain shop.json -p canary -v broken --worst outcome
exits 2 bakeoff explain shop.json -p canary -v broken --describe soon
exits 2 bakeoff explain shop.json -p canary -v broken --describe nan
exits 2 bakeoff explain shop.json -p canary -v broken --replication -1
exits 2 bakeoff explain shop.json -p canary -v broken --replication 1 --worst requests
exits 2 bakeoff explain shop.json -p canary -v broken -n 5
exits 2 bakeoff explain shop.json other.json
exits 2 bakeoff explain missing.json
exits 2 bakeoff explain
