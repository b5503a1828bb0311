#include "models/chain.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* A pattern of recent breaches: bit a - 1 is set if the datapoint a periods ago breached. Of the breaches in
 * `recent`, drops those that can no longer be among M in one window of N: a breach at age a, with c breaches since
 * (itself included), shares a window with at most N - a more. If one is useless, all older ones are. */
static uint64_t drop_useless(uint64_t recent, int m, int n)
{
    int breaches = 0;
    for (int age = 1; age < n; age++) {
        const uint64_t bit = UINT64_C(1) << (age - 1);
        if (!(recent & bit))
            continue;
        breaches++;
        if (breaches + n - age < m)
            return recent & (bit - 1);
    }
    return n <= 64 ? recent & ((UINT64_C(1) << (n - 1)) - 1) : recent;
}

static int count_bits(uint64_t bits)
{
    int count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* The number of that pattern, given the next one if it is new; -1 if there is no room. */
static int state_of(uint64_t pattern, uint64_t patterns[CHAIN_STATES], int *states)
{
    for (int i = 0; i < *states; i++)
        if (patterns[i] == pattern)
            return i;
    if (*states == CHAIN_STATES)
        return -1;
    patterns[*states] = pattern;
    return (*states)++;
}

static bool build_patterns(struct chain *chain, int m, int n)
{
    uint64_t patterns[CHAIN_STATES] = {0};
    chain->states = 1;
    for (int i = 0; i < chain->states; i++) {
        for (int breach = 0; breach <= 1; breach++) {
            const uint64_t window = patterns[i] << 1 | (uint64_t)breach; /* the last N outcomes */
            if (count_bits(window) >= m) {
                chain->next[breach][i] = CHAIN_ALARM;
                continue;
            }
            const int state = state_of(drop_useless(window, m, n), patterns, &chain->states);
            if (state < 0)
                return false;
            chain->next[breach][i] = (uint16_t)state;
        }
    }
    return true;
}

/* M = N: only the length of the present run of breaches matters. M = 1 is the run of one. */
static bool build_runs(struct chain *chain, int run)
{
    if (run > CHAIN_STATES)
        return false;
    chain->states = run;
    for (int i = 0; i < run; i++) {
        chain->next[0][i] = 0;
        chain->next[1][i] = i + 1 < run ? (uint16_t)(i + 1) : CHAIN_ALARM;
    }
    return true;
}

bool chain_m_of_n(struct chain *chain, int m, int n)
{
    assert(1 <= m && m <= n);
    chain->outcomes = 2;
    if (m == 1 || m == n)
        return build_runs(chain, m);
    return n <= 64 && build_patterns(chain, m, n);
}

/* One period: moves the probability that lies on each state along. Returns what went to ALARM. */
static double advance(const struct chain *chain, const double probability[], const double *from, double *to)
{
    double alarmed = 0.0;
    memset(to, 0, (size_t)chain->states * sizeof *to);
    for (int state = 0; state < chain->states; state++) {
        if (from[state] == 0.0)
            continue;
        for (int outcome = 0; outcome < chain->outcomes; outcome++) {
            const uint16_t next = chain->next[outcome][state];
            const double share = from[state] * probability[outcome];
            if (next == CHAIN_ALARM)
                alarmed += share;
            else
                to[next] += share;
        }
    }
    return alarmed;
}

/* The way to ALARM is a row of excursions from the start: each ends back at the start or in ALARM, all alike and
 * independent. So the mean is the mean length of an excursion over the probability that it ends in ALARM, and one
 * excursion is short however rare the ALARM is: no linear system, and sums of positive terms only. */
double chain_mean(const struct chain *chain, const double probability[])
{
    double mass[2][CHAIN_STATES];
    double length = 0.0, alarmed = 0.0, out = 1.0;
    memset(mass[0], 0, (size_t)chain->states * sizeof *mass[0]);
    mass[0][0] = 1.0;
    for (int now = 0; out > 0.0 && out > 1e-20 * fmin(alarmed, 1.0); now ^= 1) {
        length += out;
        alarmed += advance(chain, probability, mass[now], mass[now ^ 1]);
        mass[now ^ 1][0] = 0.0; /* back at the start: this excursion is over */
        out = 0.0;
        for (int state = 1; state < chain->states; state++)
            out += mass[now ^ 1][state];
    }
    return alarmed > 0.0 ? length / alarmed : HUGE_VAL;
}

void chain_first(const struct chain *chain, const double probability[], double *first, size_t periods)
{
    double mass[2][CHAIN_STATES];
    memset(mass[0], 0, (size_t)chain->states * sizeof *mass[0]);
    mass[0][0] = 1.0;
    for (size_t k = 0; k < periods; k++)
        first[k] = advance(chain, probability, mass[k % 2], mass[(k + 1) % 2]);
}

double chain_within(const struct chain *chain, const double probability[], size_t periods)
{
    double mass[2][CHAIN_STATES];
    double alarmed = 0.0;
    memset(mass[0], 0, (size_t)chain->states * sizeof *mass[0]);
    mass[0][0] = 1.0;
    for (size_t k = 0; k < periods; k++)
        alarmed += advance(chain, probability, mass[k % 2], mass[(k + 1) % 2]);
    return alarmed;
}
