/* The exact Markov chain of an alarm whose datapoints are independent: how long until it first alarms.
 *
 * Each period yields one outcome, with the same probabilities every period; the chain says which state follows and
 * when the alarm goes off. chain_m_of_n() builds the chain of an alarm that needs M breaches in the last N
 * datapoints; any other run rule may fill `struct chain` by hand.
 *
 * Source: C. W. Champ and W. H. Woodall, "Exact results for Shewhart control charts with supplementary runs rules",
 * Technometrics 29 (1987) 393-399. */
#ifndef BAKEOFF_MODELS_CHAIN_H
#define BAKEOFF_MODELS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHAIN_STATES = 2048, CHAIN_OUTCOMES = 4 };
#define CHAIN_ALARM UINT16_MAX

/* About 16 KB: fit for the stack. */
struct chain {
    int states;                                  /* 1..CHAIN_STATES; 0 is the start: nothing has happened yet */
    int outcomes;                                /* 1..CHAIN_OUTCOMES */
    uint16_t next[CHAIN_OUTCOMES][CHAIN_STATES]; /* the state that follows, or CHAIN_ALARM */
};

/* Outcome 0 is a datapoint that does not breach, outcome 1 one that does. The chain has C(N, M-1) states, one for
 * each pattern of recent breaches that can still matter. 1 <= m <= n. Returns false if that does not fit: m = 1 fits
 * for every n; m = n up to 2048 periods; any other m while n <= 64 and C(n, m-1) <= 2048: every m up to n = 13,
 * 2 of 64, 3 of 64, 4 of 24, 5 of 16. */
bool chain_m_of_n(struct chain *chain, int m, int n);

/* Below, probability[i] is that of outcome i; they are >= 0 and sum to 1. All start without any history. */

/* Mean periods until the first ALARM, the alarming one included; infinite if there can be none. Exact to rounding,
 * however rare the ALARM: nothing is subtracted on the way. */
double chain_mean(const struct chain *chain, const double probability[]);

/* first[k] becomes P(the first ALARM comes in period k + 1), for k < periods. */
void chain_first(const struct chain *chain, const double probability[], double *first, size_t periods);

/* P(ALARM within so many periods). */
double chain_within(const struct chain *chain, const double probability[], size_t periods);

#endif
