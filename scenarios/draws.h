/* Distributions in JSON: {"distribution": "lognormal", "median_ms": 20, "p99_ms": 80}, by the rows of models/draw. */
#ifndef BAKEOFF_SCENARIOS_DRAWS_H
#define BAKEOFF_SCENARIOS_DRAWS_H

#include "models/draw.h"
#include "models/units.h"
#include "scenarios/reader.h"

/* A law of delays (unit "s") whose median is longer is refused, and what it draws beyond this is cut to it. */
#define DRAWS_LONGEST_DELAY_US (31.0 * 24 * US_PER_HOUR)

/* `unit` is "s" or "ms": the suffix of keys that carry a unit. `extra` (may be NULL): keys that stand beside the
 * distribution's own in the same object. False after an error. */
bool draws_read(struct reader *reader, const struct json *value, const char *unit, const struct key_sheet *extra,
                struct draw *out);

/* The distributions by name, and the form of one; its unit is that of the row it stands in. */
extern const struct key_choice draws_choice;
extern const struct form draws_form;

/* For a KEY_OWN row whose field is a struct draw; the row's unit is the suffix. */
bool draws_read_key(struct reader *reader, const struct json *value, const struct key *key, void *field);

#endif
