/* A part: what one block of a scenario's replications came to, in one file that appears whole or not at all.
 *
 *   bakeoff-part 1                       the format
 *   {"name": ...}                        the record (record.h)
 *   FIRST COUNT BYTES BYTES ...          replications; bytes of each trial's rows
 *   rows                                 trial by trial, as they stand in trials.csv
 *   zeros                                up to a multiple of 8 bytes
 *   figures                              [trial][figure][replication], little-endian doubles, NaN where absent
 *   checksum                             8 bytes, of all before
 *
 * The same block has the same bytes whoever makes it. */
#ifndef BAKEOFF_REPORT_PART_H
#define BAKEOFF_REPORT_PART_H

#include "report/batch/agenda.h"

/* Returns 0, or -1 with errno. `scenario` is the one read from its file, `result` the block's. */
int part_write(const char *path, const struct planned *planned, uint64_t block, const struct scenario *scenario,
               const struct replicate_result *result);

enum part_state {
    PART_GOOD,
    PART_MISSING,
    PART_DAMAGED,    /* cut short or changed since it was written */
    PART_FOREIGN,    /* of another record, format or block */
    PART_UNREADABLE, /* errno says why */
    PART_STATES
};
extern const char *const part_state_words[PART_STATES]; /* "is damaged" */

/* A part in memory; zero-initialise, read as many as you like into it one after the other, part_free(). */
struct part {
    char *bytes;
    size_t size, room;
    uint64_t count;       /* replications */
    size_t trial_count;   /* as planned */
    uint64_t *row_bytes;  /* [trial_count] */
    size_t rows, figures; /* where they begin */
};
enum part_state part_read(struct part *part, const char *path, const struct planned *planned, uint64_t block);
/* The head alone and the size of the file: whatever is not good may be damaged or foreign, part_read() knows. */
enum part_state part_read_head(struct part *part, const char *path, const struct planned *planned, uint64_t block);
void part_free(struct part *part);

/* A figure's values of a trial: count doubles in the machine's order. */
void part_values(const struct part *part, const struct planned *planned, size_t trial, size_t figure, double *values);

#endif
