/* The scenarios of a batch: files and folders, times the values of a grid. */
#ifndef BAKEOFF_REPORT_CLI_INPUTS_H
#define BAKEOFF_REPORT_CLI_INPUTS_H

#include "scenarios/vary.h"

struct input {
    char *file;
    struct variation *variations; /* borrowed from the axes */
    size_t variation_count;
};

struct inputs {
    struct input *items;
    size_t count;
    size_t unreadable; /* paths that are neither file nor folder, told of on stderr */
};

/* Files in the order given; of a folder its *.json by name, not those of its folders, and none that its keys tell to be
 * something else than a scenario, which is said unless quiet. The first axis varies slowest. */
void inputs_gather(struct inputs *inputs, char *const *paths, size_t path_count, const struct vary_axis *axes,
                   size_t axis_count, bool is_quiet);
void inputs_free(struct inputs *inputs);

#endif
