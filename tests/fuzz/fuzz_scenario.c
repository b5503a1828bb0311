/* Anything as a scenario, and as any other file that check takes: no crash, and never a scenario beside an error. No
 * file is opened. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "scenarios/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char what[128];
    struct diagnostics list = {0};
    struct scenario *scenario = scenario_read_text("fuzz", (const char *)data, size, &list);
    if ((scenario != NULL) != (diagnostics_errors(&list) == 0))
        abort();
    if (scenario != NULL && scenario->setting.warmup_us <= 0)
        abort();
    scenario_free(scenario);
    check_text("fuzz", (const char *)data, size, &list, what, sizeof what);
    FILE *nowhere = fopen("/dev/null", "w");
    diagnostics_print(&list, nowhere, true);
    fclose(nowhere);
    diagnostics_free(&list);
    return 0;
}
