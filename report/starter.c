#include "report/starter.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/pretty.h"
#include "scenarios/aws_alarm.h"
#include "scenarios/aws_deployment.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario_keys.h"

/* ---- what it is made of; ' stands for " ---- */

static const char skeleton[] =
    "{'name': 'starter',"
    " 'says': 'To make your own: put in what you know of your endpoint, its traffic and its bad days.',"
    " 'seed': 1, 'replications': 200,"
    " 'endpoint': {'EndpointName': 'my-endpoint', 'VariantName': 'AllTraffic', 'InstanceType': 'ml.m5.xlarge',"
    "  'InitialInstanceCount': 4, 'workers_per_instance': 4, 'instance_price_usd_per_hour': 0.23},"
    " 'traffic': {'process': 'poisson', 'rate_rps': 20},"
    " 'launch': {'distribution': 'lognormal', 'median_s': 140, 'p95_s': 300},"
    " 'versions': {"
    "  'v1': {'EndpointConfigName': 'my-config-v1',"
    "   'service_time': {'distribution': 'lognormal', 'median_ms': 40, 'p99_ms': 150}, 'error_5xx_fraction': 0.0005},"
    "  'good': {'like': 'v1', 'EndpointConfigName': 'my-config-v2', 'probability': 0.9},"
    "  'faulty': {'like': 'good', 'probability': 0.07,"
    "   'defects': [{'kind': 'errors', 'error_5xx_fraction': 0.1}]},"
    "  'slow': {'like': 'good', 'probability': 0.03, 'defects': [{'kind': 'latency', 'factor': 8}]}},"
    " 'current': 'v1',"
    " 'alarms': ["
    "  {'AlarmName': 'my-5xx', 'Namespace': 'AWS/SageMaker', 'MetricName': 'Invocation5XXErrors', 'Statistic': 'Average',"
    "   'Dimensions': [{'Name': 'EndpointName', 'Value': 'my-endpoint'}, {'Name': 'VariantName', 'Value': 'AllTraffic'}],"
    "   'Period': 60, 'EvaluationPeriods': 2, 'DatapointsToAlarm': 2, 'Threshold': 0.02,"
    "   'ComparisonOperator': 'GreaterThanOrEqualToThreshold', 'TreatMissingData': 'notBreaching'},"
    "  {'AlarmName': 'my-latency', 'Namespace': 'AWS/SageMaker', 'MetricName': 'ModelLatency', 'ExtendedStatistic': 'p90',"
    "   'Dimensions': [{'Name': 'EndpointName', 'Value': 'my-endpoint'}, {'Name': 'VariantName', 'Value': 'AllTraffic'}],"
    "   'Period': 60, 'EvaluationPeriods': 2, 'DatapointsToAlarm': 2, 'Threshold': 200000,"
    "   'ComparisonOperator': 'GreaterThanThreshold', 'TreatMissingData': 'notBreaching'}],"
    " 'policies': {},"
    " 'slo': {'latency_ms': 500},"
    " 'costs': {'bad_response_usd': 0.01},"
    " 'gates': ["
    "  {'metric': 'p_rolled_back', 'version': 'good', 'max': 0.05},"
    "  {'metric': 'deployment_s', 'version': 'good', 'statistic': 'p95', 'max': 7200}]}";

static const char rollback[] = "{'Alarms': [{'AlarmName': 'my-5xx'}, {'AlarmName': 'my-latency'}]}";

const char *const starter_mode_names[SHIFT_MODES] = {[SHIFT_ALL_AT_ONCE] = "all-at-once",
                                                     [SHIFT_CANARY] = "canary",
                                                     [SHIFT_LINEAR] = "linear",
                                                     [SHIFT_ROLLING] = "rolling"};

static const struct starter_mode {
    const char *policy, *config;
} modes[SHIFT_MODES] = {
    [SHIFT_ALL_AT_ONCE] = {"all-at-once",
                           "{'BlueGreenUpdatePolicy': {'TrafficRoutingConfiguration': {"
                           "'Type': 'ALL_AT_ONCE', 'WaitIntervalInSeconds': 0},"
                           "'TerminationWaitInSeconds': 300, 'MaximumExecutionTimeoutInSeconds': 3600}}"},
    [SHIFT_CANARY] = {"canary-25", "{'BlueGreenUpdatePolicy': {'TrafficRoutingConfiguration': {'Type': 'CANARY',"
                                   "'WaitIntervalInSeconds': 300,"
                                   "'CanarySize': {'Type': 'CAPACITY_PERCENT', 'Value': 25}},"
                                   "'TerminationWaitInSeconds': 300, 'MaximumExecutionTimeoutInSeconds': 3600}}"},
    [SHIFT_LINEAR] = {"linear-25", "{'BlueGreenUpdatePolicy': {'TrafficRoutingConfiguration': {'Type': 'LINEAR',"
                                   "'WaitIntervalInSeconds': 300,"
                                   "'LinearStepSize': {'Type': 'CAPACITY_PERCENT', 'Value': 25}},"
                                   "'TerminationWaitInSeconds': 300, 'MaximumExecutionTimeoutInSeconds': 3600}}"},
    [SHIFT_ROLLING] = {"rolling-25", "{'RollingUpdatePolicy': {"
                                     "'MaximumBatchSize': {'Type': 'CAPACITY_PERCENT', 'Value': 25},"
                                     "'WaitIntervalInSeconds': 300, 'MaximumExecutionTimeoutInSeconds': 5400}}"},
};

static cJSON *parse(const char *quoted)
{
    char *text = xtext(quoted);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    cJSON *value = cJSON_Parse(text);
    assert(value != NULL);
    free(text);
    return value;
}

static void put(cJSON *object, const char *name, cJSON *value)
{
    if (cJSON_HasObjectItem(object, name))
        cJSON_ReplaceItemInObjectCaseSensitive(object, name, value);
    else
        cJSON_AddItemToObject(object, name, value);
}

static cJSON *get(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* ---- comments ---- */

/* A key is explained where it is met first. */
struct notes {
    struct arena *arena;
    const char **explained; /* "table.key"; malloc'ed */
    size_t count;
};

static bool is_first(struct notes *notes, const struct key_table *table, const char *key)
{
    const char *name = arena_format(notes->arena, "%s.%s", table->name, key);
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->explained[i], name) == 0)
            return false;
    notes->explained = xrealloc(notes->explained, (notes->count + 1) * sizeof *notes->explained);
    notes->explained[notes->count++] = name;
    return true;
}

static void annotate_form(struct notes *notes, cJSON *value, const struct form *form, const char *unit);

static const struct key *find_key(const struct key_table *const tables[], size_t count, const char *name)
{
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            if (strcmp(tables[t]->keys[i].name, name) == 0)
                return &tables[t]->keys[i];
    return NULL;
}

static void annotate_value(struct notes *notes, cJSON *value, const struct key *key, const char *unit)
{
    const struct form inside = {FORM_OBJECT, .table = key->inside};
    const struct form *form = key->type == KEY_OBJECT ? &inside : key->form;
    if (form != NULL)
        annotate_form(notes, value, form, key->unit != NULL ? key->unit : unit);
}

/* `tag`: what the word of a choice means, under its key; NULL: no choice. */
static void annotate_keys(struct notes *notes, cJSON *object, const struct key_table *const tables[], size_t count,
                          const char *unit, const char *tag, const char *tag_meaning)
{
    cJSON *child = object->child;
    object->child = NULL;
    while (child != NULL) {
        cJSON *next = child->next;
        child->prev = child->next = NULL;
        const struct key *key = find_key(tables, count, child->string);
        char *name = xtext(child->string);
        if (key != NULL && is_first(notes, tables[0], name)) {
            bool is_tag = tag != NULL && strcmp(tag, name) == 0;
            cJSON_AddStringToObject(
                object, arena_format(notes->arena, "// %s", name),
                is_tag ? arena_format(notes->arena, "%s; %s: %s", key->meaning, child->valuestring, tag_meaning)
                       : key_says(notes->arena, key));
        }
        if (key != NULL)
            annotate_value(notes, child, key, unit);
        cJSON_AddItemToObject(object, name, child);
        free(name);
        child = next;
    }
}

static void annotate_choice(struct notes *notes, cJSON *value, const struct form *form, const char *unit)
{
    const cJSON *word = get(value, form->choice->tag);
    struct key_variant *variant = arena_take(notes->arena, sizeof *variant);
    for (size_t i = 0; form->choice->variant(notes->arena, unit, i, variant); i++) {
        if (strcmp(variant->word, word->valuestring) != 0)
            continue;
        const struct key_table *tables[] = {&variant->table, form->beside};
        annotate_keys(notes, value, tables, form->beside != NULL ? 2 : 1, unit, form->choice->tag, variant->meaning);
        return;
    }
}

static void annotate_form(struct notes *notes, cJSON *value, const struct form *form, const char *unit)
{
    const struct key_table *tables[] = {form->table, form->beside};
    const struct form_case *one = form->cases;
    switch (form->kind) {
    case FORM_OBJECT: annotate_keys(notes, value, tables, form->beside != NULL ? 2 : 1, unit, NULL, NULL); break;
    case FORM_CHOICE: annotate_choice(notes, value, form, unit); break;
    case FORM_LIST:
    case FORM_MEMBERS:
        for (cJSON *child = value->child; child != NULL; child = child->next)
            annotate_form(notes, child, form->each, unit);
        break;
    case FORM_FIRST:
        while (one->key != NULL && !cJSON_HasObjectItem(value, one->key))
            one++;
        annotate_form(notes, value, one->form, unit);
        break;
    case FORM_ROW:
    case FORM_SCALAR:
    case FORM_NOTHING: break;
    }
}

static void annotate(cJSON *scenario)
{
    struct notes notes = {.arena = arena_create()};
    annotate_form(&notes, scenario, &scenario_form, NULL);
    free(notes.explained);
    arena_free(notes.arena);
}

/* ---- by mode ---- */

static void add_mode(cJSON *policies, enum shift_mode mode)
{
    cJSON *config = parse(modes[mode].config);
    cJSON_AddItemToObject(config, "AutoRollbackConfiguration", parse(rollback));
    cJSON_AddItemToObject(policies, modes[mode].policy, config);
}

cJSON *starter_of_mode(enum shift_mode mode)
{
    cJSON *scenario = parse(skeleton), *policies = get(scenario, "policies");
    add_mode(policies, mode);
    if (mode != SHIFT_ALL_AT_ONCE)
        add_mode(policies, SHIFT_ALL_AT_ONCE);
    annotate(scenario);
    return scenario;
}

/* ---- from files ---- */

/* What AWS's files say. */
struct found {
    struct deployment_config config;
    const struct json *deployment; /* the DeploymentConfig */
    struct alarm_list alarms;
    const char *endpoint, *variant, *config_name;
};

static bool find_deployment(struct reader *reader, const char *path, struct found *found)
{
    const struct json *root = reader_open(reader, path);
    if (root != NULL && json_is_list(root) && json_count(root) == 1)
        root = root->child;
    if (root == NULL || !reader_is_object(reader, root, "an UpdateEndpoint request or a DeploymentConfig"))
        return false;
    if (json_get(root, "AlarmName") != NULL || json_get(root, "MetricAlarms") != NULL) {
        reader_error(reader, root, "these are alarms: the deployment comes first, then the alarms");
        return false;
    }
    const struct json *last = aws_described_deployment(root);
    if (last != NULL) {
        const struct json *name = json_get(root, "EndpointName");
        found->endpoint = name != NULL && json_is_text(name) ? arena_text(reader->arena, json_text(name)) : NULL;
        found->deployment = last;
        return aws_deployment_read(reader, last, &found->config);
    }
    if (json_get(root, "EndpointName") == NULL && json_get(root, "DeploymentConfig") == NULL) {
        found->deployment = root;
        return aws_deployment_read(reader, root, &found->config);
    }
    struct update_endpoint request;
    bool is_good = aws_update_endpoint_read(reader, root, &request, &found->config);
    found->deployment = request.deployment;
    found->endpoint = request.endpoint_name;
    found->config_name = request.endpoint_config_name;
    return is_good;
}

static const struct alarm_entry *find_alarm(const struct alarm_list *list, const char *name, struct nearest *nearest)
{
    for (const struct alarm_entry *entry = list->first; entry != NULL; entry = entry->next) {
        if (entry->config.name != NULL && strcmp(entry->config.name, name) == 0)
            return entry;
        if (entry->config.name != NULL)
            nearest_offer(nearest, entry->config.name);
    }
    return NULL;
}

static bool lists(const struct found *found, const char *name)
{
    for (int i = 0; i < found->config.alarm_count; i++)
        if (name != NULL && strcmp(found->config.alarm_names[i], name) == 0)
            return true;
    return false;
}

/* Is nothing wrong but that alarms of which the deployment knows nothing are not modelled? */
static bool concerns_others(const struct found *found, const struct alarm_list *alarms,
                            const struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        if (item->severity == DIAGNOSTIC_ERROR && (item->rule == NULL || item->rule[0] != '\0'))
            return false;
    }
    for (const struct alarm_entry *entry = alarms->first; entry != NULL; entry = entry->next)
        if (entry->not_modelled != NULL && lists(found, entry->config.name))
            return false;
    return diagnostics->dropped == 0;
}

/* What describe-alarms tells of a whole account may hold whatever there is. */
static bool read_alarms(struct reader *reader, const struct json *root, struct found *found)
{
    struct diagnostics *told = reader->diagnostics, own = {0};
    reader->diagnostics = &own;
    bool is_good = aws_alarms_read(reader, root, &found->alarms) || concerns_others(found, &found->alarms, &own);
    reader->diagnostics = told;
    diagnostics_free(&own);
    if (is_good)
        return true;
    found->alarms = (struct alarm_list){0};
    return aws_alarms_read(reader, root, &found->alarms);
}

static bool find_alarms(struct reader *reader, const char *path, struct found *found)
{
    const struct json *root = reader_open(reader, path);
    if (root != NULL && (json_get(root, "DeploymentConfig") != NULL || json_get(root, "EndpointName") != NULL)) {
        reader_error(reader, root, "this is a deployment: the alarms come second");
        return false;
    }
    bool is_good = root != NULL && read_alarms(reader, root, found);
    is_good = is_good && aws_alarms_judge(reader, &found->alarms);
    for (int i = 0; is_good && i < found->config.alarm_count; i++) {
        const char *name = found->config.alarm_names[i];
        struct nearest nearest = nearest_to(name);
        const struct alarm_entry *entry = find_alarm(&found->alarms, name, &nearest);
        if (entry == NULL) {
            reader_error(reader, aws_deployment_alarm(found->deployment, &found->config, i),
                         "is not among the alarms of %s%s", root->document->source->name,
                         reader_hint(reader, nearest_found(&nearest)));
            return false;
        }
        const struct alarm_config *config = &entry->config;
        if (config->metric == METRICS) {
            reader_error(reader, json_get(entry->value, "MetricName"),
                         "%s %s is not modelled, and the deployment lists this alarm: leave it out there",
                         config->namespace_name, config->metric_name);
            return false;
        }
        found->endpoint = found->endpoint != NULL ? found->endpoint : config->endpoint_name;
        found->variant = found->variant != NULL ? found->variant : config->variant_name;
        found->config_name = found->config_name != NULL ? found->config_name : config->endpoint_config_name;
    }
    return is_good;
}

/* As PutMetricAlarm takes it: without what describe-alarms adds. */
static cJSON *plain_alarm(const struct alarm_entry *entry)
{
    cJSON *alarm = cJSON_Duplicate(entry->value->item, true);
    for (size_t i = 0; i < aws_alarm_described_table.count; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(alarm, aws_alarm_described_table.keys[i].name);
    return alarm;
}

static void put_files(cJSON *scenario, const struct found *found)
{
    cJSON *endpoint = get(scenario, "endpoint"), *versions = get(scenario, "versions"),
          *policies = cJSON_CreateObject();
    cJSON *alarms = cJSON_CreateArray();
    put(scenario, "says",
        cJSON_CreateString(
            "Your policy and your alarms; all the rest is a guess: put in what you know of your endpoint, its "
            "traffic and its bad days."));
    if (found->endpoint != NULL)
        put(endpoint, "EndpointName", cJSON_CreateString(found->endpoint));
    if (found->variant != NULL)
        put(endpoint, "VariantName", cJSON_CreateString(found->variant));
    if (found->config_name != NULL)
        put(get(versions, "good"), "EndpointConfigName", cJSON_CreateString(found->config_name));
    for (int i = 0; i < found->config.alarm_count; i++) {
        struct nearest nearest = nearest_to("");
        cJSON_AddItemToArray(alarms, plain_alarm(find_alarm(&found->alarms, found->config.alarm_names[i], &nearest)));
    }
    cJSON_AddItemToObject(policies, "mine",
                          found->deployment != NULL ? cJSON_Duplicate(found->deployment->item, true)
                                                    : cJSON_CreateObject());
    put(scenario, "alarms", alarms);
    put(scenario, "policies", policies);
}

/* How many instances to try, the likeliest first. */
static int instances_to_try(int i)
{
    static const int first[] = {4, 3, 5, 2};
    return i < (int)KEY_COUNT(first) ? first[i] : i < 100 ? i + 2 : 1;
}

static bool is_accepted(const cJSON *scenario, struct diagnostics *list)
{
    char *text = cJSON_Print(scenario);
    struct scenario *read = scenario_read_text("(starter)", text, strlen(text), list);
    free(text);
    scenario_free(read);
    return read != NULL;
}

/* The least change of the number of instances that check accepts; the first one's errors where there is none. */
static bool fit_instances(cJSON *scenario, struct diagnostics *diagnostics)
{
    for (int i = 0; i <= 100; i++) {
        struct diagnostics list = {0};
        put(get(scenario, "endpoint"), "InitialInstanceCount", cJSON_CreateNumber(instances_to_try(i)));
        bool fits = is_accepted(scenario, &list);
        diagnostics_free(&list);
        if (fits)
            return true;
    }
    put(get(scenario, "endpoint"), "InitialInstanceCount", cJSON_CreateNumber(instances_to_try(0)));
    is_accepted(scenario, diagnostics);
    return false;
}

cJSON *starter_of_files(const char *deployment_path, const char *alarms_path, struct diagnostics *diagnostics)
{
    struct reader reader = reader_begin(diagnostics, arena_create());
    struct found found = {0};
    cJSON *scenario = NULL;
    if (find_deployment(&reader, deployment_path, &found) && find_alarms(&reader, alarms_path, &found)) {
        scenario = parse(skeleton);
        put_files(scenario, &found);
    }
    if (scenario != NULL && fit_instances(scenario, diagnostics)) {
        /* AWS's own objects stay as they are, so that they can be taken out again. */
        cJSON *aws[2] = {cJSON_Duplicate(get(scenario, "alarms"), true),
                         cJSON_Duplicate(get(scenario, "policies"), true)};
        annotate(scenario);
        put(scenario, "alarms", aws[0]);
        put(scenario, "policies", aws[1]);
    } else {
        cJSON_Delete(scenario);
        scenario = NULL;
    }
    reader_end(&reader);
    arena_free(reader.arena);
    return scenario;
}
