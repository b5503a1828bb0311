#include "scenarios/policies.h"

#include "scenarios/aws_deployment.h"
#include "scenarios/nearest.h"

#include <string.h>

enum { MAX_POLICIES = 1000 };

/* ---- files in place of values ---- */

struct file_input {
    const struct json *file;
    bool renames;
};
static const struct key file_keys[] = {
    {"file", KEY_VALUE, offsetof(struct file_input, file), .as = KEY_TEXT, .required = true,
     .meaning = "its path, relative to the scenario"},
    {"rename", KEY_FLAG, offsetof(struct file_input, renames), .fallback = "false",
     .meaning = "the endpoint and variant that the file names stand for the scenario's"},
};
const struct key_table policies_file_table = {"a file to include", file_keys, KEY_COUNT(file_keys)};
static const struct form file_form = {FORM_OBJECT, .table = &policies_file_table};

/* The root of the file that {"file": ...} names; NULL after an error. */
static const struct json *open_file(struct reader *reader, const struct json *value, bool *renames)
{
    struct file_input input = {0};
    if (!reader_table(reader, value, &policies_file_table, &input) ||
        !reader_is_text(reader, input.file, "the path of a file"))
        return NULL;
    *renames = input.renames;
    return reader_include_json(reader, input.file);
}

/* ---- policies ---- */

static const struct form config_form = {FORM_OBJECT, .table = &aws_deployment_table};
static const struct form request_form = {FORM_OBJECT, .table = &aws_update_endpoint_table};
static const struct form_case policy_cases[] = {
    {"file", &file_form}, {"DeploymentConfig", &request_form}, {"EndpointName", &request_form}, {NULL, &config_form}};
static const struct form policy_form = {FORM_FIRST, "policy", .cases = policy_cases};
const struct form policies_form = {FORM_MEMBERS, .each = &policy_form, .low = 1, .high = MAX_POLICIES,
                                   .has_free_names = true};

/* A DeploymentConfig, or a request that carries one. *config_value: the DeploymentConfig itself. */
static bool read_request(struct reader *reader, const struct json *value, const struct endpoint_config *endpoint,
                         bool renames, struct deployment_config *out, const struct json **config_value)
{
    if (json_get(value, "InferenceComponentName") != NULL) {
        reader->rule = "L16";
        reader_error(reader, value, "inference components are not modelled: give the DeploymentConfig of an endpoint");
        reader->rule = NULL;
        return false;
    }
    bool is_request = json_get(value, "DeploymentConfig") != NULL || json_get(value, "EndpointName") != NULL;
    *config_value = value;
    if (!is_request)
        return aws_deployment_read(reader, value, out);
    struct update_endpoint request;
    bool is_good = aws_update_endpoint_read(reader, value, &request, out);
    *config_value = request.deployment;
    if (renames || request.endpoint_name == NULL || endpoint->endpoint_name == NULL ||
        strcmp(request.endpoint_name, endpoint->endpoint_name) == 0)
        return is_good;
    reader_error(reader, json_get(value, "EndpointName"),
                 "is not the scenario's endpoint \"%s\": add \"rename\": true beside \"file\" if it stands for it",
                 endpoint->endpoint_name);
    return false;
}

static bool read_policy(struct reader *reader, const struct json *value, const struct endpoint_config *endpoint,
                        struct deployment_config *out, const struct json **config_value)
{
    bool renames = false;
    *config_value = NULL;
    if (json_get(value, "file") != NULL) {
        value = open_file(reader, value, &renames);
        if (value == NULL)
            return false;
        if (json_is_list(value) && json_count(value) == 1)
            value = value->child;
    }
    return reader_is_object(reader, value, "a DeploymentConfig or {\"file\": ...}") &&
           read_request(reader, value, endpoint, renames, out, config_value);
}

bool policies_read(struct reader *reader, const struct json *value, const struct endpoint_config *endpoint,
                   struct policy_list *out)
{
    *out = (struct policy_list){0};
    if (!reader_is_object(reader, value, "an object: the policies by name"))
        return false;
    size_t count = json_count(value), i = 0;
    if (count == 0 || count > MAX_POLICIES) {
        reader_error(reader, value, "must hold 1 to %d policies, got %zu", MAX_POLICIES, count);
        return false;
    }
    out->items = arena_array(reader->arena, count, sizeof *out->items);
    out->names = arena_array(reader->scratch, count, sizeof *out->names);
    out->values = arena_array(reader->scratch, count, sizeof *out->values);
    out->are_sound = arena_array(reader->scratch, count, sizeof *out->are_sound);
    bool is_good = true;
    for (const struct json *item = value->child; item != NULL; item = item->next, i++) {
        out->names[i] = item;
        out->items[i].name = arena_text(reader->arena, json_name(item));
        is_good &= reader_is_free_name(reader, item);
        out->are_sound[i] = read_policy(reader, item, endpoint, &out->items[i].config, &out->values[i]);
        is_good &= out->are_sound[i];
    }
    out->count = count;
    return is_good;
}

static bool judge_version(struct reader *reader, const struct policy_list *policies, size_t p,
                          const struct version_list *versions, size_t v, int n, enum size_rounding rounding)
{
    int own = versions->items[v].instance_count;
    const struct json *at = json_get(versions->values[v], "InitialInstanceCount");
    if (own == 0 || own == n)
        return true;
    if (policies->items[p].config.mode == SHIFT_ROLLING) {
        reader_error(
            reader, at != NULL ? at : versions->values[v],
            "must be the endpoint's (%d): the rolling policy \"%s\" replaces instances one for one, and another "
            "number is not modelled",
            n, policies->items[p].name);
        return false;
    }
    return aws_deployment_judge(reader, policies->values[p], &policies->items[p].config, own, rounding);
}

bool policies_judge(struct reader *reader, struct policy_list *policies, const struct version_list *versions,
                    const struct endpoint_config *endpoint, enum size_rounding rounding)
{
    bool is_good = true;
    for (size_t p = 0; p < policies->count; p++) {
        if (policies->values[p] == NULL)
            continue;
        bool fits = aws_deployment_judge(reader, policies->values[p], &policies->items[p].config,
                                         endpoint->instance_count, rounding);
        for (size_t v = 0; v < versions->count && fits; v++)
            fits = judge_version(reader, policies, p, versions, v, endpoint->instance_count, rounding);
        policies->are_sound[p] &= fits;
        is_good &= fits;
    }
    return is_good;
}

/* ---- alarms ---- */

static const struct form_case alarm_cases[] = {
    {"file", &file_form}, {"MetricAlarms", &aws_alarm_wrapper_form}, {NULL, &aws_alarm_form}};
static const struct form alarm_form = {FORM_FIRST, "alarm_or_file", .cases = alarm_cases};
static const struct form alarm_list_form = {FORM_LIST, .each = &alarm_form};
static const struct form_case alarms_cases[] = {{"file", &file_form}, {NULL, &alarm_list_form}};
const struct form policies_alarms_form = {FORM_FIRST, "alarms", .cases = alarms_cases};

static bool add_alarm_file(struct reader *reader, const struct json *value, struct alarm_list *out)
{
    bool renames = false;
    const struct json *root = open_file(reader, value, &renames);
    if (root == NULL)
        return false;
    struct alarm_entry *before = out->last;
    bool is_good = aws_alarms_read(reader, root, out);
    for (struct alarm_entry *entry = before != NULL ? before->next : out->first; entry != NULL; entry = entry->next)
        entry->is_renamed = renames;
    return is_good;
}

bool policies_read_alarms(struct reader *reader, const struct json *value, struct alarm_list *out)
{
    *out = (struct alarm_list){0};
    if (json_get(value, "file") != NULL)
        return add_alarm_file(reader, value, out) && aws_alarms_judge(reader, out);
    if (!reader_is_list(reader, value, "a list of alarms and {\"file\": ...}, or one {\"file\": ...}"))
        return false;
    bool is_good = true;
    for (const struct json *item = value->child; item != NULL; item = item->next) {
        bool is_file = json_get(item, "file") != NULL;
        if (!is_file && !reader_is_object(reader, item, "an alarm, as PutMetricAlarm takes it, or {\"file\": ...}"))
            is_good = false;
        else
            is_good &= is_file ? add_alarm_file(reader, item, out) : aws_alarms_read(reader, item, out);
    }
    return aws_alarms_judge(reader, out) && is_good;
}

static struct alarm_entry *find_alarm(const struct alarm_list *list, const char *name, const char **nearest_name)
{
    struct nearest nearest = nearest_to(name);
    for (struct alarm_entry *entry = list->first; entry != NULL; entry = entry->next) {
        if (entry->config.name == NULL)
            continue;
        if (strcmp(entry->config.name, name) == 0)
            return entry;
        nearest_offer(&nearest, entry->config.name);
    }
    *nearest_name = nearest_found(&nearest);
    return NULL;
}

/* One name in a policy's list. Marks the alarm as listed. */
static bool match_name(struct reader *reader, const struct policy *policy, const struct json *at, const char *name,
                       const struct alarm_list *defined, bool *is_listed)
{
    const char *nearest;
    const struct alarm_entry *entry = find_alarm(defined, name, &nearest);
    if (entry == NULL) {
        reader_error(reader, at, "policy \"%s\" lists an alarm that is not among \"alarms\"%s", policy->name,
                     reader_hint(reader, nearest));
        return false;
    }
    is_listed[entry->order] = true;
    if (!entry->is_good || entry->config.metric != METRICS)
        return true;
    const char *what = "policy \"%s\" lists an alarm on %s %s, which this endpoint does not publish%s";
    if (reader->is_checked)
        reader_warn(reader, at, what, policy->name, entry->config.namespace_name, entry->config.metric_name,
                    ": compare refuses it");
    else
        reader_error(reader, at, what, policy->name, entry->config.namespace_name, entry->config.metric_name, "");
    return reader->is_checked;
}

/* Is it the configuration of some version? *nearest otherwise. */
static bool is_config_name(const struct version_list *versions, const char *name, const char **nearest_name)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < versions->count; i++) {
        const char *own = versions->items[i].endpoint_config_name;
        if (own == NULL)
            continue;
        if (strcmp(own, name) == 0)
            return true;
        nearest_offer(&nearest, own);
    }
    *nearest_name = nearest_found(&nearest);
    return false;
}

/* Says why a listed alarm never sees data, if so. */
static void match_dimensions(struct reader *reader, struct alarm_entry *entry, const struct version_list *versions,
                             const struct endpoint_config *endpoint)
{
    struct alarm_config *config = &entry->config;
    const struct json *at = json_get(entry->value, "Dimensions"), *at_name = json_get(entry->value, "AlarmName");
    const char *none = "so this alarm never sees any data", *nearest;
    if (entry->is_renamed) {
        config->endpoint_name = endpoint->endpoint_name;
        config->variant_name = endpoint->variant_name;
    }
    at = at != NULL ? at : at_name;
    if (entry->foreign != NULL) {
        reader_warn(reader, entry->foreign,
                    "%s is published with EndpointName and VariantName and perhaps "
                    "EndpointConfigName, %s",
                    config->metric_name, none);
        config->unit_mismatch = true; /* the one flag that says so */
    } else if (config->endpoint_name == NULL || config->variant_name == NULL) {
        reader_warn(reader, at, "%s is published with EndpointName and VariantName, %s", config->metric_name, none);
    } else if (strcmp(config->endpoint_name, endpoint->endpoint_name) != 0) {
        reader_warn(reader, at, "EndpointName is \"%s\", the scenario's is \"%s\", %s", config->endpoint_name,
                    endpoint->endpoint_name, none);
    } else if (strcmp(config->variant_name, endpoint->variant_name) != 0) {
        reader_warn(reader, at, "VariantName is \"%s\", the scenario's is \"%s\", %s", config->variant_name,
                    endpoint->variant_name, none);
    } else if (config->endpoint_config_name != NULL && versions->count > 0 &&
               !is_config_name(versions, config->endpoint_config_name, &nearest)) {
        reader_warn(reader, at, "EndpointConfigName is \"%s\", which is no version's, %s%s",
                    config->endpoint_config_name, none, reader_hint(reader, nearest));
    }
}

bool policies_match_alarms(struct reader *reader, const struct policy_list *policies, const struct alarm_list *defined,
                           const struct version_list *versions, const struct endpoint_config *endpoint,
                           const struct alarm_config **alarms, size_t *alarm_count)
{
    reader->rule = "";
    bool *is_listed = arena_array(reader->scratch, defined->count, sizeof *is_listed);
    struct alarm_config *kept = arena_array(reader->arena, defined->count, sizeof *kept);
    bool is_good = true;
    for (size_t p = 0; p < policies->count; p++) {
        const struct deployment_config *config = &policies->items[p].config;
        for (int i = 0; i < config->alarm_count; i++) {
            const struct json *at = aws_deployment_alarm(policies->values[p], config, i);
            is_good &= match_name(reader, &policies->items[p], at, config->alarm_names[i], defined, is_listed);
        }
    }
    *alarm_count = 0;
    for (struct alarm_entry *entry = defined->first; entry != NULL; entry = entry->next) {
        if (is_listed[entry->order]) {
            bool is_named = endpoint->endpoint_name != NULL && endpoint->variant_name != NULL;
            if (entry->is_good && entry->config.metric != METRICS && is_named)
                match_dimensions(reader, entry, versions, endpoint);
            kept[(*alarm_count)++] = entry->config;
        } else if (entry->is_good && policies->count > 0) {
            reader_warn(reader, json_get(entry->value, "AlarmName"), "no policy lists this alarm: it is not simulated");
        }
    }
    *alarms = kept;
    reader->rule = NULL;
    return is_good;
}
