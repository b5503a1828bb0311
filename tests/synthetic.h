/* Batches without simulation: parts of as many replications as one likes, for tests and measurements of merging. */
#ifndef BAKEOFF_TESTS_SYNTHETIC_H
#define BAKEOFF_TESTS_SYNTHETIC_H

#include "report/batch/agenda.h"

/* The agenda of tests/cli/compare/tiny.json with other numbers of replications: one item each, with names of their own. */
void synthetic_agenda(struct agenda *agenda, const uint64_t *replications, size_t count);

/* Writes all parts of the agenda into a folder: outcomes as a few real replications had them, with figures moved about by
 * the number of the replication, so that no two rows are alike. Parts are not synced. */
void synthetic_write(const struct agenda *agenda, const char *out);

/* The scenario of an item of that agenda, and the outcomes of all its replications, for whoever wants them in memory. Both
 * are the caller's to free. */
struct scenario *synthetic_result(const struct agenda *agenda, size_t item, struct replicate_result *result);

/* What a merge of the folder took. */
struct synthetic_cost {
    double wall_s, cpu_s;
    long memory_kib;      /* the most that it held */
    uint64_t rows, bytes; /* of trials.csv */
};

/* Merges in a process of its own. */
struct synthetic_cost synthetic_merge(const struct agenda *agenda, const char *out, int threads);

/* A folder for tests under TMPDIR, or here; malloc'd. synthetic_remove() removes it with all that is in it. */
char *synthetic_folder(void);
void synthetic_remove(char *folder);

#endif
