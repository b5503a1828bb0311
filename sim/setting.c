#include "sim/setting.h"

#include "models/meter.h"

const char *const alarm_watch_names[2] = {"bake", "deployment"};
const char *const red_at_start_names[2] = {"trip", "refuse"};
const char *const on_timeout_names[2] = {"rollback", "fail"};
const char *const size_rounding_names[2] = {"floor", "ceil"};
const char *const initial_alarm_state_names[4] = {"OK", "ALARM", "INSUFFICIENT_DATA", "evaluated"};

/* 80 % of the minutes are visible after 30 to 60 s, the others after 90 to 150 s. */
static struct draw default_metric_delay(void)
{
    static const double weights[2] = {0.8, 0.2};
    static struct draw parts[2];
    parts[0] = draw_uniform(30e6, 60e6);
    parts[1] = draw_uniform(90e6, 150e6);
    return draw_mixture(parts, weights, 2);
}

struct modelling modelling_default(void)
{
    return (struct modelling){
        .call_phase = draw_uniform(0.0, 60e6),
        .alarm_phase = draw_uniform(0.0, 60e6),
        .alarm_phase_high_resolution = draw_uniform(0.0, 10e6),
        .metric_delay = default_metric_delay(),
        .poll_interval_us = 10e6,
        .poll_phase = draw_uniform(0.0, 10e6),
        .alarm_watch = WATCH_BAKE,
        .routing_lag = draw_uniform(20e6, 46e6),
        .rollback_routing_lag = draw_uniform(0.0, 30e6),
        .size_rounding = ROUND_FLOOR,
        .evaluation_range_extra = 2,
        .red_at_start = RED_TRIP,
        .on_timeout = TIMEOUT_ROLLBACK,
        .cleanup = draw_constant(30e6),
        .startup_timeout_us = 480e6,
        .missed_fault_fixed_after_us = 1800e6,
        .initial_alarm_state = INITIAL_EVALUATED,
        .start_time_us = INT64_C(1767225600) * US_PER_S, /* 2026-01-01T00:00:00Z */
    };
}

/* 99th percentile of the time until `count` instances launched together are all there. */
static double launch_p99_us(const struct launch_config *launch, int count)
{
    double u = launch->per_fleet ? 0.99 : pow(0.99, 1.0 / count);
    return draw_quantile(&launch->time, u);
}

static double planned_end_us(const struct setting *setting, const struct policy *policy, int instances)
{
    struct plan plan;
    shift_plan(&plan, &policy->config, instances, setting->modelling.size_rounding);
    double end = plan_wait_s(&plan) * 1e6;
    for (int i = 0; i < plan.count; i++)
        if (plan.steps[i].kind == STEP_LAUNCH)
            end += launch_p99_us(&setting->launch, plan.steps[i].instances);
    int limit = policy->config.maximum_execution_s;
    return fmin(end, (limit ? limit : DEPLOYMENT_DEFAULT_TIMEOUT_S) * 1e6);
}

int setting_green_instances(const struct setting *setting, size_t version)
{
    int own = setting->versions[version].instance_count;
    return own ? own : setting->endpoint.instance_count;
}

int64_t setting_window_end(const struct setting *setting)
{
    if (setting->horizon_us > 0)
        return setting->horizon_us;
    double latest = 0.0;
    for (size_t p = 0; p < setting->policy_count; p++)
        for (size_t v = 0; v < setting->version_count; v++)
            if (v != setting->current)
                latest =
                    fmax(latest, planned_end_us(setting, &setting->policies[p], setting_green_instances(setting, v)));
    return llround(latest + setting->modelling.missed_fault_fixed_after_us);
}

unsigned setting_alarm_mask(const struct setting *setting, const struct alarm_config *alarm,
                            const char *green_config_name)
{
    const struct endpoint_config *endpoint = &setting->endpoint;
    if (alarm->unit_mismatch || !alarm->endpoint_name || !alarm->variant_name ||
        strcmp(alarm->endpoint_name, endpoint->endpoint_name) != 0 ||
        strcmp(alarm->variant_name, endpoint->variant_name) != 0)
        return 0;
    if (!alarm->endpoint_config_name)
        return MASK_BLUE | MASK_GREEN;
    const char *blue =
        setting->current < setting->version_count ? setting->versions[setting->current].endpoint_config_name : NULL;
    unsigned mask = 0;
    if (blue && strcmp(alarm->endpoint_config_name, blue) == 0)
        mask |= MASK_BLUE;
    if (green_config_name && strcmp(alarm->endpoint_config_name, green_config_name) == 0)
        mask |= MASK_GREEN;
    return mask;
}
