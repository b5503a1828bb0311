/* What reach foretells against the simulation: 21 generated configurations, and every choice where AWS is silent. */
#include "tests/support.h"

#include "scenarios/lint/reach.h"

static struct reach_table make(const struct fixture *f)
{
    struct reach_table table;
    assert_int_equal(reach_make(&f->setting, &table), 0);
    return table;
}

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
    f->setting.horizon_us = 60 * US_PER_S; /* requests after the update matter to nobody */
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
        if (all->ways[NEW].method > REACH_APPROXIMATE || !(all->ways[NEW].error < 0.005))
            fail_msg("%s: %s", rows[i].name, table.rows[0].method_words);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated),
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
