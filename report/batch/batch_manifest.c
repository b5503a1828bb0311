#include "report/batch/batch_manifest.h"

#include "report/emit.h"
#include "report/manifest.h"
#include "report/output.h"

static void put_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static void put_count(struct json *json, const char *key, uint64_t count)
{
    json_key(json, key);
    json_integer(json, count);
}

static void put_texts(struct json *json, const char *key, const char *const *texts, size_t count)
{
    json_key(json, key);
    json_begin(json, '[');
    for (size_t i = 0; i < count; i++)
        json_string(json, texts[i]);
    json_end(json, ']');
}

static void put_scenario(struct json *json, const struct planned *planned, const char *file)
{
    json_begin(json, '{');
    put_text(json, "scenario", planned->scenario.name);
    if (file)
        put_text(json, "file", file);
    put_text(json, "scenario_sha256", planned->scenario.sha256);
    put_text(json, "program_version", planned->program_version);
    put_count(json, "seed", planned->scenario.setting.seed);
    put_count(json, "replications", planned->scenario.replications);
    put_count(json, "trials", planned->trial_count * planned->scenario.replications);
    put_count(json, "blocks", planned->block_count);
    json_key(json, "t_end_s"), json_number(json, planned->t_end_s);
    json_end(json, '}');
}

static void put_done(struct json *json, const struct batch_manifest *manifest)
{
    const struct batch_result *result = manifest->result;
    json_key(json, "shard"), json_begin(json, '{');
    put_count(json, "index", manifest->shard.index);
    put_count(json, "count", manifest->shard.count);
    json_end(json, '}');
    put_count(json, "threads", (uint64_t)manifest->threads);
    put_count(json, "blocks_own", result->progress.blocks_own);
    put_count(json, "blocks_there_before", result->progress.blocks_there);
    put_count(json, "blocks_refused", result->blocks_refused);
    put_count(json, "blocks_done", result->progress.blocks_done);
    put_count(json, "trials_done", result->progress.trials_done);
    put_count(json, "requests_simulated", result->requests_simulated);
    put_count(json, "requests_spared", result->requests_spared);
}

int batch_manifest_write(const char *path, const struct batch_manifest *manifest)
{
    struct output output;
    if (output_open(&output, path))
        return -1;
    struct json json = {.to = output.file, .lines = 2};
    json_begin(&json, '{');
    manifest_put_program(&json);
    put_text(&json, "command", manifest->command);
    put_texts(&json, "argv", (const char *const *)manifest->argv, (size_t)manifest->argc);
    json_key(&json, "scenarios"), json_begin(&json, '[');
    for (size_t i = 0; i < manifest->agenda->count; i++)
        put_scenario(&json, &manifest->agenda->items[i], manifest->files ? manifest->files[i] : NULL);
    json_end(&json, ']');
    put_texts(&json, "invalid", manifest->refused, manifest->refused_count);
    if (manifest->result)
        put_done(&json, manifest);
    put_count(&json, "blocks_merged", manifest->blocks_merged);
    put_count(&json, "blocks_repeated", manifest->blocks_repeated);
    put_count(&json, "trials_merged", manifest->trials_merged);
    json_key(&json, "wall_s"), json_number(&json, manifest->wall_s);
    json_key(&json, "cpu_s"), json_number(&json, manifest->cpu_s);
    put_count(&json, "exit_status", (uint64_t)manifest->status);
    json_end(&json, '}');
    fputc('\n', output.file);
    return output_commit(&output);
}
