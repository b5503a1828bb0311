/* The results of one scenario as the report sees them: groups of trials, a summary row for each group and
 * figure, paired differences against a baseline policy. */
#ifndef BAKEOFF_REPORT_STUDY_H
#define BAKEOFF_REPORT_STUDY_H

#include "report/columns.h"
#include "scenarios/scenario.h"
#include "sim/estimate.h"
#include "sim/replicate.h"

enum { GROUP_NONE = -1 };

/* What one summary row speaks of: the control, a policy with a version, or a policy with its (mix). */
struct group {
    size_t policy;  /* SIZE_MAX: the control */
    size_t version; /* index into the setting's versions; the current one for the control; SIZE_MAX: the (mix) */
    size_t trial;   /* of the (mix): the policy's first trial */
};

struct summary_row {
    size_t group; /* index */
    const struct column *column;
    struct summary figures;
};

struct difference_row {
    size_t group;
    const struct column *column;
    struct paired figures;
};

/* Where the figures of trials lie that are in no memory: `read` fills values[0 .. count) with a figure (an index into the
 * columns) of a trial from replication `first` on; NaN what it cannot read, and the source remembers the error. */
struct study_source {
    void (*read)(const void *store, size_t trial, size_t column, uint64_t first, size_t count, double *values);
    const void *store;
};

/* Borrows the scenario and the result, which must outlive it, and the source where there is one; then the result has no
 * rows, and of the scenario only names, probabilities and gates are looked at. Rows stand in scenario order: the control, then
 * policies, their versions, their (mix); within a group in the order of the columns. */
struct study {
    const struct scenario *scenario;
    const struct replicate_result *result;
    const struct study_source *source; /* NULL: the figures are in the result's rows */
    size_t baseline;                   /* a policy */
    size_t versions;                   /* new versions: trials a policy has */
    size_t *parts;                     /* the (mix): which of them (0 .. versions - 1) ... */
    double *weights;                   /* ... with what weight, sum 1 */
    size_t part_count;                 /* 0: no version has a probability */
    size_t *everyone;                  /* all of them, */
    double *equal_weights;             /* with equal weights, for where there is no (mix) */
    struct group *groups;
    size_t group_count;
    struct summary_row *summary; /* summary[group * metrics + metric] */
    size_t summary_count;
    struct difference_row *differences;
    size_t difference_count;
};

/* Returns 0, or -1 when memory is not to be had. study_free() in either case. */
int study_init(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
               size_t baseline);
/* The same from a source, which must bear being read by so many threads at once. */
int study_init_stored(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
                      size_t baseline, const struct study_source *source, int threads);
void study_free(struct study *study);

const char *group_policy(const struct study *study, const struct group *group);  /* "(none)" for the control */
const char *group_version(const struct study *study, const struct group *group); /* "(mix)" */

/* The index of a group, or GROUP_NONE. version SIZE_MAX: the (mix). */
long study_group(const struct study *study, size_t policy, size_t version);
const struct summary_row *study_summary(const struct study *study, size_t group, const struct column *column);

/* New versions, 1 at least: the parts that a mix may have. */
size_t study_trials(const struct study *study);

/* The values of a group, replication by replication: as many parts as struct mix says; a plain group has one part of
 * weight 1. They lie in a room, until the next values come into it. */
struct study_room {
    double *values;
    const struct study *study;
    size_t group;
    const struct column *column;
};
int study_room_init(struct study_room *room, const struct study *study); /* 0, or -1: no memory */
void study_room_free(struct study_room *room);
struct mix study_values(const struct study *study, size_t group, const struct column *column, struct study_room *room);

#endif
