/* What a batch is to do: the records (record.h) of its scenarios, in order. It stands beside the results, which can be
 * read by it alone. */
#ifndef BAKEOFF_REPORT_AGENDA_H
#define BAKEOFF_REPORT_AGENDA_H

#include "report/batch/record.h"
#include "report/columns.h"
#include "sim/replicate.h"

struct planned {
    const char *text;   /* the record, without a newline */
    const char *folder; /* of its results: a name that any file system takes */
    const char *program_version;
    /* As the record tells it: name, says, sha256, replications, gates; of the setting the seed, the endpoint's names, count,
     * quota and price, names and probabilities of versions, names and modes of policies, `current`. */
    struct scenario scenario;
    double t_end_s;
    uint64_t block, block_count; /* replications of a block, the last one may have fewer; blocks */
    struct trial *trials;
    size_t trial_count;
    struct variation *variations;
    size_t variation_count;
    size_t figure_count;   /* stored for each trial: numbers and proportions */
    size_t *figure_column; /* [figure_count] index into `columns`; SIZE_MAX: this program does not know it */
};

struct agenda {
    struct planned *items;
    size_t count;
    const struct planned **by_name; /* [count], as strcmp() orders them */
    void *memory;                   /* all that the above points to */
};

/* Reads an agenda; false after errors, which are told of `name`. agenda_free() in either case. */
bool agenda_read(struct agenda *agenda, const char *name, const char *text, size_t size,
                 struct diagnostics *diagnostics);
void agenda_free(struct agenda *agenda);

/* The record of that name, or NULL. */
const struct planned *agenda_find(const struct agenda *agenda, const char *name);

/* In what two records of one name differ, for people: "the program (v1.0, now v1.1)"; malloc'd. */
char *agenda_difference(const struct planned *before, const struct planned *now);

/* Replications of a block: the first, and how many. */
uint64_t agenda_first(const struct planned *planned, uint64_t block);
uint64_t agenda_size(const struct planned *planned, uint64_t block);

#endif
