#include "scenarios/lint/lint_subject.h"

#include "scenarios/aws_deployment.h"

#include <math.h>
#include <string.h>

void lint_subject_begin(struct lint_subject *subject, struct diagnostics *diagnostics)
{
    enum { MOST = 100000 }; /* what reading warns of must not crowd out what AWS refuses */
    *subject = (struct lint_subject){.reader = reader_begin(diagnostics, arena_create())};
    diagnostics->most = MOST;
}

void lint_subject_end(struct lint_subject *subject)
{
    reader_end(&subject->reader);
}

bool lint_subject_lists(const struct lint_subject *subject, const char *alarm_name)
{
    const struct policy_list *policies = &subject->parts.policies;
    for (size_t p = 0; p < policies->count && alarm_name != NULL; p++)
        for (int i = 0; i < policies->items[p].config.alarm_count; i++)
            if (strcmp(policies->items[p].config.alarm_names[i], alarm_name) == 0)
                return true;
    return false;
}

const struct alarm_entry *lint_subject_alarm(const struct lint_subject *subject, const char *alarm_name)
{
    for (const struct alarm_entry *entry = subject->parts.alarms.first; entry != NULL; entry = entry->next)
        if (entry->config.name != NULL && strcmp(entry->config.name, alarm_name) == 0)
            return entry;
    return NULL;
}

/* ---- what the matrix is made of ---- */

static bool is_judged(const struct lint_subject *subject, const struct alarm_entry *entry)
{
    return entry->is_good && entry->config.name != NULL && entry->config.metric != METRICS &&
           lint_subject_lists(subject, entry->config.name);
}

/* Rule L13 tells it; the matrix shows it by a flag that means the same. */
static bool sees_nothing(const struct lint_subject *subject, const struct alarm_entry *entry)
{
    const struct published *row = published_find(entry->config.namespace_name, entry->config.metric_name);
    return entry->foreign != NULL || (row != NULL && !(row->types & (1u << subject->type)));
}

/* Of an endpoint whose name or variant is not known any will do: rule L13 says so. */
static void take_for_its_own(const struct endpoint_config *endpoint, struct alarm_config *alarm)
{
    if (endpoint->endpoint_name[0] == '\0' && alarm->endpoint_name != NULL)
        alarm->endpoint_name = endpoint->endpoint_name;
    if (endpoint->variant_name[0] == '\0' && alarm->variant_name != NULL)
        alarm->variant_name = endpoint->variant_name;
}

/* Metrics whose samples only simulation knows have no row of their own worth reading, but they are alarms all the same. */
static void pick_alarms(struct lint_subject *subject)
{
    const struct alarm_list *list = &subject->parts.alarms;
    struct alarm_config *alarms = arena_array(subject->reader.arena, list->count, sizeof *alarms);
    subject->entries = arena_array(subject->reader.scratch, list->count, sizeof(struct alarm_entry *));
    size_t count = 0;
    for (const struct alarm_entry *entry = list->first; entry != NULL; entry = entry->next)
        if (is_judged(subject, entry)) {
            subject->entries[count] = entry;
            alarms[count] = entry->config;
            alarms[count].unit_mismatch |= sees_nothing(subject, entry);
            take_for_its_own(&subject->setting.endpoint, &alarms[count++]);
        }
    subject->setting.alarms = alarms;
    subject->setting.alarm_count = count;
}

static void pick_policies(struct lint_subject *subject)
{
    const struct policy_list *list = &subject->parts.policies;
    struct policy *policies = arena_array(subject->reader.arena, list->count, sizeof *policies);
    for (size_t p = 0; p < list->count; p++) {
        policies[p] = list->items[p];
        if (!list->are_sound[p])
            policies[p].config = (struct deployment_config){.mode = SHIFT_ALL_AT_ONCE};
    }
    subject->setting.policies = policies;
    subject->setting.policy_count = list->count;
}

static bool finish(struct lint_subject *subject)
{
    if (diagnostics_plain_errors(subject->reader.diagnostics) > 0)
        return false;
    subject->setting = subject->scenario.setting;
    pick_alarms(subject);
    pick_policies(subject);
    return true;
}

/* ---- a scenario ---- */

/* Where each new version has the same configuration, that is the new one's name. */
static const char *common_config(const struct setting *setting)
{
    const char *name = NULL;
    for (size_t v = 0; v < setting->version_count; v++) {
        const char *own = setting->versions[v].endpoint_config_name;
        if (v == setting->current || own == NULL)
            continue;
        if (name != NULL && strcmp(own, name) != 0)
            return NULL;
        name = own;
    }
    return name;
}

bool lint_subject_scenario(struct lint_subject *subject, const struct json *root)
{
    struct reader *reader = &subject->reader;
    subject->root = root;
    if (root == NULL || !reader_is_object(reader, root, "a scenario, which is a JSON object"))
        return false;
    scenario_fill(reader, root, &subject->scenario, &subject->parts);
    if (!finish(subject))
        return false;
    subject->is_scenario = subject->has_alarms = true;
    subject->type = ENDPOINT_REAL_TIME;
    subject->instance_type = subject->setting.endpoint.instance_type;
    subject->new_config_name = common_config(&subject->setting);
    return true;
}

/* ---- AWS's files ---- */

static const char old_version[] = "(current)", new_version[] = "(new)";

/* An UpdateEndpoint request, an UpdateInferenceComponent request or a DeploymentConfig. */
static bool read_deployment(struct lint_subject *subject, const struct json *value, struct update_endpoint *request,
                            struct deployment_config *out, const struct json **config_value)
{
    struct reader *reader = &subject->reader;
    *config_value = json_get(value, "DeploymentConfig");
    if (json_get(value, "InferenceComponentName") != NULL) {
        subject->type = ENDPOINT_COMPONENT;
        return aws_inference_component_read(reader, value, out);
    }
    if (*config_value != NULL || json_get(value, "EndpointName") != NULL)
        return aws_update_endpoint_read(reader, value, request, out);
    *config_value = value;
    return aws_deployment_read(reader, value, out);
}

/* The one error that leaves nothing in doubt: a wait that AWS asks for and that all-at-once never uses. */
static bool lacks_only_unused_wait(const struct json *config, const struct deployment_config *out, size_t errors)
{
    const struct json *routing = json_get(json_get(config, "BlueGreenUpdatePolicy"), "TrafficRoutingConfiguration");
    return errors == 1 && routing != NULL && out->mode == SHIFT_ALL_AT_ONCE &&
           json_get(routing, "WaitIntervalInSeconds") == NULL;
}

static void add_policy(struct lint_subject *subject, const struct json *value, const struct lint_files *files)
{
    struct reader *reader = &subject->reader;
    struct policy_list *list = &subject->parts.policies;
    struct update_endpoint request = {0};
    size_t errors = diagnostics_errors(reader->diagnostics);
    list->items = arena_array(reader->arena, 1, sizeof *list->items);
    list->names = arena_array(reader->scratch, 1, sizeof *list->names);
    list->values = arena_array(reader->scratch, 1, sizeof *list->values);
    list->are_sound = arena_array(reader->scratch, 1, sizeof *list->are_sound);
    struct deployment_config *config = &list->items[0].config;
    const struct json **at = &list->values[0];
    bool is_good = read_deployment(subject, value, &request, config, at);
    is_good |= lacks_only_unused_wait(*at, config, diagnostics_errors(reader->diagnostics) - errors);
    list->are_sound[0] = is_good && subject->type != ENDPOINT_COMPONENT &&
                         aws_deployment_judge(reader, *at, config, files->instances, ROUND_FLOOR);
    list->items[0].name = shift_rows[config->mode].name;
    list->names[0] = value;
    list->count = 1;
    subject->scenario.setting.endpoint.endpoint_name = request.endpoint_name;
    subject->new_config_name = request.endpoint_config_name;
}

/* The value of this dimension, given by its offset, if all listed alarms that have it agree. What describe-alarms answers
 * holds those of other endpoints too. */
static const char *common_dimension(const struct lint_subject *subject, size_t offset)
{
    const char *common = NULL;
    for (const struct alarm_entry *entry = subject->parts.alarms.first; entry != NULL; entry = entry->next) {
        const char *own = *(const char *const *)((const char *)&entry->config + offset);
        if (own == NULL || !lint_subject_lists(subject, entry->config.name))
            continue;
        if (common != NULL && strcmp(own, common) != 0)
            return NULL;
        common = own;
    }
    return common;
}

/* Two versions of which nothing is known but their names; what AWS does not tell is as bakeoff assumes it. */
static void make_setting(struct lint_subject *subject, const struct lint_files *files)
{
    struct arena *arena = subject->reader.arena;
    struct setting *setting = &subject->scenario.setting;
    struct endpoint_config *endpoint = &setting->endpoint;
    struct version_config *versions = arena_array(arena, 2, sizeof *versions);
    const char *variant = common_dimension(subject, offsetof(struct alarm_config, variant_name));
    if (subject->new_config_name == NULL)
        subject->new_config_name = common_dimension(subject, offsetof(struct alarm_config, endpoint_config_name));
    versions[0] = (struct version_config){.name = old_version, .probability = NAN};
    versions[1] = (struct version_config){.name = new_version, .probability = NAN};
    versions[1].endpoint_config_name = subject->new_config_name;
    if (endpoint->endpoint_name == NULL)
        endpoint->endpoint_name = common_dimension(subject, offsetof(struct alarm_config, endpoint_name));
    endpoint->endpoint_name = endpoint->endpoint_name != NULL ? endpoint->endpoint_name : "";
    endpoint->variant_name = variant != NULL ? variant : "";
    endpoint->instance_count = files->instances > 0 ? files->instances : 1;
    endpoint->workers_per_instance = 1;
    endpoint->invocation_timeout_us = files->type == ENDPOINT_ASYNC ? 3600e6 : 60e6;
    endpoint->instance_quota = files->quota;
    endpoint->instance_price_usd_per_hour = NAN;
    setting->versions = versions;
    setting->version_count = 2;
    setting->traffic = (struct traffic_config){.process = TRAFFIC_POISSON, .rate_rps = files->rate_rps};
    /* Of the order of recorded launches of CPU instances; only rolling updates look at it, between their batches. */
    const double given[DRAW_PARAMS] = {140e6, 300e6, NAN, NAN};
    draw_resolve(&setting->launch.time, draw_find("lognormal"), given);
    setting->slo_latency_us = INFINITY;
    setting->modelling = modelling_default();
    subject->is_launch_assumed = true;
}

bool lint_subject_files(struct lint_subject *subject, const struct lint_files *files)
{
    struct reader *reader = &subject->reader;
    subject->type = files->type;
    subject->instance_type = files->instance_type;
    subject->has_alarms = files->alarm_count > 0;
    for (size_t i = 0; i < files->alarm_count; i++) {
        const struct json *root = reader_open(reader, files->alarms[i]);
        subject->root = root;
        if (root != NULL)
            aws_alarms_read(reader, root, &subject->parts.alarms);
    }
    aws_alarms_judge(reader, &subject->parts.alarms);
    if (files->deployment != NULL) {
        const struct json *root = reader_open(reader, files->deployment);
        if (root == NULL || !reader_is_object(reader, root, "an UpdateEndpoint request or a DeploymentConfig"))
            return false;
        const struct json *last = aws_described_deployment(root);
        subject->root = root;
        add_policy(subject, last != NULL ? last : root, files);
    }
    make_setting(subject, files);
    return finish(subject);
}
