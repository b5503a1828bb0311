#include "scenarios/lint/foresight.h"

#include "models/meter.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a minute holds ---- */

/* P(symbol) of a minute by where it lies among the flips: at 0 none has settled, at 1.25 the second one has for the last
 * quarter of the minute. Straight lines over cells that are halved where the truth bends or leaps. */
enum { DEPTH = 9, GRID = 1 << DEPTH, FEW_FLIPS = 6 };
#define GAP 1e-16 /* what is as good as impossible */
#define CELL_TOLERANCE 1e-4
#define CELL_LEAP 0.1
enum cell { CELL_UNKNOWN, CELL_STRAIGHT, CELL_SPLIT };

struct minutes {
    const struct courses *courses;
    const struct sight *sight;
    const struct sight_side *green;
    unsigned mask;
    int symbols;    /* of the chain, 0 left out */
    int cap;        /* of longer periods */
    bool is_flat;   /* all minutes are alike */
    bool *is_known; /* [flips * GRID + 1] */
    double *odds;   /* [flips * GRID + 1][symbols] */
    uint8_t *cells; /* [flips][2 * GRID]: cell j of depth d has number 2^d + j */
    double work;
};

static void compute_odds(const struct minutes *m, int node, double *odds)
{
    const double *share = m->courses->share + node / GRID;
    double part = (double)(node % GRID) / GRID;
    struct sight_minute minute = {share[0], part > 0.0 ? share[1] : share[0], part};
    if (m->sight->alarm->period_s <= 60) {
        struct breach_odds of = sight_minute_odds(m->sight, m->green, m->mask, minute);
        double missing = of.missing < GAP ? 0.0 : of.missing;
        odds[1] = of.breach;
        odds[0] = fmax(0.0, 1.0 - missing - of.breach);
    } else {
        double counts[LOOKBACK_BASE], mean = share[0] + part * (minute.after - share[0]);
        struct breach_mix mix = sight_mix(m->sight, m->green, m->mask, mean, 60.0);
        breach_counts(&mix, m->cap, counts);
        counts[0] = fmax(0.0, counts[0] - breach_below(&mix, 1.0));
        memcpy(odds, counts + 1 - (m->symbols - m->cap), (size_t)m->symbols * sizeof *odds);
    }
}

static const double *node_odds(struct minutes *m, int node)
{
    node = m->is_flat ? 0 : node;
    double *odds = m->odds + node * m->symbols;
    if (!m->is_known[node]) {
        m->is_known[node] = true;
        m->work += 3000.0;
        compute_odds(m, node, odds);
    }
    return odds;
}

static enum cell judge_cell(struct minutes *m, int low, int width)
{
    const double *a = node_odds(m, low), *b = node_odds(m, low + width), *middle = node_odds(m, low + width / 2);
    for (int s = 0; s < m->symbols; s++)
        if (fabs(middle[s] - 0.5 * (a[s] + b[s])) > CELL_TOLERANCE || fabs(b[s] - a[s]) > CELL_LEAP)
            return CELL_SPLIT;
    return CELL_STRAIGHT;
}

static void odds_at(struct minutes *m, double position, double *odds)
{
    int flip = (int)position, width = GRID, low = flip * GRID;
    double part = position - flip;
    memcpy(odds, node_odds(m, low), (size_t)m->symbols * sizeof *odds);
    if (part == 0.0 || m->is_flat)
        return;
    for (int depth = 0; depth < DEPTH; depth++) {
        uint8_t *cell = &m->cells[flip * 2 * GRID + (1 << depth) + (low - flip * GRID) / width];
        if (*cell == CELL_UNKNOWN)
            *cell = depth == 0 && m->courses->flips <= FEW_FLIPS ? CELL_SPLIT : (uint8_t)judge_cell(m, low, width);
        if (*cell == CELL_STRAIGHT)
            break;
        width /= 2;
        low += part * GRID >= low - flip * GRID + width ? width : 0;
    }
    const double *a = node_odds(m, low), *b = node_odds(m, low + width);
    double beyond = (part * GRID - (low - flip * GRID)) / width;
    for (int s = 0; s < m->symbols; s++)
        odds[s] = a[s] + beyond * (b[s] - a[s]);
}

/* Where among the flips the minute that begins at `from` lies; `flip` is where the last one left off. */
static double position_of(const struct courses *c, const struct course *course, double from, int *flip)
{
    while (*flip < c->flips && course->settles[*flip] <= from)
        ++*flip;
    double share = c->share[*flip];
    int last = *flip;
    for (; last < c->flips && course->settles[last] < from + 60.0; last++)
        share += (c->share[last + 1] - c->share[last]) * (from + 60.0 - course->settles[last]) / 60.0;
    if (last == *flip)
        return *flip;
    int low = *flip; /* more than one flip may lie in a minute */
    while (low + 1 < last && share >= c->share[low + 1])
        low++;
    double width = c->share[low + 1] - c->share[low];
    return low + fmin(1.0, (share - c->share[low]) / width);
}

/* ---- the chain along a case ---- */

/* Sums over a block of cases. */
struct tally {
    double total, old_red;
    double trip_s, trip_s2; /* probability x time after the first flip settled, and x its square */
    double *here;           /* [bakes] */
};

static void note_trip(struct tally *tally, int bake, double p, double after_s)
{
    tally->here[bake] += p;
    tally->total += p;
    tally->trip_s += p * after_s;
    tally->trip_s2 += p * after_s * after_s;
}

struct foresight {
    struct courses *courses;
    const struct sight *sight;
    bool is_followed; /* by the chain; otherwise bounded */
    int late_minutes; /* of a longer period, that may not be visible when it is evaluated */
    int warm_up;      /* minutes before alarms are read: the window, and more where a state may be kept */
    struct lookback_chain chain;
    struct lookback_mass mass;
    double left;                       /* P(not tripped) in this case */
    double before[2][LOOKBACK_STATES]; /* mass.p a minute ago */
    double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1];
    struct minutes minutes;
    double history[LOOKBACK_WINDOW][LOOKBACK_BASE - 1]; /* symbol probabilities of the last minutes, by number */
    double seen[LOOKBACK_WINDOW * LOOKBACK_TURNS + 1]; /* P(visible by so many evaluations), [0] = 0 before the first */
    double work;
};

static void step(struct foresight *f, int minute, int turn)
{
    const struct lookback_chain *chain = &f->chain;
    int symbols = chain->base - 1;
    for (int age = 0; age < chain->window; age++) {
        if (!(chain->ages >> age & 1))
            continue;
        double before = f->seen[age * chain->turns + turn], now = f->seen[age * chain->turns + turn + 1], any = 0.0;
        const double *odds = f->history[(minute - age + LOOKBACK_WINDOW) % LOOKBACK_WINDOW];
        for (int s = 0; s < symbols; s++)
            any += odds[s];
        double part = now > before && before * any < 1.0 ? (now - before) / (1.0 - before * any) : 0.0;
        for (int s = 0; s < symbols; s++)
            f->reveal[age][s] = part * odds[s];
    }
    lookback_step(chain, &f->mass, turn, f->reveal);
    f->work += 60.0 + 4.0 * chain->states;
}

/* What an evaluation leads to until the next one. */
static void read_alarm(struct foresight *f, const struct course *course, double now, double until, int *bake,
                       struct tally *tally)
{
    const struct courses *c = f->courses;
    for (; *bake < c->bakes && course->ends[*bake] < now; ++*bake)
        ;
    for (int b = *bake; b < c->bakes && course->begins[b] < until && f->mass.has_red; b++) {
        struct stretch stretch = {fmax(now, course->begins[b]), fmin(until, course->ends[b]), course->begins[b] >= now,
                                  course->ends[b] >= until};
        double at, part = courses_polled(c, stretch, &at), tripped = lookback_take(&f->chain, &f->mass, part);
        f->left -= tripped;
        note_trip(tally, b, tripped, at - course->begins[b] + course->elapsed[b]);
    }
}

/* Which bake, from number `b` on, reads alarms throughout [from, until); BETWEEN: none ever, PARTLY: part of the time. */
enum { BETWEEN = -1, PARTLY = -2 };
static int reader_of(const struct courses *c, const struct course *course, int b, double from, double until)
{
    while (b < c->bakes && course->ends[b] <= from)
        b++;
    if (b == c->bakes || course->begins[b] >= until)
        return BETWEEN;
    return course->begins[b] <= from && course->ends[b] >= until ? b : PARTLY;
}

/* Minutes after this one, whose evaluations end at `until`, for which nothing changes. */
static int minutes_alike(const struct courses *c, const struct course *course, double edge, double until, int flip,
                         int reader)
{
    double change = flip < c->flips ? course->settles[flip] - edge : INFINITY;
    for (int b = 0; b < c->bakes && reader == BETWEEN; b++)
        if (course->begins[b] >= until)
            change = fmin(change, course->begins[b] - until);
    if (reader >= 0)
        change = fmin(change, course->ends[reader] - until);
    return isfinite(change) ? (int)floor(fmax(change, 0.0) / 60.0) : 0;
}

static void keep(struct foresight *f)
{
    for (int red = 0; red < 2; red++)
        memcpy(f->before[red], f->mass.p[red], (size_t)f->chain.states * sizeof f->before[red][0]);
}

/* Is what is left spread over the states as it was a minute ago? */
static bool is_settled(const struct foresight *f, double left_before)
{
    double left = f->left;
    for (int red = 0; red < 2; red++)
        for (int i = 0; i < f->chain.states; i++)
            if (fabs(f->mass.p[red][i] * left_before - f->before[red][i] * left) > 1e-9 * left_before * left)
                return false;
    return true;
}

static void scale(struct foresight *f, double factor)
{
    for (int red = 0; red < 2; red++)
        for (int i = 0; i < f->chain.states; i++)
            f->mass.p[red][i] *= factor;
    f->left *= factor;
}

/* The next minutes trip as the last one did, each from what the one before left. */
static void repeat(struct foresight *f, int minutes, double ratio, int bake, const struct tally *last,
                   struct tally *tally)
{
    double tripped = last->total, mean_s = last->total > 0.0 ? last->trip_s / last->total : 0.0, left = 1.0;
    for (int i = 1; i <= minutes && tripped > 0.0; i++) {
        left *= ratio;
        tripped *= ratio;
        note_trip(tally, bake, tripped, mean_s + 60.0 * i);
    }
    scale(f, left);
}

/* The alarm's state at the call: forced, or such that the call is refused. */
static void call(struct foresight *f)
{
    const struct modelling *m = &f->courses->setting->modelling;
    if (m->initial_alarm_state != INITIAL_EVALUATED)
        lookback_force(&f->chain, &f->mass, m->initial_alarm_state == INITIAL_ALARM);
    if (m->red_at_start == RED_REFUSE)
        f->left -= lookback_take(&f->chain, &f->mass, 1.0);
}

static double alarm_phase_s(const struct foresight *f, const struct course *course)
{
    const struct modelling *m = &f->courses->setting->modelling;
    bool is_short = f->sight->alarm->period_s < 60;
    const struct draw *law = is_short ? &m->alarm_phase_high_resolution : &m->alarm_phase;
    return fmod(courses_quantile_s(law, course->alarm_u), 60.0);
}

static void begin_case(struct foresight *f, double phase)
{
    int turns = f->chain.turns;
    f->seen[0] = 0.0;
    for (int q = 0; q < f->chain.window * turns; q++)
        f->seen[q + 1] = draw_cdf(&f->courses->setting->modelling.metric_delay, (phase + 60.0 / turns * q) * 1e6);
    lookback_begin(&f->chain, &f->mass);
    f->left = 1.0;
    memset(f->history, 0, sizeof f->history);
}

static void run_case(struct foresight *f, const struct course *course, struct tally *tally)
{
    const struct courses *c = f->courses;
    double phase = alarm_phase_s(f, course), grain = 60.0 / f->chain.turns, position = -1.0;
    double from = c->from_call ? 0.0 : course->begins[0], last = course->ends[c->bakes - 1];
    double edge = floor((from + course->call_phase) / 60.0) * 60.0 - course->call_phase - (f->warm_up + 1) * 60.0;
    int flip = 0, bake = 0, reader = PARTLY, alike = 0;
    begin_case(f, phase);
    for (int minute = 0; edge + phase <= last && f->left > 1e-13; minute++, edge += 60.0) {
        struct tally before = *tally;
        double position_before = position, left_before = f->left;
        int reader_before = reader;
        position = position_of(c, course, edge - 60.0, &flip);
        reader = reader_of(c, course, bake, edge + phase, edge + phase + 60.0);
        alike = position == position_before && reader == reader_before && reader != PARTLY ? alike + 1 : 0;
        if (alike > f->chain.window)
            keep(f);
        odds_at(&f->minutes, position, f->history[minute % LOOKBACK_WINDOW]);
        for (int turn = 0; turn < f->chain.turns; turn++) {
            double now = edge + phase + grain * turn;
            step(f, minute, turn);
            if (now <= from && from < now + grain) {
                tally->old_red += lookback_red(&f->chain, &f->mass);
                if (c->from_call)
                    call(f);
            }
            read_alarm(f, course, now, now + grain, &bake, tally);
        }
        if (alike <= f->chain.window || edge + phase <= from || !is_settled(f, left_before))
            continue;
        int minutes = minutes_alike(c, course, edge, edge + phase + 60.0, flip, reader);
        struct tally of_last = {.total = tally->total - before.total, .trip_s = tally->trip_s - before.trip_s};
        if (reader >= 0)
            repeat(f, minutes, f->left / left_before, reader, &of_last, tally);
        edge += 60.0 * minutes;
        alike = 0;
    }
}

/* ---- windows too long to be followed minute by minute ---- */

enum { SHARES = 128, PERIODS = 64, LATE_MINUTES = 4, WINDOW_NODES = (SHARES + 1) * (LATE_MINUTES + 1) };

/* P(at least M of N windows, which do not overlap, breach). */
static double some_of(const double *p, int m, int n)
{
    double of[PERIODS + 1] = {1.0};
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k >= 0; k--)
            of[k] = of[k] * (1.0 - p[i]) + (k > 0 ? of[k - 1] * p[i] : 0.0);
    double sum = 0.0;
    for (int k = m; k <= n; k++)
        sum += of[k];
    return sum;
}

static double mean_share(const struct courses *c, const struct course *course, double from, double until)
{
    double share = 0.0;
    for (int i = 0; i < c->flips && course->settles[i] < until; i++)
        share += (c->share[i + 1] - c->share[i]) * (until - fmax(from, course->settles[i])) / (until - from);
    return fmin(fmax(share, 0.0), 1.0);
}

/* Of a window in which green has this share of the traffic in the mean, its last minutes not visible yet: it breaches, or,
 * since nothing but breaches beside gaps may alarm, it is a gap that the alarm does not take for good. */
static double window_odds(struct minutes *m, int node, int late)
{
    int index = late * (SHARES + 1) + node;
    if (!m->is_known[index]) {
        double seconds = m->sight->alarm->period_s - 60.0 * late;
        struct breach_odds of = sight_odds(m->sight, m->green, m->mask, (double)node / SHARES, seconds);
        m->odds[index] = of.breach + (m->sight->alarm->missing == MISSING_NOT_BREACHING ? 0.0 : of.missing);
        m->is_known[index] = true;
        m->work += 10000.0;
    }
    return m->odds[index];
}

/* The most that a window's odds may be, however many of its last minutes are visible. */
static double worst_odds(struct foresight *f, const struct course *course, double end)
{
    double period = f->sight->alarm->period_s, worst = 0.0;
    for (int late = 0; late <= f->late_minutes; late++) {
        double share = mean_share(f->courses, course, end - period, end - 60.0 * late) * SHARES;
        double low = window_odds(&f->minutes, (int)floor(share), late);
        worst = fmax(worst, fmax(low, window_odds(&f->minutes, (int)ceil(share), late)));
    }
    return worst;
}

/* Evaluations are taken as independent, which they are not: those of a statistic that grows with bad responses and falls
 * with good ones are associated, so this is an upper bound. */
static void bound_case(struct foresight *f, const struct course *course, struct tally *tally)
{
    const struct courses *c = f->courses;
    const struct alarm_config *alarm = f->sight->alarm;
    int n = alarm->evaluation_periods < PERIODS ? alarm->evaluation_periods : PERIODS;
    int m = alarm->datapoints_to_alarm < n ? alarm->datapoints_to_alarm : n;
    double period = alarm->period_s, phase = alarm_phase_s(f, course), left = 1.0, p[PERIODS];
    double edge = floor((course->begins[0] + course->call_phase) / 60.0) * 60.0 - course->call_phase - 60.0;
    for (; edge + phase <= course->ends[c->bakes - 1] && left > 0.0; edge += 60.0) {
        double now = edge + phase, tripped = -1.0;
        for (int b = 0; b < c->bakes && course->begins[b] < now + 60.0; b++) {
            struct stretch stretch = {fmax(now, course->begins[b]), fmin(now + 60.0, course->ends[b]),
                                      course->begins[b] >= now, course->ends[b] >= now + 60.0};
            double at, part = courses_polled(c, stretch, &at);
            if (stretch.until < stretch.from || part == 0.0)
                continue;
            for (int j = 0; j < n && tripped < 0.0; j++)
                p[j] = worst_odds(f, course, edge - j * period);
            f->work += 30.0 * n * (n + (f->late_minutes + 1) * c->flips);
            tripped = left * part * some_of(p, m, n);
            left -= tripped;
            note_trip(tally, b, tripped, at - course->begins[b] + course->elapsed[b]);
        }
    }
}

/* ---- one alarm ---- */

/* The whole number that a Sum of errors over a longer period must reach; 0: it is another alarm. */
static int cap_of(const struct sight *sight)
{
    const struct alarm_config *alarm = sight->alarm;
    bool counts = sight_is_errors(sight) && alarm->statistic.kind == STATISTIC_SUM;
    double cap = alarm->comparison == COMPARE_GREATER ? floor(alarm->threshold) + 1.0 : ceil(alarm->threshold);
    bool is_upper = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    return counts && is_upper && cap >= 1.0 && cap < LOOKBACK_BASE ? (int)cap : 0;
}

/* Longer periods of a Sum of errors that must reach a small whole number are followed minute by minute. A period that
 * has a minute old enough to be visible is there, if there is traffic: periods beyond N of them decide nothing. */
static bool counts_rule(struct lookback *rule, const struct setting *setting, const struct sight *sight)
{
    const struct alarm_config *alarm = sight->alarm;
    int late = 0;
    struct lookback_counts counts = {alarm->period_s / 60, cap_of(sight), alarm->evaluation_periods, false};
    double least = courses_quantile_s(&setting->modelling.alarm_phase, 1e-9);
    for (; late < setting->modelling.evaluation_range_extra; late++)
        if (draw_cdf(&setting->modelling.metric_delay, (least + 60.0 * ((late + 1) * counts.minutes - 1)) * 1e6) == 1.0)
            break;
    if (sight->rate_rps * alarm->period_s < 20.0) /* it may see no request at all */
        late = setting->modelling.evaluation_range_extra;
    counts.has_gaps = late > 0 || alarm->missing != MISSING_NOT_BREACHING;
    counts.windows += late;
    return lookback_of_counts(rule, alarm, counts);
}

static bool rule_of(struct lookback *rule, const struct setting *setting, const struct sight *sight)
{
    if (sight->alarm->period_s <= 60)
        return lookback_of_minutes(rule, sight->alarm, setting->modelling.evaluation_range_extra);
    return counts_rule(rule, setting, sight);
}

/* The ages at which some alarm phase may see a minute that was not visible an evaluation before. */
static unsigned open_ages(const struct setting *setting, const struct lookback *rule)
{
    const struct modelling *m = &setting->modelling;
    const struct draw *law = rule->turns > 1 ? &m->alarm_phase_high_resolution : &m->alarm_phase;
    double least = courses_quantile_s(law, 1e-9), most = courses_quantile_s(law, 1.0 - 1e-9);
    double grain = 60.0 / rule->turns;
    unsigned ages = 1;
    for (int age = 1; age < rule->window; age++)
        if (draw_cdf(&m->metric_delay, (60.0 * age + 60.0 - grain + most) * 1e6) >
            draw_cdf(&m->metric_delay, (60.0 * age - grain + least) * 1e6))
            ages |= 1u << age;
    return ages;
}

/* Does every minute of both fleets hold a sample that the alarm sees, as near as makes no difference? */
static bool has_gaps(const struct setting *setting, const struct sight *sight)
{
    struct breach_mix minute = sight_mix(sight, &sight->blue, MASK_BLUE | MASK_GREEN, 0.0, 60.0);
    bool sees_both = !sight->alarm->endpoint_config_name;
    for (size_t v = 0; v < setting->version_count && sees_both; v++)
        sees_both = setting_alarm_mask(setting, sight->alarm, setting->versions[v].endpoint_config_name) ==
                    (MASK_BLUE | MASK_GREEN);
    return !sees_both || sight->alarm->period_s != 60 || breach_below(&minute, 1.0) > GAP;
}

struct foresight *foresight_new(struct courses *courses, const struct sight *sight)
{
    struct foresight *f = malloc(sizeof *f);
    struct lookback *rule = malloc(sizeof *rule);
    size_t nodes = (size_t)(courses->flips * GRID) + 1, cells = (size_t)courses->flips * 2 * GRID;
    nodes = nodes > WINDOW_NODES ? nodes : WINDOW_NODES;
    if (f) {
        *f = (struct foresight){.courses = courses, .sight = sight};
        f->minutes = (struct minutes){.courses = courses, .sight = sight, .symbols = LOOKBACK_BASE - 1};
        f->minutes.is_known = malloc(nodes * sizeof *f->minutes.is_known);
        f->minutes.odds = malloc(nodes * (LOOKBACK_BASE - 1) * sizeof *f->minutes.odds);
        f->minutes.cells = malloc(cells + 1);
    }
    if (!f || !rule || !f->minutes.is_known || !f->minutes.odds || !f->minutes.cells) {
        foresight_free(f);
        free(rule);
        return NULL;
    }
    f->is_followed = rule_of(rule, courses->setting, sight);
    if (f->is_followed) {
        lookback_chain_of(&f->chain, rule, open_ages(courses->setting, rule), has_gaps(courses->setting, sight));
        f->minutes.symbols = f->chain.base - 1;
        f->minutes.cap = cap_of(sight);
        f->warm_up = f->chain.window + (sight->alarm->missing == MISSING_IGNORE ? 12 : 0);
    }
    double least = courses_quantile_s(&courses->setting->modelling.alarm_phase, 1e-9);
    while (f->late_minutes < LATE_MINUTES && f->late_minutes < sight->alarm->period_s / 60 - 1 &&
           draw_cdf(&courses->setting->modelling.metric_delay, (least + 60.0 * f->late_minutes) * 1e6) < 1.0)
        f->late_minutes++;
    free(rule);
    return f;
}

void foresight_free(struct foresight *f)
{
    if (!f)
        return;
    free(f->minutes.is_known);
    free(f->minutes.odds);
    free(f->minutes.cells);
    free(f);
}

/* ---- the mean over cases ---- */

/* Blocks of cases are even spreads of their own, shifted at random: how they differ tells how far off their mean is. */
enum { BLOCKS = COURSES_SHIFTS, FIRST_CASES = 32 };
#define SEEN_REPLICATIONS 20000.0

static double error_of(const double block[BLOCKS], double *mean)
{
    double squares = 0.0;
    *mean = 0.0;
    for (int i = 0; i < BLOCKS; i++)
        *mean += block[i] / BLOCKS;
    for (int i = 0; i < BLOCKS; i++)
        squares += (block[i] - *mean) * (block[i] - *mean);
    return sqrt(squares / (BLOCKS * (BLOCKS - 1)));
}

/* Beyond the standard error of so many replications. */
static bool is_visible(double error, double p)
{
    return error > 1e-9 + sqrt(fmax(p * (1.0 - p), 0.0) / SEEN_REPLICATIONS);
}

/* Mean time of a trip; is its error beyond the standard error of so many replications? */
static bool is_time_visible(const struct tally *blocks, struct foreseen *seen)
{
    double trips = 0.0, sum = 0.0, squares = 0.0, of[BLOCKS], none;
    for (int i = 0; i < BLOCKS; i++) {
        trips += blocks[i].total;
        sum += blocks[i].trip_s;
        squares += blocks[i].trip_s2;
    }
    seen->trip_s = trips > 0.0 ? sum / trips : NAN;
    for (int i = 0; i < BLOCKS; i++)
        of[i] = BLOCKS * (blocks[i].trip_s - seen->trip_s * blocks[i].total) / trips;
    double variance = squares / trips - seen->trip_s * seen->trip_s, found = SEEN_REPLICATIONS * seen->total;
    return found > 10.0 && error_of(of, &none) > 0.01 + sqrt(fmax(variance, 0.0) / found);
}

/* Tallies are sums over `each` cases. */
static void add_up(const struct tally *blocks, int each, int bakes, struct foreseen *seen)
{
    double of[BLOCKS];
    seen->old_red = 0.0;
    for (int i = 0; i < BLOCKS; i++) {
        seen->old_red += blocks[i].old_red / each / BLOCKS;
        of[i] = blocks[i].total / each;
    }
    seen->error = error_of(of, &seen->total);
    seen->is_time_rough = is_time_visible(blocks, seen);
    seen->is_rough = is_visible(seen->error, seen->total);
    for (int b = 0; b < bakes; b++) {
        for (int i = 0; i < BLOCKS; i++)
            of[i] = blocks[i].here[b] / each;
        double error = error_of(of, &seen->here[b]);
        seen->is_rough = seen->is_rough || is_visible(error, seen->here[b]);
        seen->error = fmax(seen->error, error);
    }
}

static void clear(struct tally *tally, int bakes)
{
    *tally = (struct tally){.here = tally->here};
    memset(tally->here, 0, (size_t)bakes * sizeof *tally->here);
}

/* Cases from..until of each block. */
static bool run_blocks(struct foresight *f, struct tally *blocks, int from, int until)
{
    if (courses_extend(f->courses, until * BLOCKS) != 0)
        return false;
    for (int i = from * BLOCKS; i < until * BLOCKS; i++) {
        const struct course *course = &f->courses->each[f->courses->is_certain ? 0 : i];
        if (f->is_followed)
            run_case(f, course, &blocks[i % BLOCKS]);
        else
            bound_case(f, course, &blocks[i % BLOCKS]);
    }
    return true;
}

static bool run_cases(struct foresight *f, struct tally *blocks, struct telling telling, struct foreseen *seen)
{
    int bakes = f->courses->bakes, done = 0;
    for (int i = 0; i < BLOCKS; i++)
        clear(&blocks[i], bakes);
    for (int each = f->courses->is_certain ? 1 : FIRST_CASES / BLOCKS; each * BLOCKS <= COURSES_MOST; each *= 2) {
        if (!run_blocks(f, blocks, done, each))
            return false;
        done = each;
        seen->cases = f->courses->is_certain ? 1 : each * BLOCKS;
        add_up(blocks, each, bakes, seen);
        bool is_enough = !seen->is_rough && !(telling.wants_time && seen->is_time_rough);
        if (f->courses->is_certain || is_enough || f->work + f->minutes.work > telling.most_work)
            break;
    }
    return true;
}

double foresight_tell(struct foresight *f, const struct sight_side *green, unsigned mask, struct telling telling,
                      struct foreseen *seen)
{
    int bakes = f->courses->bakes, flips = f->courses->flips;
    struct tally blocks[BLOCKS];
    double *here = malloc(BLOCKS * ((size_t)bakes + 1) * sizeof *here);
    *seen = (struct foreseen){.here = seen->here, .kind = f->is_followed ? FORESEEN_EXACT : FORESEEN_BOUND};
    if (!f->is_followed && f->sight->alarm->period_s < 60)
        seen->kind = FORESEEN_NOT;
    size_t nodes = (size_t)(flips * GRID) + 1;
    memset(f->minutes.is_known, 0, nodes > WINDOW_NODES ? nodes : WINDOW_NODES);
    memset(f->minutes.cells, CELL_UNKNOWN, (size_t)flips * 2 * GRID);
    f->minutes.green = green;
    f->minutes.mask = mask;
    f->minutes.is_flat = f->is_followed && mask == (MASK_BLUE | MASK_GREEN) && sight_is_alike(green, &f->sight->blue);
    f->work = f->minutes.work = 0.0;
    for (int i = 0; i < BLOCKS; i++)
        blocks[i].here = here + i * (bakes + 1);
    if (!here || (bakes > 0 && seen->kind != FORESEEN_NOT && !run_cases(f, blocks, telling, seen)))
        seen->kind = FORESEEN_FAILED;
    free(here);
    return f->work + f->minutes.work;
}

/* ---- lags ---- */

static double lag_s(double delay, double phase)
{
    phase = fmod(phase, 60.0);
    return phase + 60.0 * ceil(fmax(0.0, (delay - phase) / 60.0));
}

double foresight_lag_least_s(const struct setting *setting)
{
    double least = INFINITY, delay = courses_quantile_s(&setting->modelling.metric_delay, 1e-6);
    for (int i = 0; i < 240; i++)
        least = fmin(least, lag_s(delay, courses_quantile_s(&setting->modelling.alarm_phase, (i + 0.5) / 240.0)));
    return least;
}

double foresight_lag_mean_s(const struct setting *setting)
{
    enum { EACH = 24 };
    double sum = 0.0;
    for (int i = 0; i < EACH; i++) {
        double delay = courses_quantile_s(&setting->modelling.metric_delay, (i + 0.5) / EACH);
        for (int j = 0; j < EACH; j++)
            sum += lag_s(delay, courses_quantile_s(&setting->modelling.alarm_phase, (j + 0.5) / EACH));
    }
    return sum / (EACH * EACH);
}
