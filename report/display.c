#include "report/display.h"

#include <math.h>
#include <stdio.h>

struct scale {
    double factor;
    const char *unit; /* with the blank before it */
    int decimals;
};

/* Three digits where they say something; never more than four decimals. */
static int decimals_for(double size)
{
    size = fabs(size);
    if (!isfinite(size) || size >= 100 || size == 0)
        return 0;
    if (size < 1e-4)
        return 4;
    int decimals = 2 - (int)floor(log10(size) + 1e-12);
    return decimals < 0 ? 0 : decimals > 4 ? 4 : decimals;
}

static struct scale scale_for(enum column_format format, double value)
{
    struct scale s = {1, "", 0};
    double size = fabs(value);
    switch (format) {
    case FORMAT_SECONDS:
        if (size < 120)
            s.unit = " s";
        else if (size < 7200)
            s = (struct scale){1.0 / 60, " min", 0};
        else
            s = (struct scale){1.0 / 3600, " h", 0};
        break;
    case FORMAT_MILLISECONDS: s.unit = " ms"; break;
    case FORMAT_SHARE: s = (struct scale){100, " %", 0}; break;
    case FORMAT_INSTANCE_SECONDS: s.factor = 1.0 / 3600; break; /* the title says hours */
    case FORMAT_COUNT:
    case FORMAT_INSTANCES:
    case FORMAT_USD: break;
    }
    s.decimals = decimals_for(value * s.factor);
    if (format == FORMAT_USD && s.decimals == 1)
        s.decimals = 2; /* cents */
    if ((format == FORMAT_COUNT || format == FORMAT_INSTANCES) && value == round(value))
        s.decimals = 0;
    return s;
}

static char *put_number(char *text, size_t size, double value, const struct scale *s)
{
    value *= s->factor;
    if (fabs(value) < 0.5 * pow(10, -s->decimals))
        value = 0; /* no "-0" */
    if (isfinite(value))
        snprintf(text, size, "%.*f", s->decimals, value);
    else
        snprintf(text, size, "?");
    return text;
}

char *display_value(char text[DISPLAY_SIZE], enum column_format format, double value)
{
    struct scale s = scale_for(format, value);
    char number[DISPLAY_SIZE / 2];
    if (isfinite(value))
        snprintf(text, DISPLAY_SIZE, "%s%s", put_number(number, sizeof number, value, &s), s.unit);
    else
        snprintf(text, DISPLAY_SIZE, "-");
    return text;
}

/* Digits of a mean that is small beside its interval are noise; one of them stays, so that it is not 0. */
static int without_noise(int decimals, double mean, double width)
{
    int of_width = decimals_for(width), first = mean == 0 ? 0 : (int)-floor(log10(fabs(mean)));
    int wanted = of_width > first ? of_width : first;
    return wanted < decimals ? wanted : decimals;
}

char *display_interval(char text[DISPLAY_SIZE], enum column_format format, double value, struct interval interval)
{
    if (!isfinite(value))
        return display_value(text, format, value);
    struct scale s = scale_for(format, value);
    /* A mean of 0 says nothing about the digits of its interval, and a whole one little. */
    int wanted = decimals_for(fmax(fabs(interval.low), fabs(interval.high)) * s.factor);
    if (interval.low < interval.high && wanted > s.decimals && (value == 0 || s.decimals == 0))
        s.decimals = wanted;
    else if (interval.low < interval.high && format != FORMAT_USD)
        s.decimals = without_noise(s.decimals, value * s.factor, (interval.high - interval.low) * s.factor);
    char mean[32], low[32], high[32];
    snprintf(text, DISPLAY_SIZE, "%s%s [%s, %s]", put_number(mean, sizeof mean, value, &s), s.unit,
             put_number(low, sizeof low, interval.low, &s), put_number(high, sizeof high, interval.high, &s));
    return text;
}

/* In percent, with two digits of what is left to 0 or 100, rounded to the safe side. */
static char *put_bound(char *text, size_t size, double share, double (*away)(double))
{
    double percent = 100 * share;
    int decimals = decimals_for(percent < 50 ? percent : 100 - percent) - 1;
    decimals = decimals < 0 ? 0 : decimals;
    double grain = pow(10, decimals);
    if (isfinite(percent))
        snprintf(text, size, "%.*f", decimals, away(percent * grain) / grain);
    else
        snprintf(text, size, "?");
    return text;
}

char *display_proportion(char text[DISPLAY_SIZE], double value, struct interval interval, bool with_interval)
{
    char bound[DISPLAY_SIZE - 8];
    if (!isfinite(value))
        return display_value(text, FORMAT_SHARE, value);
    if (value <= 0) {
        snprintf(text, DISPLAY_SIZE, "< %s %%", put_bound(bound, sizeof bound, interval.high, ceil));
    } else if (value >= 1) {
        snprintf(text, DISPLAY_SIZE, "> %s %%", put_bound(bound, sizeof bound, interval.low, floor));
    } else if (with_interval) {
        return display_interval(text, FORMAT_SHARE, value, interval);
    } else {
        return display_value(text, FORMAT_SHARE, value);
    }
    return text;
}
