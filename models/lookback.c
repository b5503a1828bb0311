#include "models/lookback.h"

#include <string.h>

static bool fits(struct lookback *rule, int base, int window)
{
    double states = pow(base, window);
    if (base > LOOKBACK_BASE || window > LOOKBACK_WINDOW || states > LOOKBACK_STATES)
        return false;
    rule->base = base;
    rule->window = window;
    rule->states = (int)states;
    return true;
}

static void digits_of(int code, int base, int window, int *digits)
{
    for (int i = 0; i < window; i++, code /= base)
        digits[i] = code % base;
}

bool lookback_of_minutes(struct lookback *rule, const struct alarm_config *config, int extra)
{
    if (config->evaluation_periods > LOOKBACK_WINDOW || extra > LOOKBACK_WINDOW ||
        !fits(rule, 3, config->evaluation_periods + extra))
        return false;
    struct alarm_config plain = *config;
    plain.threshold = 0.5;
    plain.comparison = COMPARE_GREATER;
    plain.ignores_low_samples = false;
    for (int code = 0; code < rule->states; code++) {
        int digits[LOOKBACK_WINDOW];
        struct datapoint range[LOOKBACK_WINDOW] = {{0}};
        digits_of(code, 3, rule->window, digits);
        for (int i = 0; i < rule->window; i++)
            range[i] = (struct datapoint){.present = digits[i] > 0, .value = digits[i] == 2, .samples = NAN};
        struct alarm_verdict verdict = alarm_evaluate(&plain, range, (size_t)rule->window, ALARM_OK);
        rule->verdict[code] = verdict.kept                   ? LOOKBACK_KEPT
                              : verdict.state == ALARM_ALARM ? LOOKBACK_ALARM
                                                             : LOOKBACK_OK;
    }
    return true;
}

bool lookback_of_counts(struct lookback *rule, const struct alarm_config *config, int minutes, int cap)
{
    int periods = config->evaluation_periods;
    if (cap < 1 || cap >= LOOKBACK_BASE || minutes > LOOKBACK_WINDOW || periods > LOOKBACK_WINDOW ||
        !fits(rule, cap + 1, minutes * periods))
        return false;
    for (int code = 0; code < rule->states; code++) {
        int digits[LOOKBACK_WINDOW], breaching = 0;
        digits_of(code, rule->base, rule->window, digits);
        for (int j = 0; j < periods; j++) {
            int sum = 0;
            for (int i = j * minutes; i < (j + 1) * minutes; i++)
                sum += digits[i];
            breaching += sum >= cap;
        }
        rule->verdict[code] = breaching >= config->datapoints_to_alarm ? LOOKBACK_ALARM : LOOKBACK_OK;
    }
    return true;
}

void lookback_begin(const struct lookback *rule, struct lookback_mass *mass)
{
    for (int red = 0; red < 2; red++)
        memset(mass->p[red], 0, (size_t)rule->states * sizeof *mass->p[red]);
    mass->p[0][0] = 1.0;
    mass->has_red = false;
}

/* The oldest minute is forgotten, all others are a minute older, and the newest shows nothing yet. */
static void shift(const struct lookback *rule, double *p, double *spare)
{
    int base = rule->base, rest = rule->states / base;
    memset(spare, 0, (size_t)rule->states * sizeof *spare);
    for (int oldest = 0; oldest < base; oldest++)
        for (int code = 0; code < rest; code++)
            spare[code * base] += p[oldest * rest + code];
    memcpy(p, spare, (size_t)rule->states * sizeof *p);
}

static void reveal_at(const struct lookback *rule, double *p, int stride, const double *odds)
{
    int base = rule->base;
    double total = 0.0;
    for (int s = 1; s < base; s++)
        total += odds[s - 1];
    if (total == 0.0)
        return;
    double left = fmax(0.0, 1.0 - total);
    for (int high = 0; high < rule->states; high += stride * base) {
        for (int code = high; code < high + stride; code++) {
            double here = p[code];
            if (here == 0.0)
                continue;
            for (int s = 1; s < base; s++)
                p[code + s * stride] += here * odds[s - 1];
            p[code] = here * left;
        }
    }
}

void lookback_step(const struct lookback *rule, struct lookback_mass *mass,
                   const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1])
{
    for (int red = 0; red < 1 + mass->has_red; red++) {
        shift(rule, mass->p[red], mass->spare);
        for (int age = 0, stride = 1; age < rule->window; age++, stride *= rule->base)
            reveal_at(rule, mass->p[red], stride, reveal[age]);
    }
    for (int code = 0; code < rule->states; code++) {
        if (rule->verdict[code] == LOOKBACK_KEPT)
            continue;
        double both = mass->p[0][code] + mass->p[1][code];
        bool is_red = rule->verdict[code] == LOOKBACK_ALARM;
        mass->p[is_red][code] = both;
        mass->p[!is_red][code] = 0.0;
        mass->has_red |= is_red && both > 0.0;
    }
}

double lookback_red(const struct lookback *rule, struct lookback_mass *mass, bool is_taken)
{
    double sum = 0.0;
    for (int code = 0; mass->has_red && code < rule->states; code++)
        sum += mass->p[1][code];
    if (is_taken && mass->has_red) {
        memset(mass->p[1], 0, (size_t)rule->states * sizeof *mass->p[1]);
        mass->has_red = false;
    }
    return sum;
}
