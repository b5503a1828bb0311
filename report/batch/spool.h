/* The figures of one scenario on disk, each trial's in one stretch, so that estimates can read them again and again in
 * constant memory. A stretch takes no room on disk while all its values are the same, as those of proportions and of what
 * never happens often are. The file has no name and goes with the process. */
#ifndef BAKEOFF_REPORT_SPOOL_H
#define BAKEOFF_REPORT_SPOOL_H

#include "report/batch/part.h"
#include "report/study.h"

#include <stdatomic.h>

struct stretch {
    double value; /* of all, while it is constant */
    bool is_varied;
};

struct spool {
    int fd;
    const struct planned *planned;
    size_t *figure_of;         /* [column_count] SIZE_MAX: not stored */
    struct stretch *stretches; /* [trial][figure] */
    double *room;              /* for the values of one part */
    int error;                 /* errno of the first failure to read */
};

/* In a folder. Returns 0, or -1 with errno. spool_close() in either case. */
int spool_open(struct spool *spool, const char *folder, const struct planned *planned);
void spool_close(struct spool *spool);

/* Adds the next part, that of replication `first` on. Returns 0, or -1 with errno. */
int spool_add(struct spool *spool, const struct part *part, uint64_t first);

/* For study_init_stored(); the spool must outlive it. Failures to read end up in `error`. */
struct study_source spool_source(struct spool *spool);

#endif
