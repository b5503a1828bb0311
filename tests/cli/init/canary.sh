# The starter as people see it.
bakeoff init canary
