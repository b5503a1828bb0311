/* Replications worth telling: for each policy the median one of the fault that policies part over. */
#ifndef BAKEOFF_REPORT_EPISODES_H
#define BAKEOFF_REPORT_EPISODES_H

#include "report/story/told.h"
#include "report/study.h"

/* Zero-initialise; owns what `told` points to but the setting. */
struct episodes {
    struct told *told; /* one a policy, in scenario order */
    struct outcome *outcomes;
    struct journal *journals;
    size_t count;
};

/* The version is the one that was rolled back most often over all policies; where none was, the one that did most harm. Of
 * each policy the replication with the median time to rollback, or where it never rolled back with the median of the
 * excess bad responses. Returns 0, or -1 when memory is not to be had. episodes_free() in either case. */
int episodes_tell(struct episodes *episodes, const struct study *study);
void episodes_free(struct episodes *episodes);

#endif
