#include "models/alarm.h"

#include <assert.h>
#include <float.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

const char *const alarm_state_names[ALARM_STATES] = {
    [ALARM_OK] = "OK",
    [ALARM_ALARM] = "ALARM",
    [ALARM_INSUFFICIENT_DATA] = "INSUFFICIENT_DATA",
};

const char *const comparison_names[COMPARISONS] = {
    [COMPARE_GREATER_OR_EQUAL] = "GreaterThanOrEqualToThreshold",
    [COMPARE_GREATER] = "GreaterThanThreshold",
    [COMPARE_LESS] = "LessThanThreshold",
    [COMPARE_LESS_OR_EQUAL] = "LessThanOrEqualToThreshold",
};

const char *const missing_data_names[MISSING_POLICIES] = {
    [MISSING_MISSING] = "missing",
    [MISSING_IGNORE] = "ignore",
    [MISSING_BREACHING] = "breaching",
    [MISSING_NOT_BREACHING] = "notBreaching",
};

double alarm_low_sample_limit(const struct statistic *statistic)
{
    if (statistic->kind != STATISTIC_PERCENTILE)
        return 0.0;
    const double p = statistic->fraction;
    const double limit = 10.0 / (p >= 0.5 ? 1.0 - p : p);
    /* 1 - 0.9 is a little less than 0.1: the limit of p90 is 100 all the same, and 100 samples are enough. */
    const double whole = round(limit);
    return fabs(limit - whole) < 1e-6 * whole ? whole : limit;
}

/* What the datapoints that an evaluation uses amount to: the newest N real ones, all of them if there are fewer. */
struct tally {
    int used, breaching;
    int oldest_age; /* of the oldest used one, in periods: the newest place in the range is 1 period old */
    bool short_of_samples;
};

static struct tally tally_used(const struct alarm_config *config, const struct datapoint *range, size_t count)
{
    const double limit = alarm_low_sample_limit(&config->statistic);
    struct tally tally = {0};
    for (size_t i = 0; i < count && tally.used < config->evaluation_periods; i++) {
        if (!range[i].present)
            continue;
        tally.used++;
        tally.oldest_age = (int)i + 1;
        tally.breaching += alarm_breaches(config, range[i].value);
        tally.short_of_samples |= range[i].samples < limit;
    }
    return tally;
}

/* In the order of CloudWatch's own tables; with enough real datapoints only the first two lines can apply.
 * Returns false if the state is to be kept. */
static bool judge(const struct alarm_config *config, const struct tally *tally, struct alarm_verdict *verdict)
{
    const int fill = config->evaluation_periods - tally->used;
    const bool bad_fill = config->missing == MISSING_BREACHING;
    const bool decided_fill = bad_fill || config->missing == MISSING_NOT_BREACHING;

    if (tally->breaching + (bad_fill ? fill : 0) >= config->datapoints_to_alarm)
        verdict->state = ALARM_ALARM;
    else if (fill == 0 || decided_fill || tally->breaching < tally->used)
        verdict->state = ALARM_OK; /* also when missing data decides nothing: one good datapoint speaks for the rest */
    else if (config->missing == MISSING_IGNORE)
        return false;
    else if (tally->used > 0 && tally->oldest_age >= config->datapoints_to_alarm) {
        verdict->state = ALARM_ALARM; /* nothing but breaches and gaps, since M periods ago or more */
        verdict->premature = true;
    } else
        verdict->state = ALARM_INSUFFICIENT_DATA;
    return true;
}

struct alarm_verdict alarm_evaluate(const struct alarm_config *config, const struct datapoint *range, size_t count,
                                    enum alarm_state before)
{
    assert(config->evaluation_periods >= 1 && count >= (size_t)config->evaluation_periods);
    const struct tally tally = tally_used(config, range, count);
    struct alarm_verdict verdict = {
        .state = before,
        .considered = tally.used,
        .missing = config->evaluation_periods - tally.used,
        .breaching = tally.breaching,
        .low_samples = config->ignores_low_samples && tally.short_of_samples,
    };
    verdict.kept = verdict.low_samples || !judge(config, &tally, &verdict);
    return verdict;
}

/* Text that grows inside a buffer and knows the length it would like to have. */
struct text {
    char *at;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const bool room = text->length < text->size;
    const int n =
        vsnprintf(room ? text->at + text->length : NULL, room ? text->size - text->length : 0, format, arguments);
    va_end(arguments);
    text->length += n > 0 ? (size_t)n : 0;
}

/* A number as CloudWatch prints it: plain decimals, at least one of them, no more than it takes to read the same
 * double back. Recorded: 1.0, 38.839999999999996, 2147483648.0. */
static void add_number(struct text *text, double value)
{
    enum { PLAIN = 48 };
    char digits[PLAIN];
    if (value == 0.0 || (fabs(value) >= 1e-9 && fabs(value) < 1e21)) {
        for (int decimals = 1; decimals <= 26; decimals++) {
            snprintf(digits, sizeof digits, "%.*f", decimals, value);
            if (strtod(digits, NULL) == value)
                break;
        }
    } else {
        for (int decimals = 1; decimals <= DBL_DECIMAL_DIG - 1; decimals++) {
            snprintf(digits, sizeof digits, "%.*E", decimals, value);
            if (strtod(digits, NULL) == value)
                break;
        }
    }
    add(text, "%s", digits);
}

/* "dd/mm/yy HH:MM:SS", UTC. */
static void add_time(struct text *text, int64_t unix_us)
{
    const time_t seconds = (time_t)(us_floor(unix_us, US_PER_S) / US_PER_S);
    struct tm utc;
    char digits[32];
    gmtime_r(&seconds, &utc);
    strftime(digits, sizeof digits, "%d/%m/%y %H:%M:%S", &utc);
    add(text, "%s", digits);
}

/* "[v (t), v (t)]": the datapoints in use that speak for the state, newest first, at most five of them. */
static void add_points(struct text *text, const struct alarm_config *config, bool breaching,
                       const struct datapoint *range, size_t count, int64_t epoch_us)
{
    int used = 0, listed = 0;
    add(text, "[");
    for (size_t i = 0; i < count && used < config->evaluation_periods && listed < 5; i++) {
        if (!range[i].present)
            continue;
        used++;
        if (alarm_breaches(config, range[i].value) != breaching)
            continue;
        add(text, "%s", listed++ > 0 ? ", " : "");
        add_number(text, range[i].value);
        add(text, " (");
        add_time(text, range[i].at + epoch_us);
        add(text, ")");
    }
    add(text, "]");
}

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

static const char *was(int count)
{
    return count == 1 ? "was" : "were";
}

static void add_fill(struct text *text, const struct alarm_config *config, int missing)
{
    if (missing > 0 && (config->missing == MISSING_BREACHING || config->missing == MISSING_NOT_BREACHING))
        add(text, " and %d missing datapoint%s %s treated as [%s]", missing, plural(missing), was(missing),
            config->missing == MISSING_BREACHING ? "Breaching" : "NonBreaching");
}

/* No real datapoint speaks for the state: the filled ones alone did it. */
static void add_received(struct text *text, const struct alarm_config *config, const struct alarm_verdict *verdict)
{
    const int received = verdict->considered, periods = config->evaluation_periods;
    if (received == 0)
        add(text, "no datapoints were");
    else
        add(text, "%d datapoint%s %s", received, plural(received), was(received));
    add(text, " received for %d period%s", periods, plural(periods));
    add_fill(text, config, verdict->missing);
    add(text, ".");
}

/* How many it takes for this change of state, said only of alarms whose DatapointsToAlarm was written. */
static void add_minimum(struct text *text, const struct alarm_config *config, bool breaching)
{
    if (!config->datapoints_given)
        return;
    const int m = config->datapoints_to_alarm;
    const int minimum = breaching ? m : config->evaluation_periods - m + 1;
    add(text, " (minimum %d datapoint%s for %s transition)", minimum, plural(minimum),
        breaching ? "OK -> ALARM" : "ALARM -> OK");
}

static void add_crossed(struct text *text, const struct alarm_config *config, const struct alarm_verdict *verdict,
                        const struct datapoint *range, size_t count, int64_t epoch_us)
{
    static const char *const words[COMPARISONS] = {
        [COMPARE_GREATER_OR_EQUAL] = "greater than or equal to",
        [COMPARE_GREATER] = "greater than",
        [COMPARE_LESS] = "less than",
        [COMPARE_LESS_OR_EQUAL] = "less than or equal to",
    };
    const bool breaching = verdict->state == ALARM_ALARM;
    const int speaking = breaching ? verdict->breaching : verdict->considered - verdict->breaching;
    const bool many = speaking >= 5;
    if (config->datapoints_given)
        add(text, "%d out of the last %d datapoints", speaking, config->evaluation_periods);
    else
        add(text, "%d datapoint%s", speaking, plural(speaking));
    if (!many) {
        add(text, " ");
        add_points(text, config, breaching, range, count, epoch_us);
    }
    add(text, " %s %s%s the threshold (", was(speaking), breaching ? "" : "not ", words[config->comparison]);
    add_number(text, config->threshold);
    add(text, ")");
    add_fill(text, config, verdict->missing);
    if (many) {
        add(text, ". The most recent datapoints which crossed the threshold: ");
        add_points(text, config, breaching, range, count, epoch_us);
    }
    add_minimum(text, config, breaching);
    add(text, ".");
}

size_t alarm_reason(char *text, size_t size, const struct alarm_config *config, const struct alarm_verdict *verdict,
                    const struct datapoint *range, size_t count, int64_t epoch_us)
{
    struct text reason = {.at = text, .size = size};
    add(&reason, "%s", ""); /* terminates a reason that has nothing to say */
    if (verdict->kept)
        return reason.length;
    if (verdict->state == ALARM_INSUFFICIENT_DATA) {
        add(&reason, "Insufficient Data: %d datapoint%s %s unknown.", verdict->missing, plural(verdict->missing),
            was(verdict->missing));
        return reason.length;
    }
    const int speaking = verdict->state == ALARM_ALARM ? verdict->breaching : verdict->considered - verdict->breaching;
    add(&reason, "Threshold Crossed: ");
    if (speaking == 0)
        add_received(&reason, config, verdict);
    else
        add_crossed(&reason, config, verdict, range, count, epoch_us);
    return reason.length;
}
