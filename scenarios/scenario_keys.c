#include "scenarios/scenario_keys.h"

#include "scenarios/arrivals.h"
#include "scenarios/draws.h"
#include "scenarios/tuning.h"

#include <math.h>
#include <string.h>

#define MONTH_S 2678400.0

/* What the top-level keys give, before it is put together. */
struct scenario_input {
    struct scenario scenario;
    const char *editor_schema; /* not used */
    const struct json *versions, *current, *alarms, *policies, *gates;
};

/* ---- endpoint ---- */

#define AT(field) offsetof(struct endpoint_config, field)

static const struct key routing_keys[] = {
    {"RoutingStrategy", KEY_WORD, AT(routing), .words = routing_names, .word_count = ROUTING_STRATEGIES,
     .required = true, .meaning = "RANDOM or LEAST_OUTSTANDING_REQUESTS"},
};
static const struct key_table routing_table = {"RoutingConfig", routing_keys, KEY_COUNT(routing_keys)};

static const struct key endpoint_keys[] = {
    {"EndpointName", KEY_NAME, AT(endpoint_name), .required = true, .meaning = "the endpoint's name"},
    {"VariantName", KEY_NAME, AT(variant_name), .required = true, .meaning = "its one production variant"},
    {"InstanceType", KEY_TEXT, AT(instance_type), .low = 1, .high = 63, .meaning = "for the record: ml.m5.xlarge"},
    {"InitialInstanceCount", KEY_INTEGER, AT(instance_count), .low = 1, .high = FLEET_MAX_INSTANCES, .required = true,
     .meaning = "N, instances of the fleet"},
    {"RoutingConfig", KEY_OBJECT, .inside = &routing_table,
     .meaning = "how requests find an instance; RANDOM if absent"},
    {"workers_per_instance", KEY_INTEGER, AT(workers_per_instance), .low = 1, .high = FLEET_MAX_WORKERS,
     .fallback = "1", .meaning = "requests that an instance serves at once"},
    {"queue_limit_per_instance", KEY_INTEGER, AT(queue_limit_per_instance), .low = 0, .high = FLEET_MAX_QUEUE,
     .fallback = "1000", .meaning = "requests that wait at an instance before it answers 503"},
    {"invocation_timeout_s", KEY_NUMBER, AT(invocation_timeout_us), "s", 1e6, 0.0, 3600.0, .low_open = true,
     .fallback = "60", .meaning = "counted from arrival; after it the answer is a 5xx"},
    {"instance_price_usd_per_hour", KEY_NUMBER, AT(instance_price_usd_per_hour), "USD/h", .high = 1e6,
     .meaning = "price of one instance; without it money columns are empty"},
    {"instance_quota", KEY_INTEGER, AT(instance_quota), .low = 1, .high = 1e6,
     .meaning = "instances that may exist at once; no quota if absent"},
    {"overhead", KEY_OWN, AT(overhead), "ms", .read = draws_read_key, .form = &draws_form,
     .meaning = "OverheadLatency of one request; 0 if absent"},
};
const struct key_table scenario_endpoint_table = {"an endpoint", endpoint_keys, KEY_COUNT(endpoint_keys)};

/* ---- launch ---- */

struct launch_input {
    int per;
    double failure_probability;
};
static const char *const per_words[] = {"instance", "fleet"};

static const struct key launch_keys[] = {
    {"per", KEY_WORD, offsetof(struct launch_input, per), KEY_WORDS(per_words), .fallback = "\"instance\"",
     .meaning = "one draw an instance (a fleet waits for its slowest) or one a fleet"},
    {"failure_probability", KEY_NUMBER, offsetof(struct launch_input, failure_probability), .high = 1.0,
     .fallback = "0", .meaning = "that a draw's launch fails, at the time drawn"},
};
const struct key_table scenario_launch_table = {"launch", launch_keys, KEY_COUNT(launch_keys)};
static const struct form launch_form = {FORM_CHOICE, "launch", .choice = &draws_choice,
                                        .beside = &scenario_launch_table};

static bool read_launch(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    struct launch_config *launch = field;
    struct launch_input input;
    struct key_sheet extra = {&scenario_launch_table, &input};
    if (!draws_read(reader, value, key->unit, &extra, &launch->time))
        return false;
    launch->per_fleet = input.per == 1;
    launch->failure_probability = input.failure_probability;
    return true;
}

/* ---- the scenario ---- */

#undef AT
#define AT(field) offsetof(struct scenario_input, field)

static bool read_replications(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    if (json_is_object(value)) {
        reader_error(reader, value, "an object is not modelled yet: give the number of replications");
        return false;
    }
    struct key number = *key;
    number.type = KEY_WHOLE;
    return reader_value(reader, value, &number, field);
}

static const struct key slo_keys[] = {
    {"latency_ms", KEY_NUMBER, AT(scenario.setting.slo_latency_us), "ms", 1e3, 0.0, 1e9, .low_open = true,
     .meaning = "a good answer that takes longer is slow"},
};
static const struct key_table slo_table = {"slo", slo_keys, KEY_COUNT(slo_keys)};

static const struct key cost_keys[] = {
    {"bad_response_usd", KEY_NUMBER, AT(scenario.setting.bad_response_usd), "USD", .low = 0.0, .high = 1e9,
     .meaning = "what one failed or slow answer costs"},
};
static const struct key_table cost_table = {"costs", cost_keys, KEY_COUNT(cost_keys)};

static const struct key scenario_keys[] = {
    {"$schema", KEY_TEXT, AT(editor_schema), .low = 0, .high = 10000,
     .meaning = "for editors: where the output of bakeoff schema lies"},
    {"name", KEY_TEXT, AT(scenario.name), .low = 1, .high = 255, .required = true, .meaning = "the scenario's name"},
    {"says", KEY_TEXT, AT(scenario.says), .low = 0, .high = 10000, .meaning = "what it shows, in a sentence"},
    {"seed", KEY_WHOLE, AT(scenario.setting.seed), .low = 0, .high = 9007199254740992.0, .fallback = "1",
     .meaning = "the seed of all randomness"},
    {"replications", KEY_OWN, AT(scenario.replications), .low = 1, .high = 1e9, .read = read_replications,
     .as = KEY_WHOLE, .fallback = "200", .meaning = "how often each policy meets each version"},
    {"warmup_s", KEY_TIME, AT(scenario.setting.warmup_us), "s", .low = 0, .high = MONTH_S, .fallback = "900",
     .meaning = "simulated before the UpdateEndpoint call; as long as the longest range of an alarm at least"},
    {"horizon_s", KEY_TIME, AT(scenario.setting.horizon_us), "s", .low = 0, .high = MONTH_S, .fallback = "0",
     .meaning = "end of the window; 0: after the latest planned end"},
    {"endpoint", KEY_OBJECT, AT(scenario.setting.endpoint), .inside = &scenario_endpoint_table, .required = true,
     .meaning = "the endpoint: EndpointName, VariantName, InitialInstanceCount, ..."},
    {"traffic", KEY_OWN, AT(scenario.setting.traffic), .read = arrivals_read_key, .form = &arrivals_form,
     .required = true, .meaning = "what arrives, as in {\"process\": \"poisson\", \"rate_rps\": 50}"},
    {"launch", KEY_OWN, AT(scenario.setting.launch), "s", .read = read_launch, .form = &launch_form, .required = true,
     .meaning = "how long an instance takes to launch: a distribution"},
    {"versions", KEY_VALUE, AT(versions), .form = &versions_form, .required = true,
     .meaning = "the model versions by name"},
    {"current", KEY_VALUE, AT(current), .as = KEY_TEXT, .required = true, .meaning = "the version that serves now"},
    {"alarms", KEY_VALUE, AT(alarms), .form = &policies_alarms_form, .fallback = "[]",
     .meaning = "alarms as PutMetricAlarm takes them"},
    {"policies", KEY_VALUE, AT(policies), .form = &policies_form, .required = true,
     .meaning = "DeploymentConfigs by name"},
    {"slo", KEY_OBJECT, .inside = &slo_table, .meaning = "what counts as slow; nothing if absent"},
    {"costs", KEY_OBJECT, .inside = &cost_table, .meaning = "money columns are empty without"},
    {"modelling", KEY_OBJECT, AT(scenario.setting.modelling), .inside = &tuning_table,
     .meaning = "what AWS does not document"},
    {"start_time", KEY_OWN, AT(scenario.setting.modelling.start_time_us), .read = tuning_read_start_time,
     .as = KEY_TEXT, .pattern = TUNING_TIME_PATTERN, .meaning = "as under modelling, before which it goes"},
    {"silence", KEY_OWN, AT(scenario.silence), .read = silence_read, .fallback = "[]", .form = &silence_form,
     .meaning = "findings of lint to live with, a rule and a reason each"},
    {"gates", KEY_VALUE, AT(gates), .form = &promises_form, .fallback = "[]",
     .meaning = "promises that compare checks"},
};
const struct key_table scenario_table = {"a scenario", scenario_keys, KEY_COUNT(scenario_keys)};
const struct form scenario_form = {FORM_OBJECT, .table = &scenario_table};

/* What a key that is not there means, where the tables do not say it. */
static struct scenario_input input_default(void)
{
    struct scenario_input input = {0};
    input.scenario.replications = 200;
    struct setting *setting = &input.scenario.setting;
    setting->slo_latency_us = INFINITY;
    setting->bad_response_usd = NAN;
    setting->endpoint.instance_price_usd_per_hour = NAN;
    setting->endpoint.workers_per_instance = 1;
    setting->modelling = modelling_default();
    return input;
}

/* ---- what depends on more than one key ---- */

/* An alarm that names an endpoint configuration is to tell the old version from the new ones. */
static void judge_config_names(struct reader *reader, const struct version_list *versions, size_t current)
{
    const char *current_name = versions->items[current].endpoint_config_name;
    for (size_t i = 0; i < versions->count; i++) {
        const char *own = versions->items[i].endpoint_config_name;
        const struct json *at = json_get(versions->values[i], "EndpointConfigName");
        if (i != current && own != NULL && current_name != NULL && strcmp(own, current_name) == 0)
            reader_warn(reader, at != NULL ? at : versions->values[i],
                        "the EndpointConfigName is \"%s\", as the current version's: give the new one its own", own);
    }
}

static void read_current(struct reader *reader, const struct json *current, const struct version_list *versions,
                         struct setting *setting)
{
    if (current == NULL || !reader_is_text(reader, current, "the name of a version"))
        return;
    size_t index = versions_find(reader, versions, current);
    if (index == SIZE_MAX)
        return;
    setting->current = index;
    judge_config_names(reader, versions, index);
    if (!isnan(versions->items[index].probability))
        reader_warn(reader, json_get(versions->values[index], "probability"),
                    "is not used: \"%s\" is the current version, which is not deployed", json_text(current));
    int own = versions->items[index].instance_count;
    if (own != 0 && own != setting->endpoint.instance_count)
        reader_error(reader, versions->values[index],
                     "the current version runs on the endpoint's InitialInstanceCount (%d), not on %d",
                     setting->endpoint.instance_count, own);
}

/* Weights of the (mix): some version must have one above 0, if any has one. */
static void judge_probabilities(struct reader *reader, const struct version_list *versions, size_t current)
{
    double sum = 0.0;
    const struct json *first = NULL;
    for (size_t i = 0; i < versions->count; i++) {
        if (i == current || isnan(versions->items[i].probability))
            continue;
        sum += versions->items[i].probability;
        first = first != NULL ? first : versions->values[i];
    }
    if (first != NULL && sum <= 0.0)
        reader_error(reader, json_get(first, "probability"), "the probabilities of the versions add up to 0");
}

static void judge_quota(struct reader *reader, const struct json *root, const struct endpoint_config *endpoint)
{
    const struct json *quota = json_get(json_get(root, "endpoint"), "instance_quota");
    if (quota != NULL && endpoint->instance_quota > 0 && endpoint->instance_quota < endpoint->instance_count)
        reader_error(reader, quota, "must hold the endpoint's own %d instances at least, got %d",
                     endpoint->instance_count, endpoint->instance_quota);
}

/* Every place in a queue is memory in every simulated world. */
static void judge_places(struct reader *reader, const struct json *root, const struct setting *setting)
{
    const struct endpoint_config *endpoint = &setting->endpoint;
    const struct json *limit = json_get(json_get(root, "endpoint"), "queue_limit_per_instance");
    int green = endpoint->instance_count;
    for (size_t v = 0; v < setting->version_count; v++)
        green = setting->versions[v].instance_count > green ? setting->versions[v].instance_count : green;
    int64_t instances = (int64_t)endpoint->instance_count + green;
    if (limit != NULL && instances * endpoint->queue_limit_per_instance > FLEET_MAX_PLACES)
        reader_error(reader, limit,
                     "must be at most %lld with %lld instances in both fleets (%d places in all), got %d",
                     (long long)(FLEET_MAX_PLACES / instances), (long long)instances, FLEET_MAX_PLACES,
                     endpoint->queue_limit_per_instance);
}

/* A range of datapoints must lie in the warm-up, the last of them visible. */
static void extend_warmup(struct reader *reader, const struct json *root, struct setting *setting)
{
    const int64_t visible_us = 150 * US_PER_S;
    int64_t needed_us = visible_us;
    const char *alarm = NULL;
    for (size_t i = 0; i < setting->alarm_count; i++) {
        const struct alarm_config *config = &setting->alarms[i];
        int64_t periods = (int64_t)config->evaluation_periods + setting->modelling.evaluation_range_extra;
        int64_t range_us = periods * config->period_s * US_PER_S + visible_us;
        if (range_us > needed_us) {
            needed_us = range_us;
            alarm = config->name;
        }
    }
    if (setting->warmup_us >= needed_us)
        return;
    const struct json *own = json_get(root, "warmup_s"), *at = own != NULL ? own : json_get(root, "alarms");
    if (needed_us > us_from_s(MONTH_S)) {
        reader_error(reader, at,
                     "alarm \"%s\" needs %.15g s before the deployment, and a warm-up may take %.15g: shorten its "
                     "Period times EvaluationPeriods, or modelling.evaluation_range_extra",
                     alarm, s_from_us(needed_us), MONTH_S);
        return;
    }
    reader_warn(reader, at, "the warm-up is extended from %.15g s to %.15g s%s%s%s", s_from_us(setting->warmup_us),
                s_from_us(needed_us), alarm != NULL ? ", the range of alarm \"" : "", alarm != NULL ? alarm : "",
                alarm != NULL ? "\"" : "");
    setting->warmup_us = needed_us;
}

/* Service times that a trace brings are for the versions without their own. */
static void judge_service_column(struct reader *reader, const struct json *root, const struct version_list *versions,
                                 const struct traffic_config *traffic)
{
    for (size_t v = 0; v < versions->count; v++)
        if (versions->items[v].service.kind == NULL)
            return;
    if (traffic->service_us != NULL && versions->count > 0)
        reader_warn(reader, json_get(json_get(root, "traffic"), "service_column"),
                    "is not used, since every version has its own service_time: leave that out where the trace's "
                    "counts");
}

static struct scenario_parts match(struct reader *reader, const struct json *root, struct scenario_input *input)
{
    struct setting *setting = &input->scenario.setting;
    struct version_list versions = {0};
    struct policy_list policies = {0};
    struct alarm_list alarms = {0};
    bool has_versions = input->versions != NULL &&
                        versions_read(reader, input->versions, setting->traffic.service_us != NULL, &versions);
    bool has_policies =
        input->policies != NULL && policies_read(reader, input->policies, &setting->endpoint, &policies);
    if (input->alarms != NULL)
        policies_read_alarms(reader, input->alarms, &alarms);
    if (versions.count > 0) {
        read_current(reader, input->current, &versions, setting);
        judge_probabilities(reader, &versions, setting->current);
    }
    judge_service_column(reader, root, &versions, &setting->traffic);
    judge_quota(reader, root, &setting->endpoint);
    if (has_policies && has_versions && setting->endpoint.instance_count > 0)
        policies_judge(reader, &policies, &versions, &setting->endpoint, setting->modelling.size_rounding);
    policies_match_alarms(reader, &policies, &alarms, &versions, &setting->endpoint, &setting->alarms,
                          &setting->alarm_count);
    if (input->gates != NULL && versions.count > 0 && policies.count > 0)
        promises_read(reader, input->gates, &policies, &versions, input->current, &input->scenario.gates,
                      &input->scenario.gate_count);
    setting->versions = versions.items;
    setting->version_count = versions.count;
    setting->policies = policies.items;
    setting->policy_count = policies.count;
    judge_places(reader, root, setting);
    extend_warmup(reader, root, setting);
    return (struct scenario_parts){versions, policies, alarms};
}

bool scenario_fill(struct reader *reader, const struct json *root, struct scenario *out, struct scenario_parts *parts)
{
    size_t errors = diagnostics_errors(reader->diagnostics), plain = diagnostics_plain_errors(reader->diagnostics);
    struct scenario_input input = input_default();
    json_drop_comments(root->document);
    reader_table(reader, root, &scenario_table, &input);
    struct scenario_parts found = match(reader, root, &input);
    if (parts != NULL)
        *parts = found;
    if (diagnostics_plain_errors(reader->diagnostics) > plain)
        return false;
    input.scenario.file = arena_text(reader->arena, root->document->source->name);
    reader_hash(reader, root, input.scenario.sha256);
    *out = input.scenario;
    return diagnostics_errors(reader->diagnostics) == errors;
}
