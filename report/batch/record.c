#include "report/batch/record.h"

#include "models/shift.h"
#include "report/columns.h"
#include "report/emit.h"
#include "scenarios/arena.h"
#include "sim/replicate.h"
#include "version.h"

#include <math.h>
#include <stdlib.h>

/* Results are split so that threads and shards have enough to share, and that a block's part stays small. */
enum { BLOCKS = 64, LEAST_BLOCK = 25, MOST_ROWS = 4000 };

static uint64_t block_of(const struct scenario *scenario, size_t trials)
{
    uint64_t block = (scenario->replications + BLOCKS - 1) / BLOCKS, most = MOST_ROWS / trials;
    block = block < LEAST_BLOCK ? LEAST_BLOCK : block;
    block = block > most ? most : block;
    return block > 0 ? block : 1;
}

static void put_number(struct json *json, const char *key, double value)
{
    if (isfinite(value))
        json_key(json, key), json_number(json, value);
}

static void put_endpoint(struct json *json, const struct endpoint_config *endpoint)
{
    json_key(json, "endpoint"), json_begin(json, '{');
    json_member_text(json, "EndpointName", endpoint->endpoint_name);
    json_member_text(json, "VariantName", endpoint->variant_name);
    if (endpoint->instance_type)
        json_member_text(json, "InstanceType", endpoint->instance_type);
    put_number(json, "InitialInstanceCount", endpoint->instance_count);
    if (endpoint->instance_quota > 0)
        put_number(json, "instance_quota", endpoint->instance_quota);
    put_number(json, "instance_price_usd_per_hour", endpoint->instance_price_usd_per_hour);
    json_end(json, '}');
}

static void put_gate(struct json *json, const struct gate *gate)
{
    json_begin(json, '{');
    json_member_text(json, "metric", gate->metric);
    json_member_text(json, "policy", gate->policy);
    json_member_text(json, "version", gate->version);
    json_member_text(json, "statistic", gate->statistic);
    put_number(json, gate->has_max ? "max" : "min", gate->limit);
    json_end(json, '}');
}

static void put_lists(struct json *json, const struct scenario *scenario, const struct variation *variations,
                      size_t count)
{
    const struct setting *setting = &scenario->setting;
    json_key(json, "versions"), json_begin(json, '[');
    for (size_t v = 0; v < setting->version_count; v++) {
        json_begin(json, '{');
        json_member_text(json, "name", setting->versions[v].name);
        put_number(json, "probability", setting->versions[v].probability);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_key(json, "current"), json_integer(json, setting->current);
    json_key(json, "policies"), json_begin(json, '[');
    for (size_t p = 0; p < setting->policy_count; p++) {
        json_begin(json, '{');
        json_member_text(json, "name", setting->policies[p].name);
        json_member_text(json, "mode", shift_rows[setting->policies[p].config.mode].name);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_key(json, "gates"), json_begin(json, '[');
    for (size_t i = 0; i < scenario->gate_count; i++)
        put_gate(json, &scenario->gates[i]);
    json_end(json, ']');
    json_key(json, "variations"), json_begin(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(json, '{');
        json_member_text(json, "key", variations[i].key);
        json_member_text(json, "value", variations[i].value);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_key(json, "figures"), json_begin(json, '[');
    for (size_t c = 0; c < column_count; c++)
        if (columns[c].kind != COLUMN_TEXT)
            json_string(json, columns[c].name);
    json_end(json, ']');
}

static uint64_t block_replications(const struct scenario *scenario)
{
    struct trial *trials;
    size_t count = replicate_trials(&scenario->setting, &trials);
    if (!trials)
        arena_exhausted();
    free(trials);
    return block_of(scenario, count);
}

/* Text that grows as it is written; ends the program where it cannot. */
static FILE *open_text(char **text, size_t *size)
{
    FILE *file = open_memstream(text, size);
    if (!file)
        arena_exhausted();
    return file;
}

static void close_text(FILE *file)
{
    bool failed = ferror(file);
    if (fclose(file) || failed)
        arena_exhausted();
}

char *record_write(const struct scenario *scenario, const struct variation *variations, size_t count)
{
    const struct setting *setting = &scenario->setting;
    char *text = NULL;
    size_t size;
    struct json json = {.to = open_text(&text, &size)};
    json_begin(&json, '{');
    json_member_text(&json, "name", scenario->name);
    json_member_text(&json, "says", scenario->says ? scenario->says : "");
    json_member_text(&json, "program_version", BAKEOFF_VERSION);
    json_member_text(&json, "scenario_sha256", scenario->sha256);
    json_key(&json, "seed"), json_integer(&json, setting->seed);
    json_key(&json, "replications"), json_integer(&json, scenario->replications);
    json_key(&json, "block_replications"), json_integer(&json, block_replications(scenario));
    put_number(&json, "t_end_s", s_from_us(setting_window_end(setting)));
    put_endpoint(&json, &setting->endpoint);
    put_lists(&json, scenario, variations, count);
    json_end(&json, '}');
    close_text(json.to);
    return text;
}

char *record_join(const char *const *records, size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_text(&text, &size);
    fputs("[\n", file);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s%s\n", records[i], i + 1 < count ? "," : "");
    fputs("]\n", file);
    close_text(file);
    return text;
}
