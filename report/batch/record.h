/* The record of a scenario in a batch: one line of JSON that holds whatever a reader of stored results needs to know
 * without the scenario's file: who makes them from what (program version, hash, seed, replications), names and
 * probabilities, gates, the figures stored. The same scenario gives the same bytes on every machine, so records are compared
 * as bytes, and results whose records differ do not belong together. agenda.h reads it. */
#ifndef BAKEOFF_REPORT_RECORD_H
#define BAKEOFF_REPORT_RECORD_H

#include "scenarios/scenario.h"

/* malloc'd, both; the program ends where there is no memory, as in scenarios/arena.h. */
char *record_write(const struct scenario *scenario, const struct variation *variations, size_t count);

/* A JSON list of records, one a line: an agenda. */
char *record_join(const char *const *records, size_t count);

#endif
