#include "report/batch/batch_manifest.h"

#include "report/emit.h"
#include "report/manifest.h"
#include "report/output.h"

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
    json_member_text(json, "scenario", planned->scenario.name);
    if (file)
        json_member_text(json, "file", file);
    json_member_text(json, "scenario_sha256", planned->scenario.sha256);
    json_member_text(json, "program_version", planned->program_version);
    json_member_integer(json, "seed", planned->scenario.setting.seed);
    json_member_integer(json, "replications", planned->scenario.replications);
    json_member_integer(json, "trials", planned->trial_count * planned->scenario.replications);
    json_member_integer(json, "blocks", planned->block_count);
    json_key(json, "t_end_s"), json_number(json, planned->t_end_s);
    if (planned->scenario.setting.endpoint.instance_quota > 0)
        json_member_integer(json, "instance_quota", (uint64_t)planned->scenario.setting.endpoint.instance_quota);
    json_end(json, '}');
}

static void put_done(struct json *json, const struct batch_manifest *manifest)
{
    const struct batch_result *result = manifest->result;
    json_key(json, "shard"), json_begin(json, '{');
    json_member_integer(json, "index", manifest->shard.index);
    json_member_integer(json, "count", manifest->shard.count);
    json_end(json, '}');
    json_member_integer(json, "threads", (uint64_t)manifest->threads);
    json_member_integer(json, "blocks_own", result->progress.blocks_own);
    json_member_integer(json, "blocks_there_before", result->progress.blocks_there);
    json_member_integer(json, "blocks_refused", result->blocks_refused);
    json_member_integer(json, "blocks_done", result->progress.blocks_done);
    json_member_integer(json, "trials_done", result->progress.trials_done);
    json_member_integer(json, "requests_simulated", result->requests_simulated);
    json_member_integer(json, "requests_spared", result->requests_spared);
}

int batch_manifest_write(const char *path, const struct batch_manifest *manifest)
{
    struct output output;
    if (output_open(&output, path))
        return -1;
    struct json json = {.to = output.file, .lines = 2};
    json_begin(&json, '{');
    manifest_put_program(&json);
    json_member_text(&json, "command", manifest->command);
    put_texts(&json, "argv", (const char *const *)manifest->argv, (size_t)manifest->argc);
    json_key(&json, "scenarios"), json_begin(&json, '[');
    for (size_t i = 0; i < manifest->agenda->count; i++)
        put_scenario(&json, &manifest->agenda->items[i], manifest->files ? manifest->files[i] : NULL);
    json_end(&json, ']');
    put_texts(&json, "invalid", manifest->refused, manifest->refused_count);
    if (manifest->result)
        put_done(&json, manifest);
    json_member_integer(&json, "blocks_merged", manifest->blocks_merged);
    json_member_integer(&json, "blocks_repeated", manifest->blocks_repeated);
    json_member_integer(&json, "trials_merged", manifest->trials_merged);
    json_key(&json, "wall_s"), json_number(&json, manifest->wall_s);
    json_key(&json, "cpu_s"), json_number(&json, manifest->cpu_s);
    json_member_integer(&json, "exit_status", (uint64_t)manifest->status);
    json_end(&json, '}');
    fputc('\n', output.file);
    return output_commit(&output);
}
