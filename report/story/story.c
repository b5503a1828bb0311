#include "report/story/story.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/columns.h"
#include "report/emit.h"
#include "report/page.h"
#include "report/story/waterfall.h"
#include "scenarios/clock.h"

enum {
    NAME_SIZE = 1024,
    REASON_SIZE = 1024,
    TIME_SIZE = 48,
    INDENT = 22,         /* of what is told, behind seconds and clock */
    TURNS_AFTER_END = 2, /* changes of an alarm's state that are told once the deployment is over */
    CRASHES_TOLD = 5
};

/* What was told of an alarm. */
struct thread {
    bool is_listed;        /* by the policy */
    int64_t told_until;    /* start of the newest breaching datapoint that was told */
    int more_points;       /* breaching datapoints since, not told */
    int turns, more_turns; /* after the end */
};

struct story {
    struct page_style page;
    const struct told *told;
    struct thread *threads; /* by alarm */
    int quiet_polls, crashes;
    bool is_over;
};

/* ---- words ---- */

/* "     0.000  00:00:00  ", then the sentence. */
__attribute__((format(printf, 4, 5))) static void tell(const struct story *story, int64_t at, enum tone tone,
                                                       const char *format, ...)
{
    char text[COLUMN_TEXT_SIZE], clock[TIME_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    clock_format(clock, sizeof clock, told_unix_us(story->told, at), false);
    fprintf(story->page.to, "%10.3f  %.8s  ", s_from_us(at), clock + strlen("2026-01-01T"));
    page_wrap(&story->page, INDENT, tone, text);
}

static const char *new_name(const struct story *story)
{
    return told_version(story->told, GREEN)->name;
}

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

static char *clock_of(char text[TIME_SIZE], const struct told *told, int64_t at)
{
    char whole[TIME_SIZE];
    clock_format(whole, sizeof whole, told_unix_us(told, at), false);
    snprintf(text, TIME_SIZE, "%.8s", whole + strlen("2026-01-01T"));
    return text;
}

static char *stage_of(char text[NAME_SIZE], const struct journal_record *record)
{
    return phase_name(text, NAME_SIZE, record->phase, record->phase_index);
}

static const char *colour_of(enum fleet_colour fleet)
{
    return fleet == BLUE ? "old" : "new";
}

/* Names of the policy's alarms in a set of bits. */
static char *alarms_of(char *text, size_t size, const struct told *told, unsigned bits)
{
    const struct deployment_config *config = &told_policy(told)->config;
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; i < config->alarm_count; i++)
        if (bits >> i & 1 && length < size)
            length +=
                (size_t)snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "", config->alarm_names[i]);
    return text;
}

/* ---- the call, launches, flips, bakes ---- */

static void tell_update(struct story *story, const struct journal_record *record)
{
    const struct told *told = story->told;
    char red[COLUMN_TEXT_SIZE];
    tell(story, record->at, TONE_PLAIN, "UpdateEndpoint: %s is to go from %s (%s) to %s (%s).",
         told->setting->endpoint.endpoint_name, told_version(told, BLUE)->endpoint_config_name,
         told_version(told, BLUE)->name, told_version(told, GREEN)->endpoint_config_name, new_name(story));
    int count = told_policy(told)->config.alarm_count;
    if (count == 0)
        tell(story, record->at, TONE_WARNING, "The policy lists no alarm: every bake is only a wait.");
    else if (record->value > 0)
        tell(story, record->at, TONE_WARNING, "In ALARM already: %s.",
             alarms_of(red, sizeof red, told, (unsigned)record->value));
    else
        tell(story, record->at, TONE_PLAIN, "%s in ALARM.",
             count == 1 ? "The policy's alarm is not" : "None of the policy's alarms is");
}

static void tell_refused(struct story *story, const struct journal_record *record)
{
    bool is_red = story->told->setting->modelling.red_at_start == RED_REFUSE && record->value > 0;
    if (is_red)
        tell(story, record->at, TONE_BAD, "The update is refused, since an alarm is in ALARM; nothing changes.");
    else
        tell(
            story, record->at, TONE_BAD,
            "The update is refused: ResourceLimitExceeded, a quota of %d instances has no room for it; nothing changes.",
            story->told->setting->endpoint.instance_quota);
}

static void tell_launch(struct story *story, const struct journal_record *record)
{
    char stage[NAME_SIZE];
    stage_of(stage, record);
    const char *colour = colour_of(record->colour), *s = plural(record->count);
    if (record->kind == JOURNAL_LAUNCH)
        tell(story, record->at, TONE_PLAIN, "%s: launching %d %s instance%s.", stage, record->count, colour, s);
    else if (record->kind == JOURNAL_LAUNCHED)
        tell(story, record->at, TONE_PLAIN, "%s: %d %s instance%s up.", stage, record->count, colour,
             record->count == 1 ? " is" : "s are");
    else
        tell(story, record->at, TONE_BAD, "%s: the launch of %d %s instance%s fails.", stage, record->count, colour, s);
}

static void tell_flip(struct story *story, const struct journal_record *record)
{
    char stage[NAME_SIZE];
    int green = told_instances(story->told, GREEN);
    stage_of(stage, record);
    if (record->green_on == 0)
        tell(story, record->at, TONE_PLAIN, "%s: all traffic is to go back to the old instances.", stage);
    else if (record->phase == PHASE_ROLLBACK_FLIP)
        tell(story, record->at, TONE_PLAIN, "%s: %d of %d new instances are to keep traffic.", stage, record->green_on,
             green);
    else
        tell(story, record->at, TONE_PLAIN, "%s: %d of %d new instances get traffic.", stage, record->green_on, green);
}

static void tell_settled(struct story *story, const struct journal_record *record)
{
    double share = 100.0 * record->green_on / told_instances(story->told, GREEN);
    tell(story, record->at, TONE_PLAIN, "Routing has settled: %.3g %% of the traffic on %s.", share, new_name(story));
}

static void tell_bake(struct story *story, const struct journal_record *record)
{
    char stage[NAME_SIZE];
    stage_of(stage, record);
    story->quiet_polls = 0;
    bool is_watched = told_policy(story->told)->config.alarm_count > 0;
    tell(story, record->at, TONE_PLAIN, "%s: %.0f s%s.", stage, record->value,
         is_watched ? ", the alarms are polled" : ", nobody watches");
}

static void tell_bake_over(struct story *story, const struct journal_record *record)
{
    char stage[NAME_SIZE];
    tell(story, record->at, TONE_PLAIN, "%s is over: %d poll%s saw no alarm.", stage_of(stage, record),
         story->quiet_polls, plural(story->quiet_polls));
    story->quiet_polls = 0;
}

/* ---- alarms ---- */

static char *number_of(char text[NUMBER_SIZE], double value)
{
    snprintf(text, NUMBER_SIZE, "%.6g", value);
    return text;
}

/* Breaching datapoints that no earlier evaluation had: told while they may still lead to an ALARM, then counted. */
static void tell_points(struct story *story, const struct journal_record *record)
{
    static const char *const signs[COMPARISONS] = {[COMPARE_GREATER_OR_EQUAL] = ">=",
                                                   [COMPARE_GREATER] = ">",
                                                   [COMPARE_LESS] = "<",
                                                   [COMPARE_LESS_OR_EQUAL] = "<="};
    const struct told *told = story->told;
    const struct alarm_config *alarm = &told->setting->alarms[record->alarm];
    struct thread *thread = &story->threads[record->alarm];
    for (int i = record->range_count - 1; i >= 0; i--) {
        const struct datapoint *point = &told->journal->points[record->range_start + (size_t)i];
        int64_t end = point->at + alarm->period_s * US_PER_S;
        if (!point->present || end <= 0 || point->at <= thread->told_until || !alarm_breaches(alarm, point->value))
            continue;
        thread->told_until = point->at;
        if (story->is_over || record->before == ALARM_ALARM) {
            thread->more_points++;
            continue;
        }
        char from[TIME_SIZE], until[TIME_SIZE], value[NUMBER_SIZE], threshold[NUMBER_SIZE];
        tell(story, record->at, TONE_WARNING, "%s: a datapoint breaches, %s %s of %s-%s = %s (%s %s).", alarm->name,
             alarm->statistic_text, alarm->metric_name, clock_of(from, told, point->at), clock_of(until, told, end),
             number_of(value, point->value), signs[alarm->comparison], number_of(threshold, alarm->threshold));
    }
}

static void tell_turn(struct story *story, const struct journal_record *record)
{
    const struct told *told = story->told;
    const struct alarm_config *alarm = &told->setting->alarms[record->alarm];
    struct thread *thread = &story->threads[record->alarm];
    if (story->is_over && thread->turns++ >= TURNS_AFTER_END) {
        thread->more_turns++;
        return;
    }
    char reason[REASON_SIZE], more[64] = "";
    alarm_reason(reason, sizeof reason, alarm, &record->verdict, &told->journal->points[record->range_start],
                 (size_t)record->range_count, told->setting->modelling.start_time_us);
    if (thread->more_points > 0)
        snprintf(more, sizeof more, " (%d more datapoint%s breached meanwhile.)", thread->more_points,
                 plural(thread->more_points));
    thread->more_points = 0;
    enum tone tone = record->verdict.state == ALARM_ALARM ? TONE_BAD : TONE_PLAIN;
    tell(story, record->at, tone, "%s: %s -> %s. %s%s", alarm->name, alarm_state_names[record->before],
         alarm_state_names[record->verdict.state], reason, more);
}

static void tell_evaluation(struct story *story, const struct journal_record *record)
{
    if (!story->threads[record->alarm].is_listed)
        return;
    tell_points(story, record);
    if (record->verdict.state != record->before)
        tell_turn(story, record);
}

static void tell_trip(struct story *story, const struct journal_record *record)
{
    char stage[NAME_SIZE], names[COLUMN_TEXT_SIZE];
    alarms_of(names, sizeof names, story->told, (unsigned)record->value);
    tell(story, record->at, TONE_BAD,
         "The guardrail polls (after %d quiet poll%s) and sees in ALARM: %s. %s stops here.", story->quiet_polls,
         plural(story->quiet_polls), names, stage_of(stage, record));
}

/* ---- the end ---- */

static void tell_delete(struct story *story, const struct journal_record *record)
{
    const char *colour = colour_of(record->colour), *s = plural(record->count);
    if (record->count == 0)
        return; /* nothing had come up */
    if (record->kind == JOURNAL_DELETE)
        tell(story, record->at, TONE_PLAIN, "Terminating %d %s instance%s.", record->count, colour, s);
    else
        tell(story, record->at, TONE_QUIET, "%d %s instance%s gone and no longer billed.", record->count, colour,
             record->count == 1 ? " is" : "s are");
}

static void tell_finished(struct story *story, const struct journal_record *record)
{
    const struct told *told = story->told;
    char reason[COLUMN_TEXT_SIZE];
    bool is_new = record->outcome == OUTCOME_SUCCEEDED;
    const char *config = told_version(told, is_new ? GREEN : BLUE)->endpoint_config_name;
    outcome_reason(reason, sizeof reason, told->outcome, &told_policy(told)->config);
    story->is_over = true;
    if (is_new)
        tell(story, record->at, TONE_GOOD, "InService on %s: the update has succeeded.", config);
    else if (record->outcome == OUTCOME_ROLLBACK_FAILED)
        tell(story, record->at, TONE_BAD, "UpdateRollbackFailed, in service on both versions. FailureReason: %s",
             reason);
    else if (record->outcome == OUTCOME_TIMED_OUT && told->setting->modelling.on_timeout == TIMEOUT_FAIL)
        tell(story, record->at, TONE_BAD, "The update is left where it stands. FailureReason: %s", reason);
    else
        tell(story, record->at, TONE_BAD, "InService on %s %s. FailureReason: %s", config,
             told->outcome->max_green_share > 0 ? "again" : "still", reason);
}

static void tell_crash(struct story *story, const struct journal_record *record)
{
    if (record->at < 0 || story->is_over || story->crashes > CRASHES_TOLD)
        return;
    bool is_crash = record->kind == JOURNAL_CRASH;
    story->crashes += is_crash;
    if (story->crashes > CRASHES_TOLD)
        tell(story, record->at, TONE_WARNING, "And so on: further crashes are not told.");
    else
        tell(story, record->at, is_crash ? TONE_WARNING : TONE_PLAIN, "The %s instance %d %s.",
             colour_of(record->colour), record->count + 1, is_crash ? "crashes" : "serves again");
}

static void tell_instant(struct story *story, const struct journal_record *record)
{
    if (record->kind == JOURNAL_FIRST_BAD)
        tell(story, record->at, TONE_WARNING, "The first bad response of %s.", new_name(story));
    else if (record->kind == JOURNAL_TIMEOUT)
        tell(story, record->at, TONE_BAD, "MaximumExecutionTimeoutInSeconds is reached.");
    else if (story->told->outcome->kind == OUTCOME_ROLLED_BACK || story->told->outcome->kind == OUTCOME_TIMED_OUT)
        tell(story, record->at, TONE_PLAIN, "The last request to %s.", new_name(story));
}

static void tell_poll(struct story *story, const struct journal_record *record)
{
    story->quiet_polls += record->value == 0;
}

static void (*const tellers[JOURNAL_KINDS])(struct story *, const struct journal_record *) = {
    [JOURNAL_UPDATE] = tell_update,
    [JOURNAL_REFUSED] = tell_refused,
    [JOURNAL_LAUNCH] = tell_launch,
    [JOURNAL_LAUNCHED] = tell_launch,
    [JOURNAL_LAUNCH_FAILED] = tell_launch,
    [JOURNAL_FLIP] = tell_flip,
    [JOURNAL_SETTLED] = tell_settled,
    [JOURNAL_BAKE] = tell_bake,
    [JOURNAL_BAKE_OVER] = tell_bake_over,
    [JOURNAL_FIRST_BAD] = tell_instant,
    [JOURNAL_LAST_EXPOSED] = tell_instant,
    [JOURNAL_TIMEOUT] = tell_instant,
    [JOURNAL_EVALUATION] = tell_evaluation,
    [JOURNAL_POLL] = tell_poll,
    [JOURNAL_TRIP] = tell_trip,
    [JOURNAL_DELETE] = tell_delete,
    [JOURNAL_DELETED] = tell_delete,
    [JOURNAL_CRASH] = tell_crash,
    [JOURNAL_RESTART] = tell_crash,
    [JOURNAL_FINISHED] = tell_finished,
};

/* What was counted and not told. */
static void tell_rest(const struct story *story)
{
    for (size_t i = 0; i < story->told->setting->alarm_count; i++) {
        const struct thread *thread = &story->threads[i];
        char text[NAME_SIZE], turns[64] = "";
        if (thread->more_points == 0 && thread->more_turns == 0)
            continue;
        if (thread->more_turns > 0)
            snprintf(turns, sizeof turns, " and %d more change%s of state", thread->more_turns,
                     plural(thread->more_turns));
        snprintf(text, sizeof text, "%s: %d more breaching datapoint%s%s until the window ends.",
                 story->told->setting->alarms[i].name, thread->more_points, plural(thread->more_points), turns);
        fprintf(story->page.to, "%*s", INDENT, "");
        page_wrap(&story->page, INDENT, TONE_QUIET, text);
    }
}

/* The warm-up is not told. */
static void tell_all(struct story *story)
{
    fprintf(story->page.to, "%10s  %-8s  what happens\n", "seconds", "UTC");
    for (size_t i = 0; i < story->told->journal->count; i++) {
        const struct journal_record *record = &story->told->journal->records[i];
        if (record->at >= 0 && tellers[record->kind])
            tellers[record->kind](story, record);
    }
    tell_rest(story);
}

/* ---- the waterfall ---- */

enum { PIECE_WIDTH = 24, FIGURE_WIDTH = 10, BAR_INDENT = PIECE_WIDTH + 2 * FIGURE_WIDTH + 6 };

/* Milliseconds of an instant: figures are differences of rounded instants, so that they add up on paper too. */
static int64_t ms_of(double seconds)
{
    return llround(seconds * 1e3);
}

static void put_bar(const struct story *story, const struct waterfall *waterfall, const struct waterfall_piece *piece)
{
    double first = waterfall->pieces[0].from_s, last = first;
    for (int i = 0; i < waterfall->count; i++)
        last = fmax(last, waterfall->pieces[i].until_s);
    int room = story->page.width > BAR_INDENT + 10 ? (int)story->page.width - BAR_INDENT : 10;
    room = room > 60 ? 60 : room;
    if (!(last > first))
        return;
    int from = (int)lround(room * (fmin(piece->from_s, piece->until_s) - first) / (last - first));
    int until = (int)lround(room * (fmax(piece->from_s, piece->until_s) - first) / (last - first));
    from = from < 0 ? 0 : from < room ? from : room - 1;
    fprintf(story->page.to, "%*s", from, "");
    if (until <= from)
        fputc('|', story->page.to);
    for (int i = from; i < until; i++)
        fputc(piece->until_s < piece->from_s ? '<' : '#', story->page.to);
}

static void put_waterfall(const struct story *story, const struct waterfall *waterfall)
{
    FILE *to = story->page.to;
    fputc('\n', to);
    page_say(&story->page, TONE_TITLE,
             "Time to rollback: from the first bad response to the last request on the new version");
    fprintf(to, "%-*s  %*s  %*s\n", PIECE_WIDTH, "", FIGURE_WIDTH, "at s", FIGURE_WIDTH, "took s");
    fprintf(to, "%-*s  %*.3f\n", PIECE_WIDTH, "first bad response", FIGURE_WIDTH, waterfall->pieces[0].from_s);
    int64_t begin = ms_of(waterfall->pieces[0].from_s), end = begin;
    for (int i = 0; i < waterfall->count; i++) {
        const struct waterfall_piece *piece = &waterfall->pieces[i];
        end = ms_of(piece->until_s);
        fprintf(to, "%-*s  %*.3f  %*.3f  ", PIECE_WIDTH, piece->name, FIGURE_WIDTH, (double)end / 1e3, FIGURE_WIDTH,
                (double)(end - ms_of(piece->from_s)) / 1e3);
        put_bar(story, waterfall, piece);
        fputc('\n', to);
    }
    fprintf(to, "%-*s  %*s  %*.3f\n", PIECE_WIDTH, "time_to_rollback_s", FIGURE_WIDTH, "", FIGURE_WIDTH,
            (double)(end - begin) / 1e3);
}

/* ---- a fault that nobody stopped ---- */

static void put_chain(const struct story *story, int listed)
{
    const struct told *told = story->told;
    const struct broken_chain chain = waterfall_broken(told, listed);
    const struct alarm_config *alarm = NULL;
    const char *written = told_policy(told)->config.alarm_names[listed];
    for (size_t i = 0; i < told->setting->alarm_count; i++)
        if (strcmp(told->setting->alarms[i].name, written) == 0)
            alarm = &told->setting->alarms[i];
    char text[NAME_SIZE] = "", value[NUMBER_SIZE], threshold[NUMBER_SIZE];
    int m = alarm ? alarm->datapoints_to_alarm : 0;
    switch (chain.link) {
    case LINK_NO_BAKE: snprintf(text, sizeof text, "it is never polled, since there was no bake."); break;
    case LINK_BAD_TOO_LATE:
        snprintf(text, sizeof text, "the first bad response came %.1f s after the last bake.",
                 told->outcome->first_bad_s - s_from_us(chain.last_bake));
        break;
    case LINK_UNKNOWN: snprintf(text, sizeof text, "it is not defined."); break;
    case LINK_NO_DATA: snprintf(text, sizeof text, "its metric had no datapoint after the first bad response."); break;
    case LINK_NO_BREACH:
        snprintf(text, sizeof text, "no datapoint breached; the nearest to the threshold %s was %s.",
                 number_of(threshold, alarm->threshold), number_of(value, chain.value));
        break;
    case LINK_TOO_FEW:
        snprintf(text, sizeof text,
                 "datapoints breached, but never more than %d of the %d that it takes at one evaluation.", chain.count,
                 m);
        break;
    case LINK_TOO_LATE:
        snprintf(text, sizeof text, "it went into ALARM %.1f s after the last poll could see it.",
                 s_from_us(chain.at - chain.last_bake));
        break;
    case LINK_UNSEEN:
        snprintf(text, sizeof text, "it was in ALARM at %.1f s, but at no poll.", s_from_us(chain.at));
        break;
    }
    page_say(&story->page, TONE_WARNING, "%s: %s", written, text);
}

static void put_miss(const struct story *story)
{
    const struct told *told = story->told;
    fputc('\n', story->page.to);
    page_say(&story->page, TONE_TITLE, "Why no alarm stopped it");
    if (told_policy(told)->config.alarm_count == 0)
        page_say(&story->page, TONE_WARNING, "The policy lists no alarm.");
    for (int i = 0; i < told_policy(told)->config.alarm_count; i++)
        put_chain(story, i);
}

/* Where the time to rollback went, or why there is none though the new version did harm. */
static void put_why(const struct story *story)
{
    const struct outcome *outcome = story->told->outcome;
    const struct waterfall waterfall = waterfall_find(story->told);
    if (waterfall.count > 0)
        put_waterfall(story, &waterfall);
    else if (outcome->trip_alarms == 0 && isfinite(outcome->first_bad_s) && outcome->excess_bad_responses > 0)
        put_miss(story);
}

/* ---- head and foot ---- */

static void put_head(const struct story *story)
{
    const struct told *told = story->told;
    const struct outcome *outcome = told->outcome;
    char start[TIME_SIZE], stage[NAME_SIZE] = "";
    clock_format(start, sizeof start, told->setting->modelling.start_time_us, false);
    page_say(&story->page, TONE_TITLE, "%s: policy %s, version %s, replication %llu, seed %llu", told->scenario,
             told_policy(told)->name, new_name(story), (unsigned long long)told->replication,
             (unsigned long long)told->setting->seed);
    if (told->chosen)
        page_say(&story->page, TONE_PLAIN, "%s", told->chosen);
    phase_name(stage, sizeof stage, outcome->trip_phase, outcome->trip_phase_index);
    enum tone tone = outcome->kind != OUTCOME_SUCCEEDED  ? TONE_BAD
                     : outcome->excess_bad_responses > 0 ? TONE_WARNING
                                                         : TONE_GOOD;
    page_say(&story->page, tone,
             "%s%s%s: %.0f of %.0f requests met the new version; %+.0f bad responses against no deployment.",
             outcome_names[outcome->kind], stage[0] != '\0' ? " in " : "", stage, outcome->exposed_requests,
             outcome->requests, outcome->excess_bad_responses);
    page_say(&story->page, TONE_QUIET, "Seconds count from the UpdateEndpoint call at %s.", start);
    fputc('\n', story->page.to);
}

/* Absent figures are "-". */
static void put_ledger(const struct story *story)
{
    const struct outcome *outcome = story->told->outcome;
    fputc('\n', story->page.to);
    page_say(&story->page, TONE_TITLE, "The ledger of this replication");
    for (size_t i = 0; i < column_count; i++) {
        char text[COLUMN_TEXT_SIZE] = "";
        if (columns[i].kind == COLUMN_PROPORTION)
            continue;
        if (columns[i].kind == COLUMN_TEXT)
            columns[i].put(text, sizeof text, outcome, &told_policy(story->told)->config);
        else if (isfinite(column_value(&columns[i], outcome)))
            emit_number(text, round(column_value(&columns[i], outcome) * 1e6) / 1e6);
        fprintf(story->page.to, "%-*s", INDENT, columns[i].name);
        page_wrap(&story->page, INDENT, TONE_PLAIN, text[0] != '\0' ? text : "-");
    }
}

static void list_alarms(struct story *story)
{
    const struct deployment_config *config = &told_policy(story->told)->config;
    for (size_t i = 0; i < story->told->setting->alarm_count; i++) {
        story->threads[i].told_until = INT64_MIN;
        for (int l = 0; l < config->alarm_count; l++)
            if (strcmp(config->alarm_names[l], story->told->setting->alarms[i].name) == 0)
                story->threads[i].is_listed = true;
    }
}

int story_write(FILE *to, const struct told *told, struct story_style style)
{
    struct story story = {
        .page = {.to = to, .width = style.width, .has_color = style.has_color},
        .told = told,
        .threads = calloc(told->setting->alarm_count + 1, sizeof *story.threads),
    };
    if (!story.threads)
        return -1;
    list_alarms(&story);
    put_head(&story);
    tell_all(&story);
    put_why(&story);
    put_ledger(&story);
    free(story.threads);
    return 0;
}
