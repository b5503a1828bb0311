#include "scenarios/lint/courses.h"

#include <stdlib.h>
#include <string.h>

double courses_quantile_s(const struct draw *law, double u)
{
    return law->kind ? draw_quantile(law, u) / 1e6 : 0.0;
}

static bool is_constant(const struct draw *law)
{
    return !law->kind || courses_quantile_s(law, 1e-6) == courses_quantile_s(law, 1.0 - 1e-6);
}

static bool is_uniform(const struct draw *law, double from_s, double until_s)
{
    return law->kind == draw_find("uniform") && fabs(courses_quantile_s(law, 1e-9) - from_s) < 1e-6 &&
           fabs(courses_quantile_s(law, 1.0 - 1e-9) - until_s) < 1e-6;
}

/* ---- an even spread ---- */

static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* A coordinate of case i: point i / COURSES_SHIFTS of a lattice sequence, the first 2^k points of which are a lattice for
 * any k, shifted at random by each remainder of i in its own way: so blocks of cases err independently.
 * Source: R. Cools, F. Y. Kuo and D. Nuyens, "Constructing embedded lattice rules for multivariate integration", SIAM J.
 * Sci. Comput. 28 (2006) 2162-2188, generating vector exod2_base2_m20. */
static double spread(int i, int dimension)
{
    static const uint32_t vector[] = {1,      182667, 469891, 498753, 110745, 446247, 250185, 118627, 245333, 283199,
                                      408519, 391023, 246327, 126539, 399185, 461527, 300343, 69681,  516695, 436179,
                                      106383, 238523, 413283, 70841,  47719,  300129, 113029, 123925, 410745, 211325};
    enum { BITS = 20, MOST = 1 << BITS };
    uint32_t known = sizeof vector / sizeof *vector, d = (uint32_t)dimension;
    uint64_t reversed = 0, step = vector[d % known] + 2 * (d / known);
    for (int bit = 0; bit < BITS; bit++)
        reversed |= (uint64_t)(i / COURSES_SHIFTS >> bit & 1) << (BITS - 1 - bit);
    uint64_t key = scramble((uint64_t)(i % COURSES_SHIFTS + 1) * UINT64_C(0x9e3779b97f4a7c15));
    double shift = ldexp((double)(scramble(key + d) >> 11), -53);
    double u = fmod((double)(reversed * step % MOST) / MOST + shift, 1.0);
    return fmin(fmax(u, 1e-9), 1.0 - 1e-9);
}

/* For laws whose ends have nothing in common: up and down again, so that a lattice sees no jump.
 * Source: F. J. Hickernell, "Obtaining O(N^-2+e) convergence for lattice quadrature rules", MCQMC 2000. */
static double there_and_back(double u)
{
    return 1.0 - fabs(2.0 * u - 1.0);
}

/* ---- launches ---- */

static double launch_s(const struct setting *setting, int instances, double u)
{
    return courses_quantile_s(&setting->launch.time, setting->launch.per_fleet ? u : pow(u, 1.0 / instances));
}

static int by_residue(const void *a, const void *b)
{
    double x = fmod(*(const double *)a, 60.0), y = fmod(*(const double *)b, 60.0);
    return (x > y) - (x < y);
}

/* What matters of a launch between two bakes is where in CloudWatch's minute it ends, hardly how many minutes it takes.
 * In this order that moves smoothly with u, and from the last back to the first. */
static const struct launch_table *launch_table(struct courses *c, int instances)
{
    for (int i = 0; i < c->launch_count; i++)
        if (c->launches[i].instances == instances)
            return &c->launches[i];
    struct launch_table *grown = realloc(c->launches, (size_t)(c->launch_count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    c->launches = grown;
    struct launch_table *table = &grown[c->launch_count++];
    table->instances = instances;
    for (int i = 0; i < COURSES_LAUNCHES; i++)
        table->time_s[i] = launch_s(c->setting, instances, (i + 0.5) / COURSES_LAUNCHES);
    qsort(table->time_s, COURSES_LAUNCHES, sizeof *table->time_s, by_residue);
    for (int i = 0; i < COURSES_LAUNCHES; i++) {
        table->mean_s[i] = 0.0;
        for (int j = 0; j < COURSES_ALIKE; j++)
            table->mean_s[i] += table->time_s[(i + j + COURSES_LAUNCHES - COURSES_ALIKE / 2) % COURSES_LAUNCHES];
        table->mean_s[i] /= COURSES_ALIKE;
    }
    return table;
}

/* ---- walking the plan ---- */

/* Coordinates of one case, in the order in which they are asked for. */
struct walk {
    int number, dimension;
    double last; /* the coordinate that decided where in the minute things stood */
};

static double next_coordinate(struct walk *walk)
{
    return spread(walk->number, walk->dimension++);
}

/* If launches end anywhere in a minute alike, this makes their end follow the coordinate alone, not the sum of all. */
static double next_launch_s(struct courses *c, struct walk *walk, int instances, double *mean_s)
{
    double x = next_coordinate(walk), u = fmod(x - walk->last + 1.0, 1.0);
    walk->last = x;
    const struct launch_table *table = c->launch_count > 0 ? launch_table(c, instances) : NULL;
    int i = (int)(u * COURSES_LAUNCHES);
    double time_s = table ? table->time_s[i] : launch_s(c->setting, instances, x);
    *mean_s = table ? table->mean_s[i] : time_s;
    return time_s;
}

/* Walks the plan of one case, as the rollout does where nothing trips. */
static void walk_plan(struct courses *c, int number, struct course *course)
{
    const struct modelling *m = &c->setting->modelling;
    struct walk walk = {.number = number};
    double now = 0.0, settled = 0.0, read_until = 0.0;
    double longer = 0.0; /* the launches than in the mean */
    double longer_before = 0.0;
    int flips = 0, bakes = 0;
    bool is_first = true;
    walk.last = next_coordinate(&walk);
    course->call_phase = courses_quantile_s(&m->call_phase, walk.last);
    course->alarm_u = next_coordinate(&walk);
    if (c->from_call) { /* evaluations and the launch are seen from the call */
        course->alarm_u = fmod(course->alarm_u + walk.last, 1.0);
        walk.last = 0.0;
    }
    for (int i = 0; i < c->plan->count; i++) {
        const struct step *step = &c->plan->steps[i];
        if (step->kind == STEP_LAUNCH) {
            double mean_s, time_s = launch_s(c->setting, step->instances, 0.5);
            if (!is_first || !c->is_launch_idle)
                time_s = next_launch_s(c, &walk, step->instances, &mean_s);
            if (!is_first)
                longer += time_s - mean_s;
            now += time_s;
            is_first = false;
        }
        if (step->kind == STEP_FLIP) {
            bool is_final = step->phase == PHASE_FINAL_FLIP && m->final_routing_lag.kind;
            const struct draw *lag = is_final ? &m->final_routing_lag : &m->routing_lag;
            settled = fmax(settled, now + courses_quantile_s(lag, there_and_back(next_coordinate(&walk))));
            course->settles[flips++] = settled;
        }
        if (step->kind == STEP_BAKE && step->wait_us > 0) {
            double from = m->alarm_watch == WATCH_DEPLOYMENT ? read_until : now;
            course->begins[bakes] = fmin(from, c->limit_s);
            course->elapsed[bakes] = from - course->settles[0] - (from == now ? longer : longer_before);
            longer_before = longer;
            now += s_from_us(step->wait_us);
            course->ends[bakes++] = read_until = fmin(now, c->limit_s);
        }
    }
}

static void point_into(const struct courses *c, struct course *course, double *times)
{
    course->settles = times;
    course->begins = times + c->flips;
    course->ends = course->begins + c->bakes;
    course->elapsed = course->ends + c->bakes;
}

static int make_room(struct courses *c, int count)
{
    size_t each = (size_t)(c->flips + 3 * c->bakes);
    struct course *grown = realloc(c->each, (size_t)count * sizeof *grown);
    if (!grown)
        return -1;
    c->each = grown;
    double *times = realloc(c->times, (size_t)count * (each + 1) * sizeof *times);
    if (!times)
        return -1;
    c->times = times;
    for (int i = 0; i < count; i++)
        point_into(c, &grown[i], times + (size_t)i * each);
    c->room = count;
    return 0;
}

int courses_extend(struct courses *c, int count)
{
    count = c->is_certain ? 1 : count;
    if (count > c->room && make_room(c, count) != 0)
        return -1;
    for (; c->made < count; c->made++)
        walk_plan(c, c->made, &c->each[c->made]);
    return 0;
}

/* ---- polls ---- */

static void spread_polls(struct courses *c)
{
    const struct draw *law = &c->setting->modelling.poll_phase;
    c->poll_interval = c->setting->modelling.poll_interval_us / 1e6;
    c->has_even_polls = is_uniform(law, 0.0, c->poll_interval);
    c->poll_count = is_constant(law) ? 1 : COURSES_POLLS;
    for (int i = 0; i < c->poll_count; i++)
        c->poll_phases[i] = courses_quantile_s(law, (i + 0.5) / c->poll_count);
}

/* The first poll of this phase in a stretch; infinite if there is none. */
static double first_poll(double phase, double interval, struct stretch s)
{
    double at = phase + ceil((s.from - phase) / interval - 1e-9) * interval;
    if (s.is_from_open && at <= s.from)
        at += interval;
    return at < s.until || (at == s.until && !s.is_until_open) ? at : INFINITY;
}

double courses_polled(const struct courses *c, struct stretch s, double *mean_s)
{
    if (c->has_even_polls) {
        double length = fmin(s.until - s.from, c->poll_interval);
        *mean_s = s.from + 0.5 * length;
        return fmax(length, 0.0) / c->poll_interval;
    }
    double sum = 0.0;
    int found = 0;
    for (int i = 0; i < c->poll_count; i++) {
        double at = first_poll(c->poll_phases[i], c->poll_interval, s);
        found += isfinite(at);
        sum += isfinite(at) ? at : 0.0;
    }
    *mean_s = found > 0 ? sum / found : s.from;
    return (double)found / c->poll_count;
}

/* ---- the whole ---- */

static bool is_all_certain(const struct setting *setting)
{
    const struct modelling *m = &setting->modelling;
    return is_constant(&m->call_phase) && is_constant(&m->alarm_phase) &&
           is_constant(&m->alarm_phase_high_resolution) && is_constant(&m->routing_lag) &&
           is_constant(&m->final_routing_lag) && is_constant(&setting->launch.time);
}

static double longest_s(const struct courses *c)
{
    double sum = plan_wait_s(c->plan) + 60.0;
    for (int i = 0; i < c->plan->count; i++)
        if (c->plan->steps[i].kind == STEP_LAUNCH)
            sum += launch_s(c->setting, c->plan->steps[i].instances, 0.9999);
    return sum;
}

static void count_plan(struct courses *c)
{
    for (int i = 0; i < c->plan->count; i++) {
        c->bakes += c->plan->steps[i].kind == STEP_BAKE && c->plan->steps[i].wait_us > 0;
        c->flips += c->plan->steps[i].kind == STEP_FLIP;
    }
}

/* Where minutes begin at any instant alike, the length of the first launch moves nothing. */
static void judge_launches(struct courses *c)
{
    const struct modelling *m = &c->setting->modelling;
    bool is_even = is_uniform(&m->call_phase, 0.0, 60.0), is_timely = longest_s(c) < c->limit_s;
    c->from_call = m->red_at_start == RED_REFUSE || m->initial_alarm_state != INITIAL_EVALUATED;
    c->is_launch_idle = is_even && is_timely && m->alarm_watch == WATCH_BAKE && !c->from_call;
    if (!is_constant(&c->setting->launch.time))
        launch_table(c, c->plan->steps[0].instances);
}

int courses_make(struct courses *c, const struct setting *setting, const struct policy *policy, const struct plan *plan)
{
    int n = setting->endpoint.instance_count, flips = 0, limit = policy->config.maximum_execution_s;
    *c = (struct courses){.setting = setting, .plan = plan, .limit_s = limit ? limit : DEPLOYMENT_DEFAULT_TIMEOUT_S};
    c->is_certain = is_all_certain(setting);
    count_plan(c);
    c->share = calloc((size_t)c->flips + 1, sizeof *c->share);
    if (!c->share)
        return -1;
    for (int i = 0; i < plan->count; i++)
        if (plan->steps[i].kind == STEP_FLIP)
            c->share[++flips] = (double)plan->steps[i].green_on / n;
    spread_polls(c);
    judge_launches(c);
    return 0;
}

void courses_free(struct courses *c)
{
    free(c->share);
    free(c->each);
    free(c->times);
    free(c->launches);
}
