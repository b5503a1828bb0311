/* The rules that look at what an alarm can do in the bakes of a policy that lists it. They rest on the reachability matrix
 * of scenarios/lint/reach.h; where that knows no number, they say nothing. */
#include "scenarios/lint/rules.h"

#include "models/meter.h"
#include "scenarios/lint/sight.h"

#include <math.h>
#include <string.h>

#define EACH_WATCH(watch, lint) \
    struct watch_rows watch = {0}; \
    finding_next_watch(lint, &(watch));

static bool is_error_metric(const struct alarm_config *alarm)
{
    return alarm->metric == METRIC_4XX_ERRORS || alarm->metric == METRIC_5XX_ERRORS ||
           alarm->metric == METRIC_MODEL_ERRORS;
}

/* "CanaryBake", or "LinearStepBake[1] to LinearStepBake[4]". */
static const char *say_phases(const struct lint *lint, const struct reach *first, const struct reach *last)
{
    const char *from = finding_phase(lint, first);
    return first == last ? from : say(lint, "%s to %s", from, finding_phase(lint, last));
}

static const char *own_dimension(const struct lint *lint)
{
    const char *name = lint->subject->new_config_name;
    return name != NULL ? say(lint, "the dimension EndpointConfigName \"%s\"", name)
                        : "the dimension EndpointConfigName of the new version";
}

/* ---- L2: dilution ---- */

/* The threshold could be met by the statistic, if the new version had all of the traffic. */
static bool is_within_range(const struct alarm_config *alarm, double longest_us)
{
    double low, high;
    return !published_range(alarm, NULL, longest_us, &low, &high) ||
           alarm_breaches(alarm, low) != alarm_breaches(alarm, high);
}

static const char *say_statistic(const struct lint *lint, const struct alarm_config *alarm, double value)
{
    bool is_latency = alarm->metric == METRIC_MODEL_LATENCY || alarm->metric == METRIC_OVERHEAD_LATENCY;
    return is_latency ? say(lint, "%.3g us", value) : say(lint, "%.3g", value);
}

/* Watching the new fleet alone lifts a mean or a percentile; a Sum stays as it is. */
static const char *reach_repair(const struct lint *lint, const struct alarm_config *alarm, const struct reach *first)
{
    bool is_upper = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    bool is_mixed = (first->mask & MASK_BLUE) && first->green_share < 1.0 && alarm->statistic.kind != STATISTIC_SUM &&
                    alarm->statistic.kind != STATISTIC_SAMPLE_COUNT;
    const char *most = say_statistic(lint, alarm, first->max_statistic);
    if (!is_upper)
        return "compare with GreaterThanThreshold: what a bad version does raises the statistic";
    return is_mixed ? say(lint,
                          "add %s to the alarm, so that it sees the whole of the new fleet alone, or put the threshold "
                          "below %s",
                          own_dimension(lint), most)
                    : say(lint, "put the threshold below %s", most);
}

static void unreachable(struct lint *lint, const struct watch_rows *watch, const struct reach *first,
                        const struct reach *last)
{
    const struct alarm_config *alarm = watch->alarm;
    finding_add(lint, FINDING_ERROR, finding_about_watch(lint, watch, first), reach_repair(lint, alarm, first),
                "in %s the new version has %s%s of the traffic: were all of it bad, the %s of %s would come to %s, and "
                "\"%s\" does not hold: the alarm cannot fire there",
                say_phases(lint, first, last), first == last ? "" : "at first ", say_percent(lint, first->green_share),
                alarm->statistic_text, alarm->metric_name, say_statistic(lint, alarm, last->max_statistic),
                say_condition(lint, alarm));
}

/* It can fire, but only for much worse than the threshold says. */
static void diluted(struct lint *lint, const struct watch_rows *watch, const struct reach *row)
{
    const struct alarm_config *alarm = watch->alarm;
    bool is_mixed = (row->mask & MASK_BLUE) && (row->mask & MASK_GREEN) && row->green_share < 1.0;
    if (!is_mixed || alarm->statistic.kind != STATISTIC_AVERAGE || !is_error_metric(alarm) ||
        !(row->min_visible_error_fraction > 1.5 * alarm->threshold) || !isfinite(row->min_visible_error_fraction))
        return;
    finding_add(
        lint, FINDING_NOTE, finding_about_watch(lint, watch, row),
        say(lint, "add %s, and %s shows", own_dimension(lint), say_percent(lint, alarm->threshold)),
        "in %s the new version has %s of the traffic: it must fail %s of its requests to lift the Average of %s "
        "to %.3g",
        finding_phase(lint, row), say_percent(lint, row->green_share),
        say_percent(lint, row->min_visible_error_fraction), alarm->metric_name, alarm->threshold);
}

void rules_dilution(struct lint *lint)
{
    double longest = lint->subject->setting.endpoint.invocation_timeout_us;
    for (EACH_WATCH(watch, lint)) {
        if (!is_within_range(watch.alarm, longest)) /* L1 said so */
            continue;
        for (size_t i = 0; i < watch.count; i++) {
            const struct reach *first = &watch.rows[i];
            if (!(first->mask & MASK_GREEN) || isnan(first->max_statistic))
                continue;
            if (first->is_reachable) {
                if (i == 0)
                    diluted(lint, &watch, first);
                continue;
            }
            while (i + 1 < watch.count && !watch.rows[i + 1].is_reachable && watch.rows[i + 1].phase == first->phase)
                i++;
            unreachable(lint, &watch, first, &watch.rows[i]);
        }
    }
}

/* ---- L3: too late ---- */

/* Seconds from the first response of the new version to the end of this bake, at most: the launches between the batches
 * of a rolling update can take any time, so there nothing is known but of the first batch. */
static double longest_time(const struct lint *lint, const struct watch_rows *watch, size_t bake)
{
    const struct modelling *modelling = &lint->subject->setting.modelling;
    bool is_final_first = watch->rows[0].phase == PHASE_FINAL_BAKE && modelling->final_routing_lag.kind != NULL;
    const struct draw *lag = is_final_first ? &modelling->final_routing_lag : &modelling->routing_lag;
    double s = lag->kind != NULL ? -draw_quantile(lag, 1e-9) / 1e6 : 0.0;
    if (watch->rows[0].phase == PHASE_ROLLING_BAKE && bake > 0)
        return INFINITY;
    for (size_t i = 0; i <= bake; i++)
        s += watch->rows[i].phase_s;
    return s;
}

static const char *say_needs(const struct lint *lint, const struct alarm_config *alarm)
{
    return say(lint, "%d of %d datapoints of %d s", alarm->datapoints_to_alarm, alarm->evaluation_periods,
               alarm->period_s);
}

static bool is_hopeless(const struct lint *lint, const struct watch_rows *watch, size_t bake)
{
    const struct reach *row = &watch->rows[bake];
    return row->is_reachable && isfinite(row->earliest_trip_s) &&
           row->earliest_trip_s >= longest_time(lint, watch, bake);
}

static void cannot_protect(struct lint *lint, const struct watch_rows *watch, size_t first, size_t last)
{
    const struct reach *row = &watch->rows[first];
    finding_add(lint, FINDING_ERROR, finding_about_watch(lint, watch, row),
                "shorten Period times DatapointsToAlarm, or lengthen the bake",
                "%s after the first bad response is the earliest that this alarm can trip (%s, the metric's delay, the "
                "evaluation and the poll), and %s ends within %s of it: the alarm cannot protect %s",
                say_seconds(lint, row->earliest_trip_s), say_needs(lint, watch->alarm),
                finding_phase(lint, &watch->rows[last]), say_seconds(lint, longest_time(lint, watch, last)),
                first == last ? "it" : say_phases(lint, row, &watch->rows[last]));
}

/* A version that the alarm sees well enough, but later than the deployment lasts. */
static void expected_late(struct lint *lint, const struct watch_rows *watch)
{
    const struct setting *setting = &lint->subject->setting;
    size_t last = watch->count - 1;
    double time = longest_time(lint, watch, last);
    for (size_t v = 0; v < setting->version_count; v++) {
        double expected = watch->rows[last].expected_trip_s[v], p = watch->deployment->p_trip[v];
        if (v == setting->current || !(expected > time) || !(expected < 10.0 * time) || !(p < 0.5))
            continue;
        finding_add(
            lint, FINDING_WARNING, finding_about_watch(lint, watch, &watch->rows[last]),
            "shorten Period times DatapointsToAlarm, lower the threshold, or lengthen the bakes",
            "\"%s\" trips it %s after its first bad response on average, and the last bake ends within %s: P(trip) "
            "is %s",
            setting->versions[v].name, say_seconds(lint, expected), say_seconds(lint, time), say_percent(lint, p));
    }
}

void rules_too_late(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        bool is_told = false;
        for (size_t i = 0; i < watch.count; i++) {
            size_t first = i;
            if (!is_hopeless(lint, &watch, i))
                continue;
            while (i + 1 < watch.count && watch.rows[i + 1].phase == watch.rows[first].phase &&
                   is_hopeless(lint, &watch, i + 1))
                i++;
            cannot_protect(lint, &watch, first, i);
            is_told |= i + 1 == watch.count;
        }
        if (!is_told && watch.count > 0 && lint->subject->is_scenario)
            expected_late(lint, &watch);
    }
}

/* ---- L4: no data before the shift ---- */

void rules_no_data(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        const struct alarm_config *alarm = watch.alarm;
        if (watch.count == 0 || watch.rows[0].mask != MASK_GREEN)
            continue;
        struct about about = finding_about_watch(lint, &watch, &watch.rows[0]);
        about.at = finding_alarm_place(watch.entry, "TreatMissingData");
        double missing = watch.rows[0].good_missing;
        if (alarm->missing == MISSING_BREACHING)
            finding_add(
                lint, FINDING_ERROR, about, "use notBreaching",
                "before the shift the new configuration has no data, and \"breaching\" makes that an ALARM: the "
                "first poll of %s rolls any version back",
                finding_phase(lint, &watch.rows[0]));
        else if (missing > 0.05)
            finding_add(
                lint, FINDING_WARNING, about, "use a longer Period, or a larger first step",
                "%s of the new configuration's datapoints in %s are missing for want of requests, and \"%s\" lets "
                "that pass in silence",
                say_percent(lint, missing), finding_phase(lint, &watch.rows[0]), missing_data_names[alarm->missing]);
        else
            finding_add(lint, FINDING_NOTE, about, "",
                        "before the shift the new configuration has no data: the alarm is %s until its first requests, "
                        "which trips nothing",
                        alarm->missing == MISSING_NOT_BREACHING ? "OK"
                        : alarm->missing == MISSING_IGNORE      ? "as it was"
                                                                : "INSUFFICIENT_DATA");
    }
}

/* ---- L5: false trips, L10: red already ---- */

/* From where a chance is told, and from where it is an error. */
static const double told_from = 0.01, error_from = 0.1, red_error_from = 0.5;

/* A new configuration's lack of data is an alarm before the shift: rule L4 says so. */
static bool is_red_for_want_of_data(const struct watch_rows *watch)
{
    return watch->count > 0 && watch->rows[0].mask == MASK_GREEN && watch->alarm->missing == MISSING_BREACHING;
}

static const char *say_missing(const struct lint *lint, const struct watch_rows *watch)
{
    double missing = fmax(watch->rows[0].old_missing, watch->rows[0].good_missing);
    return watch->alarm->missing == MISSING_BREACHING && missing > 0.0
               ? say(lint, "; %s are missing, and \"breaching\" takes those for breaches", say_percent(lint, missing))
               : "";
}

void rules_false_trip(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        double p = watch.deployment->p_false_trip;
        if (watch.count == 0 || !(p >= told_from) || is_red_for_want_of_data(&watch))
            continue;
        const struct reach *row = &watch.rows[0];
        const char *bound = row->method == REACH_UPPER_BOUND ? "up to " : "", *missing = say_missing(lint, &watch);
        finding_add(
            lint, p >= error_from ? FINDING_ERROR : FINDING_WARNING, finding_about_watch(lint, &watch, NULL),
            missing[0] != '\0'
                ? "use notBreaching, raise the threshold, or ask for more datapoints (DatapointsToAlarm)"
                : "raise the threshold, ask for more datapoints (DatapointsToAlarm), or watch the new configuration "
                  "alone",
            "a good new version is rolled back with P = %s%s: of the datapoints of the old fleet %s breach, of "
            "those in %s with a good version %s%s",
            bound, say_percent(lint, p), say_percent(lint, row->old_breach), finding_phase(lint, row),
            say_percent(lint, row->good_breach), missing);
    }
}

void rules_red(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        double p = watch.deployment->p_old_red;
        if (!(p >= told_from) || is_red_for_want_of_data(&watch))
            continue;
        finding_add(
            lint, p >= red_error_from ? FINDING_ERROR : FINDING_WARNING, finding_about_watch(lint, &watch, NULL),
            "raise the threshold above what the old fleet does, or watch the new configuration alone",
            "the old fleet alone has the alarm in ALARM %s of the time: a deployment that begins then is rolled "
            "back at its first poll",
            say_percent(lint, p));
    }
}

/* ---- L6: percentiles of few samples ---- */

static double samples_of(const struct lint *lint, const struct watch_rows *watch, const struct reach *row)
{
    double share = row->mask & MASK_BLUE ? 1.0 : row->green_share;
    return traffic_mean_rps(&lint->subject->setting.traffic) * share * watch->alarm->period_s;
}

/* "the largest", "the 3 largest": those up to the percentile's nearest rank, from the nearer end. */
static const char *say_extremes(const struct lint *lint, double fraction, double samples)
{
    double n = fmax(1.0, round(samples)), rank = fmax(1.0, ceil(fraction * n - 1e-9));
    bool is_high = fraction >= 0.5;
    double count = is_high ? n - rank + 1.0 : rank;
    const char *end = is_high ? "largest" : "smallest";
    return count > 1.0 ? say(lint, "the %.0f %s", count, end) : say(lint, "the %s", end);
}

void rules_few_samples(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        const struct alarm_config *alarm = watch.alarm;
        double limit = alarm_low_sample_limit(&alarm->statistic);
        if (limit <= 0.0 || watch.count == 0 || watch.rows[0].mask == 0)
            continue;
        const struct reach *row = &watch.rows[0];
        double samples = samples_of(lint, &watch, row);
        struct about about = finding_about_watch(lint, &watch, row);
        about.at = finding_alarm_place(watch.entry, "ExtendedStatistic");
        if (!(samples > 0.0)) {
            finding_add(lint, FINDING_NOTE, about, "",
                        "%s wants %.15g samples in each period of %d s, %.3g requests a second of those that it sees",
                        alarm->statistic_text, limit, alarm->period_s, limit / alarm->period_s);
            continue;
        }
        if (samples >= limit)
            continue;
        /* So far below that a Poisson count hardly ever reaches it. */
        bool is_kept = alarm->ignores_low_samples && samples + 6.0 * sqrt(samples) < limit;
        const char *meaning = alarm->ignores_low_samples
                                  ? "\"ignore\" keeps the state through such periods"
                                  : say(lint, "it is judged all the same, and rests on %s of them",
                                        say_extremes(lint, alarm->statistic.fraction, samples));
        finding_add(lint, is_kept ? FINDING_ERROR : FINDING_WARNING, about,
                    say(lint, "use a Period of %.0f s or a %s percentile",
                        60.0 * ceil(limit / samples * alarm->period_s / 60.0),
                        alarm->statistic.fraction >= 0.5 ? "lower" : "higher"),
                    "%s wants %.15g samples in a period, and in %s there are %.3g in %d s: %s%s", alarm->statistic_text,
                    limit, finding_phase(lint, row), samples, alarm->period_s, meaning,
                    is_kept ? ", so the alarm cannot fire there" : "");
    }
}

/* ---- L11: too few requests to see an error ---- */

/* Requests of which one fails with 95 %, where a share e of them does. */
static double requests_to_see(double e)
{
    return ceil(log(0.05) / log1p(-e));
}

/* Requests that the new version answers in bakes: over all, and in the first. */
static double exposure_of(const struct watch_rows *watch)
{
    double sum = 0.0;
    for (size_t i = 0; i < watch->count; i++)
        sum += watch->rows[i].expected_green_requests;
    return sum;
}

static const char *versions_unseen(const struct lint *lint, double requests)
{
    const struct setting *setting = &lint->subject->setting;
    const struct version_config *current = &setting->versions[setting->current];
    const char *words = "";
    for (size_t v = 0; v < setting->version_count; v++) {
        struct alarm_config any = {.metric = METRIC_MODEL_ERRORS, .period_s = 60};
        struct sight sight = sight_of(setting, &any);
        double e = sight_error_fraction(&sight, &setting->versions[v]), old = sight_error_fraction(&sight, current);
        if (v != setting->current && e > old && e < 1.0 && requests < requests_to_see(e))
            words = say_list(lint, words,
                             say(lint, "\"%s\" (%s errors) from %.15g", setting->versions[v].name, say_percent(lint, e),
                                 requests_to_see(e)));
    }
    return words;
}

void rules_exposure(struct lint *lint)
{
    size_t told = SIZE_MAX;
    for (EACH_WATCH(watch, lint)) {
        if (watch.count == 0 || watch.deployment->policy == told)
            continue;
        told = watch.deployment->policy; /* requests are the same for each of its alarms */
        double first = watch.rows[0].expected_green_requests, all = exposure_of(&watch);
        const char *unseen = versions_unseen(lint, all);
        if (!(first < requests_to_see(0.01)) && unseen[0] == '\0')
            continue;
        bool is_warning = all < requests_to_see(0.05) || unseen[0] != '\0';
        finding_add(
            lint, is_warning ? FINDING_WARNING : FINDING_NOTE,
            (struct about){.at = finding_policy_place(lint, told),
                           .policy = watch.policy->name,
                           .phase = finding_phase(lint, &watch.rows[0])},
            "lengthen the bakes or enlarge the first step",
            "the new version answers about %.3g requests in %s and %.3g in all bakes: one failed request is seen "
            "with 95 %% from %.15g requests at 5 %% errors, from %.15g at 1 %%%s%s",
            first, finding_phase(lint, &watch.rows[0]), all, requests_to_see(0.05), requests_to_see(0.01),
            unseen[0] != '\0' ? "; " : "", unseen);
    }
}

/* ---- L20: the old fleet only ---- */

void rules_old_only(struct lint *lint)
{
    for (EACH_WATCH(watch, lint)) {
        const char *own = watch.alarm->endpoint_config_name;
        const struct setting *setting = &lint->subject->setting;
        bool is_other = !lint->subject->is_scenario && own != NULL && lint->subject->new_config_name != NULL &&
                        strcmp(own, lint->subject->new_config_name) != 0;
        if (watch.count == 0 || !(watch.rows[0].mask == MASK_BLUE || is_other))
            continue;
        struct about about = finding_about_watch(lint, &watch, NULL);
        about.at = finding_alarm_place(watch.entry, "Dimensions");
        finding_add(lint, FINDING_ERROR, about, say(lint, "name %s", own_dimension(lint)),
                    "EndpointConfigName is \"%s\", %s: whatever the new version does, this alarm does not see it", own,
                    is_other ? "not the new configuration"
                             : say(lint, "that of \"%s\", the old version", setting->versions[setting->current].name));
    }
}

/* ---- L23: a given bad version that nobody catches ---- */

static bool is_bad(const struct setting *setting, size_t v)
{
    const struct version_config *version = &setting->versions[v], *current = &setting->versions[setting->current];
    return v != setting->current &&
           (version->defect_count > 0 || version->error_5xx_fraction > current->error_5xx_fraction ||
            version->error_4xx_fraction > current->error_4xx_fraction);
}

/* At most the sum over its alarms; NAN where one of them cannot be judged. */
static double p_caught(const struct lint *lint, size_t policy, size_t version)
{
    double sum = 0.0;
    int judged = 0;
    for (EACH_WATCH(watch, lint))
        if (watch.deployment->policy == policy) {
            sum += watch.deployment->p_trip[version];
            judged++;
        }
    return judged == lint->subject->setting.policies[policy].config.alarm_count ? fmin(sum, 1.0) : NAN;
}

void rules_uncaught(struct lint *lint)
{
    const struct setting *setting = &lint->subject->setting;
    const struct policy_list *list = &lint->subject->parts.policies;
    for (size_t p = 0; p < setting->policy_count; p++)
        for (size_t v = 0; v < setting->version_count; v++) {
            double caught = is_bad(setting, v) && list->are_sound[p] && setting->policies[p].config.alarm_count > 0
                                ? p_caught(lint, p, v)
                                : NAN;
            if (!(caught < 0.5) || version_defect(&setting->versions[v], DEFECT_NO_LAUNCH) != NULL)
                continue;
            finding_add(lint, FINDING_WARNING,
                        (struct about){.at = finding_policy_place(lint, p), .policy = setting->policies[p].name},
                        "list an alarm that sees it: bakeoff compare tells what it costs to miss it",
                        "the listed alarms together %s \"%s\"%s%s%s", caught > 0 ? "catch" : "never catch",
                        setting->versions[v].name, caught > 0 ? " in " : "",
                        caught > 0 ? say_percent(lint, caught) : "",
                        caught >= 0.001 ? " of its updates at most"
                        : caught > 0    ? " of its updates"
                                        : "");
        }
}
