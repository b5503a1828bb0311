# Every rule of the floors is heard when it is broken, and a sound house passes.
. "$REPO/tests/cli/lib.sh"

mkdir models sim scenarios report
echo '#include "models/ground.h"' >sim/upper.h
printf '/* malloc(3), "sim/upper.h" */\n#include <math.h>\n' >models/ground.h
printf '#include "models/ground.h"\n#include "sim/upper.h"\n#include "version.h"\n' >report/face.c
exits 0 "$REPO/scripts/lint-floors" .

echo '#include "sim/upper.h"' >models/upward.c
echo '#include "ground.h"' >models/not_from_root.c
echo '#include <pthread.h>' >models/threads.c
printf 'char *f(void)\n{\n    return malloc(3); /* free( */\n}\n' >models/heap.c
echo '#include "sim/second.h"' >sim/first.c
echo >sim/first.h
echo '#include "sim/third.h"' >sim/second.h
echo '#include "sim/first.h"' >sim/third.h
echo >scenarios/ground.c
echo >report/Capital.c
exits 1 "$REPO/scripts/lint-floors" .
