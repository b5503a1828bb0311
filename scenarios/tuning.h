/* "modelling": what AWS does not document, every choice a key. */
#ifndef BAKEOFF_SCENARIOS_TUNING_H
#define BAKEOFF_SCENARIOS_TUNING_H

#include "scenarios/reader.h"
#include "sim/setting.h"

/* Into a struct modelling that modelling_default() filled. */
extern const struct key_table tuning_table;

#endif
