/* The "traffic" of a scenario, by the rows of models/traffic. */
#ifndef BAKEOFF_SCENARIOS_ARRIVALS_H
#define BAKEOFF_SCENARIOS_ARRIVALS_H

#include "models/traffic.h"
#include "scenarios/reader.h"

/* Every key that some process takes: types and bounds. Which process takes which is in traffic_kinds. */
extern const struct key_table arrivals_table;

extern const struct form arrivals_form;

/* For a KEY_OWN row whose field is a struct traffic_config. */
bool arrivals_read_key(struct reader *reader, const struct json *value, const struct key *key, void *field);

#endif
