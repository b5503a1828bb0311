# A slip in a command, an option or a word is answered with the nearest.
. "$REPO/tests/cli/lib.sh"
exits 2 bakeoff compar
exits 2 bakeoff hepl
exits 2 bakeoff compare --replicatons 5 x.json
exits 2 bakeoff compare --colour=never x.json
exits 2 bakeoff compare --color nevr x.json
exits 2 bakeoff check --xyz
exits 2 bakeoff explain -n 5 --polcy p x.json
exits 2 bakeoff alarm --initial-state insufficient_data a b
exits 2 bakeoff completion fsh
exits 2 bakeoff manual command
# An argument of an option may look like one.
exits 2 bakeoff compare -o --replicatons x.json
exits 2 bakeoff compare -qo --replicatons x.json
exits 2 bakeoff compare -- --replicatons
# The beginning of an option is enough.
exits 2 bakeoff compare --repl 0 x.json
