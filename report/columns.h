/* Every reported figure once: the ledger's columns in order, then the proportions of the summary. Writers walk
 * these rows and know no figure by name; adding a figure is a row. */
#ifndef BAKEOFF_REPORT_COLUMNS_H
#define BAKEOFF_REPORT_COLUMNS_H

#include "sim/outcome.h"

enum column_kind {
    COLUMN_NUMBER,
    COLUMN_TEXT,      /* in the ledger only */
    COLUMN_PROPORTION /* 1 or 0 a trial; in the summary only */
};

/* How people read it (display.h); machines always get the unit as named. */
enum column_format {
    FORMAT_COUNT,
    FORMAT_SECONDS,
    FORMAT_MILLISECONDS,
    FORMAT_SHARE,
    FORMAT_INSTANCES,
    FORMAT_INSTANCE_SECONDS, /* shown as instance-hours */
    FORMAT_USD
};

/* What a ranking of policies may add up. */
enum column_role { ROLE_NONE, ROLE_HARM, ROLE_MONEY };

/* A column of the table on the terminal. Narrow terminals lose intervals and columns step by step. */
struct headline {
    const char *title;
    int place; /* from the left, from 1; 0: not in the table. Of two in one place the later with values wins. */
    bool has_interval;
    bool is_maximum;    /* of the replications, instead of the mean */
    bool only_if_seen;  /* not where it is 0 throughout */
    bool is_explained;  /* the meaning stands below the table */
    int interval_until; /* the last step at which the interval still stands */
    int until;          /* ... and the column */
};

struct column {
    const char *name; /* its unit is its suffix */
    const char *unit;
    const char *meaning;
    enum column_kind kind;
    enum column_format format;
    enum column_role role;
    size_t offset;                                /* of the double in struct outcome, where `get` is NULL */
    double (*get)(const struct outcome *outcome); /* NaN: absent */
    /* Text columns. `config` is the policy's, NULL for the control. Always terminated. */
    void (*put)(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config);
    struct headline headline;
};

extern const struct column columns[];
extern const size_t column_count;

enum { COLUMN_TEXT_SIZE = 16384 }; /* room for any text: ten alarm names and a sentence around them */

/* NaN where absent, and for text columns. */
double column_value(const struct column *column, const struct outcome *outcome);

/* Tells the reading of scenarios which columns a gate may be about: once, before any is read. */
void columns_announce(void);

/* The row of that name, or NULL. */
const struct column *column_find(const char *name);

#endif
