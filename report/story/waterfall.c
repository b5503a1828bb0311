#include "report/story/waterfall.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading the journal ---- */

static size_t find_alarm(const struct told *told, int listed)
{
    const char *name = told_policy(told)->config.alarm_names[listed];
    for (size_t i = 0; i < told->setting->alarm_count; i++)
        if (strcmp(told->setting->alarms[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

static const struct journal_record *find_kind(const struct told *told, enum journal_kind kind)
{
    for (size_t i = 0; i < told->journal->count; i++)
        if (told->journal->records[i].kind == kind)
            return &told->journal->records[i];
    return NULL;
}

/* The evaluation that turned an alarm red for the last time before `until`; NULL when it was red from the start. */
static const struct journal_record *find_turn(const struct told *told, size_t alarm, int64_t until)
{
    const struct journal_record *turn = NULL;
    for (size_t i = 0; i < told->journal->count && told->journal->records[i].at <= until; i++) {
        const struct journal_record *record = &told->journal->records[i];
        bool turns_red = record->verdict.state == ALARM_ALARM && record->before != ALARM_ALARM;
        if (record->kind == JOURNAL_EVALUATION && record->alarm == alarm && turns_red)
            turn = record;
    }
    return turn;
}

/* The minute that completed a datapoint: of those inside it that could be seen at the evaluation, the one seen last. */
struct completion {
    double closed_s, visible_s;
};

static struct completion completion_of(const struct told *told, const struct journal_record *turn,
                                       const struct alarm_config *alarm, int64_t from)
{
    struct completion latest = {-INFINITY, -INFINITY};
    /* A period shorter than a minute holds the whole minute that starts in it. */
    int64_t until = from + alarm->period_s * US_PER_S;
    for (size_t i = 0; i < told->journal->count && told->journal->records[i].at <= turn->at; i++) {
        const struct journal_record *record = &told->journal->records[i];
        int64_t start = record->closed - US_PER_MINUTE;
        if (record->kind != JOURNAL_VISIBLE || record->metric != alarm->metric || start < from || start >= until)
            continue;
        if (s_from_us(record->at) >= latest.visible_s)
            latest = (struct completion){s_from_us(record->closed), s_from_us(record->at)};
    }
    return latest;
}

/* What an evaluation had before it, datapoint by datapoint, newest first. */
struct range {
    const struct alarm_config *alarm;
    enum alarm_state before;
    int count;
    struct datapoint points[JOURNAL_RANGE];
    struct completion completions[JOURNAL_RANGE];
};

static void read_range(struct range *range, const struct told *told, const struct journal_record *turn)
{
    *range = (struct range){
        .alarm = &told->setting->alarms[turn->alarm], .before = turn->before, .count = turn->range_count};
    for (int i = 0; i < range->count; i++) {
        range->points[i] = told->journal->points[turn->range_start + (size_t)i];
        range->completions[i] = completion_of(told, turn, range->alarm, range->points[i].at);
    }
}

/* The range as it stood when only what was visible at an instant was there. */
static void look_at(struct range *then, const struct range *range, double visible_s)
{
    *then = *range;
    for (int i = 0; i < range->count; i++)
        then->points[i].present = range->points[i].present && range->completions[i].visible_s <= visible_s;
}

static bool would_alarm(const struct range *range, double visible_s)
{
    struct range then;
    look_at(&then, range, visible_s);
    return alarm_evaluate(range->alarm, then.points, (size_t)then.count, range->before).state == ALARM_ALARM;
}

static int compare_seconds(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The instant from which on the datapoints in sight were enough; -infinity when nothing was needed. */
static double find_reached(const struct range *range)
{
    double instants[JOURNAL_RANGE] = {0};
    int count = 0;
    for (int i = 0; i < range->count; i++)
        if (range->points[i].present)
            instants[count++] = range->completions[i].visible_s;
    qsort(instants, (size_t)count, sizeof *instants, compare_seconds);
    double reached = -INFINITY;
    for (int i = count - 1; i >= 0; i--) {
        if (!would_alarm(range, instants[i]))
            return reached;
        reached = instants[i];
    }
    return would_alarm(range, -INFINITY) ? -INFINITY : reached;
}

/* Of the datapoints that counted and breached then, the one that was seen first. */
static struct completion find_first(const struct range *range, double reached_s)
{
    struct range then;
    struct completion first = {INFINITY, INFINITY};
    int used = 0;
    look_at(&then, range, reached_s);
    for (int i = 0; i < then.count && used < then.alarm->evaluation_periods; i++) {
        used += then.points[i].present;
        if (then.points[i].present && alarm_breaches(then.alarm, then.points[i].value) &&
            then.completions[i].visible_s <= first.visible_s)
            first = then.completions[i];
    }
    return first;
}

/* ---- the pieces ---- */

/* Ends a piece at an instant, or where the one before ended if that is later. */
static void add_piece(struct waterfall *waterfall, const char *name, double from_s, double until_s)
{
    if (waterfall->count > 0)
        from_s = waterfall->pieces[waterfall->count - 1].until_s;
    waterfall->pieces[waterfall->count++] = (struct waterfall_piece){name, from_s, fmax(from_s, until_s)};
}

static void add_alarm(struct waterfall *waterfall, const struct told *told, const struct journal_record *turn)
{
    double first_bad = told->outcome->first_bad_s, evaluated = turn ? s_from_us(turn->at) : first_bad;
    /* Missing data that counts as breaching has no bucket and is there when it is looked for. */
    struct completion first = {evaluated, evaluated};
    double reached = evaluated;
    struct range range = {.count = 0};
    if (turn)
        read_range(&range, told, turn);
    if (turn && range.count >= range.alarm->evaluation_periods && isfinite(find_reached(&range))) {
        reached = find_reached(&range);
        struct completion found = find_first(&range, reached);
        first = isfinite(found.visible_s) ? found : first;
    }
    add_piece(waterfall, "breaching bucket closed", first_bad, first.closed_s);
    add_piece(waterfall, "metric visible", first_bad, first.visible_s);
    add_piece(waterfall, "M of N reached", first_bad, reached);
    add_piece(waterfall, "alarm evaluated", first_bad, evaluated);
    add_piece(waterfall, "guardrail polled", first_bad, told->outcome->trip_s);
}

/* Of the alarms that were red at the trip the one that had been so for longest. */
static size_t find_culprit(const struct told *told, const struct journal_record **turn)
{
    int64_t trip = us_from_s(told->outcome->trip_s);
    size_t culprit = SIZE_MAX;
    for (int i = 0; i < told_policy(told)->config.alarm_count; i++) {
        size_t alarm = told->outcome->trip_alarms >> i & 1 ? find_alarm(told, i) : SIZE_MAX;
        if (alarm == SIZE_MAX)
            continue;
        const struct journal_record *own = find_turn(told, alarm, trip);
        bool is_earlier = culprit == SIZE_MAX || (*turn && (!own || own->at < (*turn)->at));
        if (is_earlier) {
            culprit = alarm;
            *turn = own;
        }
    }
    return culprit;
}

/* The last relaunch of old instances that traffic waited for. */
static const struct journal_record *find_relaunch(const struct told *told)
{
    const struct journal_record *relaunch = NULL;
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        if (record->kind == JOURNAL_LAUNCHED && record->colour == BLUE &&
            s_from_us(record->at) <= told->outcome->last_exposed_s)
            relaunch = record;
    }
    return relaunch;
}

struct waterfall waterfall_find(const struct told *told)
{
    struct waterfall waterfall = {.alarm = SIZE_MAX};
    const struct outcome *outcome = told->outcome;
    if (outcome->kind != OUTCOME_ROLLED_BACK || !isfinite(outcome->time_to_rollback_s))
        return waterfall;
    const struct journal_record *turn = NULL, *failure = find_kind(told, JOURNAL_LAUNCH_FAILED);
    waterfall.alarm = find_culprit(told, &turn);
    if (waterfall.alarm != SIZE_MAX)
        add_alarm(&waterfall, told, turn);
    else
        add_piece(&waterfall, "launch failed", outcome->first_bad_s,
                  failure ? s_from_us(failure->at) : outcome->first_bad_s);
    const struct journal_record *relaunch = find_relaunch(told);
    if (relaunch)
        add_piece(&waterfall, "old instances relaunched", outcome->first_bad_s, s_from_us(relaunch->at));
    add_piece(&waterfall, "routing settled", outcome->first_bad_s, outcome->last_exposed_s);
    /* Where requests are few the last one may have come before the guardrail acted: the sum is what the ledger says. */
    struct waterfall_piece *last = &waterfall.pieces[waterfall.count - 1];
    if (outcome->last_exposed_s < last->from_s)
        last->name = "last request was earlier";
    last->until_s = outcome->last_exposed_s;
    return waterfall;
}

/* ---- what broke ---- */

int64_t waterfall_last_bake(const struct told *told)
{
    const struct journal_record *finished = find_kind(told, JOURNAL_FINISHED);
    if (told->setting->modelling.alarm_watch == WATCH_DEPLOYMENT)
        return finished ? finished->at : -1;
    int64_t last = -1;
    bool is_baking = false;
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        bool ends =
            record->kind == JOURNAL_BAKE_OVER || record->kind == JOURNAL_TRIP || record->kind == JOURNAL_TIMEOUT;
        if (is_baking && ends)
            last = record->at;
        is_baking = (is_baking && !ends) || record->kind == JOURNAL_BAKE;
    }
    return last;
}

/* The worse of two values as the alarm sees it. */
static double worse(const struct alarm_config *alarm, double a, double b)
{
    bool is_high = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    return is_high ? fmax(a, b) : fmin(a, b);
}

/* What one evaluation adds; datapoints that ended before the first bad response say nothing of it. */
static void take_evaluation(struct broken_chain *chain, const struct told *told, const struct journal_record *record,
                            bool *has_data)
{
    const struct alarm_config *alarm = &told->setting->alarms[record->alarm];
    int64_t first_bad = us_from_s(told->outcome->first_bad_s), period = alarm->period_s * US_PER_S;
    for (int i = 0; i < record->range_count; i++) {
        const struct datapoint *point = &told->journal->points[record->range_start + (size_t)i];
        if (!point->present || point->at + (period < US_PER_MINUTE ? US_PER_MINUTE : period) <= first_bad)
            continue;
        *has_data = true;
        chain->value = worse(alarm, chain->value, point->value);
    }
    if (record->verdict.breaching > chain->count)
        chain->count = record->verdict.breaching;
    if (record->verdict.state == ALARM_ALARM && chain->at < 0)
        chain->at = record->at;
}

struct broken_chain waterfall_broken(const struct told *told, int listed)
{
    int64_t first_bad = us_from_s(told->outcome->first_bad_s);
    struct broken_chain chain = {.at = -1, .last_bake = waterfall_last_bake(told), .value = NAN};
    size_t alarm = find_alarm(told, listed);
    bool has_data = false;
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        if (record->kind == JOURNAL_EVALUATION && record->alarm == alarm && record->at >= first_bad)
            take_evaluation(&chain, told, record, &has_data);
    }
    if (alarm == SIZE_MAX)
        chain.link = LINK_UNKNOWN;
    else if (chain.last_bake < 0)
        chain.link = LINK_NO_BAKE;
    else if (first_bad > chain.last_bake)
        chain.link = LINK_BAD_TOO_LATE;
    else if (chain.at >= 0)
        chain.link = chain.at > chain.last_bake ? LINK_TOO_LATE : LINK_UNSEEN;
    else if (!has_data)
        chain.link = LINK_NO_DATA;
    else
        chain.link = alarm_breaches(&told->setting->alarms[alarm], chain.value) ? LINK_TOO_FEW : LINK_NO_BREACH;
    return chain;
}
