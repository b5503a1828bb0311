/* The rules that look at one alarm by itself. */
#include "scenarios/lint/rules.h"

#include "scenarios/nearest.h"

#include <math.h>
#include <string.h>

/* ---- what the rules share ---- */

static const char *text_of(const struct alarm_entry *entry, const char *name)
{
    const struct json *member = json_get(entry->value, name);
    return member != NULL && json_is_text(member) ? json_text(member) : NULL;
}

static struct about about_alarm(const struct alarm_entry *entry, const char *member)
{
    return (struct about){.at = finding_alarm_place(entry, member), .alarm = entry->config.name};
}

/* The next alarm that was read without an error, or is known to be of a kind that is not modelled. */
static const struct alarm_entry *next_good(const struct alarm_entry *entry)
{
    while (entry != NULL && !entry->is_good)
        entry = entry->next;
    return entry;
}

#define EACH_ALARM(entry, lint) \
    const struct alarm_entry *entry = next_good((lint)->subject->parts.alarms.first); \
    entry != NULL; \
    entry = next_good(entry->next)

static bool is_fraction_metric(const struct alarm_config *alarm)
{
    const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
    return row != NULL && row->high == 1.0;
}

static bool is_mean(const struct alarm_config *alarm)
{
    return alarm->statistic.kind == STATISTIC_AVERAGE || alarm->statistic.kind == STATISTIC_TRIMMED_MEAN;
}

static bool is_upper(const struct alarm_config *alarm)
{
    return alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
}

/* ---- L1: threshold outside the statistic's range ---- */

static const char *range_words(const struct lint *lint, double low, double high)
{
    return isinf(high) ? say(lint, "is never below %.15g", low) : say(lint, "lies between %.15g and %.15g", low, high);
}

static const char *never_repair(const struct lint *lint, const struct alarm_config *alarm)
{
    if (is_fraction_metric(alarm) && is_mean(alarm) && is_upper(alarm))
        return say(lint, "give a fraction: if %.15g %% was meant, the threshold is %.15g", alarm->threshold,
                   alarm->threshold / 100.0);
    return "choose a threshold inside that range";
}

void rules_range(struct lint *lint)
{
    double longest = lint->subject->setting.endpoint.invocation_timeout_us, low, high;
    for (EACH_ALARM(entry, lint)) {
        const struct alarm_config *alarm = &entry->config;
        if (!published_range(alarm, text_of(entry, "Unit"), longest, &low, &high))
            continue;
        bool at_low = alarm_breaches(alarm, low), at_high = alarm_breaches(alarm, high);
        if (at_low != at_high)
            continue;
        const char *range = range_words(lint, low, high), *condition = say_condition(lint, alarm);
        if (at_low)
            finding_add(lint, FINDING_ERROR, about_alarm(entry, "Threshold"),
                        "choose a threshold that healthy datapoints do not meet",
                        "the %s of %s %s, so \"%s\" holds for every datapoint: the alarm is in ALARM whenever there "
                        "is data",
                        alarm->statistic_text, alarm->metric_name, range, condition);
        else
            finding_add(lint, FINDING_ERROR, about_alarm(entry, "Threshold"), never_repair(lint, alarm),
                        "the %s of %s %s, so \"%s\" can never hold: this alarm cannot fire", alarm->statistic_text,
                        alarm->metric_name, range, condition);
    }
}

/* ---- L12: unit slips ---- */

/* What a healthy answer takes, us; NAN where nothing is known. */
static double usual_latency(const struct lint *lint)
{
    const struct setting *setting = &lint->subject->setting;
    const struct draw *law = &setting->versions[setting->current].service;
    return law->kind != NULL ? draw_quantile(law, 0.5) : NAN;
}

/* The first unit, milliseconds or seconds, in which the threshold would make sense: above what is usual. Where nothing is
 * known, of less than a millisecond milliseconds are likelier. */
static double slip_of(double threshold, double usual)
{
    enum { MILLISECOND = 1000, SECOND = 1000000 };
    if (isnan(usual))
        return threshold < MILLISECOND ? MILLISECOND : 1.0;
    if (threshold >= 0.1 * usual)
        return 1.0;
    return threshold * MILLISECOND > usual ? MILLISECOND : threshold * SECOND > usual ? SECOND : 1.0;
}

static void latency_slip(struct lint *lint, const struct alarm_entry *entry)
{
    const struct alarm_config *alarm = &entry->config;
    bool is_latency = strcmp(alarm->metric_name, "ModelLatency") == 0;
    bool is_value = alarm->statistic.kind != STATISTIC_SAMPLE_COUNT && alarm->statistic.kind != STATISTIC_SUM;
    double usual = usual_latency(lint), threshold = alarm->threshold;
    if (!is_latency || !is_value || !is_upper(alarm) || threshold <= 0.0)
        return;
    double unit = slip_of(threshold, usual);
    if (unit == 1.0)
        return;
    const char *beside = isnan(usual) ? "" : say(lint, ", while half of the answers take over %.3g ms", usual / 1e3);
    finding_add(lint, FINDING_WARNING, about_alarm(entry, "Threshold"),
                say(lint, "if %.15g %s was meant, the threshold is %.15g", threshold, unit == 1e3 ? "ms" : "s",
                    threshold * unit),
                "ModelLatency is in microseconds: %.15g is %.3g ms%s", threshold, threshold / 1e3, beside);
}

static void percent_slip(struct lint *lint, const struct alarm_entry *entry)
{
    const struct alarm_config *alarm = &entry->config;
    const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
    const char *unit = text_of(entry, "Unit");
    const char *published = row != NULL ? row->unit : unit; /* of SageMaker's metrics it is known what they are in */
    bool is_percent = published != NULL && strcmp(published, "Percent") == 0;
    if (is_fraction_metric(alarm) && is_mean(alarm) && is_upper(alarm) && alarm->threshold == 1.0 &&
        alarm->comparison == COMPARE_GREATER_OR_EQUAL)
        finding_add(lint, FINDING_WARNING, about_alarm(entry, "Threshold"), "if 1 % was meant, the threshold is 0.01",
                    "the %s of %s is a fraction of the requests: \"%s\" holds only when every request of the period "
                    "fails, 100 %% and not 1 %%",
                    alarm->statistic_text, alarm->metric_name, say_condition(lint, alarm));
    else if (is_percent && is_upper(alarm) && alarm->threshold > 0.0 && alarm->threshold <= 1.0 &&
             alarm->statistic.kind != STATISTIC_SAMPLE_COUNT)
        finding_add(lint, FINDING_WARNING, about_alarm(entry, "Threshold"),
                    say(lint, "if %.15g %% was meant, the threshold is %.15g", 100.0 * alarm->threshold,
                        100.0 * alarm->threshold),
                    "%s is in percent: %.15g is %.15g %%, which is nearly always exceeded", alarm->metric_name,
                    alarm->threshold, alarm->threshold);
}

void rules_units(struct lint *lint)
{
    for (EACH_ALARM(entry, lint)) {
        const struct published *row = published_find(entry->config.namespace_name, entry->config.metric_name);
        const char *unit = text_of(entry, "Unit");
        latency_slip(lint, entry);
        percent_slip(lint, entry);
        if (row != NULL && unit != NULL && strcmp(unit, row->unit) != 0)
            finding_add(lint, FINDING_ERROR, about_alarm(entry, "Unit"), "leave out Unit",
                        "%s is published in %s, and an alarm in %s sees none of its datapoints",
                        entry->config.metric_name, strcmp(row->unit, "None") == 0 ? "no unit (None)" : row->unit, unit);
    }
}

/* ---- L13: what does not exist ---- */

static void unknown_metric(struct lint *lint, const struct alarm_entry *entry)
{
    const struct alarm_config *alarm = &entry->config;
    const char *namespace_name = published_namespace(alarm->namespace_name);
    bool is_listed = lint_subject_lists(lint->subject, alarm->name);
    if (namespace_name != NULL && strcmp(namespace_name, alarm->namespace_name) != 0) {
        finding_add(lint, FINDING_ERROR, about_alarm(entry, "Namespace"), say(lint, "did you mean %s?", namespace_name),
                    "there is no namespace %s, and names are told apart by case: this alarm never sees any data",
                    alarm->namespace_name);
    } else if (namespace_name != NULL) {
        const char *nearest = published_nearest(namespace_name, alarm->metric_name);
        const struct published *elsewhere = published_elsewhere(alarm->metric_name);
        finding_add(lint, FINDING_ERROR, about_alarm(entry, "MetricName"),
                    elsewhere != NULL
                        ? say(lint, "%s is in the namespace %s", elsewhere->name, elsewhere->namespace_name)
                    : nearest != NULL ? say(lint, "did you mean %s?", nearest)
                                      : "take a metric that SageMaker publishes of an endpoint",
                    "%s publishes no metric %s: this alarm never sees any data", namespace_name, alarm->metric_name);
    } else if (is_listed) {
        finding_add(lint, FINDING_WARNING, about_alarm(entry, "MetricName"),
                    "list an alarm on the endpoint's own metrics beside it",
                    "%s %s is no metric of this endpoint: whether it sees a bad version at all cannot be told",
                    alarm->namespace_name, alarm->metric_name);
    }
}

static void not_emitted(struct lint *lint, const struct alarm_entry *entry, const struct published *row)
{
    const char *who = "";
    for (int type = 0; type < ENDPOINT_TYPES; type++)
        if (row->types & (1u << type))
            who = say_list(lint, who, endpoint_type_names[type]);
    finding_add(lint, FINDING_ERROR, about_alarm(entry, "MetricName"),
                lint->subject->type == ENDPOINT_ASYNC
                    ? "take Invocation5XXErrors, ModelLatency or a metric of the queue"
                    : "take a metric that this kind of endpoint publishes",
                "%s endpoints do not publish %s (%s do): this alarm never sees any data",
                endpoint_type_names[lint->subject->type], row->name, who);
}

static const char *never_sees = "this alarm never sees any data";

static void wrong_dimension(struct lint *lint, const struct alarm_entry *entry, const char *name, const char *value,
                            const char *own)
{
    finding_add(lint, FINDING_ERROR, about_alarm(entry, "Dimensions"), say(lint, "give %s as \"%s\"", name, own),
                "%s is \"%s\", the endpoint's is \"%s\": %s", name, value, own, never_sees);
}

/* Is it the configuration of some version? Otherwise *nearest_name is the new one that may be meant, or NULL. */
static bool is_config(const struct lint *lint, const char *name, const char **nearest_name)
{
    const struct setting *setting = &lint->subject->setting;
    struct nearest nearest = nearest_to(name);
    for (size_t v = 0; v < setting->version_count; v++) {
        const char *own = setting->versions[v].endpoint_config_name;
        if (own != NULL && strcmp(own, name) == 0)
            return true;
        if (own != NULL && v != setting->current)
            nearest_offer(&nearest, own);
    }
    *nearest_name = nearest_found(&nearest);
    return false;
}

/* Of AWS files it is not known which of several names is the endpoint's own. */
static void differs(struct lint *lint, const struct alarm_entry *entry, const char *name, const char *value)
{
    finding_add(lint, FINDING_WARNING, about_alarm(entry, "Dimensions"),
                "check the names: an alarm that has another than the endpoint's never sees any data",
                "%s is \"%s\", and other alarms of this deployment have another", name, value);
}

static void dimensions(struct lint *lint, const struct alarm_entry *entry, const struct published *row)
{
    const struct alarm_config *alarm = &entry->config;
    const struct endpoint_config *endpoint = &lint->subject->setting.endpoint;
    const char *nearest = NULL, *endpoint_name = endpoint->endpoint_name, *variant_name = endpoint->variant_name;
    bool is_component = lint->subject->type == ENDPOINT_COMPONENT;
    if (entry->foreign != NULL && !is_component)
        finding_add(lint, FINDING_ERROR, (struct about){.at = entry->foreign, .alarm = alarm->name},
                    "use EndpointName and VariantName, and EndpointConfigName for one fleet alone",
                    "%s of a %s endpoint has no such dimension: %s", row->name,
                    endpoint_type_names[lint->subject->type], never_sees);
    else if (is_component)
        return;
    else if (alarm->endpoint_name == NULL || (alarm->variant_name == NULL && row->is_of_variant))
        finding_add(lint, FINDING_ERROR, about_alarm(entry, "Dimensions"), "give both",
                    "%s is published with EndpointName%s: %s", row->name, row->is_of_variant ? " and VariantName" : "",
                    never_sees);
    else if (endpoint_name[0] != '\0' && strcmp(alarm->endpoint_name, endpoint_name) != 0 && !entry->is_renamed)
        wrong_dimension(lint, entry, "EndpointName", alarm->endpoint_name, endpoint_name);
    else if (alarm->variant_name != NULL && variant_name[0] != '\0' && !entry->is_renamed &&
             strcmp(alarm->variant_name, variant_name) != 0)
        wrong_dimension(lint, entry, "VariantName", alarm->variant_name, variant_name);
    else if (endpoint_name[0] == '\0')
        differs(lint, entry, "EndpointName", alarm->endpoint_name);
    else if (alarm->variant_name != NULL && variant_name[0] == '\0')
        differs(lint, entry, "VariantName", alarm->variant_name);
    else if (alarm->endpoint_config_name != NULL && lint->subject->is_scenario &&
             !is_config(lint, alarm->endpoint_config_name, &nearest))
        finding_add(lint, FINDING_ERROR, about_alarm(entry, "Dimensions"),
                    nearest != NULL ? say(lint, "did you mean \"%s\"?", nearest) : "name the new configuration",
                    "EndpointConfigName is \"%s\", which is no version's: %s", alarm->endpoint_config_name, never_sees);
}

void rules_identity(struct lint *lint)
{
    for (EACH_ALARM(entry, lint)) {
        const struct published *row = published_find(entry->config.namespace_name, entry->config.metric_name);
        if (row == NULL)
            unknown_metric(lint, entry);
        else if (!lint->subject->is_scenario && !lint_subject_lists(lint->subject, entry->config.name))
            continue; /* it may well be another endpoint's */
        else if (!(row->types & (1u << lint->subject->type)))
            not_emitted(lint, entry, row);
        else
            dimensions(lint, entry, row);
    }
}

/* ---- L18: periods shorter than the metric's own ---- */

void rules_resolution(struct lint *lint)
{
    for (EACH_ALARM(entry, lint)) {
        const struct alarm_config *alarm = &entry->config;
        const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
        if (row == NULL || alarm->period_s >= row->seconds)
            continue;
        int of = row->seconds / alarm->period_s;
        finding_add(lint, FINDING_WARNING, about_alarm(entry, "Period"), say(lint, "use Period %d", row->seconds),
                    "%s comes once in %d s, so of %d datapoints of %d s %d %s missing, and TreatMissingData decides",
                    row->name, row->seconds, of, alarm->period_s, of - 1, of == 2 ? "is" : "are");
    }
}

/* ---- L21: counting samples for errors ---- */

void rules_counted(struct lint *lint)
{
    for (EACH_ALARM(entry, lint)) {
        const struct alarm_config *alarm = &entry->config;
        const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
        if (row == NULL || row->high != 1.0 || alarm->statistic.kind != STATISTIC_SAMPLE_COUNT)
            continue;
        finding_add(lint, FINDING_WARNING, about_alarm(entry, "Statistic"), "use Sum for the number of errors",
                    "%s has a sample for each request, good or bad: its SampleCount counts requests, not errors",
                    row->name);
    }
}

/* ---- L22: what bakeoff does not model ---- */

void rules_unmodelled(struct lint *lint)
{
    for (const struct alarm_entry *entry = lint->subject->parts.alarms.first; entry != NULL; entry = entry->next) {
        if (entry->not_modelled == NULL || !lint_subject_lists(lint->subject, entry->config.name))
            continue;
        bool is_composite = json_get(entry->value, "AlarmRule") != NULL;
        if (!is_composite) /* those are L17's */
            finding_add(lint, FINDING_WARNING, about_alarm(entry, "AlarmName"),
                        "list an alarm on one metric with a fixed threshold beside it",
                        "%s not modelled: what this alarm can do is not told", entry->not_modelled);
    }
    for (EACH_ALARM(entry, lint)) {
        const struct alarm_config *alarm = &entry->config;
        const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
        bool is_simulated = alarm->metric != METRICS;
        bool is_emitted = row != NULL && row->types & (1u << lint->subject->type);
        if (is_emitted && !is_simulated && lint_subject_lists(lint->subject, alarm->name))
            finding_add(lint, FINDING_NOTE, about_alarm(entry, "MetricName"),
                        "leave it out of a scenario, which compare would refuse",
                        "%s is published, but not modelled: what this alarm can do is not told", alarm->metric_name);
    }
}
