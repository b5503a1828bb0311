# A deployment that the quota refuses harms nobody, and must not win for that.
. "$REPO/tests/cli/lib.sh"
sed 's/"instance_price_usd_per_hour": 0.115/"instance_quota": 6/
     s/^    "canary": {/    "rolling": {"RollingUpdatePolicy": {"MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1}, "WaitIntervalInSeconds": 60}},\n&/' \
    "$REPO/tests/cli/compare/tiny.json" >quota.json
bakeoff compare -q quota.json >table.txt
grep -A 5 '^good' table.txt | awk '{print $1, $2}'
tr '\n' ' ' <table.txt | grep -o 'rolling is ranked first\|every deployment of the others was refused'
sed 's/"instance_quota": 6/"instance_quota": 4/' quota.json >none.json
bakeoff compare -q none.json | grep 'No policy\|^aws'
