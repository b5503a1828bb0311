/* What was run, by what, on what, and how long it took: the only place for figures of the clock, so that all
 * other output compares byte for byte. */
#ifndef BAKEOFF_REPORT_MANIFEST_H
#define BAKEOFF_REPORT_MANIFEST_H

#include "report/emit.h"
#include "scenarios/scenario.h"
#include "sim/replicate.h"

/* Owns nothing. */
struct manifest {
    const struct scenario *scenario;
    const struct replicate_result *result;
    int threads;
    double wall_s, cpu_s;
    const char *const *warnings;
    size_t warning_count;
};

/* Of the program: "program", "version" and "compiler" as members of an object. */
void manifest_put_program(struct json *json);

/* As one member of an object: the key, then the manifest. */
void manifest_put(struct json *json, const struct manifest *manifest);

#endif
