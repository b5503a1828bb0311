/* Every key of a scenario, object by object, from the tables that read it. */
#ifndef BAKEOFF_REPORT_KEY_REFERENCE_H
#define BAKEOFF_REPORT_KEY_REFERENCE_H

#include "report/prose.h"

/* `level`: of the headings of the objects. */
void key_reference_write(const struct prose *prose, int level);

#endif
