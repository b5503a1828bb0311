/* The exact law of an alarm that looks back over minutes which become visible late: when is it in ALARM?
 *
 * Each minute holds a symbol: 0 while it is not visible or has nothing to show, else 1 .. base - 1. Minutes are
 * independent, and each is a Markov chain of its own by its age (a 0 may turn into a symbol, a symbol stays). So the
 * symbols of the last few minutes and the alarm's state are a Markov chain, whatever the probabilities do from minute to
 * minute; what the alarm makes of the symbols is looked up in a table. */
#ifndef BAKEOFF_MODELS_LOOKBACK_H
#define BAKEOFF_MODELS_LOOKBACK_H

#include "models/alarm.h"

enum { LOOKBACK_STATES = 2187, LOOKBACK_WINDOW = 11, LOOKBACK_BASE = 8 };
enum lookback_verdict { LOOKBACK_OK, LOOKBACK_ALARM, LOOKBACK_KEPT };

/* The rule. About 4 KB. */
struct lookback {
    int base, window; /* base^window <= LOOKBACK_STATES; digit 0 of a state's number is the newest minute */
    int states;
    uint8_t verdict[LOOKBACK_STATES];
};

/* Periods of a minute, 1 an ordinary datapoint, 2 a breaching one: alarm_evaluate() over N + extra of them, missing data
 * as the alarm treats it. False if that does not fit. */
bool lookback_of_minutes(struct lookback *rule, const struct alarm_config *config, int extra);

/* Periods of `minutes` that slide by a minute; a minute's symbol is a count, `cap` meaning so many or more, and a period
 * breaches from `cap` on. Missing periods do not breach. False if that does not fit. */
bool lookback_of_counts(struct lookback *rule, const struct alarm_config *config, int minutes, int cap);

/* Probability of each state, [1] while in ALARM. About 70 KB. */
struct lookback_mass {
    double p[2][LOOKBACK_STATES], spare[LOOKBACK_STATES];
    bool has_red; /* p[1] is not all 0 */
};
void lookback_begin(const struct lookback *rule, struct lookback_mass *mass);

/* One evaluation: a new minute enters, then symbols are revealed: reveal[age][symbol - 1] is the probability that a 0 of
 * that age turns into the symbol now. Then the verdict. */
void lookback_step(const struct lookback *rule, struct lookback_mass *mass,
                   const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1]);

/* P(in ALARM) among what is left; with `is_taken` that part leaves for good. */
double lookback_red(const struct lookback *rule, struct lookback_mass *mass, bool is_taken);

#endif
