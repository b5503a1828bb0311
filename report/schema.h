/* The JSON Schema (draft-07) of scenario files, from the tables that read them (scenarios/keys.h): every key with its
 * description, unit, bounds, words and default. What depends on several places at once (names that must occur elsewhere,
 * sums, counts against sizes) only reading can tell. */
#ifndef BAKEOFF_REPORT_SCHEMA_H
#define BAKEOFF_REPORT_SCHEMA_H

#include <stdio.h>

/* Errors stay in the stream. */
void schema_write(FILE *to);

#endif
