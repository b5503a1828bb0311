/* The columns of the tables that people read: which figures, and with which intervals, at each step of narrowing. */
#ifndef BAKEOFF_REPORT_HEADLINES_H
#define BAKEOFF_REPORT_HEADLINES_H

#include "report/display.h"
#include "report/study.h"

enum { MAX_HEADLINES = 16 };

struct headlines {
    const struct column *columns[MAX_HEADLINES];
    bool has_interval[MAX_HEADLINES];
    size_t count;
    bool has_total_interval;
};

/* Step 0 has all that has values. */
struct headlines headlines_at(const struct study *study, int step);

/* One cell. Returns text. */
const char *headline_put(char text[DISPLAY_SIZE], const struct column *column, const struct summary *figures,
                         bool with_interval);

#endif
