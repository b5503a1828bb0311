/* Anything as a scenario to lint: no crash, and a report whenever a scenario is valid. No file is opened. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "scenarios/lint/lint.h"
#include "scenarios/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What takes longer than an instant is no matter of crashes: many instances, alarms and versions at once. */
static int is_small(const struct scenario *scenario)
{
    const struct setting *setting = &scenario->setting;
    return setting->policy_count * setting->version_count * (setting->alarm_count + 1) <= 60 &&
           setting->endpoint.instance_count <= 20;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostics read = {0}, list = {0};
    struct scenario *scenario = scenario_read_text("fuzz", (const char *)data, size, &read);
    if (scenario == NULL || is_small(scenario)) {
        struct lint_report *report = lint_scenario_sealed("fuzz", (const char *)data, size, &list);
        if (scenario != NULL && report == NULL && diagnostics_plain_errors(&list) == 0)
            abort();
        lint_free(report);
    }
    scenario_free(scenario);
    diagnostics_free(&read);
    diagnostics_free(&list);
    return 0;
}
