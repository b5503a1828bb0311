# A canary that is rolled back: every instant follows from constant delays. The launch takes 100 s, the flip 30 s; minutes
# close at 40, 100, 160 s ..., are visible 40 s later and judged at 55 s of the minute; polls come every 10 s.
bakeoff explain "$REPO/tests/data/explain.json" --policy canary --version broken
