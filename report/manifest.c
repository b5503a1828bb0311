#include "report/manifest.h"

#include "version.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

void manifest_put_program(struct json *json)
{
    json_key(json, "program"), json_string(json, "bakeoff");
    json_key(json, "version"), json_string(json, BAKEOFF_VERSION);
    json_key(json, "compiler"), json_string(json, COMPILER);
}

void manifest_put(struct json *json, const struct manifest *manifest)
{
    const struct scenario *scenario = manifest->scenario;
    json_key(json, "manifest");
    json_begin(json, '{');
    json_key(json, "program"), json_string(json, "bakeoff");
    json_key(json, "version"), json_string(json, BAKEOFF_VERSION);
    json_key(json, "scenario"), json_string(json, scenario->name);
    json_key(json, "scenario_sha256"), json_string(json, scenario->sha256);
    json_key(json, "seed"), json_integer(json, scenario->setting.seed);
    json_key(json, "replications"), json_integer(json, manifest->result->replications);
    json_key(json, "t_end_s"), json_number(json, s_from_us(setting_window_end(&scenario->setting)));
    json_key(json, "compiler"), json_string(json, COMPILER);
    json_key(json, "threads"), json_integer(json, (uint64_t)manifest->threads);
    json_key(json, "requests_simulated"), json_integer(json, manifest->result->requests_simulated);
    json_key(json, "requests_spared"), json_integer(json, manifest->result->requests_spared);
    json_key(json, "wall_s"), json_number(json, manifest->wall_s);
    json_key(json, "cpu_s"), json_number(json, manifest->cpu_s);
    json_key(json, "warnings");
    json_begin(json, '[');
    for (size_t i = 0; i < manifest->warning_count; i++)
        json_string(json, manifest->warnings[i]);
    json_end(json, ']');
    json_end(json, '}');
}
