/* The probability that one datapoint of an alarm breaches or is missing, from the mix of requests in its period.
 *
 * A request is seen by the alarm as a one (an error, or a sample beyond the threshold), as a zero, or not at all. Under
 * Poisson arrivals ones and zeros are independent Poisson counts; under regular arrivals the number of requests is
 * fixed, or one of the two whole numbers around its mean, and each request falls into its class by itself. */
#ifndef BAKEOFF_MODELS_BREACH_H
#define BAKEOFF_MODELS_BREACH_H

#include "models/alarm.h"

enum breach_arrivals { BREACH_POISSON, BREACH_REGULAR };

/* Mean counts in one period; ones + zeros <= requests. */
struct breach_mix {
    enum breach_arrivals arrivals;
    double requests, ones, zeros;
};

struct breach_odds {
    double breach, missing;
};

/* What a statistic makes of so many ones and zeros, as CloudWatch would; ones + zeros > 0. */
double breach_flag_statistic(const struct statistic *statistic, double ones, double zeros);

/* An alarm on a metric that is 0 or 1 for each request. Exact to rounding: each statistic is monotone in the zeros, so
 * for each number of ones the breaching numbers of zeros are one interval. */
struct breach_odds breach_of_flags(const struct alarm_config *config, const struct breach_mix *mix);

/* P(the datapoint of evenly spaced requests breaches), all of them seen: for this last part of the period one is a one with
 * another probability. At least one and at most BREACH_HALVES requests. */
enum { BREACH_HALVES = 512 };
double breach_of_halves(const struct alarm_config *config, double requests, double part, double one_before,
                        double one_after);

/* P(exactly j ones) for j < cap; counts[cap] is P(cap or more). */
void breach_counts(const struct breach_mix *mix, int cap, double *counts);

/* P(fewer than so many samples). */
double breach_below(const struct breach_mix *mix, double samples);

/* An alarm on the Average or the Sum of values: `seen` values in the mean, with mean, mean square and mean cube of one
 * value, nearly normal (Edgeworth's first term mends the skewness): an Average given how many values there are. */
struct breach_values {
    enum breach_arrivals arrivals;
    double requests, seen, mean, square, cube;
};
struct breach_odds breach_of_values(const struct alarm_config *config, const struct breach_values *values);

#endif
