/* The scripts that draw figures in a page: vega, vega-lite and vega-embed, as scripts/bootstrap and `make install` leave them. They
 * are looked for in the folder that BAKEOFF_SHARE names, in share/ beside the program (build/share), and where it is
 * installed (../share/bakeoff). */
#ifndef BAKEOFF_REPORT_BUNDLES_H
#define BAKEOFF_REPORT_BUNDLES_H

#include <stdbool.h>
#include <stddef.h>

enum { BUNDLES = 3 };

/* malloc'd texts; zero-initialise, bundles_free(). */
struct bundles {
    char *text[BUNDLES];
    size_t size[BUNDLES];
};

/* True when all are there; otherwise nothing is kept. */
bool bundles_read(struct bundles *bundles);
void bundles_free(struct bundles *bundles);

/* What to say where they are missing; NULL where they are there. */
const char *bundles_lacking(void);

#endif
