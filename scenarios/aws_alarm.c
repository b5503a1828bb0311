#include "scenarios/aws_alarm.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, WEEK_S = 7 * DAY_S, HOUR_S = 3600, MAX_DIMENSIONS = 30, MAX_ACTIONS = 5 };

/* What is read before it is judged. */
struct alarm_input {
    struct alarm_config config;
    int statistic; /* index into statistic_words */
    const char *extended_statistic;
    const struct json *dimensions;
    int unit;        /* index into unit_words, -1: not given */
    int low_samples; /* index into low_sample_words */
    const char *unused_text;
    bool unused_flag;
};

static const char *const low_sample_words[] = {"evaluate", "ignore"};
static const char *const statistic_words[] = {"SampleCount", "Average", "Sum", "Minimum", "Maximum"};
static const double short_periods[] = {10.0, 20.0, 30.0};
static const char *const unit_words[] = {
    "Seconds",          "Microseconds",     "Milliseconds", "Bytes",           "Kilobytes",        "Megabytes",
    "Gigabytes",        "Terabytes",        "Bits",         "Kilobits",        "Megabits",         "Gigabits",
    "Terabits",         "Percent",          "Count",        "Bytes/Second",    "Kilobytes/Second", "Megabytes/Second",
    "Gigabytes/Second", "Terabytes/Second", "Bits/Second",  "Kilobits/Second", "Megabits/Second",  "Gigabits/Second",
    "Terabits/Second",  "Count/Second",     "None"};

/* ---- fields with rules of their own ---- */

static bool read_period(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    double period = json_is_number(value) ? json_number(value) : 0.0;
    bool is_good = period >= key->step && period <= key->high && fmod(period, key->step) == 0.0;
    for (size_t i = 0; i < key->other_count; i++)
        is_good |= period == key->others[i];
    if (is_good) {
        *(int *)field = (int)period;
        return true;
    }
    if (period > WEEK_S)
        reader_error(reader, value, "must be at most %d (a week), got %s", WEEK_S, reader_shown(reader, value));
    else
        reader_error(reader, value, "must be 10, 20, 30 or a multiple of 60, got %s", reader_shown(reader, value));
    return false;
}

static bool read_comparison(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    static const char *const anomaly[] = {"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold",
                                          "GreaterThanUpperThreshold"};
    for (size_t i = 0; json_is_text(value) && i < KEY_COUNT(anomaly); i++)
        if (strcmp(anomaly[i], json_text(value)) == 0) {
            reader_error(reader, value, "%s belongs to anomaly detection, which is not modelled", anomaly[i]);
            return false;
        }
    struct key word = *key;
    word.type = KEY_WORD;
    return reader_value(reader, value, &word, field);
}

static const struct key arn = {.type = KEY_TEXT, .low = 1, .high = 1024};
static const struct form arn_form = {FORM_ROW, .row = &arn};
static const struct form actions_form = {FORM_LIST, .each = &arn_form, .high = MAX_ACTIONS};

static bool read_actions(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    (void)field;
    if (!reader_is_list(reader, value, "a list of ARNs"))
        return false;
    bool is_good = json_count(value) <= MAX_ACTIONS;
    if (!is_good)
        reader_error(reader, value, "must list at most %d actions, got %zu", MAX_ACTIONS, json_count(value));
    for (const struct json *action = value->child; action != NULL; action = action->next) {
        const char *unused;
        is_good &= reader_value(reader, action, &arn, &unused);
    }
    return is_good;
}

static bool read_namespace(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    struct key text = *key;
    text.type = KEY_TEXT;
    if (!reader_value(reader, value, &text, field))
        return false;
    bool has_colon = json_text(value)[0] == ':';
    if (has_colon)
        reader_error(reader, value, "must not begin with a colon");
    return !has_colon;
}

static const struct key window_keys[] = {{"SlidingWindow", KEY_UNUSED, .meaning = "what every alarm has"}};
static const struct key_table window_table = {"EvaluationWindow", window_keys, KEY_COUNT(window_keys)};

/* EvaluationWindow: the sliding one is what every alarm has. */
static bool read_window(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    if (json_get(value, "WallClockWindow") == NULL)
        return reader_table(reader, value, &window_table, field);
    reader_error(reader, value, "wall-clock windows are not modelled: leave out EvaluationWindow");
    return false;
}

/* ---- tables ---- */

struct dimension {
    const char *name, *value;
};
static const struct key dimension_keys[] = {
    {"Name", KEY_TEXT, offsetof(struct dimension, name), .low = 1, .high = 255, .required = true,
     .meaning = "EndpointName, VariantName, ..."},
    {"Value", KEY_TEXT, offsetof(struct dimension, value), .low = 1, .high = 1024, .required = true,
     .meaning = "what it must be"},
};
static const struct key_table dimension_table = {"a dimension", dimension_keys, KEY_COUNT(dimension_keys)};

static const struct form dimension_form = {FORM_OBJECT, .table = &dimension_table};
static const struct form dimensions_form = {FORM_LIST, .each = &dimension_form, .high = MAX_DIMENSIONS};

/* What is known to AWS and not modelled may be there as an empty list. */
static const struct form nothing_form = {FORM_NOTHING};
static const struct form window_form = {FORM_OBJECT, .table = &window_table};

#define AT(field) offsetof(struct alarm_input, field)
#define ACTIONS(name) \
    { \
        name, KEY_OWN, .read = read_actions, .form = &actions_form, .meaning = "not used here" \
    }

static const struct key alarm_keys[] = {
    {"AlarmName", KEY_TEXT, AT(config.name), .low = 1, .high = 255, .required = true, .meaning = "the alarm's name"},
    {"AlarmDescription", KEY_TEXT, AT(unused_text), .low = 0, .high = 1024, .meaning = "not used here"},
    {"ActionsEnabled", KEY_FLAG, AT(unused_flag), .meaning = "not used: the guardrail reads the state"},
    ACTIONS("OKActions"),
    ACTIONS("AlarmActions"),
    ACTIONS("InsufficientDataActions"),
    {"MetricName", KEY_TEXT, AT(config.metric_name), .low = 1, .high = 255, .required = true, .meaning = "the metric"},
    {"Namespace", KEY_OWN, AT(config.namespace_name), .low = 1, .high = 255, .required = true, .read = read_namespace,
     .as = KEY_TEXT, .pattern = "^[^:]", .meaning = "AWS/SageMaker for an endpoint's metrics"},
    {"Statistic", KEY_WORD, AT(statistic), KEY_WORDS(statistic_words), .meaning = "what is taken of a period"},
    {"ExtendedStatistic", KEY_TEXT, AT(extended_statistic), .pattern = "^(p|tm)(100(\\.0*)?|[0-9]{1,2}(\\.[0-9]*)?)$",
     .meaning = "in its place: a percentile such as p99 or p99.9, or a trimmed mean such as tm99"},
    {"Dimensions", KEY_VALUE, AT(dimensions), .form = &dimensions_form,
     .meaning = "EndpointName, VariantName, EndpointConfigName"},
    {"Period", KEY_OWN, AT(config.period_s), "s", .high = WEEK_S, .required = true, .read = read_period,
     .as = KEY_INTEGER, .step = 60.0, .others = short_periods, .other_count = KEY_COUNT(short_periods),
     .meaning = "of one datapoint: 10, 20, 30 or a multiple of 60"},
    {"Unit", KEY_WORD, AT(unit), KEY_WORDS(unit_words), .meaning = "only datapoints of this unit"},
    {"EvaluationPeriods", KEY_INTEGER, AT(config.evaluation_periods), .low = 1, .high = INFINITY, .required = true,
     .meaning = "how many of the newest datapoints are judged (N)"},
    {"DatapointsToAlarm", KEY_INTEGER, AT(config.datapoints_to_alarm), .low = 1, .high = INFINITY,
     .meaning = "how many of them must breach (M); N if absent"},
    {"Threshold", KEY_NUMBER, AT(config.threshold), .required = true, .meaning = "what the statistic is compared with"},
    {"ComparisonOperator", KEY_OWN, AT(config.comparison), .words = comparison_names, .word_count = COMPARISONS,
     .required = true, .read = read_comparison, .as = KEY_WORD, .meaning = "what breaches the threshold"},
    {"TreatMissingData", KEY_WORD, AT(config.missing), .words = missing_data_names, .word_count = MISSING_POLICIES,
     .fallback = "\"missing\"", .meaning = "what a missing datapoint counts as"},
    {"EvaluateLowSampleCountPercentile", KEY_WORD, AT(low_samples), KEY_WORDS(low_sample_words),
     .fallback = "\"evaluate\"", .meaning = "whether a percentile of few samples is judged"},
    {"Tags", KEY_UNUSED, .meaning = "not used here"},
    {"EvaluationWindow", KEY_OWN, .read = read_window, .form = &window_form, .meaning = "sliding only"},
    {"Metrics", KEY_UNUSED, .form = &nothing_form, .meaning = "not modelled"},
    {"ThresholdMetricId", KEY_UNUSED, .form = &nothing_form, .meaning = "not modelled"},
    {"EvaluationCriteria", KEY_UNUSED, .form = &nothing_form, .meaning = "not modelled"},
    {"EvaluationInterval", KEY_UNUSED, .form = &nothing_form, .meaning = "not modelled"},
};
static const struct key_rule alarm_rules[] = {{RULE_ONE_OF, {"Statistic", "ExtendedStatistic"}}, {RULE_END}};
const struct key_table aws_alarm_table = {"an alarm", alarm_keys, KEY_COUNT(alarm_keys), alarm_rules};
const struct form aws_alarm_form = {FORM_OBJECT, .table = &aws_alarm_table};

static const struct key described_keys[] = {
    {"AlarmArn", KEY_UNUSED, .meaning = "not used here"},
    {"AlarmConfigurationUpdatedTimestamp", KEY_UNUSED, .meaning = "not used here"},
    {"EvaluationState", KEY_UNUSED, .meaning = "not used here"},
    {"StateReason", KEY_UNUSED, .meaning = "not used here"},
    {"StateReasonData", KEY_UNUSED, .meaning = "not used here"},
    {"StateTransitionedTimestamp", KEY_UNUSED, .meaning = "not used here"},
    {"StateUpdatedTimestamp", KEY_UNUSED, .meaning = "not used here"},
    {"StateValue", KEY_UNUSED, .meaning = "not used here"},
};
const struct key_table aws_alarm_described_table = {"an alarm", described_keys, KEY_COUNT(described_keys)};
static const struct form described_form = {FORM_OBJECT, "described_alarm", .table = &aws_alarm_table,
                                           .beside = &aws_alarm_described_table};
static const struct form described_list_form = {FORM_LIST, .each = &described_form};

struct wrapper_input {
    const struct json *metric_alarms, *composite_alarms;
};
static const struct key wrapper_keys[] = {
    {"MetricAlarms", KEY_VALUE, offsetof(struct wrapper_input, metric_alarms), .form = &described_list_form,
     .required = true, .meaning = "a list of alarms"},
    {"CompositeAlarms", KEY_VALUE, offsetof(struct wrapper_input, composite_alarms), .form = &nothing_form,
     .meaning = "not modelled"},
    {"LogAlarms", KEY_UNUSED, .meaning = "not used here"},
    {"NextToken", KEY_UNUSED, .meaning = "not used here"},
};
const struct key_table aws_alarm_wrapper_table = {"MetricAlarms", wrapper_keys, KEY_COUNT(wrapper_keys)};
const struct form aws_alarm_wrapper_form = {FORM_OBJECT, .table = &aws_alarm_wrapper_table};

/* ---- one alarm ---- */

/* Kinds of alarm that are told by a key and go no further. */
static bool is_modelled(struct reader *reader, const struct json *value, const char **not_modelled)
{
    static const struct {
        const char *name, *what;
    } rows[] = {
        {"AlarmRule", "composite alarms are"},         {"Metrics", "metric math is"},
        {"ThresholdMetricId", "anomaly detection is"}, {"EvaluationCriteria", "PromQL alarms are"},
        {"EvaluationInterval", "PromQL alarms are"},
    };
    reader->rule = "";
    bool is_good = true;
    for (size_t i = 0; i < KEY_COUNT(rows); i++) {
        const struct json *member = json_get(value, rows[i].name);
        if (member == NULL || (json_is_list(member) && member->child == NULL))
            continue;
        reader_error_name(reader, member, "%s not modelled: use an alarm on one metric with a fixed threshold",
                          rows[i].what);
        *not_modelled = rows[i].what;
        is_good = false;
    }
    reader->rule = NULL;
    return is_good;
}

/* That one of the two is there, the rules of the table say. */
static bool judge_statistic(struct reader *reader, const struct json *value, struct alarm_input *input,
                            const char **not_modelled)
{
    struct statistic *statistic = &input->config.statistic;
    const struct json *extended = json_get(value, "ExtendedStatistic");
    if (input->extended_statistic == NULL) {
        input->config.statistic_text = statistic_words[input->statistic];
        return statistic_parse_standard(input->config.statistic_text, statistic);
    }
    input->config.statistic_text = input->extended_statistic;
    switch (statistic_parse_extended(input->extended_statistic, statistic)) {
    case STATISTIC_OK: return true;
    case STATISTIC_NOT_MODELLED:
        reader->rule = "";
        *not_modelled = "the statistic is";
        reader_error(reader, extended, "%s is not modelled: p0 to p100 and tm0 to tm100 are",
                     input->extended_statistic);
        reader->rule = NULL;
        return false;
    default:
        reader_error(reader, extended,
                     "must be a percentile such as p99 or p99.9, or a trimmed mean such as tm99, got %s",
                     reader_shown(reader, extended));
        return false;
    }
}

static bool judge_periods(struct reader *reader, const struct json *value, struct alarm_config *config)
{
    if (config->evaluation_periods == 0)
        return false;
    bool is_good = true;
    const struct json *count = json_get(value, "EvaluationPeriods");
    int64_t range_s = (int64_t)config->period_s * config->evaluation_periods;
    int limit_s = config->period_s < HOUR_S ? DAY_S : WEEK_S;
    if (range_s > limit_s) {
        reader_error(reader, count, "Period times EvaluationPeriods must be at most %d s%s, got %lld", limit_s,
                     limit_s == DAY_S ? " where Period is below 3600" : "", (long long)range_s);
        is_good = false;
    }
    config->datapoints_given = json_get(value, "DatapointsToAlarm") != NULL; /* the reason's wording depends on it */
    if (!config->datapoints_given)
        config->datapoints_to_alarm = config->evaluation_periods;
    if (config->datapoints_to_alarm > config->evaluation_periods) {
        reader_error(reader, json_get(value, "DatapointsToAlarm"), "must be at most EvaluationPeriods (%d), got %d",
                     config->evaluation_periods, config->datapoints_to_alarm);
        is_good = false;
    }
    return is_good;
}

static void judge_metric(struct reader *reader, const struct json *value, struct alarm_input *input)
{
    struct alarm_config *config = &input->config;
    config->metric = METRICS;
    if (config->namespace_name == NULL || config->metric_name == NULL)
        return;
    if (strcmp(config->namespace_name, "AWS/DynamoDB") == 0 && json_get(value, "TreatMissingData") == NULL)
        config->missing = MISSING_IGNORE; /* CloudWatch's own default for these */
    if (strcmp(config->namespace_name, "AWS/SageMaker") == 0)
        config->metric = metric_find(config->metric_name);
    if (config->metric == METRICS || input->unit < 0)
        return;
    const char *unit = unit_words[input->unit], *own = metric_rows[config->metric].unit;
    config->unit_mismatch = strcmp(unit, own) != 0;
    reader->rule = "";
    if (config->unit_mismatch)
        reader_warn(reader, json_get(value, "Unit"),
                    "%s is published in %s, so this alarm never sees any data: leave out Unit", config->metric_name,
                    strcmp(own, "None") == 0 ? "no unit (None)" : own);
    reader->rule = NULL;
}

/* ---- dimensions ---- */

static bool is_repeated(const struct json *item, const char *name)
{
    for (const struct json *other = item->parent->child; other != item; other = other->next) {
        const struct json *other_name = json_get(other, "Name");
        if (other_name != NULL && json_is_text(other_name) && strcmp(json_text(other_name), name) == 0)
            return true;
    }
    return false;
}

static bool read_dimension(struct reader *reader, const struct json *item, struct alarm_entry *entry)
{
    struct dimension dimension = {0};
    if (!reader_table(reader, item, &dimension_table, &dimension))
        return false;
    if (is_repeated(item, dimension.name)) {
        reader_error(reader, json_get(item, "Name"), "the dimension %s was given before: keep one", dimension.name);
        return false;
    }
    struct alarm_config *config = &entry->config;
    if (strcmp(dimension.name, "EndpointName") == 0)
        config->endpoint_name = dimension.value;
    else if (strcmp(dimension.name, "VariantName") == 0)
        config->variant_name = dimension.value;
    else if (strcmp(dimension.name, "EndpointConfigName") == 0)
        config->endpoint_config_name = dimension.value;
    else if (entry->foreign == NULL)
        entry->foreign = item;
    return true;
}

static bool read_dimensions(struct reader *reader, const struct json *list, struct alarm_entry *entry)
{
    if (list == NULL)
        return true;
    if (!reader_is_list(reader, list, "a list of {\"Name\": ..., \"Value\": ...}"))
        return false;
    if (json_count(list) > MAX_DIMENSIONS) {
        reader_error(reader, list, "must list at most %d dimensions, got %zu", MAX_DIMENSIONS, json_count(list));
        return false;
    }
    bool is_good = true;
    for (const struct json *item = list->child; item != NULL; item = item->next)
        is_good &= read_dimension(reader, item, entry);
    return is_good;
}

/* ---- many alarms ---- */

static bool read_alarm(struct reader *reader, const struct json *value, bool is_described, struct alarm_entry *entry)
{
    if (!reader_is_object(reader, value, "an alarm, as PutMetricAlarm takes it") ||
        !is_modelled(reader, value, &entry->not_modelled))
        return false;
    struct alarm_input input = {.unit = -1};
    struct key_sheet sheets[] = {{&aws_alarm_table, &input}, {&aws_alarm_described_table, &input}};
    bool is_good = reader_object(reader, value, sheets, is_described ? 2 : 1);
    is_good &= judge_statistic(reader, value, &input, &entry->not_modelled);
    is_good &= judge_periods(reader, value, &input.config);
    judge_metric(reader, value, &input);
    input.config.ignores_low_samples = input.low_samples == 1;
    entry->config = input.config;
    return read_dimensions(reader, input.dimensions, entry) && is_good;
}

static struct alarm_entry *append(struct reader *reader, const struct json *value, struct alarm_list *list)
{
    struct alarm_entry *entry = arena_take(reader->scratch, sizeof *entry);
    entry->value = value;
    entry->order = list->count++;
    *(list->last != NULL ? &list->last->next : &list->first) = entry;
    list->last = entry;
    return entry;
}

static bool add_alarm(struct reader *reader, const struct json *value, bool is_described, struct alarm_list *list)
{
    struct alarm_entry *entry = append(reader, value, list);
    entry->is_good = read_alarm(reader, value, is_described, entry);
    const struct json *name = json_get(value, "AlarmName");
    if (entry->config.name == NULL && name != NULL && json_is_text(name))
        entry->config.name = arena_text(reader->arena, json_text(name));
    return entry->is_good;
}

static bool add_alarms(struct reader *reader, const struct json *values, bool is_described, struct alarm_list *list)
{
    bool is_good = true;
    for (const struct json *value = values->child; value != NULL; value = value->next)
        is_good &= add_alarm(reader, value, is_described, list);
    return is_good;
}

/* Its name is known, so that a policy that lists it can be told why it does not count. */
static void add_composite(struct reader *reader, const struct json *value, struct alarm_list *list)
{
    const struct json *name = json_get(value, "AlarmName");
    if (name == NULL || !json_is_text(name))
        return;
    struct alarm_entry *entry = append(reader, value, list);
    entry->not_modelled = "composite alarms are";
    entry->config.name = arena_text(reader->arena, json_text(name));
}

static bool add_wrapped(struct reader *reader, const struct json *value, struct alarm_list *list)
{
    struct wrapper_input input = {0};
    bool is_good = reader_table(reader, value, &aws_alarm_wrapper_table, &input);
    const struct json *composite = input.composite_alarms;
    if (composite != NULL && (!json_is_list(composite) || composite->child != NULL)) {
        reader->rule = json_is_list(composite) ? "" : NULL;
        reader_error_name(reader, composite, "composite alarms are not modelled: leave them out");
        reader->rule = NULL;
        for (const struct json *item = composite->child; item != NULL; item = item->next)
            add_composite(reader, item, list);
        is_good = false;
    }
    return reader_is_list(reader, input.metric_alarms, "a list of alarms") &&
           add_alarms(reader, input.metric_alarms, true, list) && is_good;
}

bool aws_alarms_read(struct reader *reader, const struct json *value, struct alarm_list *list)
{
    if (json_is_list(value))
        return add_alarms(reader, value, false, list);
    if (json_get(value, "MetricAlarms") != NULL)
        return add_wrapped(reader, value, list);
    return add_alarm(reader, value, false, list);
}

static int by_name(const void *a, const void *b)
{
    const struct alarm_entry *x = *(const struct alarm_entry *const *)a, *y = *(const struct alarm_entry *const *)b;
    int order = strcmp(x->config.name, y->config.name);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

bool aws_alarms_judge(struct reader *reader, const struct alarm_list *list)
{
    const struct alarm_entry **named = arena_array(reader->scratch, list->count, sizeof *named);
    size_t count = 0;
    for (const struct alarm_entry *entry = list->first; entry != NULL; entry = entry->next)
        if (entry->config.name != NULL)
            named[count++] = entry;
    qsort(named, count, sizeof *named, by_name);
    bool is_good = true;
    for (size_t i = 1; i < count; i++)
        if (strcmp(named[i - 1]->config.name, named[i]->config.name) == 0) {
            reader_error(reader, json_get(named[i]->value, "AlarmName"),
                         "another alarm has this name: names are unique");
            is_good = false;
        }
    return is_good;
}
