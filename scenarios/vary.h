/* Grids: one scenario file, read many times with other values at some keys. The values are put into the text of the file
 * before it is read, so that they are judged as if they stood there, and messages show them in their place. */
#ifndef BAKEOFF_SCENARIOS_VARY_H
#define BAKEOFF_SCENARIOS_VARY_H

#include "scenarios/scenario.h"

struct reader;

/* KEY=V1,V2,...: a key as messages write it (traffic.rate_rps, alarms[0].Period, versions["a b"].probability) and JSON
 * values; a bare word stands for a text. */
struct vary_axis {
    char *key;
    char **values; /* JSON */
    size_t count;  /* >= 1 */
};

/* False, with *why (malloc'd), where that cannot be read. vary_free() in either case. */
bool vary_parse(struct vary_axis *axis, const char *text, char **why);
void vary_free(struct vary_axis *axis);

/* The text of a scenario with the variations in place and with a name that tells of them; malloc'd, without an end; its
 * size in *size. NULL after errors, at their places in the file. A key must be there, or be one that its object may have. */
char *vary_apply(struct reader *reader, const struct source *source, const struct variation *variations, size_t count,
                 size_t *size);

#endif
