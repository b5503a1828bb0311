/* Which replication stands for a trial: the median one of a figure, or the one where it is largest. */
#ifndef BAKEOFF_REPORT_CHOICE_H
#define BAKEOFF_REPORT_CHOICE_H

#include "report/columns.h"
#include "sim/replicate.h"

enum choice { CHOOSE_MEDIAN, CHOOSE_LARGEST };

/* Its index and value, found = true. Of a trial (an index into result->trials) whose figure is absent in every replication
 * found = false. The lower median; among equals the first. Returns 0, or -1 when memory is not to be had. */
struct chosen {
    bool found;
    uint64_t replication;
    double value;
};
int choose_replication(struct chosen *chosen, const struct replicate_result *result, size_t trial,
                       const struct column *figure, enum choice choice);

#endif
