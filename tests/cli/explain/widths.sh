# Readable on narrow and on wide terminals.
COLUMNS=80 bakeoff explain "$REPO/tests/data/explain.json" -p rolling -v broken | sed '/^The ledger/,$d'
COLUMNS=140 bakeoff explain "$REPO/tests/data/explain.json" -p linear -v broken | sed '/^The ledger/,$d'
