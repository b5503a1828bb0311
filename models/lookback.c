#include "models/lookback.h"

#include <string.h>

/* ---- rules ---- */

static bool fits(struct lookback *rule, int base, int window, int turns)
{
    double codes = pow(base, window);
    if (base > LOOKBACK_BASE || window > LOOKBACK_WINDOW || codes > LOOKBACK_STATES)
        return false;
    rule->base = base;
    rule->window = window;
    rule->codes = (int)codes;
    rule->turns = turns;
    return true;
}

static void digits_of(int code, int base, int window, int *digits)
{
    for (int i = 0; i < window; i++, code /= base)
        digits[i] = code % base;
}

/* The same alarm on datapoints that are 1 where they breach and 0 elsewhere. */
static struct alarm_config plain_of(const struct alarm_config *config)
{
    struct alarm_config plain = *config;
    plain.threshold = 0.5;
    plain.comparison = COMPARE_GREATER;
    plain.ignores_low_samples = false;
    return plain;
}

static uint8_t verdict_of(const struct alarm_config *plain, const struct datapoint *range, int count)
{
    struct alarm_verdict verdict = alarm_evaluate(plain, range, (size_t)count, ALARM_OK);
    return verdict.kept ? LOOKBACK_KEPT : verdict.state == ALARM_ALARM ? LOOKBACK_ALARM : LOOKBACK_OK;
}

/* The datapoint that shows the minute of this age, in periods back from the evaluation of this turn. */
static int place_of(int period_s, int turn, int age)
{
    int back_s = 60 * (age + 1) + 60 / LOOKBACK_TURNS * turn;
    return (back_s + period_s - 1) / period_s - 1;
}

enum { RANGE = LOOKBACK_WINDOW * 6 + 5 }; /* of the shortest periods that fit */

bool lookback_of_minutes(struct lookback *rule, const struct alarm_config *config, int extra)
{
    int period = config->period_s, turns = period < 60 ? LOOKBACK_TURNS : 1;
    if (period > 60 || config->evaluation_periods > RANGE || extra > RANGE ||
        config->evaluation_periods + extra > RANGE)
        return false;
    int count = config->evaluation_periods + extra, window = count * period / 60;
    if (!fits(rule, 3, window > 0 ? window : 1, turns))
        return false;
    struct alarm_config plain = plain_of(config);
    for (int turn = 0; turn < turns; turn++) {
        for (int code = 0; code < rule->codes; code++) {
            int digits[LOOKBACK_WINDOW];
            struct datapoint range[RANGE] = {{0}};
            digits_of(code, 3, rule->window, digits);
            for (int age = 0; age < rule->window; age++)
                if (digits[age] > 0 && place_of(period, turn, age) < count)
                    range[place_of(period, turn, age)] =
                        (struct datapoint){.present = true, .value = digits[age] == 2, .samples = NAN};
            rule->verdict[turn][code] = verdict_of(&plain, range, count);
        }
    }
    return true;
}

/* The period of these minutes. */
static struct datapoint sum_up(const int *digits, struct lookback_counts counts)
{
    struct datapoint point = {.present = !counts.has_gaps, .samples = NAN};
    int sum = 0;
    for (int i = 0; i < counts.minutes; i++) {
        sum += digits[i] - (counts.has_gaps && digits[i] > 0);
        point.present |= digits[i] > 0;
    }
    point.value = sum >= counts.cap;
    return point;
}

bool lookback_of_counts(struct lookback *rule, const struct alarm_config *config, struct lookback_counts counts)
{
    int base = counts.cap + 1 + counts.has_gaps;
    if (counts.cap < 1 || base > LOOKBACK_BASE || counts.minutes > LOOKBACK_WINDOW ||
        counts.windows > LOOKBACK_WINDOW || !fits(rule, base, counts.minutes * counts.windows, 1))
        return false;
    struct alarm_config plain = plain_of(config);
    for (int code = 0; code < rule->codes; code++) {
        int digits[LOOKBACK_WINDOW];
        struct datapoint range[LOOKBACK_WINDOW];
        digits_of(code, base, rule->window, digits);
        for (int j = 0; j < counts.windows; j++)
            range[j] = sum_up(&digits[j * counts.minutes], counts);
        rule->verdict[0][code] = verdict_of(&plain, range, counts.windows);
    }
    return true;
}

/* ---- from rule to chain ---- */

/* Codes by the class that they belong to so far, and room to number new classes by a table of their signatures. */
enum { NUMBERS = 8192 };
struct classes {
    uint16_t of[LOOKBACK_STATES], next[LOOKBACK_STATES];
    uint64_t signature[NUMBERS];
    uint16_t number[NUMBERS];
    int count;
};

static uint64_t blend(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static void begin_numbers(struct classes *c)
{
    memset(c->signature, 0, sizeof c->signature);
    c->count = 0;
}

static uint16_t number_of(struct classes *c, uint64_t signature)
{
    signature |= 1; /* 0 is a free place */
    size_t at = (size_t)(signature >> 51);
    while (c->signature[at] && c->signature[at] != signature)
        at = (at + 1) % NUMBERS;
    if (!c->signature[at]) {
        c->signature[at] = signature;
        c->number[at] = (uint16_t)c->count++;
    }
    return c->number[at];
}

/* What becomes visible when. */
struct opening {
    unsigned ages;
    int shown_from; /* minutes of this age and older have shown a symbol */
};

static int with_shown(const struct lookback *rule, const struct opening *opening, int code)
{
    for (int age = 0, stride = 1; age < rule->window; age++, stride *= rule->base)
        if (age >= opening->shown_from && code / stride % rule->base == 0)
            code += stride;
    return code;
}

static int aged_of(const struct lookback *rule, const struct opening *opening, int code)
{
    return with_shown(rule, opening, code % (rule->codes / rule->base) * rule->base);
}

/* What tells codes apart at once: verdicts, and which minutes may still become visible. */
static uint64_t first_signature(const struct lookback *rule, const struct opening *opening, int code)
{
    int digits[LOOKBACK_WINDOW];
    uint64_t hash = 1;
    digits_of(code, rule->base, rule->window, digits);
    for (int turn = 0; turn < rule->turns; turn++)
        hash = blend(hash, rule->verdict[turn][code]);
    for (int age = 0; age < rule->window; age++)
        hash = blend(hash, (opening->ages >> age & 1) && digits[age] == 0);
    return hash;
}

static uint64_t next_signature(const struct lookback *rule, const struct opening *opening, const uint16_t *of, int code)
{
    uint64_t hash = blend(blend(0, of[code] + UINT64_C(1)), of[aged_of(rule, opening, code)]);
    for (int age = 0, stride = 1; age < rule->window; age++, stride *= rule->base)
        if ((opening->ages >> age & 1) && code / stride % rule->base == 0)
            for (int s = 1; s < rule->base; s++)
                hash = blend(hash, of[code + s * stride]);
    return hash;
}

static void classify(struct classes *c, const struct lookback *rule, const struct opening *opening)
{
    begin_numbers(c);
    for (int code = 0; code < rule->codes; code++)
        c->of[code] = number_of(c, first_signature(rule, opening, code));
    for (int before = 0; before < c->count;) {
        before = c->count;
        begin_numbers(c);
        for (int code = 0; code < rule->codes; code++)
            c->next[code] = number_of(c, next_signature(rule, opening, c->of, code));
        memcpy(c->of, c->next, sizeof c->of);
    }
}

/* A code for each class that can be reached from `start`; `state` numbers them in the order of their discovery. */
static int reach_states(const struct classes *c, const struct lookback *rule, const struct opening *opening,
                        int *code_of, int16_t *state)
{
    int count = 1;
    memset(state, -1, LOOKBACK_STATES * sizeof *state);
    code_of[0] = with_shown(rule, opening, 0);
    state[c->of[code_of[0]]] = 0;
    for (int i = 0; i < count; i++) {
        int found[1 + LOOKBACK_WINDOW * (LOOKBACK_BASE - 1)], n = 0, code = code_of[i];
        found[n++] = aged_of(rule, opening, code);
        for (int age = 0, stride = 1; age < rule->window; age++, stride *= rule->base)
            for (int s = 1; s < rule->base && (opening->ages >> age & 1) && code / stride % rule->base == 0; s++)
                found[n++] = code + s * stride;
        for (int k = 0; k < n; k++) {
            if (state[c->of[found[k]]] < 0) {
                state[c->of[found[k]]] = (int16_t)count;
                code_of[count++] = found[k];
            }
        }
    }
    return count;
}

static void number_alarms(struct lookback_chain *chain)
{
    for (int turn = 0; turn < chain->turns; turn++) {
        chain->alarm_count[turn] = 0;
        for (int i = 0; i < chain->states; i++)
            if (chain->verdict[turn][i] == LOOKBACK_ALARM)
                chain->alarms[turn][chain->alarm_count[turn]++] = (uint16_t)i;
    }
}

void lookback_chain_of(struct lookback_chain *chain, const struct lookback *rule, unsigned ages, bool has_gaps)
{
    struct classes c;
    struct opening opening = {ages, rule->window};
    int code_of[LOOKBACK_STATES];
    int16_t state[LOOKBACK_STATES];
    while (!has_gaps && opening.shown_from > 0 && !(ages >> (opening.shown_from - 1) & 1))
        opening.shown_from--;
    classify(&c, rule, &opening);
    chain->base = rule->base;
    chain->window = rule->window;
    chain->turns = rule->turns;
    chain->ages = ages;
    chain->start = 0;
    chain->states = reach_states(&c, rule, &opening, code_of, state);
    memset(chain->hidden_count, 0, sizeof chain->hidden_count);
    for (int i = 0; i < chain->states; i++) {
        int code = code_of[i];
        for (int turn = 0; turn < rule->turns; turn++)
            chain->verdict[turn][i] = rule->verdict[turn][code];
        chain->aged[i] = (uint16_t)state[c.of[aged_of(rule, &opening, code)]];
        for (int age = 0, stride = 1; age < rule->window; age++, stride *= rule->base) {
            if (!(ages >> age & 1) || code / stride % rule->base != 0)
                continue;
            int k = chain->hidden_count[age]++;
            chain->hidden[age][k] = (uint16_t)i;
            for (int s = 1; s < rule->base; s++)
                chain->shown[age][s - 1][k] = (uint16_t)state[c.of[code + s * stride]];
        }
    }
    number_alarms(chain);
}

/* ---- along the chain ---- */

void lookback_begin(const struct lookback_chain *chain, struct lookback_mass *mass)
{
    for (int i = 0; i < 3; i++)
        memset(mass->room[i], 0, (size_t)chain->states * sizeof mass->room[i][0]);
    mass->p[0] = mass->room[0];
    mass->p[1] = mass->room[1];
    mass->spare = mass->room[2];
    mass->p[0][chain->start] = 1.0;
    mass->has_red = false;
}

static void age_all(const struct lookback_chain *chain, struct lookback_mass *mass, int red)
{
    const double *from = mass->p[red];
    double *to = mass->spare;
    memset(to, 0, (size_t)chain->states * sizeof *to);
    for (int i = 0; i < chain->states; i++)
        to[chain->aged[i]] += from[i];
    mass->spare = mass->p[red];
    mass->p[red] = to;
}

static void reveal_at(const struct lookback_chain *chain, double *p, int age, const double *odds)
{
    double total = 0.0;
    for (int s = 0; s < chain->base - 1; s++)
        total += odds[s];
    if (total == 0.0)
        return;
    double left = fmax(0.0, 1.0 - total);
    for (int k = 0; k < chain->hidden_count[age]; k++) {
        double *here = &p[chain->hidden[age][k]];
        for (int s = 0; s < chain->base - 1; s++)
            p[chain->shown[age][s][k]] += *here * odds[s];
        *here *= left;
    }
}

/* Leaves in p[1] what is in ALARM. */
static void judge(const struct lookback_chain *chain, struct lookback_mass *mass, int turn)
{
    double *quiet = mass->p[0], *red = mass->p[1], now_red = 0.0;
    for (int i = 0; mass->has_red && i < chain->states; i++) {
        if (chain->verdict[turn][i] == LOOKBACK_OK) {
            quiet[i] += red[i];
            red[i] = 0.0;
        }
        now_red += red[i];
    }
    for (int k = 0; k < chain->alarm_count[turn]; k++) {
        int i = chain->alarms[turn][k];
        now_red += quiet[i];
        red[i] += quiet[i];
        quiet[i] = 0.0;
    }
    mass->has_red = now_red > 0.0;
}

void lookback_step(const struct lookback_chain *chain, struct lookback_mass *mass, int turn,
                   const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1])
{
    for (int red = 0; red < 1 + mass->has_red; red++) {
        if (turn == 0)
            age_all(chain, mass, red);
        for (int age = 0; age < chain->window; age++)
            if (chain->ages >> age & 1)
                reveal_at(chain, mass->p[red], age, reveal[age]);
    }
    judge(chain, mass, turn);
}

double lookback_red(const struct lookback_chain *chain, const struct lookback_mass *mass)
{
    double sum = 0.0;
    for (int i = 0; mass->has_red && i < chain->states; i++)
        sum += mass->p[1][i];
    return sum;
}

double lookback_take(const struct lookback_chain *chain, struct lookback_mass *mass, double part)
{
    double red = lookback_red(chain, mass);
    for (int i = 0; mass->has_red && i < chain->states; i++)
        mass->p[1][i] = part < 1.0 ? mass->p[1][i] * (1.0 - part) : 0.0;
    mass->has_red = mass->has_red && part < 1.0;
    return red * part;
}

void lookback_force(const struct lookback_chain *chain, struct lookback_mass *mass, bool is_red)
{
    for (int i = 0; i < chain->states; i++) {
        double both = mass->p[0][i] + (mass->has_red ? mass->p[1][i] : 0.0);
        mass->p[is_red][i] = both;
        mass->p[!is_red][i] = 0.0;
    }
    mass->has_red = is_red;
}
