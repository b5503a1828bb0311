/* The exact law of an alarm that looks back over minutes which become visible late: when is it in ALARM?
 *
 * Each minute holds a symbol: 0 while it is not visible or has nothing to show, else 1 .. base - 1. Minutes are
 * independent, and each is a Markov chain of its own by its age (a 0 may turn into a symbol, a symbol stays). So the
 * symbols of the last few minutes and the alarm's state are a Markov chain, whatever the probabilities do from minute to
 * minute. A rule looks up what the alarm makes of all symbols; a chain is that rule with one state for all that no future
 * can tell apart (Moore's minimisation of automata). */
#ifndef BAKEOFF_MODELS_LOOKBACK_H
#define BAKEOFF_MODELS_LOOKBACK_H

#include "models/alarm.h"

enum { LOOKBACK_STATES = 4096, LOOKBACK_WINDOW = 11, LOOKBACK_BASE = 8, LOOKBACK_TURNS = 6 };
enum lookback_verdict { LOOKBACK_OK, LOOKBACK_ALARM, LOOKBACK_KEPT };

/* The rule. Alarms of shorter periods are evaluated in six turns a minute, all others in one. About 25 KB. */
struct lookback {
    int base, window; /* base^window <= LOOKBACK_STATES; digit 0 of a code is the newest minute */
    int codes, turns;
    uint8_t verdict[LOOKBACK_TURNS][LOOKBACK_STATES];
};

/* Periods of a minute or shorter ones, 1 an ordinary datapoint, 2 a breaching one: alarm_evaluate() over N + extra of
 * them, missing data as the alarm treats it. A minute is one datapoint of the short period in which it begins, so all
 * others are missing. False if that does not fit. */
bool lookback_of_minutes(struct lookback *rule, const struct alarm_config *config, int extra);

/* Periods of `minutes` that slide by a minute; a minute's symbol is a count, `cap` meaning so many or more, and a period
 * breaches from `cap` on. alarm_evaluate() sees `windows` >= N of them. With `has_gaps` symbol 1 is a count of 0, 2 of 1
 * and so on, and a period of which nothing is visible is missing; otherwise none ever is. False if that does not fit. */
struct lookback_counts {
    int minutes, cap, windows;
    bool has_gaps;
};
bool lookback_of_counts(struct lookback *rule, const struct alarm_config *config, struct lookback_counts counts);

/* The chain. About 900 KB. */
struct lookback_chain {
    int base, window, turns, states;
    int start;                      /* nothing of what may be hidden is visible */
    unsigned ages;                  /* bit a: minutes of age a may become visible */
    uint16_t aged[LOOKBACK_STATES]; /* the state that follows as a minute passes: the newest one shows nothing yet */
    /* The states in which a minute of that age shows nothing, and those that follow as it shows a symbol. */
    uint16_t hidden[LOOKBACK_WINDOW][LOOKBACK_STATES];
    uint16_t shown[LOOKBACK_WINDOW][LOOKBACK_BASE - 1][LOOKBACK_STATES];
    int hidden_count[LOOKBACK_WINDOW];
    uint8_t verdict[LOOKBACK_TURNS][LOOKBACK_STATES];
    uint16_t alarms[LOOKBACK_TURNS][LOOKBACK_STATES]; /* the states that are in ALARM */
    int alarm_count[LOOKBACK_TURNS];
};

/* `ages`: those at which minutes may become visible. Without gaps every minute shows a symbol by the last of them, and
 * all before the start have shown 1. */
void lookback_chain_of(struct lookback_chain *chain, const struct lookback *rule, unsigned ages, bool has_gaps);

/* Probability of each state, [1] while in ALARM. About 100 KB; points into itself, so not to be copied. */
struct lookback_mass {
    double room[3][LOOKBACK_STATES];
    double *p[2], *spare;
    bool has_red; /* p[1] is not all 0 */
};
void lookback_begin(const struct lookback_chain *chain, struct lookback_mass *mass);

/* One evaluation. In turn 0 a new minute enters; then symbols are revealed: reveal[age][symbol - 1] is the probability
 * that a 0 of that age turns into the symbol now, for all of chain->ages. Then the verdict. */
void lookback_step(const struct lookback_chain *chain, struct lookback_mass *mass, int turn,
                   const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1]);

/* P(in ALARM) among what is left. */
double lookback_red(const struct lookback_chain *chain, const struct lookback_mass *mass);

/* This part of what is in ALARM, 0..1, leaves for good; returns its probability. */
double lookback_take(const struct lookback_chain *chain, struct lookback_mass *mass, double part);

/* All that is left is in ALARM from here on, or none of it. */
void lookback_force(const struct lookback_chain *chain, struct lookback_mass *mass, bool is_red);

#endif
