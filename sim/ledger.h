/* From a world to its row of the ledger. Internal to sim/. */
#ifndef BAKEOFF_SIM_LEDGER_H
#define BAKEOFF_SIM_LEDGER_H

#include "sim/run.h"

/* What the world's row of the ledger says, but for what only the comparison with the control can say. */
void ledger_write(const struct run *run, struct outcome *outcome);

/* Completes a row by the control's of the same replication: excess harm and its price. */
void ledger_compare(const struct setting *setting, const struct outcome *control, struct outcome *outcome);

#endif
