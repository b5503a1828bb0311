/* ISO 8601 in UTC <-> microseconds since 1970-01-01T00:00:00Z. */
#ifndef BAKEOFF_SCENARIOS_CLOCK_H
#define BAKEOFF_SCENARIOS_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "2023-11-16T18:17:03.9799600Z": a blank may stand for the T; seconds may be missing or carry any number of decimals
 * (rounded to microseconds); the zone is Z, +hh:mm, -hh:mm, +hhmm, or missing (UTC). Years 1583 to 9999.
 * A leap second counts as the next second's first. Returns false, *unix_us untouched, on anything else. */
bool clock_parse(const char *text, int64_t *unix_us);

/* "2023-11-16T18:17:03Z", with three decimals when `millis`. Needs 25 bytes; returns text. Rounds down. */
char *clock_format(char *text, size_t size, int64_t unix_us, bool millis);

#endif
