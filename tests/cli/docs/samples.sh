# The terminal samples in the documents are what the commands print.
"$REPO/scripts/samples" --check
