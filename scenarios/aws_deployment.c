#include "scenarios/aws_deployment.h"

#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct deployment_config, field)
#define NO_MODE SHIFT_MODES /* "Type" missing or wrong */

/* ---- tables ---- */

static const char *const capacity_words[] = {
    [CAPACITY_INSTANCE_COUNT] = "INSTANCE_COUNT", [CAPACITY_PERCENT] = "CAPACITY_PERCENT"};
static const char *const copies_words[] = {
    [CAPACITY_INSTANCE_COUNT] = "COPY_COUNT", [CAPACITY_PERCENT] = "CAPACITY_PERCENT"};
static const char *const mode_words[] = {
    [SHIFT_ALL_AT_ONCE] = "ALL_AT_ONCE", [SHIFT_CANARY] = "CANARY", [SHIFT_LINEAR] = "LINEAR"};

static const struct key capacity_keys[] = {
    {"Type", KEY_WORD, offsetof(struct capacity_size, type), KEY_WORDS(capacity_words), .required = true,
     .meaning = "INSTANCE_COUNT or CAPACITY_PERCENT"},
    {"Value", KEY_INTEGER, offsetof(struct capacity_size, value), .low = 1, .high = INFINITY, .required = true,
     .meaning = "instances or percent"},
};
static const struct key_table capacity_table = {"a CapacitySize", capacity_keys, KEY_COUNT(capacity_keys)};

static const struct key copies_keys[] = {
    {"Type", KEY_WORD, offsetof(struct capacity_size, type), KEY_WORDS(copies_words), .required = true,
     .meaning = "COPY_COUNT or CAPACITY_PERCENT"},
    {"Value", KEY_INTEGER, offsetof(struct capacity_size, value), .low = 1, .high = INFINITY, .required = true,
     .meaning = "copies or percent"},
};
static const struct key_table copies_table = {"an InferenceComponentCapacitySize", copies_keys, KEY_COUNT(copies_keys)};

#define WAIT_INTERVAL(what) \
    { \
        "WaitIntervalInSeconds", KEY_INTEGER, AT(wait_interval_s), "s", .high = 3600, .required = true, \
                                                                        .meaning = what \
    }
#define EXECUTION_TIMEOUT \
    { \
        "MaximumExecutionTimeoutInSeconds", KEY_INTEGER, AT(maximum_execution_s), "s", \
            .low = 600, .high = 28800, .meaning = "the deployment must be done by then" \
    }

static const struct key routing_keys[] = {
    {"Type", KEY_WORD, AT(mode), KEY_WORDS(mode_words), .required = true, .meaning = "ALL_AT_ONCE, CANARY or LINEAR"},
    WAIT_INTERVAL("bake after each step but the last (the API wants it in every mode)"),
    {"CanarySize", KEY_OBJECT, AT(canary), .inside = &capacity_table, .meaning = "first step of CANARY, at most 50 %"},
    {"LinearStepSize", KEY_OBJECT, AT(linear_step), .inside = &capacity_table, .meaning = "step of LINEAR, 10 to 50 %"},
};
static const struct key_rule routing_rules[] = {
    {RULE_NEEDS, {"Type", "CanarySize"}, "Type", "CANARY"},
    {RULE_NEEDS, {"Type", "LinearStepSize"}, "Type", "LINEAR"},
    {RULE_SHARE, {"CanarySize"}, "Type", "CANARY", 0.0, 50.0},
    {RULE_SHARE, {"LinearStepSize"}, "Type", "LINEAR", 10.0, 50.0},
    {RULE_END},
};
static const struct key_table routing_table = {"TrafficRoutingConfiguration", routing_keys, KEY_COUNT(routing_keys),
                                               routing_rules};

static const struct key bluegreen_keys[] = {
    {"TrafficRoutingConfiguration", KEY_OBJECT, .inside = &routing_table, .required = true,
     .meaning = "how traffic shifts: Type and WaitIntervalInSeconds"},
    {"TerminationWaitInSeconds", KEY_INTEGER, AT(termination_wait_s), "s", .high = 3600, .fallback = "0",
     .meaning = "final bake, the old fleet still there"},
    EXECUTION_TIMEOUT,
};
static const struct key_table bluegreen_table = {"BlueGreenUpdatePolicy", bluegreen_keys, KEY_COUNT(bluegreen_keys)};

static const struct key rolling_keys[] = {
    {"MaximumBatchSize", KEY_OBJECT, AT(batch), .inside = &capacity_table, .required = true, .meaning = "5 to 50 %"},
    WAIT_INTERVAL("bake of each batch"),
    EXECUTION_TIMEOUT,
    {"RollbackMaximumBatchSize", KEY_OBJECT, AT(rollback_batch), .inside = &capacity_table,
     .meaning = "step of a rollback; the whole fleet if absent"},
};
static const struct key_rule rolling_rules[] = {
    {RULE_SHARE, {"MaximumBatchSize"}, .low = 5.0, .high = 50.0},
    {RULE_SHARE, {"RollbackMaximumBatchSize"}, .low = 0.0, .high = 100.0},
    {RULE_END},
};
static const struct key_table rolling_table = {"RollingUpdatePolicy", rolling_keys, KEY_COUNT(rolling_keys),
                                               rolling_rules};

static const struct key name_keys[] = {{"AlarmName", KEY_TEXT, .low = 1, .high = 255, .required = true,
                                        .pattern = "[^ \\t]", .meaning = "the name of a CloudWatch alarm"}};
static const struct key_table name_table = {"an Alarm", name_keys, KEY_COUNT(name_keys)};
static const struct form name_form = {FORM_OBJECT, "alarm_name", .table = &name_table};
static const struct form names_form = {FORM_LIST, .each = &name_form, .low = 1, .high = DEPLOYMENT_MAX_ALARMS};

static bool read_alarm_names(struct reader *reader, const struct json *value, const struct key *key, void *field);
static const struct key rollback_keys[] = {
    {"Alarms", KEY_OWN, .read = read_alarm_names, .form = &names_form, .meaning = "1 to 10 of {\"AlarmName\": ...}"},
};
static const struct key_table rollback_table = {"AutoRollbackConfiguration", rollback_keys, KEY_COUNT(rollback_keys)};

static const struct key deployment_keys[] = {
    {"BlueGreenUpdatePolicy", KEY_OBJECT, .inside = &bluegreen_table, .meaning = "a whole second fleet"},
    {"RollingUpdatePolicy", KEY_OBJECT, .inside = &rolling_table, .meaning = "batch by batch"},
    {"AutoRollbackConfiguration", KEY_OBJECT, .inside = &rollback_table, .meaning = "alarms that roll back"},
};
static const struct key_rule deployment_rules[] = {{RULE_NOT_TWO, {"BlueGreenUpdatePolicy", "RollingUpdatePolicy"}},
                                                   {RULE_END}};
const struct key_table aws_deployment_table = {"a DeploymentConfig", deployment_keys, KEY_COUNT(deployment_keys),
                                               deployment_rules};
static const struct form deployment_form = {FORM_OBJECT, .table = &aws_deployment_table};

static const char *const property_words[] = {"DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig"};
static const struct key property_keys[] = {{"VariantPropertyType", KEY_WORD, KEY_WORDS(property_words),
                                            .required = true,
                                            .meaning = "DesiredInstanceCount, DesiredWeight or DataCaptureConfig"}};
static const struct key_table property_table = {"a VariantProperty", property_keys, KEY_COUNT(property_keys)};
static const struct form property_form = {FORM_OBJECT, .table = &property_table};
static const struct form properties_form = {FORM_LIST, .each = &property_form, .high = KEY_COUNT(property_words)};
static bool read_excluded(struct reader *reader, const struct json *list, const struct key *key, void *field);

#define UNUSED_FLAG(name) \
    { \
        name, KEY_FLAG, offsetof(struct update_endpoint, unused_flag), .meaning = "not used here" \
    }

static const struct key update_endpoint_keys[] = {
    {"EndpointName", KEY_NAME, offsetof(struct update_endpoint, endpoint_name), .required = true,
     .meaning = "the endpoint"},
    {"EndpointConfigName", KEY_NAME, offsetof(struct update_endpoint, endpoint_config_name), .required = true,
     .meaning = "the new configuration"},
    UNUSED_FLAG("RetainAllVariantProperties"),
    {"ExcludeRetainedVariantProperties", KEY_OWN, .read = read_excluded, .form = &properties_form,
     .meaning = "not used here"},
    {"DeploymentConfig", KEY_VALUE, offsetof(struct update_endpoint, deployment), .form = &deployment_form,
     .meaning = "how traffic shifts; AWS's default, all at once, if absent"},
    UNUSED_FLAG("RetainDeploymentConfig"),
};
const struct key_table aws_update_endpoint_table = {"an UpdateEndpoint request", update_endpoint_keys,
                                                    KEY_COUNT(update_endpoint_keys)};

static const struct key component_rolling_keys[] = {
    {"MaximumBatchSize", KEY_OBJECT, AT(batch), .inside = &copies_table, .required = true, .meaning = "5 to 50 %"},
    WAIT_INTERVAL("bake of each batch"),
    EXECUTION_TIMEOUT,
    {"RollbackMaximumBatchSize", KEY_OBJECT, AT(rollback_batch), .inside = &copies_table,
     .meaning = "step of a rollback; all copies if absent"},
};
static const struct key_table component_rolling_table = {"RollingUpdatePolicy", component_rolling_keys,
                                                         KEY_COUNT(component_rolling_keys), rolling_rules};
static const struct key component_deployment_keys[] = {
    {"RollingUpdatePolicy", KEY_OBJECT, .inside = &component_rolling_table, .required = true,
     .meaning = "batch by batch"},
    {"AutoRollbackConfiguration", KEY_OBJECT, .inside = &rollback_table, .meaning = "alarms that roll back"},
};
static const struct key_table component_deployment_table = {
    "an InferenceComponentDeploymentConfig", component_deployment_keys, KEY_COUNT(component_deployment_keys)};
static const struct form component_form = {FORM_OBJECT, .table = &component_deployment_table};

static const struct key component_keys[] = {
    {"InferenceComponentName", KEY_NAME, offsetof(struct update_endpoint, endpoint_name), .required = true,
     .meaning = "the inference component"},
    {"Specification", KEY_UNUSED, .meaning = "not used here"},
    {"Specifications", KEY_UNUSED, .meaning = "not used here"},
    {"RuntimeConfig", KEY_UNUSED, .meaning = "not used here"},
    {"DeploymentConfig", KEY_VALUE, offsetof(struct update_endpoint, deployment), .form = &component_form,
     .meaning = "how copies are replaced"},
};
const struct key_table aws_inference_component_table = {"an UpdateInferenceComponent request", component_keys,
                                                        KEY_COUNT(component_keys)};

/* ---- alarms ---- */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

static bool read_alarm_name(struct reader *reader, const struct json *item, struct deployment_config *config)
{
    const char *name = NULL;
    if (!reader_table(reader, item, &name_table, &name))
        return false;
    const struct json *value = json_get(item, "AlarmName");
    if (is_blank(name)) {
        reader_error(reader, value, "must not be blank");
        return false;
    }
    for (int i = 0; i < config->alarm_count; i++)
        if (strcmp(config->alarm_names[i], name) == 0) {
            reader_warn(reader, value, "is listed before: once is enough");
            return true;
        }
    if (config->alarm_count < DEPLOYMENT_MAX_ALARMS)
        config->alarm_names[config->alarm_count++] = name;
    return true;
}

/* `field` is the deployment_config: the row has no offset. */
static bool read_alarm_names(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    if (!reader_is_list(reader, value, "a list of {\"AlarmName\": ...}"))
        return false;
    size_t count = json_count(value);
    bool is_good = count >= 1 && count <= DEPLOYMENT_MAX_ALARMS;
    reader->rule = reader->bounds_rule;
    if (!is_good)
        reader_error(reader, value, "must list 1 to %d alarms, got %zu", DEPLOYMENT_MAX_ALARMS, count);
    reader->rule = NULL;
    for (const struct json *item = value->child; item != NULL; item = item->next)
        is_good &= read_alarm_name(reader, item, field);
    return is_good;
}

const struct json *aws_deployment_alarm(const struct json *value, const struct deployment_config *config, int i)
{
    const struct json *list = json_get(json_get(value, "AutoRollbackConfiguration"), "Alarms");
    for (const struct json *item = list != NULL ? list->child : NULL; item != NULL; item = item->next) {
        const struct json *name = json_get(item, "AlarmName");
        if (name != NULL && json_is_text(name) && strcmp(json_text(name), config->alarm_names[i]) == 0)
            return name;
    }
    return value;
}

/* ---- sizes ---- */

/* n = 0: not known, so only percentages are judged. */
static bool judge_size(struct reader *reader, const struct json *policy, const struct key_rule *rules, const char *name,
                       struct capacity_size size, int n)
{
    const struct key_rule *rule = rules;
    while (rule->kind != RULE_SHARE || strcmp(rule->keys[0], name) != 0)
        rule++;
    const struct json *value = json_get(json_get(policy, name), "Value");
    if (value == NULL || size.value == 0 || (size.type == CAPACITY_INSTANCE_COUNT && n == 0))
        return true;
    bool is_percent = size.type == CAPACITY_PERCENT;
    double percent = is_percent ? size.value : 100.0 * size.value / n;
    if (percent >= rule->low && percent <= rule->high)
        return true;
    reader->rule = "L8";
    const char *range = rule->low > 0.0 ? arena_format(reader->scratch, "%.15g to %.15g", rule->low, rule->high)
                                        : arena_format(reader->scratch, "at most %.15g", rule->high);
    if (is_percent)
        reader_error(reader, value, "%s must be %s %% of the instances, got %d %%", name, range, size.value);
    else
        reader_error(reader, value, "%s must be %s %% of the instances, got %d of %d (%.3g %%)", name, range,
                     size.value, n, percent);
    reader->rule = NULL;
    return false;
}

static void warn_unused(struct reader *reader, const struct json *policy, const char *name, const char *mode)
{
    const struct json *member = json_get(policy, name);
    if (member != NULL)
        reader_warn_name(reader, member, "is not used where Type is %s", mode);
}

static void warn_unused_sizes(struct reader *reader, const struct json *routing, const struct deployment_config *config)
{
    if (routing == NULL || !json_is_object(routing) || config->mode == NO_MODE)
        return;
    const char *mode = mode_words[config->mode];
    if (config->mode != SHIFT_CANARY)
        warn_unused(reader, routing, "CanarySize", mode);
    if (config->mode != SHIFT_LINEAR)
        warn_unused(reader, routing, "LinearStepSize", mode);
}

/* ---- waits ---- */

static const struct json *policy_of(const struct json *value, const struct deployment_config *config)
{
    return json_get(value, config->mode == SHIFT_ROLLING ? "RollingUpdatePolicy" : "BlueGreenUpdatePolicy");
}

static bool judge_waits(struct reader *reader, const struct json *value, const struct deployment_config *config,
                        double wait_s, const char *which)
{
    if (config->maximum_execution_s == 0 || config->maximum_execution_s > wait_s)
        return true;
    const struct json *timeout = json_get(policy_of(value, config), "MaximumExecutionTimeoutInSeconds");
    if (timeout == NULL)
        return true;
    reader->rule = "L7";
    reader_error(reader, timeout, "must be longer than the sum of %s waits (%.15g s), got %d", which, wait_s,
                 config->maximum_execution_s);
    reader->rule = NULL;
    return false;
}

/* What every fleet must wait at least: two instances or more, so one step before the last. */
static double least_wait_s(const struct deployment_config *config)
{
    switch (config->mode) {
    case SHIFT_ALL_AT_ONCE: return config->termination_wait_s;
    case SHIFT_ROLLING: return 2.0 * config->wait_interval_s;
    default: return (double)config->wait_interval_s + config->termination_wait_s;
    }
}

/* ---- DeploymentConfig ---- */

/* False after an error that leaves no mode to go on with. */
static bool judge_shape(struct reader *reader, const struct json *value, struct deployment_config *config)
{
    const struct json *bluegreen = json_get(value, "BlueGreenUpdatePolicy");
    const struct json *rolling = json_get(value, "RollingUpdatePolicy");
    if (bluegreen != NULL && rolling != NULL)
        return false; /* told by the rules of the table */
    if (rolling != NULL)
        config->mode = SHIFT_ROLLING;
    else if (bluegreen == NULL)
        config->mode = SHIFT_ALL_AT_ONCE;
    warn_unused_sizes(reader, json_get(bluegreen, "TrafficRoutingConfiguration"), config);
    return true;
}

static bool judge_batches(struct reader *reader, const struct json *policy, const struct deployment_config *config,
                          int n)
{
    bool is_good = judge_size(reader, policy, rolling_rules, "MaximumBatchSize", config->batch, n);
    return judge_size(reader, policy, rolling_rules, "RollbackMaximumBatchSize", config->rollback_batch, n) && is_good;
}

static bool judge_percents(struct reader *reader, const struct json *value, const struct deployment_config *config,
                           int n)
{
    const struct json *policy = policy_of(value, config);
    const struct json *routing = json_get(policy, "TrafficRoutingConfiguration");
    switch (config->mode) {
    case SHIFT_CANARY: return judge_size(reader, routing, routing_rules, "CanarySize", config->canary, n);
    case SHIFT_LINEAR: return judge_size(reader, routing, routing_rules, "LinearStepSize", config->linear_step, n);
    case SHIFT_ROLLING: return judge_batches(reader, policy, config, n);
    default: return true;
    }
}

bool aws_deployment_read(struct reader *reader, const struct json *value, struct deployment_config *out)
{
    *out = (struct deployment_config){.mode = SHIFT_ALL_AT_ONCE};
    if (value == NULL)
        return true;
    out->mode = NO_MODE;
    reader->bounds_rule = "L8";
    bool is_good = reader_table(reader, value, &aws_deployment_table, out);
    reader->bounds_rule = NULL;
    is_good &= json_is_object(value) && judge_shape(reader, value, out);
    if (out->mode == NO_MODE) {
        out->mode = SHIFT_ALL_AT_ONCE;
        return false;
    }
    is_good &= judge_percents(reader, value, out, 0);
    return judge_waits(reader, value, out, least_wait_s(out), "all") && is_good;
}

bool aws_deployment_judge(struct reader *reader, const struct json *value, const struct deployment_config *config,
                          int n, enum size_rounding rounding)
{
    const struct json *policy = policy_of(value, config);
    if (n == 1 && config->mode != SHIFT_ALL_AT_ONCE) {
        const char *mode = config->mode == SHIFT_ROLLING ? "a rolling update" : mode_words[config->mode];
        reader->rule = "L8";
        reader_error(reader, policy, "%s needs at least 2 instances, got 1: every size would be over 50 %% of them",
                     mode);
        reader->rule = NULL;
        return false;
    }
    /* Percentages were judged when the config was read. */
    if (!judge_percents(reader, value, config, n))
        return false;
    struct plan *plan = xalloc(sizeof *plan); /* too large for the stack */
    shift_plan(plan, config, n, rounding);
    double wait_s = plan_wait_s(plan);
    free(plan);
    return judge_waits(reader, value, config, wait_s, arena_format(reader->scratch, "the %d instances'", n));
}

/* ---- requests ---- */

static bool read_excluded(struct reader *reader, const struct json *list, const struct key *key, void *field)
{
    (void)key;
    (void)field;
    if (!reader_is_list(reader, list, "a list of {\"VariantPropertyType\": ...}"))
        return false;
    bool is_good = json_count(list) <= KEY_COUNT(property_words);
    if (!is_good)
        reader_error(reader, list, "must list at most %zu properties, got %zu", KEY_COUNT(property_words),
                     json_count(list));
    for (const struct json *item = list->child; item != NULL; item = item->next) {
        int unused = 0;
        is_good &= reader_table(reader, item, &property_table, &unused);
    }
    return is_good;
}

bool aws_update_endpoint_read(struct reader *reader, const struct json *value, struct update_endpoint *request,
                              struct deployment_config *out)
{
    *request = (struct update_endpoint){0};
    bool is_good = reader_table(reader, value, &aws_update_endpoint_table, request);
    return aws_deployment_read(reader, request->deployment, out) && is_good;
}

bool aws_inference_component_read(struct reader *reader, const struct json *value, struct deployment_config *out)
{
    struct update_endpoint request = {0};
    *out = (struct deployment_config){.mode = SHIFT_ROLLING};
    bool is_good = reader_table(reader, value, &aws_inference_component_table, &request);
    if (request.deployment == NULL)
        return is_good;
    reader->bounds_rule = "L8";
    bool is_read = reader_table(reader, request.deployment, &component_deployment_table, out);
    reader->bounds_rule = NULL;
    if (!is_read)
        return false;
    const struct json *policy = json_get(request.deployment, "RollingUpdatePolicy");
    is_good &= judge_batches(reader, policy, out, 0);
    return judge_waits(reader, request.deployment, out, least_wait_s(out), "all") && is_good;
}

const struct json *aws_described_deployment(const struct json *root)
{
    const struct json *last = json_is_object(root) ? json_get(root, "LastDeploymentConfig") : NULL;
    return last != NULL && json_get(root, "EndpointName") != NULL ? last : NULL;
}
