/* "modelling": what AWS does not document, every choice a key. */
#ifndef BAKEOFF_SCENARIOS_TUNING_H
#define BAKEOFF_SCENARIOS_TUNING_H

#include "scenarios/reader.h"
#include "sim/setting.h"

/* Into a struct modelling that modelling_default() filled. */
extern const struct key_table tuning_table;

/* A KEY_OWN of an instant in Unix microseconds: ISO 8601. */
#define TUNING_TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}.*)?$"
bool tuning_read_start_time(struct reader *reader, const struct json *value, const struct key *key, void *field);

#endif
