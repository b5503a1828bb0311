#include "scenarios/lint/reach.h"

#include "models/chain.h"
#include "models/meter.h"
#include "scenarios/lint/foresight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const reach_method_names[REACH_METHODS] = {
    [REACH_EXACT] = "exact",       [REACH_APPROXIMATE] = "approximate", [REACH_UPPER_BOUND] = "upper bound",
    [REACH_SIMULATE] = "simulate", [REACH_UNKNOWN] = "unknown",
};

const double reach_fractions[REACH_FRACTIONS] = {0.01, 0.05, 0.2, 1.0};

/* ---- means: what the statistic is on average ---- */

/* A new version that fails a share of its requests, or takes so many times as long. */
struct badness {
    double error_fraction, factor;
    bool is_timeout; /* every request takes as long as it may */
};

/* What a datapoint is made of: a whole minute, also where the period is shorter. */
static double datapoint_s(const struct alarm_config *alarm)
{
    return alarm->period_s < 60 ? 60.0 : alarm->period_s;
}

static double seen_share(unsigned mask, double share, double *green)
{
    *green = mask & MASK_GREEN ? share : 0.0;
    return *green + (mask & MASK_BLUE ? 1.0 - share : 0.0);
}

static double mean_errors(const struct sight *sight, unsigned mask, double share, struct badness bad)
{
    double green, seen = seen_share(mask, share, &green), ones = green * bad.error_fraction;
    ones += (seen - green) * sight->blue.one;
    double part = ones / seen, requests = sight->rate_rps * datapoint_s(sight->alarm);
    const struct statistic *statistic = &sight->alarm->statistic;
    switch (statistic->kind) {
    case STATISTIC_SAMPLE_COUNT: return requests > 0.0 ? requests * seen : NAN;
    case STATISTIC_SUM: return requests > 0.0 ? requests * ones : NAN;
    case STATISTIC_AVERAGE: return part;
    case STATISTIC_MINIMUM: return part >= 1.0;
    case STATISTIC_MAXIMUM: return part > 0.0;
    case STATISTIC_PERCENTILE: return part > 1.0 - statistic->fraction || part >= 1.0;
    default: return fmax(0.0, part - (1.0 - statistic->fraction)) / statistic->fraction;
    }
}

/* The least x with P(latency <= x) >= fraction in the mix of both fleets. */
static double mixed_quantile(const struct draw *law, double part, struct badness bad, double longest, double fraction)
{
    double low = 0.0, high = longest;
    for (int i = 0; i < 60; i++) {
        double x = 0.5 * (low + high), green = bad.is_timeout ? x >= longest : draw_cdf(law, x / bad.factor);
        if (part * green + (1.0 - part) * draw_cdf(law, x) >= fraction)
            high = x;
        else
            low = x;
    }
    return high;
}

static double mean_latency(const struct sight *sight, unsigned mask, double share, struct badness bad)
{
    const struct setting *setting = sight->setting;
    const struct draw *law =
        setting->current < setting->version_count ? &setting->versions[setting->current].service : NULL;
    if (sight->alarm->metric == METRIC_OVERHEAD_LATENCY)
        law = &setting->endpoint.overhead;
    if (!law || !law->kind)
        return NAN;
    double green, seen = seen_share(mask, share, &green), part = green / seen;
    double longest = setting->endpoint.invocation_timeout_us, mean = draw_mean(law);
    double requests = sight->rate_rps * datapoint_s(sight->alarm) * seen;
    double average = part * (bad.is_timeout ? longest : fmin(longest, mean * bad.factor)) + (1.0 - part) * mean;
    const struct statistic *statistic = &sight->alarm->statistic;
    switch (statistic->kind) {
    case STATISTIC_SAMPLE_COUNT: return requests > 0.0 ? requests : NAN;
    case STATISTIC_SUM: return requests > 0.0 ? requests * average : NAN;
    case STATISTIC_AVERAGE:
    case STATISTIC_TRIMMED_MEAN: return average;
    case STATISTIC_MINIMUM: return mixed_quantile(law, part, bad, longest, 1e-3);
    case STATISTIC_MAXIMUM: return mixed_quantile(law, part, bad, longest, 1.0 - 1e-3);
    default: return mixed_quantile(law, part, bad, longest, statistic->fraction);
    }
}

/* Mean of the statistic; NaN: not known, or nothing is seen. */
static double mean_of(const struct sight *sight, unsigned mask, double share, struct badness bad)
{
    double green, requests = sight->rate_rps * datapoint_s(sight->alarm);
    if (seen_share(mask, share, &green) <= 0.0)
        return NAN;
    switch (sight->alarm->metric) {
    case METRIC_MODEL_LATENCY:
    case METRIC_OVERHEAD_LATENCY: return mean_latency(sight, mask, share, bad);
    case METRIC_INVOCATIONS: return requests > 0.0 ? requests * seen_share(mask, share, &green) : NAN;
    case METRIC_INVOCATIONS_PER_INSTANCE:
        return requests > 0.0 ? requests * seen_share(mask, share, &green) / sight->setting->endpoint.instance_count
                              : NAN;
    case METRIC_CONCURRENT_REQUESTS:
    case METRICS: return NAN;
    default: return mean_errors(sight, mask, share, bad);
    }
}

/* Does an order statistic of latencies breach? Its quantile lies beyond the threshold if too few are below. */
static bool order_breaches(const struct sight *sight, const struct draw *law, unsigned mask, double share,
                           struct badness bad)
{
    const struct alarm_config *alarm = sight->alarm;
    double fraction = alarm->statistic.kind == STATISTIC_MINIMUM   ? 1e-3
                      : alarm->statistic.kind == STATISTIC_MAXIMUM ? 1.0 - 1e-3
                                                                   : alarm->statistic.fraction;
    bool is_upper = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    bool is_equal = alarm->comparison == COMPARE_GREATER_OR_EQUAL || alarm->comparison == COMPARE_LESS;
    double green, seen = seen_share(mask, share, &green), part = green / seen;
    double at = is_equal ? nextafter(alarm->threshold, -INFINITY) : alarm->threshold;
    double below = part * draw_cdf(law, at / bad.factor) + (1.0 - part) * draw_cdf(law, at);
    bool is_timely = at < sight->setting->endpoint.invocation_timeout_us;
    return ((is_timely ? below : 1.0) < fraction) == is_upper;
}

/* Does the mean of the statistic breach? */
static bool mean_breaches(const struct sight *sight, unsigned mask, double share, struct badness bad)
{
    const struct setting *setting = sight->setting;
    const struct statistic *statistic = &sight->alarm->statistic;
    bool is_order = statistic->kind == STATISTIC_PERCENTILE || statistic->kind == STATISTIC_MINIMUM ||
                    statistic->kind == STATISTIC_MAXIMUM;
    if (is_order && sight->alarm->metric == METRIC_MODEL_LATENCY)
        return order_breaches(sight, &setting->versions[setting->current].service, mask, share, bad);
    return alarm_breaches(sight->alarm, mean_of(sight, mask, share, bad));
}

/* The least badness whose mean breaches: of errors between 0 and 1, of latencies as a logarithm between 0 and 14. */
static double least_visible(const struct sight *sight, unsigned mask, double share, bool is_errors)
{
    enum { HALVINGS = 50 };
    double low = 0.0, high = is_errors ? 1.0 : log(1e6);
    struct badness bad = {.error_fraction = high, .factor = 1e6};
    if (isnan(mean_of(sight, mask, share, bad)))
        return mask ? NAN : INFINITY;
    if (!mean_breaches(sight, mask, share, bad))
        return INFINITY;
    bad = (struct badness){.error_fraction = 0.0, .factor = 1.0};
    if (mean_breaches(sight, mask, share, bad))
        return is_errors ? 0.0 : 1.0;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        bad = (struct badness){.error_fraction = middle, .factor = is_errors ? 1.0 : exp(middle)};
        if (mean_breaches(sight, mask, share, bad))
            high = middle;
        else
            low = middle;
    }
    return is_errors ? high : exp(high);
}

/* ---- one policy and one alarm ---- */

/* Work for all policies and alarms, about nanoseconds, and the tellings that it must do for. */
struct budget {
    double work;
    int tellings;
};

/* What was foreseen of new versions that an alarm sees alike. */
struct told {
    struct sight_side side;
    unsigned mask;
    bool has_time;
    struct foreseen seen;
};

/* All that the rows of one policy and alarm have in common. */
struct view {
    const struct setting *setting;
    struct courses *courses;
    struct foresight *foresight;
    struct budget *budget;
    int cases;    /* the most that a telling took */
    double error; /* the largest of them */
    struct sight sight;
    unsigned mask; /* for the first new version */
    const char *green_name;
    double lag_least_s, lag_mean_s;
    enum reach_method method;
    const char *why;
    bool has_failed;        /* no memory */
    struct breach_odds old; /* of the old fleet alone, where that is known */
    struct told *told;      /* what was foreseen already */
    int told_count;
};

static void worsen(struct view *view, struct reach_way *way, enum reach_method method, const char *why)
{
    if (method > way->method || !way->why)
        *way = (struct reach_way){method > way->method ? method : way->method, why ? why : way->why, way->error};
    if (method > view->method || !view->why) {
        view->method = method > view->method ? method : view->method;
        view->why = why ? why : view->why;
    }
}

static const char *unknown_of(const struct view *view, const struct sight_side *side, unsigned mask)
{
    const struct alarm_config *alarm = view->sight.alarm;
    if (side->unknown || view->sight.blue.unknown)
        return side->unknown ? side->unknown : view->sight.blue.unknown;
    struct breach_mix mix = sight_mix(&view->sight, side, mask, 1.0, datapoint_s(alarm));
    if (alarm->ignores_low_samples && breach_below(&mix, alarm_low_sample_limit(&alarm->statistic)) > 1e-9)
        return "periods with few samples keep the state";
    return NULL;
}

/* Looks it up among what was told before, or tells it; NULL without memory. */
static const struct foreseen *tell(struct view *view, const struct sight_side *side, unsigned mask, bool wants_time)
{
    struct told *told = view->told, *end = told + view->told_count;
    while (told < end && (told->mask != mask || told->has_time < wants_time || !sight_is_alike(&told->side, side)))
        told++;
    if (told < end)
        return &told->seen;
    *told = (struct told){*side, mask, wants_time, {.here = told->seen.here}};
    double most = view->budget->work / fmax(1.0, view->budget->tellings / 3.0);
    struct telling telling = {wants_time, most};
    view->budget->work -= foresight_tell(view->foresight, side, mask, telling, &told->seen);
    view->has_failed |= told->seen.kind == FORESEEN_FAILED;
    view->told_count++;
    return told->seen.kind == FORESEEN_FAILED ? NULL : &told->seen;
}

/* P(it trips in each bake) of one new version; NULL: only simulation can tell, or nothing is known. */
static const struct foreseen *foresee(struct view *view, const struct sight_side *side, unsigned mask, bool wants_time,
                                      struct reach_way *way)
{
    *way = (struct reach_way){REACH_EXACT, NULL, NAN};
    view->budget->tellings--;
    if (!(view->sight.rate_rps > 0.0)) {
        worsen(view, way, REACH_UNKNOWN, "no traffic is given");
        return NULL;
    }
    const char *unknown = unknown_of(view, side, mask);
    const struct foreseen *seen = unknown ? NULL : tell(view, side, mask, wants_time);
    if (seen && seen->kind == FORESEEN_NOT)
        unknown = "the alarm looks back on too many datapoints";
    if (unknown)
        worsen(view, way, REACH_SIMULATE, unknown);
    if (unknown || !seen)
        return NULL;
    way->error = seen->error;
    view->cases = seen->cases > view->cases ? seen->cases : view->cases;
    view->error = fmax(view->error, seen->error);
    if (seen->is_rough || (wants_time && seen->is_time_rough))
        worsen(view, way, REACH_APPROXIMATE, "delays and phases are averaged over too few cases");
    const char *assumes = side->assumes ? side->assumes : view->sight.assumes;
    if (assumes)
        worsen(view, way, REACH_APPROXIMATE, assumes);
    if (seen->kind == FORESEEN_BOUND)
        worsen(view, way, REACH_UPPER_BOUND,
               "overlapping periods are taken as independent and as seen at the worst time");
    return seen;
}

/* The part of a period that a version must be seen in before the mean of the statistic breaches; infinite: never. */
static double needed_part(const struct view *view, const struct sight_side *side, unsigned mask, double share)
{
    if (!sight_is_errors(&view->sight))
        return NAN;
    for (int part = 1; part <= 100; part++) {
        struct badness bad = {.error_fraction = side->one, .factor = 1.0};
        double mean = mean_of(&view->sight, mask, share * part / 100.0, bad);
        if (!isnan(mean) && alarm_breaches(view->sight.alarm, mean))
            return part / 100.0;
    }
    return INFINITY;
}

/* Mean seconds from the first bad response to the trip, if the bake went on for ever; of longer periods, whose windows
 * overlap, without chance. */
static double expected_s(const struct view *view, const struct sight_side *side, unsigned mask, double share)
{
    const struct sight *sight = &view->sight;
    const struct alarm_config *alarm = sight->alarm;
    struct chain chain;
    double mean = NAN, poll = view->setting->modelling.poll_interval_us / 2e6;
    if (alarm->period_s == 60 && sight->rate_rps > 0.0 && !side->unknown && !sight->blue.unknown &&
        chain_m_of_n(&chain, alarm->datapoints_to_alarm, alarm->evaluation_periods)) {
        struct breach_odds whole = sight_odds(sight, side, mask, share, 60.0);
        struct breach_odds half = sight_odds(sight, side, mask, 0.5 * share, 60.0);
        double p = fmin(1.0, whole.breach + (alarm->missing == MISSING_BREACHING ? whole.missing : 0.0));
        double periods = p > 0.0 ? chain_mean(&chain, (const double[]){1.0 - p, p}) : INFINITY;
        double gap = side->one > 0.0 && sight_is_errors(sight) ? 1.0 / (sight->rate_rps * share * side->one) : 0.0;
        /* The minute in which it all begins is half a minute long on average, and may breach already. */
        double begun = isfinite(periods) ? half.breach * periods / alarm->datapoints_to_alarm : 0.0;
        mean = 30.0 + 60.0 * (periods - begun) + view->lag_mean_s + poll - fmin(gap, 30.0);
    }
    if (alarm->period_s > 60 && sight->rate_rps > 0.0 && !side->unknown && !sight->blue.unknown)
        mean = (alarm->datapoints_to_alarm - 1 + needed_part(view, side, mask, share)) * alarm->period_s + 30.0 +
               view->lag_mean_s + poll;
    return mean;
}

static double earliest_s(const struct view *view, const struct reach *row)
{
    const struct alarm_config *alarm = view->sight.alarm;
    if (!row->is_reachable)
        return INFINITY;
    double need = 0.0;                     /* part of a period that must be bad */
    bool is_mixed = row->mask & MASK_BLUE; /* its answers are in the first minute, whatever green's share */
    bool is_sum = alarm->statistic.kind == STATISTIC_SUM;
    if (sight_is_errors(&view->sight) && (is_mixed || is_sum) && row->min_visible_error_fraction > 0.0)
        need = fmin(1.0, row->min_visible_error_fraction); /* NaN, where traffic is not known: 0 */
    if (isnan(row->min_visible_error_fraction))
        need = 0.0;
    return (alarm->datapoints_to_alarm - 1 + need) * alarm->period_s + view->lag_least_s;
}

/* ---- filling rows ---- */

static double *doubles_of(double **store, size_t count)
{
    double *mine = *store;
    *store += count;
    for (size_t i = 0; i < count; i++)
        mine[i] = NAN;
    return mine;
}

/* What needs no probability over time. */
static void describe(const struct view *view, struct reach *row)
{
    const struct sight *sight = &view->sight;
    bool is_errors = sight_is_errors(sight);
    bool is_latency = sight->alarm->metric == METRIC_MODEL_LATENCY || sight->alarm->metric == METRIC_OVERHEAD_LATENCY;
    double seconds = datapoint_s(sight->alarm);
    struct badness worst = {.error_fraction = 1.0, .factor = 1e6, .is_timeout = true};
    row->max_statistic = mean_of(sight, row->mask, row->green_share, worst);
    row->is_reachable = row->mask && (isnan(row->max_statistic) || alarm_breaches(sight->alarm, row->max_statistic));
    row->min_visible_error_fraction = row->min_visible_latency_factor = NAN;
    if (is_errors)
        row->min_visible_error_fraction = least_visible(sight, row->mask, row->green_share, true);
    if (is_latency)
        row->min_visible_latency_factor = least_visible(sight, row->mask, row->green_share, false);
    row->old_breach = row->old_missing = row->good_breach = row->good_missing = NAN;
    if (!(sight->rate_rps > 0.0) || sight->unknown || sight->blue.unknown)
        return;
    struct breach_odds old = view->old, good = old;
    if (row->mask != (MASK_BLUE | MASK_GREEN))
        good = sight_odds(sight, &sight->blue, row->mask, row->green_share, seconds);
    row->old_breach = old.breach;
    row->old_missing = old.missing;
    row->good_breach = good.breach;
    row->good_missing = good.missing;
    if (is_errors && !row->is_reachable) {
        struct sight_side gross = sight_side_failing(sight, 1.0);
        row->is_reachable = sight_odds(sight, &gross, row->mask, row->green_share, seconds).breach >= 1e-6;
    }
}

static void add_up(const struct foreseen *seen, int bake, double *here, double *so_far)
{
    bool is_known = bake == 0 || seen->kind != FORESEEN_BOUND; /* a bound on the sum is none on its parts */
    *here = is_known ? seen->here[bake] : NAN;
    *so_far = 0.0;
    for (int i = 0; i <= bake; i++)
        *so_far += seen->here[i];
    *so_far = fmin(*so_far, 1.0);
}

static void fill_version(struct view *view, size_t version, struct reach *rows, struct reach_deployment *all)
{
    const struct setting *setting = view->setting;
    const struct version_config *config = &setting->versions[version];
    unsigned mask = setting_alarm_mask(setting, view->sight.alarm, config->endpoint_config_name);
    struct sight_side side = sight_side(&view->sight, config);
    if (version_defect(config, DEFECT_NO_LAUNCH))
        side.unknown = "its instances never launch";
    if (setting_green_instances(setting, version) != setting->endpoint.instance_count)
        side.unknown = "a new version has an instance count of its own";
    int bakes = view->courses->bakes;
    for (int b = 0; b < bakes; b++)
        ((double *)rows[b].expected_trip_s)[version] = expected_s(view, &side, mask, rows[b].green_share);
    const struct foreseen *seen = foresee(view, &side, mask, true, (struct reach_way *)&all->ways[version]);
    if (!seen)
        return;
    for (int b = 0; b < bakes; b++)
        add_up(seen, b, &((double *)rows[b].p_trip_here)[version], &((double *)rows[b].p_trip)[version]);
    ((double *)all->p_trip)[version] = fmin(1.0, seen->total);
    if (seen->total > 0.0)
        ((double *)all->expected_detect_s)[version] = seen->trip_s;
}

static void fill_fractions(struct view *view, struct reach *rows, struct reach_way *ways)
{
    int bakes = view->courses->bakes;
    for (int i = 0; i < REACH_FRACTIONS; i++) {
        struct sight_side side = sight_side_failing(&view->sight, reach_fractions[i]);
        const struct foreseen *seen = NULL;
        if (sight_is_errors(&view->sight))
            seen = foresee(view, &side, view->mask, false, &ways[i]);
        else
            ways[i] = (struct reach_way){REACH_UNKNOWN, "not an error metric", NAN};
        for (int b = 0; b < bakes; b++) {
            rows[b].p_trip_fraction[i] = rows[b].p_trip_fraction_here[i] = NAN;
            rows[b].expected_trip_fraction_s[i] =
                sight_is_errors(&view->sight) ? expected_s(view, &side, view->mask, rows[b].green_share) : NAN;
            if (seen)
                add_up(seen, b, &rows[b].p_trip_fraction_here[i], &rows[b].p_trip_fraction[i]);
        }
    }
}

static void fill_good(struct view *view, struct reach *rows, struct reach_deployment *all, struct reach_way *way)
{
    const struct foreseen *seen = foresee(view, &view->sight.blue, view->mask, false, way);
    for (int b = 0; b < view->courses->bakes; b++) {
        rows[b].p_false_trip = rows[b].p_false_trip_here = NAN;
        if (seen)
            add_up(seen, b, &rows[b].p_false_trip_here, &rows[b].p_false_trip);
    }
    all->p_false_trip = seen ? fmin(1.0, seen->total) : NAN;
    all->p_old_red = seen && seen->kind == FORESEEN_EXACT ? seen->old_red : NAN;
}

static void tell_method(const struct view *view, char *words, size_t size)
{
    static const char *const openings[REACH_METHODS] = {
        [REACH_EXACT] = "exact Markov chain over minutes that become visible late",
        [REACH_APPROXIMATE] = "Markov chain over minutes that become visible late",
        [REACH_UPPER_BOUND] = "upper bound",
        [REACH_SIMULATE] = "only simulation can tell where no number stands",
        [REACH_UNKNOWN] = "not known",
    };
    bool is_counted = view->method <= REACH_APPROXIMATE;
    char cases[128] = "", error[48] = "";
    if (view->error > 1e-9) /* rounding is none */
        snprintf(error, sizeof error, " (standard error %.1g at most)", view->error);
    if (is_counted && view->cases > 1)
        snprintf(cases, sizeof cases, ", averaged over up to %d cases of delays and phases%s", view->cases, error);
    snprintf(words, size, "%s%s%s%s%s", openings[view->method], cases, view->why ? ": " : "",
             view->why ? view->why : "",
             is_counted ? "; a minute in which a flip settles is mixed by time, responses count on arrival" : "");
}

/* ---- the table ---- */

enum { WORDS = 384 };
#define MOST_WORK 14e6 /* under 50 ms */

/* Rows and what they point to, handed out from one block. */
struct store {
    struct reach *row;
    struct reach_deployment *deployment;
    struct reach_way *ways;
    double *doubles;
    char *words;
};

static size_t alarm_index(const struct setting *setting, const char *name)
{
    size_t index = 0;
    while (index < setting->alarm_count && strcmp(setting->alarms[index].name, name) != 0)
        index++;
    return index;
}

static void begin_rows(const struct view *view, size_t policy, size_t alarm, const struct plan *plan,
                       struct store *store)
{
    const struct setting *setting = view->setting;
    int n = setting->endpoint.instance_count, green_on = 0;
    struct reach *row = store->row;
    bool is_final = false;
    for (int i = 0; i < plan->count; i++) {
        const struct step *step = &plan->steps[i];
        if (step->kind == STEP_FLIP) {
            green_on = step->green_on;
            is_final = step->phase == PHASE_FINAL_FLIP && setting->modelling.final_routing_lag.kind;
        }
        if (step->kind != STEP_BAKE || step->wait_us == 0)
            continue;
        *row = (struct reach){.policy = policy, .alarm = alarm, .phase = step->phase, .phase_index = step->index};
        row->phase_s = s_from_us(step->wait_us);
        row->green_share = (double)green_on / n;
        row->mask = view->mask;
        const struct draw *lag = is_final ? &setting->modelling.final_routing_lag : &setting->modelling.routing_lag;
        double before = row == store->row ? 0.0 : row[-1].green_share, late = lag->kind ? draw_mean(lag) / 1e6 : 0.0;
        late = fmin(late, row->phase_s);
        row->expected_green_requests =
            view->sight.rate_rps > 0.0
                ? view->sight.rate_rps * (row->green_share * (row->phase_s - late) + before * late)
                : NAN;
        row->p_trip = doubles_of(&store->doubles, setting->version_count);
        row->p_trip_here = doubles_of(&store->doubles, setting->version_count);
        row->expected_trip_s = doubles_of(&store->doubles, setting->version_count);
        row->method_words = store->words;
        describe(view, row);
        row->earliest_trip_s = earliest_s(view, row);
        row++;
    }
}

static void fill_alarm(struct view *view, size_t policy, size_t alarm, const struct plan *plan, struct store *store)
{
    const struct setting *setting = view->setting;
    int bakes = view->courses->bakes;
    struct reach *rows = store->row;
    struct reach_way *ways = store->ways, *fraction_ways = ways + setting->version_count + 1;
    store->ways += setting->version_count + 1 + REACH_FRACTIONS;
    begin_rows(view, policy, alarm, plan, store);
    struct reach_deployment *all = store->deployment++;
    *all = (struct reach_deployment){.policy = policy, .alarm = alarm, .ways = ways};
    all->p_trip = doubles_of(&store->doubles, setting->version_count);
    all->expected_detect_s = doubles_of(&store->doubles, setting->version_count);
    for (size_t v = 0; v < setting->version_count; v++)
        if (v != setting->current)
            fill_version(view, v, rows, all);
        else
            ways[v] = (struct reach_way){REACH_UNKNOWN, "it is not deployed", NAN};
    fill_good(view, rows, all, &ways[setting->version_count]);
    fill_fractions(view, rows, fraction_ways);
    tell_method(view, store->words, WORDS);
    for (int b = 0; b < bakes; b++) {
        rows[b].method = view->method;
        rows[b].ways = ways;
        rows[b].fraction_ways = fraction_ways;
    }
    store->row += bakes;
    store->words += WORDS;
}

static const char *green_name_of(const struct setting *setting)
{
    for (size_t v = 0; v < setting->version_count; v++)
        if (v != setting->current)
            return setting->versions[v].endpoint_config_name;
    return NULL;
}

/* New versions and shares of errors that an alarm is judged for, a good one among them. */
static int tellings_of(const struct setting *setting, const struct alarm_config *alarm)
{
    struct sight sight = {.alarm = alarm};
    return (int)setting->version_count + (sight_is_errors(&sight) ? REACH_FRACTIONS : 0);
}

/* Room for all that may be told of one alarm. */
static struct told *make_told(const struct setting *setting, int bakes)
{
    size_t count = setting->version_count + 1 + REACH_FRACTIONS, each = (size_t)bakes + 1;
    struct told *told = calloc(1, count * (sizeof *told + each * sizeof(double)));
    for (size_t i = 0; told && i < count; i++)
        told[i].seen.here = (double *)(told + count) + i * each;
    return told;
}

static bool judge_alarm(struct view *view, size_t policy, size_t alarm, const struct plan *plan, struct store *store)
{
    const struct setting *setting = view->setting;
    view->sight = sight_of(setting, &setting->alarms[alarm]);
    view->foresight = foresight_new(view->courses, &view->sight);
    if (!view->foresight)
        return false;
    view->green_name = green_name_of(setting);
    view->mask = setting_alarm_mask(setting, &setting->alarms[alarm], view->green_name);
    if (view->sight.rate_rps > 0.0 && !view->sight.unknown && !view->sight.blue.unknown)
        view->old = sight_odds(&view->sight, &view->sight.blue, view->mask, 0.0, datapoint_s(view->sight.alarm));
    view->lag_least_s = foresight_lag_least_s(setting);
    view->lag_mean_s = foresight_lag_mean_s(setting);
    fill_alarm(view, policy, alarm, plan, store);
    foresight_free(view->foresight);
    return !view->has_failed;
}

static int fill_policy(const struct setting *setting, size_t policy, struct plan *plan, struct budget *budget,
                       struct store *store)
{
    const struct deployment_config *config = &setting->policies[policy].config;
    struct courses courses;
    shift_plan(plan, config, setting->endpoint.instance_count, setting->modelling.size_rounding);
    bool is_done = courses_make(&courses, setting, &setting->policies[policy], plan) == 0;
    struct told *told = make_told(setting, courses.bakes);
    is_done = is_done && told;
    for (int i = 0; i < config->alarm_count && is_done; i++) {
        size_t alarm = alarm_index(setting, config->alarm_names[i]);
        struct view view = {.setting = setting, .courses = &courses, .budget = budget, .told = told};
        if (alarm < setting->alarm_count)
            is_done = judge_alarm(&view, policy, alarm, plan, store);
    }
    courses_free(&courses);
    free(told);
    return is_done ? 0 : -1;
}

static bool is_same_size(struct capacity_size a, struct capacity_size b)
{
    return a.type == b.type && a.value == b.value;
}

/* Policies that differ only in what a trip leads to. */
static bool is_alike_until_trip(const struct deployment_config *a, const struct deployment_config *b)
{
    bool is_alike = a->mode == b->mode && is_same_size(a->canary, b->canary) &&
                    is_same_size(a->linear_step, b->linear_step) && is_same_size(a->batch, b->batch) &&
                    a->wait_interval_s == b->wait_interval_s && a->termination_wait_s == b->termination_wait_s &&
                    a->maximum_execution_s == b->maximum_execution_s && a->alarm_count == b->alarm_count;
    for (int i = 0; i < a->alarm_count && is_alike; i++)
        is_alike = strcmp(a->alarm_names[i], b->alarm_names[i]) == 0;
    return is_alike;
}

/* Takes the rows over from an earlier policy that is the same until it trips, if there is one. */
static bool copy_policy(const struct setting *setting, size_t policy, const struct reach_table *table,
                        struct store *store)
{
    size_t from = 0, rows = (size_t)(store->row - table->rows);
    size_t deployments = (size_t)(store->deployment - table->deployments);
    while (from < policy && !is_alike_until_trip(&setting->policies[from].config, &setting->policies[policy].config))
        from++;
    if (from == policy)
        return false;
    for (size_t i = 0; i < rows; i++) {
        if (table->rows[i].policy == from) {
            *store->row = table->rows[i];
            store->row++->policy = policy;
        }
    }
    for (size_t i = 0; i < deployments; i++) {
        if (table->deployments[i].policy == from) {
            *store->deployment = table->deployments[i];
            store->deployment++->policy = policy;
        }
    }
    return true;
}

static void count_rows(const struct setting *setting, struct plan *plan, struct reach_table *table, int *tellings)
{
    for (size_t p = 0; p < setting->policy_count; p++) {
        const struct deployment_config *config = &setting->policies[p].config;
        size_t bakes = 0, alarms = 0;
        shift_plan(plan, config, setting->endpoint.instance_count, setting->modelling.size_rounding);
        for (int i = 0; i < plan->count; i++)
            bakes += plan->steps[i].kind == STEP_BAKE && plan->steps[i].wait_us > 0;
        for (int i = 0; i < config->alarm_count; i++) {
            size_t alarm = alarm_index(setting, config->alarm_names[i]);
            alarms += alarm < setting->alarm_count;
            *tellings += alarm < setting->alarm_count ? tellings_of(setting, &setting->alarms[alarm]) : 0;
        }
        table->count += bakes * alarms;
        table->deployment_count += alarms;
    }
}

int reach_make(const struct setting *setting, struct reach_table *table)
{
    *table = (struct reach_table){0};
    struct plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return -1;
    struct budget budget = {.work = MOST_WORK};
    count_rows(setting, plan, table, &budget.tellings);
    size_t rows = table->count, deployments = table->deployment_count;
    size_t doubles = (3 * rows + 2 * deployments) * setting->version_count;
    size_t ways = deployments * (setting->version_count + 1 + REACH_FRACTIONS);
    char *block = calloc(1, (rows + 1) * sizeof *table->rows + deployments * (sizeof *table->deployments + WORDS) +
                                ways * sizeof(struct reach_way) + doubles * sizeof(double));
    int status = block ? 0 : -1;
    if (block) {
        table->memory = block;
        table->rows = (struct reach *)block;
        table->deployments = (struct reach_deployment *)(table->rows + rows + 1);
        struct store store = {.row = table->rows, .deployment = table->deployments};
        store.ways = (struct reach_way *)(table->deployments + deployments);
        store.doubles = (double *)(store.ways + ways);
        store.words = (char *)(store.doubles + doubles);
        for (size_t p = 0; p < setting->policy_count && status == 0; p++)
            if (!copy_policy(setting, p, table, &store))
                status = fill_policy(setting, p, plan, &budget, &store);
    }
    free(plan);
    if (status != 0)
        reach_free(table);
    return status;
}

void reach_free(struct reach_table *table)
{
    free(table->memory);
    *table = (struct reach_table){0};
}
