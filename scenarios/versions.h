/* The "versions" of a scenario: service times, errors, defects, and who is like whom. */
#ifndef BAKEOFF_SCENARIOS_VERSIONS_H
#define BAKEOFF_SCENARIOS_VERSIONS_H

#include "models/version.h"
#include "scenarios/reader.h"

extern const struct key_table versions_table; /* of one version */
extern const struct form versions_form;       /* of all of them */

struct version_list {
    struct version_config *items; /* in file order; in the reader's arena */
    const struct json **values;   /* of each, in the scratch arena */
    size_t count;
};

/* `has_trace_service`: the traffic brings its own service times, so a version may do without. */
bool versions_read(struct reader *reader, const struct json *value, bool has_trace_service, struct version_list *out);

/* SIZE_MAX, after an error at `name` that names the nearest, when there is none of that name. */
size_t versions_find(struct reader *reader, const struct version_list *list, const struct json *name);

#endif
