/* Reachability of alarms against closed forms, published cases and the simulation. */
#include "tests/support.h"

#include "models/meter.h"
#include "scenarios/reach.h"
#include "scenarios/scenario.h"

#include <glob.h>
#include <time.h>

static struct reach_table make(const struct fixture *f)
{
    struct reach_table table;
    assert_int_equal(reach_make(&f->setting, &table), 0);
    return table;
}

/* ---- published cases ---- */

/* The guardrail notebooks: 5XX Average >= 1 over both fleets, a canary of a third, then all. */
static void test_notebook_canary(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_REGULAR, 1.0);
    fixture_alarm(&f, "5xx", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 1.0)->endpoint_config_name = NULL;
    fixture_defect(&f, NEW, DEFECT_ERRORS)->error_5xx_fraction = 1.0;
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 2);
    const struct reach *canary = &table.rows[0], *final = &table.rows[1];
    assert_int_equal(canary->mask, MASK_BLUE | MASK_GREEN);
    assert_false(canary->is_reachable);
    check_close("share", canary->green_share, 1.0 / 3.0, 1e-12);
    check_close("largest mean", canary->max_statistic, 1.0 / 3.0, 1e-12);
    assert_true(isinf(canary->min_visible_error_fraction) && isinf(canary->earliest_trip_s));
    assert_true(canary->p_trip[NEW] > 0.0 && canary->p_trip[NEW] < 5.0 * 2.4e-29);
    assert_true(final->is_reachable);
    check_close("visible", final->min_visible_error_fraction, 1.0, 1e-9);
    assert_true(final->earliest_trip_s > 60.0);
    reach_free(&table);
}

/* Average > 1 of a metric that is 0 or 1 can never fire; a lone new-configuration alarm sees the whole of its fleet. */
static void test_impossible_and_undiluted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 10.0);
    struct alarm_config *never = fixture_alarm(&f, "never", METRIC_4XX_ERRORS, STATISTIC_AVERAGE, 1.0);
    never->comparison = COMPARE_GREATER;
    fixture_alarm(&f, "own", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.01);
    fixture_policy(&f, "all", SHIFT_ALL_AT_ONCE);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 2);
    assert_false(table.rows[0].is_reachable);
    assert_true(table.rows[0].p_trip_fraction[3] == 0.0);
    assert_int_equal(table.rows[1].mask, MASK_GREEN);
    check_close("visible", table.rows[1].min_visible_error_fraction, 0.01, 1e-9);
    check_close("green requests", table.rows[1].expected_green_requests, 1000.0, 1e-9);
    reach_free(&table);
}

/* Without traffic, as of bare AWS files: what can be reached is told, no probability is. */
static void test_without_traffic(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 0.0);
    for (size_t v = 0; v < f.setting.version_count; v++)
        f.versions[v].service.kind = NULL;
    fixture_alarm(&f, "diluted", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.5)->endpoint_config_name = NULL;
    fixture_alarm(&f, "sum", METRIC_5XX_ERRORS, STATISTIC_SUM, 5.0);
    fixture_alarm(&f, "slow", METRIC_MODEL_LATENCY, STATISTIC_AVERAGE, 5e5);
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 6);
    assert_false(table.rows[0].is_reachable);
    assert_true(table.rows[1].is_reachable && table.rows[2].is_reachable && table.rows[4].is_reachable);
    for (size_t i = 0; i < table.count; i++) {
        assert_true(isnan(table.rows[i].p_trip[NEW]) && isnan(table.rows[i].p_false_trip));
        assert_true(isnan(table.rows[i].p_trip_fraction[3]) && isnan(table.rows[i].expected_green_requests));
        assert_int_equal(table.rows[i].method, REACH_UNKNOWN);
    }
    reach_free(&table);
}

/* Run lengths of an M-of-N rule: with datapoints that breach with p, the expected trip is 60 s times the published mean,
 * but for the minute in which it begins and the lag to the poll. */
static void test_run_lengths(void **state)
{
    (void)state;
    static const struct {
        int m, n;
        double p, mean;
    } rows[] = {{1, 1, 0.05, 20}, {2, 2, 0.05, 420}, {2, 3, 0.05, 225.13}, {3, 3, 0.1, 1110}, {3, 5, 0.1, 243.27}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_POISSON, 10.0);
        struct alarm_config *alarm = fixture_alarm(&f, "sum", METRIC_5XX_ERRORS, STATISTIC_SUM, 1.0);
        alarm->datapoints_to_alarm = rows[i].m;
        alarm->evaluation_periods = rows[i].n;
        f.versions[NEW].error_5xx_fraction = -log1p(-rows[i].p) / 600.0;
        fixture_policy(&f, "all", SHIFT_ALL_AT_ONCE);
        struct reach_table table = make(&f);
        double want = 60.0 * rows[i].mean;
        if (!(fabs(table.rows[0].expected_trip_s[NEW] - want) < 60.0 + 0.03 * want))
            fail_msg("%d of %d: %g s, want about %g", rows[i].m, rows[i].n, table.rows[0].expected_trip_s[NEW], want);
        reach_free(&table);
    }
}

/* What is not followed minute by minute is bounded, or said to be for simulation alone. */
static void test_other_methods(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 1.0);
    fixture_alarm(&f, "long", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.1)->period_s = 300;
    struct alarm_config *many = fixture_alarm(&f, "many", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.1);
    many->evaluation_periods = many->datapoints_to_alarm = 15;
    fixture_alarm(&f, "trimmed", METRIC_MODEL_LATENCY, STATISTIC_TRIMMED_MEAN, 1e6)->statistic.fraction = 0.9;
    fixture_alarm(&f, "concurrent", METRIC_CONCURRENT_REQUESTS, STATISTIC_MAXIMUM, 3.0);
    struct defect *late = fixture_defect(&f, fixture_version(&f, "late") - f.versions, DEFECT_ERRORS);
    late->error_5xx_fraction = 1.0;
    late->onset_us = 60e6;
    f.setting.modelling.alarm_watch = WATCH_DEPLOYMENT;
    fixture_defect(&f, NEW, DEFECT_ERRORS)->error_5xx_fraction = 0.2;
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 8);
    for (size_t i = 0; i < table.count; i++)
        assert_int_equal(table.rows[i].method, REACH_SIMULATE); /* the worst of all: the late version */
    for (size_t i = 0; i < 2; i++) {
        assert_true(table.rows[i].p_trip[NEW] > 0.5 && table.rows[i].p_trip[NEW] <= 1.0);
        assert_true(isfinite(table.rows[i].expected_trip_s[NEW]));
        assert_true(isnan(table.rows[i].p_trip[2]));
        assert_int_equal(table.rows[i].ways[NEW].method, REACH_UPPER_BOUND);
        assert_int_equal(table.rows[i].ways[2].method, REACH_SIMULATE);
        assert_int_equal(table.rows[i].fraction_ways[0].method, REACH_UPPER_BOUND);
    }
    assert_true(table.rows[3].p_trip[NEW] < 0.05 && table.rows[2].earliest_trip_s > 800.0);
    assert_true(isnan(table.rows[4].p_trip[NEW]) && isnan(table.rows[6].p_trip[NEW]));
    reach_free(&table);
}

/* ---- against the simulation ---- */

/* What is left to chance: nothing but requests; phases and metric delays; the length of launches too; everything. */
enum chance { CONSTANT, PHASES, LAUNCHES, EVERYTHING };

struct generated {
    const char *name;
    enum shift_mode mode;
    enum chance chance;
    enum traffic_process process;
    double rate_rps;
    enum metric_id metric;
    struct statistic statistic;
    enum comparison comparison;
    double threshold;
    int m, n, period_s;
    enum missing_data missing;
    bool is_own;            /* the alarm sees the new configuration alone */
    double old_bad, bad;    /* 5xx fractions; of latency alarms `bad` is a factor */
    double slowest_delay_s; /* of metrics: uniform from a third of it; 0: as by default */
};

#define OVER COMPARE_GREATER_OR_EQUAL
/* clang-format off */
static const struct generated configurations[] = {
    {"average, diluted", SHIFT_CANARY, EVERYTHING, TRAFFIC_POISSON, 2.0, METRIC_5XX_ERRORS, {STATISTIC_AVERAGE, 0},
     OVER, 0.04, 1, 1, 60, MISSING_NOT_BREACHING, false, 0.005, 0.06, 0},
    {"sum, own, 2 of 3, slow metrics", SHIFT_CANARY, LAUNCHES, TRAFFIC_POISSON, 0.5, METRIC_5XX_ERRORS,
     {STATISTIC_SUM, 0}, OVER, 1.0, 2, 3, 60, MISSING_NOT_BREACHING, true, 0.01, 0.1, 180},
    {"average, own, regular, 2 of 2", SHIFT_LINEAR, EVERYTHING, TRAFFIC_REGULAR, 1.0, METRIC_5XX_ERRORS,
     {STATISTIC_AVERAGE, 0}, OVER, 0.1, 2, 2, 60, MISSING_MISSING, true, 0.01, 0.1, 0},
    {"sum, diluted, rolling", SHIFT_ROLLING, EVERYTHING, TRAFFIC_POISSON, 1.0, METRIC_5XX_ERRORS, {STATISTIC_SUM, 0},
     OVER, 4.0, 1, 1, 60, MISSING_NOT_BREACHING, false, 0.01, 0.05, 0},
    {"all must fail, rolling, regular", SHIFT_ROLLING, LAUNCHES, TRAFFIC_REGULAR, 0.983, METRIC_5XX_ERRORS,
     {STATISTIC_AVERAGE, 0}, OVER, 1.0, 1, 1, 60, MISSING_NOT_BREACHING, false, 0.0, 1.0, 400},
    {"sparse, gaps ignored", SHIFT_CANARY, PHASES, TRAFFIC_POISSON, 0.05, METRIC_5XX_ERRORS, {STATISTIC_AVERAGE, 0},
     OVER, 0.5, 2, 3, 60, MISSING_IGNORE, true, 0.02, 0.4, 0},
    {"sparse, gaps breach", SHIFT_CANARY, LAUNCHES, TRAFFIC_POISSON, 0.03, METRIC_5XX_ERRORS, {STATISTIC_AVERAGE, 0},
     OVER, 0.5, 3, 3, 60, MISSING_BREACHING, false, 0.02, 0.4, 0},
    {"sparse, gaps missing", SHIFT_ALL_AT_ONCE, LAUNCHES, TRAFFIC_POISSON, 0.03, METRIC_5XX_ERRORS,
     {STATISTIC_MAXIMUM, 0}, OVER, 1.0, 2, 3, 60, MISSING_MISSING, true, 0.02, 0.4, 0},
    {"maximum, constant delays", SHIFT_CANARY, CONSTANT, TRAFFIC_POISSON, 1.0, METRIC_5XX_ERRORS,
     {STATISTIC_MAXIMUM, 0}, OVER, 1.0, 2, 2, 60, MISSING_NOT_BREACHING, true, 0.002, 0.02, 0},
    {"p90 of errors, constant delays", SHIFT_ALL_AT_ONCE, CONSTANT, TRAFFIC_REGULAR, 0.5, METRIC_5XX_ERRORS,
     {STATISTIC_PERCENTILE, 0.9}, OVER, 1.0, 1, 1, 60, MISSING_NOT_BREACHING, false, 0.02, 0.08, 0},
    {"minimum, rolling", SHIFT_ROLLING, PHASES, TRAFFIC_POISSON, 0.1, METRIC_5XX_ERRORS, {STATISTIC_MINIMUM, 0},
     OVER, 1.0, 1, 2, 60, MISSING_NOT_BREACHING, true, 0.02, 0.3, 0},
    {"five minutes that slide", SHIFT_CANARY, LAUNCHES, TRAFFIC_POISSON, 0.2, METRIC_5XX_ERRORS, {STATISTIC_SUM, 0},
     OVER, 2.0, 1, 1, 300, MISSING_NOT_BREACHING, false, 0.002, 0.05, 0},
    {"two minutes that slide", SHIFT_ROLLING, PHASES, TRAFFIC_POISSON, 0.5, METRIC_4XX_ERRORS,
     {STATISTIC_SUM, 0}, OVER, 3.0, 1, 1, 120, MISSING_NOT_BREACHING, true, 0.01, 0.07, 0},
    {"3 of 5, diluted, linear", SHIFT_LINEAR, PHASES, TRAFFIC_POISSON, 1.5, METRIC_5XX_ERRORS, {STATISTIC_AVERAGE, 0},
     OVER, 0.03, 3, 5, 60, MISSING_NOT_BREACHING, false, 0.01, 0.03, 0},
    {"thirty seconds, 1 of 4", SHIFT_CANARY, EVERYTHING, TRAFFIC_POISSON, 1.0, METRIC_5XX_ERRORS, {STATISTIC_SUM, 0},
     OVER, 2.0, 1, 4, 30, MISSING_NOT_BREACHING, true, 0.005, 0.03, 0},
    {"twenty seconds, 2 of 6", SHIFT_LINEAR, PHASES, TRAFFIC_POISSON, 1.0, METRIC_5XX_ERRORS, {STATISTIC_AVERAGE, 0},
     OVER, 0.03, 2, 6, 20, MISSING_NOT_BREACHING, false, 0.01, 0.03, 0},
    {"ten seconds see nothing", SHIFT_CANARY, EVERYTHING, TRAFFIC_POISSON, 1.0, METRIC_5XX_ERRORS,
     {STATISTIC_AVERAGE, 0}, OVER, 0.01, 1, 3, 10, MISSING_NOT_BREACHING, false, 0.01, 0.5, 0},
    {"too few requests", SHIFT_LINEAR, LAUNCHES, TRAFFIC_POISSON, 1.0, METRIC_INVOCATIONS, {STATISTIC_SUM, 0},
     COMPARE_LESS, 14.0, 2, 2, 60, MISSING_NOT_BREACHING, true, 0, 1.0, 0},
    {"number of samples", SHIFT_CANARY, PHASES, TRAFFIC_REGULAR, 1.0, METRIC_MODEL_LATENCY,
     {STATISTIC_SAMPLE_COUNT, 0}, COMPARE_GREATER, 26.0, 1, 2, 60, MISSING_NOT_BREACHING, true, 0, 1.0, 0},
    {"p90 of latency", SHIFT_CANARY, PHASES, TRAFFIC_POISSON, 1.0, METRIC_MODEL_LATENCY, {STATISTIC_PERCENTILE, 0.9},
     OVER, 4000, 2, 2, 60, MISSING_NOT_BREACHING, true, 0, 1.6, 0},
    {"average of latency", SHIFT_ROLLING, LAUNCHES, TRAFFIC_POISSON, 1.0, METRIC_MODEL_LATENCY, {STATISTIC_AVERAGE, 0},
     COMPARE_GREATER, 2850, 1, 1, 60, MISSING_NOT_BREACHING, false, 0, 1.1, 0},
};
/* clang-format on */

static void randomise(struct setting *setting, const struct generated *g)
{
    struct modelling constant = setting->modelling;
    if (g->chance >= PHASES) {
        setting->modelling = modelling_default();
        setting->modelling.routing_lag = constant.routing_lag;
    }
    if (g->chance >= LAUNCHES)
        setting->launch.time = draw_uniform(60e6, 200e6);
    if (g->chance == EVERYTHING)
        setting->modelling.routing_lag = modelling_default().routing_lag;
    if (g->slowest_delay_s > 0.0)
        setting->modelling.metric_delay = draw_uniform(g->slowest_delay_s / 3.0 * 1e6, g->slowest_delay_s * 1e6);
}

static void build(struct fixture *f, const struct generated *g)
{
    fixture_init(f);
    fixture_traffic(f, g->process, g->rate_rps);
    struct alarm_config *alarm = fixture_alarm(f, "alarm", g->metric, STATISTIC_AVERAGE, g->threshold);
    alarm->statistic = g->statistic;
    alarm->comparison = g->comparison;
    alarm->datapoints_to_alarm = g->m;
    alarm->evaluation_periods = g->n;
    alarm->period_s = g->period_s;
    alarm->missing = g->missing;
    if (!g->is_own)
        alarm->endpoint_config_name = NULL;
    fixture_version(f, "good");
    bool is_latency = g->metric == METRIC_MODEL_LATENCY, is_4xx = g->metric == METRIC_4XX_ERRORS;
    for (size_t v = 0; v < f->setting.version_count; v++) {
        f->versions[v].service = is_latency ? draw_uniform(1e3, 4.2e3) : draw_constant(5e3);
        *(is_4xx ? &f->versions[v].error_4xx_fraction : &f->versions[v].error_5xx_fraction) = g->old_bad;
    }
    struct defect *defect = fixture_defect(f, NEW, is_latency ? DEFECT_LATENCY : DEFECT_ERRORS);
    *(is_latency ? &defect->factor : is_4xx ? &defect->error_4xx_fraction : &defect->error_5xx_fraction) = g->bad;
    randomise(&f->setting, g);
    fixture_policy(f, "policy", g->mode);
}

/* How one version fared in the simulation. */
struct counted {
    double tripped, in_phase, sum_s, sum_s2;
};

static struct counted count_trips(const struct replicate_result *result, size_t version, const struct reach *row)
{
    struct counted counted = {0.0, 0.0, 0.0, 0.0};
    for (size_t i = 0; i < result->trial_count * result->replications; i++) {
        const struct outcome *outcome = &result->rows[i];
        if (result->trials[i % result->trial_count].version != version || outcome->cause != DEPLOY_ALARM ||
            outcome->trip_phase == PHASE_DONE)
            continue;
        counted.tripped++;
        counted.in_phase += outcome->trip_phase == row->phase && outcome->trip_phase_index == row->phase_index;
        counted.sum_s += outcome->trip_s;
        counted.sum_s2 += outcome->trip_s * outcome->trip_s;
    }
    return counted;
}

/* When the first flip settles, in the mean: the lag is constant, and the alarm cannot know how long the launch took. */
static double first_settled_s(const struct generated *g)
{
    double slowest = g->mode == SHIFT_ROLLING ? 0.5 : 0.75; /* of one launch, of three */
    return 20.0 + (g->chance < LAUNCHES ? 100.0 : 60.0 + 140.0 * slowest);
}

static void check_time(const struct generated *g, const struct counted *counted, double told)
{
    double n = counted->tripped, mean = counted->sum_s / n;
    double error = sqrt((counted->sum_s2 / n - mean * mean) / n);
    if (n < 30.0)
        return;
    mean -= first_settled_s(g);
    if (getenv("BAKEOFF_TEST_TELL"))
        printf("%-32s %-12s told %9.3f s simulated %9.3f s: %5.2f standard errors\n", g->name, "trip", told, mean,
               (told - mean) / error);
    check_theory(g->name, mean, told, error);
}

static void check_share(const char *name, const char *what, double count, double got)
{
    double n = (double)at_length(1000, 20000), p = count / n;
    double error = sqrt(fmax(got * (1.0 - got), 1.0 / n) / n);
    if (getenv("BAKEOFF_TEST_TELL"))
        printf("%-32s %-12s told %9.5f   simulated %9.5f  : %5.2f standard errors\n", name, what, got, p,
               (got - p) / error);
    if (!(fabs(got - p) <= 4.0 * error))
        fail_msg("%s, %s: told %.5f, simulated %.5f, standard error %.5f", name, what, got, p, error);
}

static void test_generated(void **state)
{
    (void)state;
    enum { GOOD = 2 };
    for (size_t i = 0; i < sizeof configurations / sizeof *configurations; i++) {
        const struct generated *g = &configurations[i];
        struct fixture f;
        build(&f, g);
        struct reach_table table = make(&f);
        assert_true(table.count > 0);
        const struct reach *row = &table.rows[0];
        const struct reach_deployment *all = &table.deployments[0];
        bool is_normal = g->metric == METRIC_MODEL_LATENCY && g->statistic.kind == STATISTIC_AVERAGE;
        for (size_t v = NEW; v <= GOOD; v++)
            if (row->ways[v].method != (is_normal ? REACH_APPROXIMATE : REACH_EXACT))
                fail_msg("%s: %s", g->name, row->method_words);
        struct replicate_result result = fixture_run(&f, at_length(1000, 20000));
        struct counted faulty = count_trips(&result, NEW, row), good = count_trips(&result, GOOD, row);
        replicate_free(&result);
        check_share(g->name, "first bake", faulty.in_phase, row->p_trip_here[NEW]);
        check_share(g->name, "all bakes", faulty.tripped, all->p_trip[NEW]);
        check_share(g->name, "good", good.tripped, all->p_trip[GOOD]);
        if (g->chance < EVERYTHING)
            check_time(g, &faulty, all->expected_detect_s[NEW]);
        check_close("false trips", all->p_false_trip, all->p_trip[GOOD], 1e-9);
        reach_free(&table);
    }
}

/* Periods that overlap: P(tripped) is no more than told. */
static void test_bound(void **state)
{
    (void)state;
    const struct generated g = {"bound",
                                SHIFT_CANARY,
                                PHASES,
                                TRAFFIC_POISSON,
                                0.2,
                                METRIC_5XX_ERRORS,
                                {STATISTIC_AVERAGE, 0},
                                OVER,
                                0.08,
                                1,
                                1,
                                300,
                                MISSING_NOT_BREACHING,
                                false,
                                0.005,
                                0.05,
                                0};
    struct fixture f;
    build(&f, &g);
    struct reach_table table = make(&f);
    struct replicate_result result = fixture_run(&f, at_length(1000, 20000));
    double n = (double)result.replications;
    assert_int_equal(table.rows[0].ways[NEW].method, REACH_UPPER_BOUND);
    for (size_t v = NEW; v <= 2; v++) {
        struct counted counted = count_trips(&result, v, &table.rows[0]);
        double told = table.deployments[0].p_trip[v], first = table.rows[0].p_trip[v];
        if (getenv("BAKEOFF_TEST_TELL"))
            printf("bound: told %.4f, simulated %.4f\n", told, counted.tripped / n);
        assert_true(told > 0.0 && told < 0.999);
        assert_true(counted.tripped / n <= told + 4.0 * sqrt(told * (1.0 - told) / n));
        assert_true(counted.in_phase / n <= first + 4.0 * sqrt(first * (1.0 - first) / n));
    }
    replicate_free(&result);
    reach_free(&table);
}

/* ---- what AWS does not say ---- */

static void refuse(struct fixture *f)
{
    f->setting.modelling.red_at_start = RED_REFUSE;
    f->setting.launch.time = draw_uniform(20e6, 80e6);
}

static void force_alarm(struct fixture *f)
{
    f->setting.modelling.initial_alarm_state = INITIAL_ALARM;
    f->setting.launch.time = draw_uniform(10e6, 60e6);
}

static void force_ok(struct fixture *f)
{
    f->setting.modelling.initial_alarm_state = INITIAL_OK;
    f->alarms[0].missing = MISSING_IGNORE;
    f->setting.launch.time = draw_constant(5e6);
}

static void watch_always(struct fixture *f)
{
    f->setting.modelling.alarm_watch = WATCH_DEPLOYMENT;
    f->setting.launch.time = draw_uniform(60e6, 200e6);
}

static void poll_seldom(struct fixture *f)
{
    f->setting.modelling.poll_interval_us = 45e6;
}

static void time_out(struct fixture *f)
{
    f->policies[0].config.maximum_execution_s = 600;
    f->setting.launch.time = draw_uniform(100e6, 400e6);
}

static void settle_late(struct fixture *f)
{
    f->setting.modelling.final_routing_lag = draw_uniform(10e6, 110e6);
    f->policies[0].config.wait_interval_s = 30;
}

/* Each choice in modelling that moves when alarms are evaluated and read, by a nervous alarm on little traffic. */
static void test_choices(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*choose)(struct fixture *f);
    } rows[] = {{"refuse", refuse},          {"force ALARM", force_alarm}, {"force OK", force_ok},
                {"watch all", watch_always}, {"poll seldom", poll_seldom}, {"time out", time_out},
                {"settle late", settle_late}};
    const struct generated nervous = {"",
                                      SHIFT_CANARY,
                                      PHASES,
                                      TRAFFIC_POISSON,
                                      0.05,
                                      METRIC_5XX_ERRORS,
                                      {STATISTIC_AVERAGE, 0},
                                      OVER,
                                      0.5,
                                      1,
                                      1,
                                      60,
                                      MISSING_NOT_BREACHING,
                                      false,
                                      0.05,
                                      0.3,
                                      0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        build(&f, &nervous);
        rows[i].choose(&f);
        struct reach_table table = make(&f);
        const struct reach_deployment *all = &table.deployments[0];
        assert_int_equal(all->ways[NEW].method, REACH_EXACT);
        struct replicate_result result = fixture_run(&f, at_length(1000, 20000));
        struct counted counted = count_trips(&result, NEW, &table.rows[0]);
        if (rows[i].choose != watch_always) /* there a row includes the launch before it */
            check_share(rows[i].name, "first bake", counted.in_phase, table.rows[0].p_trip_here[NEW]);
        check_share(rows[i].name, "all bakes", counted.tripped, all->p_trip[NEW]);
        double refused = 0.0;
        for (size_t r = 0; r < result.replications; r++)
            refused += result.rows[r * result.trial_count + 1].kind == OUTCOME_REFUSED;
        check_share(rows[i].name, "refused", refused, rows[i].choose == refuse ? all->p_old_red : 0.0);
        replicate_free(&result);
        reach_free(&table);
    }
}

/* ---- the shipped scenarios ---- */

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Probabilities are probabilities, and it takes less than 50 ms. */
static void test_shipped(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct diagnostics diagnostics = {0};
        struct scenario *scenario = scenario_read(found.gl_pathv[i], &diagnostics);
        diagnostics_free(&diagnostics);
        assert_non_null(scenario);
        struct reach_table table;
        double ms = INFINITY;
        for (int attempt = 0; attempt < 3; attempt++) {
            if (attempt > 0)
                reach_free(&table);
            double from = cpu_ms();
            assert_int_equal(reach_make(&scenario->setting, &table), 0);
            ms = fmin(ms, cpu_ms() - from);
        }
        if (getenv("BAKEOFF_TEST_TELL"))
            printf("%-40s %zu rows, %.1f ms\n", found.gl_pathv[i], table.count, ms);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        if (ms > 50.0)
            fail_msg("%s: %.1f ms", found.gl_pathv[i], ms);
#endif
        for (size_t r = 0; r < table.count; r++) {
            const struct reach *row = &table.rows[r];
            for (size_t v = 0; v < scenario->setting.version_count; v++)
                assert_false(row->p_trip[v] < 0.0 || row->p_trip[v] > 1.0 ||
                             row->p_trip_here[v] > row->p_trip[v] + 1e-12);
            assert_true(row->method_words && strlen(row->method_words) > 10);
        }
        reach_free(&table);
        scenario_free(scenario);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notebook_canary), cmocka_unit_test(test_impossible_and_undiluted),
        cmocka_unit_test(test_without_traffic), cmocka_unit_test(test_run_lengths),
        cmocka_unit_test(test_other_methods),   cmocka_unit_test(test_generated),
        cmocka_unit_test(test_bound),           cmocka_unit_test(test_choices),
        cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
