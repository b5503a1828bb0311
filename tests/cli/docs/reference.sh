# docs/reference.md is what bakeoff manual prints. BAKEOFF_UPDATE_DOCS=1 rewrites it.
if [ -n "${BAKEOFF_UPDATE_DOCS:-}" ]; then
    bakeoff manual >"$REPO/docs/reference.md"
fi
bakeoff manual | diff -u "$REPO/docs/reference.md" -
