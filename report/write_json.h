/* One scenario's results as a JSON object: manifest, summary, differences, gates. */
#ifndef BAKEOFF_REPORT_WRITE_JSON_H
#define BAKEOFF_REPORT_WRITE_JSON_H

#include "report/judge.h"
#include "report/manifest.h"

void write_json(struct json *json, const struct study *study, const struct manifest *manifest,
                const struct gate_row *gates, size_t gate_count);

/* The members after the manifest, for whoever writes an object around them. */
void write_json_results(struct json *json, const struct study *study, const struct gate_row *gates, size_t gate_count);

#endif
