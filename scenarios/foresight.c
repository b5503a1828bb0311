#include "scenarios/foresight.h"

#include "models/meter.h"

#include <stdlib.h>
#include <string.h>

/* ---- cases of delays and phases ---- */

/* The i-th of `count` points, a power of two, that fill the unit cube evenly: a shifted rank-1 lattice.
 * Source: R. Cools, F. Y. Kuo and D. Nuyens, "Constructing embedded lattice rules for multivariate integration", SIAM J.
 * Sci. Comput. 28 (2006) 2162-2188, generating vector exod2_base2_m20. */
static double spread(int i, int count, int dimension)
{
    static const uint32_t vector[] = {1,      182667, 469891, 498753, 110745, 446247, 250185, 118627, 245333, 283199,
                                      408519, 391023, 246327, 126539, 399185, 461527, 300343, 69681,  516695, 436179,
                                      106383, 238523, 413283, 70841,  47719,  300129, 113029, 123925, 410745, 211325};
    uint32_t known = sizeof vector / sizeof *vector, d = (uint32_t)dimension;
    uint64_t step = vector[d % known] + 2 * (d / known);
    double shift = fmod((d + 1) * 0.6180339887498949, 1.0);
    double u = fmod((double)((uint64_t)i * step % (uint64_t)count) / count + shift, 1.0);
    return fmin(fmax(u, 1e-9), 1.0 - 1e-9);
}

static double quantile_s(const struct draw *law, double u)
{
    return law->kind ? draw_quantile(law, u) / 1e6 : 0.0;
}

static bool is_constant(const struct draw *law)
{
    return !law->kind || quantile_s(law, 1e-6) == quantile_s(law, 1.0 - 1e-6);
}

static bool is_certain(const struct setting *setting)
{
    const struct modelling *m = &setting->modelling;
    return is_constant(&m->call_phase) && is_constant(&m->alarm_phase) && is_constant(&m->poll_phase) &&
           is_constant(&m->routing_lag) && is_constant(&m->final_routing_lag) && is_constant(&setting->launch.time);
}

static double launch_s(const struct setting *setting, int instances, double u)
{
    return quantile_s(&setting->launch.time, setting->launch.per_fleet ? u : pow(u, 1.0 / instances));
}

/* Where minutes begin at any instant alike, the length of a blue/green update's only launch moves nothing: one case is
 * all cases, and the spread has a dimension less. */
static bool is_launch_idle(const struct foresight *f, const struct policy *policy, const struct plan *plan)
{
    const struct draw *phase = &f->setting->modelling.call_phase;
    bool is_even = phase->kind == draw_find("uniform") && quantile_s(phase, 1e-9) < 1e-6 &&
                   fabs(quantile_s(phase, 0.5) - 30.0) < 1e-6;
    double longest = launch_s(f->setting, plan->steps[0].instances, 0.9999) + plan_wait_s(plan) + 60.0;
    int limit = policy->config.maximum_execution_s ? policy->config.maximum_execution_s : DEPLOYMENT_DEFAULT_TIMEOUT_S;
    return is_even && policy->config.mode != SHIFT_ROLLING && f->setting->modelling.alarm_watch == WATCH_BAKE &&
           longest < limit;
}

/* Walks the plan of one case, as the rollout does where nothing trips. */
static void walk(const struct foresight *f, const struct policy *policy, const struct plan *plan, int number,
                 struct course *course, double *times)
{
    const struct modelling *m = &f->setting->modelling;
    double *settles = times, *begins = times + f->flips, *ends = begins + f->bakes;
    double now = 0.0, settled = 0.0, read_until = 0.0;
    double limit =
        policy->config.maximum_execution_s ? policy->config.maximum_execution_s : DEPLOYMENT_DEFAULT_TIMEOUT_S;
    int dimension = 0, flips = 0, bakes = 0;
    *course = (struct course){.settles = settles, .begins = begins, .ends = ends};
    course->call_phase = quantile_s(&m->call_phase, spread(number, f->cases, dimension++));
    course->alarm_phase = fmod(quantile_s(&m->alarm_phase, spread(number, f->cases, dimension++)), 60.0);
    course->poll_phase = quantile_s(&m->poll_phase, spread(number, f->cases, dimension++));
    bool is_idle = is_launch_idle(f, policy, plan);
    for (int i = 0; i < plan->count; i++) {
        const struct step *step = &plan->steps[i];
        if (step->kind == STEP_LAUNCH)
            now += launch_s(f->setting, step->instances, is_idle ? 0.5 : spread(number, f->cases, dimension++));
        if (step->kind == STEP_FLIP) {
            bool is_final = step->phase == PHASE_FINAL_FLIP && m->final_routing_lag.kind;
            const struct draw *lag = is_final ? &m->final_routing_lag : &m->routing_lag;
            settled = fmax(settled, now + quantile_s(lag, spread(number, f->cases, dimension++)));
            settles[flips++] = settled;
        }
        if (step->kind == STEP_BAKE && step->wait_us > 0) {
            double from = m->alarm_watch == WATCH_DEPLOYMENT ? read_until : now;
            begins[bakes] = fmin(from, limit);
            now += s_from_us(step->wait_us);
            ends[bakes++] = read_until = fmin(now, limit);
        }
    }
}

static void count_plan(struct foresight *f, const struct plan *plan)
{
    for (int i = 0; i < plan->count; i++) {
        f->bakes += plan->steps[i].kind == STEP_BAKE && plan->steps[i].wait_us > 0;
        f->flips += plan->steps[i].kind == STEP_FLIP;
    }
}

int foresight_make(struct foresight *f, const struct setting *setting, const struct policy *policy, int cases)
{
    int n = setting->endpoint.instance_count, flips = 0;
    struct plan *plan = calloc(1, sizeof *plan);
    *f = (struct foresight){.setting = setting, .cases = is_certain(setting) ? 1 : cases};
    if (!plan)
        return -1;
    shift_plan(plan, &policy->config, n, setting->modelling.size_rounding);
    count_plan(f, plan);
    size_t each = (size_t)(f->flips + 2 * f->bakes + 1);
    f->share = calloc((size_t)f->flips + 1, sizeof *f->share);
    f->each = calloc((size_t)f->cases, sizeof *f->each);
    f->times = calloc((size_t)f->cases * each, sizeof *f->times);
    if (!f->share || !f->each || !f->times) {
        free(plan);
        foresight_free(f);
        return -1;
    }
    for (int i = 0; i < plan->count; i++)
        if (plan->steps[i].kind == STEP_FLIP)
            f->share[++flips] = (double)plan->steps[i].green_on / n;
    for (int i = 0; i < f->cases; i++)
        walk(f, policy, plan, i, &f->each[i], f->times + (size_t)i * each);
    free(plan);
    return 0;
}

void foresight_free(struct foresight *f)
{
    free(f->share);
    free(f->each);
    free(f->times);
}

/* ---- what a minute holds ---- */

/* P(symbol) of a minute by green's share in it: at each flip's share and evenly between them, straight lines in between.
 * The cells are fine because an Average that must be 1 leaps only where the minute is wholly green. */
enum { CELLS = 10, NODES = 1024 };
struct minutes {
    const struct foresight *foresight;
    const struct sight *sight;
    const struct sight_side *green;
    unsigned mask;
    int base, cells; /* symbols; cells between two flips */
    bool *is_known;  /* [flips * cells + 1] */
    double *odds;    /* [flips * cells + 1][base - 1] */
};

static double node_share(const struct minutes *m, int node)
{
    int flip = node / m->cells;
    const double *share = m->foresight->share;
    double part = (double)(node % m->cells) / m->cells;
    return part > 0.0 ? share[flip] + part * (share[flip + 1] - share[flip]) : share[flip];
}

static const double *node_odds(struct minutes *m, int node)
{
    double *odds = m->odds + node * (m->base - 1);
    if (m->is_known[node])
        return odds;
    m->is_known[node] = true;
    double share = node_share(m, node);
    if (m->sight->alarm->period_s == 60) {
        struct breach_odds of = sight_odds(m->sight, m->green, m->mask, share, 60.0);
        double missing = of.missing < 1e-16 ? 0.0 : of.missing;
        odds[1] = of.breach;
        odds[0] = fmax(0.0, 1.0 - missing - of.breach);
    } else {
        double counts[LOOKBACK_BASE];
        struct breach_mix mix = sight_mix(m->sight, m->green, m->mask, share, 60.0);
        breach_counts(&mix, m->base - 1, counts);
        memcpy(odds, counts + 1, (size_t)(m->base - 1) * sizeof *odds);
    }
    return odds;
}

static void odds_at(struct minutes *m, double position, double *odds)
{
    int node = (int)position;
    double part = position - node;
    const double *low = node_odds(m, node);
    for (int s = 0; s < m->base - 1; s++)
        odds[s] = low[s];
    if (part < 1e-9)
        return;
    const double *high = node_odds(m, node + 1);
    for (int s = 0; s < m->base - 1; s++)
        odds[s] += part * (high[s] - odds[s]);
}

/* Where among the nodes the minute that begins at `from` lies; `flip` is where the last one left off. */
static double position_of(const struct minutes *m, const struct course *course, double from, int *flip)
{
    const struct foresight *f = m->foresight;
    while (*flip < f->flips && course->settles[*flip] <= from)
        ++*flip;
    double share = f->share[*flip];
    int last = *flip;
    for (; last < f->flips && course->settles[last] < from + 60.0; last++)
        share += (f->share[last + 1] - f->share[last]) * (from + 60.0 - course->settles[last]) / 60.0;
    if (last == *flip)
        return *flip * m->cells;
    int low = *flip; /* more than one flip may lie in a minute */
    while (low + 1 < last && share >= f->share[low + 1])
        low++;
    double width = f->share[low + 1] - f->share[low];
    return m->cells * (low + fmin(1.0, (share - f->share[low]) / width));
}

/* ---- the chain along a case ---- */

struct chase {
    const struct lookback *rule;
    struct minutes *minutes;
    struct lookback_mass *mass;
    double *history; /* [LOOKBACK_WINDOW][base - 1]: symbol probabilities of the last minutes, by number */
    int warm_up;     /* minutes before alarms are read: the window, and more where a state may be kept */
    double seen[LOOKBACK_WINDOW + 1]; /* P(visible by an age of so many evaluations), [0] = 0 before the first */
};

static void step(struct chase *chase, int minute)
{
    double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1] = {{0.0}};
    int symbols = chase->rule->base - 1, window = chase->rule->window;
    for (int age = 0; age < window; age++) {
        double before = chase->seen[age], now = chase->seen[age + 1];
        if (now <= before)
            continue;
        const double *odds = chase->history + (minute - age + LOOKBACK_WINDOW) % LOOKBACK_WINDOW * symbols;
        double any = 0.0;
        for (int s = 0; s < symbols; s++)
            any += odds[s];
        for (int s = 0; s < symbols && before * any < 1.0; s++)
            reveal[age][s] = (now - before) * odds[s] / (1.0 - before * any);
    }
    lookback_step(chase->rule, chase->mass, reveal);
}

/* The first poll in [from, until) that reads alarms, and in which bake; infinite if there is none. */
static double first_poll(const struct foresight *f, const struct course *course, double from, double until, int *bake)
{
    double interval = f->setting->modelling.poll_interval_us / 1e6;
    for (; *bake < f->bakes && course->ends[*bake] < from; ++*bake)
        ;
    for (int b = *bake; b < f->bakes && course->begins[b] < until; b++) {
        double j = ceil((fmax(from, course->begins[b]) - course->poll_phase) / interval - 1e-9);
        double at = course->poll_phase + j * interval;
        if (at <= course->begins[b])
            at += interval;
        if (at <= course->ends[b] && at < until) {
            *bake = b;
            return at;
        }
    }
    return INFINITY;
}

static void run_case(struct chase *chase, const struct course *course, double weight, struct foreseen *seen)
{
    const struct foresight *f = chase->minutes->foresight;
    int window = chase->rule->window, symbols = chase->rule->base - 1, flip = 0, bake = 0;
    double phase = course->alarm_phase, first = course->begins[0], last = course->ends[f->bakes - 1];
    double edge = floor((first + course->call_phase) / 60.0) * 60.0 - course->call_phase - (chase->warm_up + 1) * 60.0;
    for (int age = 0; age < window; age++)
        chase->seen[age + 1] = draw_cdf(&f->setting->modelling.metric_delay, (phase + 60.0 * age) * 1e6);
    lookback_begin(chase->rule, chase->mass);
    memset(chase->history, 0, (size_t)(LOOKBACK_WINDOW * symbols) * sizeof *chase->history);
    bool is_first = true;
    for (int minute = 0; edge + phase <= last; minute++, edge += 60.0) {
        double now = edge + phase;
        odds_at(chase->minutes, position_of(chase->minutes, course, edge - 60.0, &flip),
                chase->history + minute % LOOKBACK_WINDOW * symbols);
        if (is_first && now + 60.0 > first) {
            is_first = false;
            seen->old_red += weight * lookback_red(chase->rule, chase->mass, false);
        }
        step(chase, minute);
        double poll = first_poll(f, course, now, now + 60.0, &bake);
        if (isinf(poll))
            continue;
        double tripped = weight * lookback_red(chase->rule, chase->mass, true);
        seen->here[bake] += tripped;
        seen->total += tripped;
        seen->tripped_s += tripped * (poll - course->settles[0]);
    }
}

/* ---- windows too long to be followed minute by minute ---- */

/* P(at least M of N windows, which do not overlap, breach), each by green's mean share in it. */
static double some_of(const double *p, int m, int n)
{
    enum { MOST = 64 };
    double of[MOST + 1] = {1.0};
    if (n > MOST)
        return 1.0;
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k >= 0; k--)
            of[k] = of[k] * (1.0 - p[i]) + (k > 0 ? of[k - 1] * p[i] : 0.0);
    double sum = 0.0;
    for (int k = m; k <= n; k++)
        sum += of[k];
    return sum;
}

static double mean_share(const struct foresight *f, const struct course *course, double from, double until)
{
    double share = 0.0;
    for (int i = 0; i < f->flips && course->settles[i] < until; i++)
        share += (f->share[i + 1] - f->share[i]) * (until - fmax(from, course->settles[i])) / (until - from);
    return share;
}

/* Evaluations are taken as independent, which they are not: those of a statistic that grows with bad responses are
 * associated, so this is an upper bound. Every minute is taken as visible at once; gaps count as breaches unless the
 * alarm takes them for good, since nothing but breaches beside gaps may alarm. */
static void bound_case(struct minutes *m, const struct course *course, double weight, struct foreseen *seen)
{
    const struct foresight *f = m->foresight;
    const struct alarm_config *alarm = m->sight->alarm;
    int n = alarm->evaluation_periods < 64 ? alarm->evaluation_periods : 64, bake = 0;
    double period = alarm->period_s, phase = course->alarm_phase, alive = 1.0, p[64];
    double edge = floor((course->begins[0] + course->call_phase) / 60.0) * 60.0 - course->call_phase - 60.0;
    for (; edge + phase <= course->ends[f->bakes - 1]; edge += 60.0) {
        double poll = first_poll(f, course, edge + phase, edge + phase + 60.0, &bake);
        if (isinf(poll))
            continue;
        for (int j = 0; j < n; j++) {
            double share = mean_share(f, course, edge - (j + 1) * period, edge - j * period);
            int cells = m->cells * f->flips, node = (int)lround(fmin(1.0, share) * cells);
            if (!m->is_known[node]) {
                struct breach_odds of = sight_odds(m->sight, m->green, m->mask, (double)node / cells, period);
                m->odds[node] = of.breach + (alarm->missing == MISSING_NOT_BREACHING ? 0.0 : of.missing);
                m->is_known[node] = true;
            }
            p[j] = m->odds[node];
        }
        double tripped = alive * some_of(p, alarm->datapoints_to_alarm, n);
        alive -= tripped;
        seen->here[bake] += weight * tripped;
        seen->total += weight * tripped;
        seen->tripped_s += weight * tripped * (poll - course->settles[0]);
    }
}

/* ---- one alarm ---- */

/* Longer periods of a Sum of errors that must reach a small whole number are followed minute by minute. */
static int cap_of(const struct sight *sight)
{
    const struct alarm_config *alarm = sight->alarm;
    bool counts = sight_is_errors(sight) && alarm->statistic.kind == STATISTIC_SUM;
    double cap = alarm->comparison == COMPARE_GREATER ? floor(alarm->threshold) + 1.0 : ceil(alarm->threshold);
    bool is_upper = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    return counts && is_upper && alarm->missing == MISSING_NOT_BREACHING && cap >= 1.0 && cap < LOOKBACK_BASE ? (int)cap
                                                                                                              : 0;
}

static bool rule_of(struct lookback *rule, const struct foresight *f, const struct sight *sight)
{
    const struct alarm_config *alarm = sight->alarm;
    if (alarm->period_s == 60)
        return lookback_of_minutes(rule, alarm, f->setting->modelling.evaluation_range_extra);
    return lookback_of_counts(rule, alarm, alarm->period_s / 60, cap_of(sight));
}

/* Scratch of one alarm: about 100 KB. */
struct workshop {
    struct lookback rule;
    struct lookback_mass mass;
    double history[LOOKBACK_WINDOW * (LOOKBACK_BASE - 1)];
};

void foresight_alarm(const struct foresight *f, const struct sight *sight, const struct sight_side *green,
                     unsigned mask, struct foreseen *seen)
{
    for (int i = 0; i < f->bakes; i++)
        seen->here[i] = 0.0;
    seen->total = seen->tripped_s = seen->old_red = 0.0;
    seen->kind = FORESEEN_NOT;
    if (f->bakes == 0)
        seen->kind = FORESEEN_EXACT;
    int cells = f->flips * CELLS < NODES ? CELLS : NODES / f->flips + 1;
    size_t nodes = (size_t)(f->flips * cells) + 2;
    struct workshop *shop = malloc(sizeof *shop);
    struct minutes minutes = {f, sight, green, mask, 0, cells, calloc(nodes, sizeof(bool)), NULL};
    minutes.odds = calloc(nodes * LOOKBACK_BASE, sizeof *minutes.odds);
    if (shop && minutes.is_known && minutes.odds && f->bakes > 0) {
        bool is_exact = rule_of(&shop->rule, f, sight);
        minutes.base = is_exact ? shop->rule.base : 2;
        struct chase chase = {&shop->rule, &minutes, &shop->mass, shop->history, 0, {0.0}};
        chase.warm_up = is_exact ? shop->rule.window + (sight->alarm->missing == MISSING_IGNORE ? 10 : 1) : 0;
        if (is_exact || sight->alarm->period_s >= 60)
            seen->kind = is_exact ? FORESEEN_EXACT : FORESEEN_BOUND;
        for (int i = 0; i < f->cases && seen->kind != FORESEEN_NOT; i++)
            if (is_exact)
                run_case(&chase, &f->each[i], 1.0 / f->cases, seen);
            else
                bound_case(&minutes, &f->each[i], 1.0 / f->cases, seen);
    }
    if (!shop || !minutes.is_known || !minutes.odds)
        seen->kind = FORESEEN_FAILED;
    free(shop);
    free(minutes.is_known);
    free(minutes.odds);
}

double foresight_work(const struct setting *setting, const struct policy *policy, const struct alarm_config *alarm)
{
    int bakes = 0, wait = policy->config.wait_interval_s;
    double size = alarm->period_s == 60
                      ? pow(3.0, fmin(7.0, alarm->evaluation_periods + setting->modelling.evaluation_range_extra))
                      : 300.0;
    switch (policy->config.mode) {
    case SHIFT_ALL_AT_ONCE: break;
    case SHIFT_CANARY: bakes = 1; break;
    default: bakes = setting->endpoint.instance_count; break;
    }
    double minutes = (bakes * (wait + 180.0) + policy->config.termination_wait_s) / 60.0 + 20.0;
    return minutes * (100.0 + 5.0 * size);
}

/* ---- lags ---- */

static double lag_s(double delay, double phase)
{
    phase = fmod(phase, 60.0);
    return phase + 60.0 * ceil(fmax(0.0, (delay - phase) / 60.0));
}

double foresight_lag_least_s(const struct setting *setting)
{
    double least = INFINITY, delay = quantile_s(&setting->modelling.metric_delay, 1e-6);
    for (int i = 0; i < 240; i++)
        least = fmin(least, lag_s(delay, quantile_s(&setting->modelling.alarm_phase, (i + 0.5) / 240.0)));
    return least;
}

double foresight_lag_mean_s(const struct setting *setting)
{
    enum { EACH = 24 };
    double sum = 0.0;
    for (int i = 0; i < EACH; i++) {
        double delay = quantile_s(&setting->modelling.metric_delay, (i + 0.5) / EACH);
        for (int j = 0; j < EACH; j++)
            sum += lag_s(delay, quantile_s(&setting->modelling.alarm_phase, (j + 0.5) / EACH));
    }
    return sum / (EACH * EACH);
}
