# The help leads with examples.
bakeoff explain -h
