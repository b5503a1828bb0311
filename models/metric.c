#include "models/metric.h"

#include <float.h>
#include <string.h>

/* Invocations and its per-instance share are published as 0 in idle minutes, or a scale-in policy on them could
 * never fire; a gauge is read whether or not anyone calls. Errors and latencies have no sample without a request. */
const struct metric_row metric_rows[METRICS] = {
    [METRIC_INVOCATIONS] = {"Invocations", "None", true, false, "requests sent to the model"},
    [METRIC_INVOCATIONS_PER_INSTANCE] = {"InvocationsPerInstance", "None", true, false,
                                         "requests, each counted as one over the instances with traffic"},
    [METRIC_4XX_ERRORS] = {"Invocation4XXErrors", "None", false, false, "1 for a request answered 4xx, else 0"},
    [METRIC_5XX_ERRORS] = {"Invocation5XXErrors", "None", false, false, "1 for a request answered 5xx, else 0"},
    [METRIC_MODEL_ERRORS] = {"InvocationModelErrors", "None", false, false,
                             "1 for a request that the container did not answer 2xx, else 0"},
    [METRIC_MODEL_LATENCY] = {"ModelLatency", "Microseconds", false, true, "wait and service in the container"},
    [METRIC_OVERHEAD_LATENCY] = {"OverheadLatency", "Microseconds", false, true, "time added around the container"},
    [METRIC_CONCURRENT_REQUESTS] = {"ConcurrentRequestsPerModel", "None", false, false,
                                    "requests waiting or in service at once"},
};

enum metric_id metric_find(const char *name)
{
    for (int i = 0; i < METRICS; i++)
        if (strcmp(metric_rows[i].name, name) == 0)
            return (enum metric_id)i;
    return METRICS;
}

bool statistic_parse_standard(const char *text, struct statistic *out)
{
    static const char *const names[] = {
        [STATISTIC_SAMPLE_COUNT] = "SampleCount", [STATISTIC_AVERAGE] = "Average", [STATISTIC_SUM] = "Sum",
        [STATISTIC_MINIMUM] = "Minimum",          [STATISTIC_MAXIMUM] = "Maximum",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (struct statistic){.kind = (enum statistic_kind)i};
            return true;
        }
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static double digits_value(const char *digits, int count)
{
    double value = 0.0;
    for (int i = 0; i < count; i++)
        value = 10.0 * value + (digits[i] - '0');
    return value;
}

/* Reads 0 to 100 with up to ten decimals; "99." is a number too. Returns what follows it, NULL if there is none.
 * Not by strtod: that accepts signs, exponents, hexadecimals and the locale's comma. */
static const char *read_percent(const char *text, double *percent)
{
    int whole = 0;
    while (whole < 4 && is_digit(text[whole]))
        whole++;
    if (whole < 1 || whole > 3)
        return NULL;
    const char *fraction = text + whole;
    int decimals = 0;
    if (*fraction == '.') {
        fraction++;
        while (decimals < 11 && is_digit(fraction[decimals]))
            decimals++;
        if (decimals > 10)
            return NULL;
    }
    double scale = 1.0;
    for (int i = 0; i < decimals; i++)
        scale *= 10.0;
    /* At most thirteen digits: both whole numbers are exact, so the quotient is rounded once. */
    *percent = (digits_value(text, whole) * scale + digits_value(fraction, decimals)) / scale;
    return *percent <= 100.0 ? fraction + decimals : NULL;
}

/* One bound of "PR(a:b)" or "TM(a%:b%)": empty, a number, or a percentage. Returns what follows, NULL if it is none. */
static const char *skip_bound(const char *text, bool may_be_percent)
{
    if (*text == ':' || *text == ')')
        return text;
    if (*text == '-')
        text++;
    if (!is_digit(*text))
        return NULL;
    while (is_digit(*text))
        text++;
    if (*text == '.')
        for (text++; is_digit(*text); text++)
            continue;
    return may_be_percent && *text == '%' ? text + 1 : text;
}

/* "(a:b)" with at least one bound, to the end of the text. */
static bool is_bounds(const char *text, bool may_be_percent)
{
    if (*text != '(' || strcmp(text, "(:)") == 0)
        return false;
    const char *at = skip_bound(text + 1, may_be_percent);
    if (at == NULL || *at != ':')
        return false;
    at = skip_bound(at + 1, may_be_percent);
    return at != NULL && strcmp(at, ")") == 0;
}

static bool is_range_statistic(const char *text)
{
    static const char *const trimmed[] = {"TM", "TC", "TS", "WM"};
    if (strcmp(text, "IQM") == 0)
        return true;
    if (strncmp(text, "PR", 2) == 0)
        return is_bounds(text + 2, false);
    for (size_t i = 0; i < sizeof trimmed / sizeof *trimmed; i++)
        if (strncmp(text, trimmed[i], 2) == 0)
            return is_bounds(text + 2, true);
    return false;
}

enum statistic_verdict statistic_parse_extended(const char *text, struct statistic *out)
{
    static const struct {
        const char *prefix;
        enum statistic_kind kind; /* STATISTIC_KINDS: known to CloudWatch, not modelled here */
    } rows[] = {
        {"p", STATISTIC_PERCENTILE}, {"tm", STATISTIC_TRIMMED_MEAN}, {"tc", STATISTIC_KINDS},
        {"ts", STATISTIC_KINDS},     {"wm", STATISTIC_KINDS},
    };
    if (is_range_statistic(text))
        return STATISTIC_NOT_MODELLED;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = strlen(rows[i].prefix);
        if (strncmp(text, rows[i].prefix, length) != 0)
            continue;
        double percent;
        const char *end = read_percent(text + length, &percent);
        if (end == NULL || *end != '\0')
            return STATISTIC_UNKNOWN;
        if (rows[i].kind == STATISTIC_KINDS)
            return STATISTIC_NOT_MODELLED;
        /* p0 is the smallest value: a fraction so small that its nearest rank is the first. */
        out->kind = rows[i].kind;
        out->fraction = percent > 0.0 ? percent / 100.0 : DBL_MIN;
        return STATISTIC_OK;
    }
    return STATISTIC_UNKNOWN;
}
