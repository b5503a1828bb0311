#include "scenarios/recording.h"

#include "scenarios/clock.h"
#include "scenarios/csv.h"
#include "scenarios/json.h"

#include <stdlib.h>
#include <string.h>

/* A JSON tree takes some twenty times the room of its text. */
enum { RECORDING_MAX_JSON_BYTES = 64 << 20, TIME_SIZE = 32 };

/* A datapoint on its way in, and where it stands. */
struct row {
    struct datapoint point;
    const struct json *json; /* its timestamp, or NULL: ... */
    int line;                /* ... of a CSV file */
    size_t order;            /* of two with the same timestamp, the later one counts */
};

struct intake {
    struct arena *arena;
    const struct source *source;
    const struct alarm_config *alarm;
    const char *id;
    struct diagnostics *diagnostics;
    struct row *rows; /* malloc'ed while it grows */
    size_t count, capacity;
    bool is_epoch, has_samples, has_error;
};

/* ---- Messages ---- */

static void tell(struct intake *intake, enum diagnostic_severity severity, struct place place, const char *path,
                 const char *format, va_list arguments) __attribute__((format(printf, 5, 0)));
static void tell(struct intake *intake, enum diagnostic_severity severity, struct place place, const char *path,
                 const char *format, va_list arguments)
{
    intake->has_error |= severity == DIAGNOSTIC_ERROR;
    diagnostics_add(intake->diagnostics, severity, false, place, path, format, arguments);
}

/* At a value of a JSON file. */
static void json_error(struct intake *intake, const struct json *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void json_error(struct intake *intake, const struct json *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(intake, DIAGNOSTIC_ERROR, json_place(at), json_path(intake->arena, at, NULL), format, arguments);
    va_end(arguments);
}

static void json_warning(struct intake *intake, const struct json *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void json_warning(struct intake *intake, const struct json *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(intake, DIAGNOSTIC_WARNING, json_place(at), json_path(intake->arena, at, NULL), format, arguments);
    va_end(arguments);
}

/* At a row of either kind of file. */
static void row_message(struct intake *intake, enum diagnostic_severity severity, const struct row *row,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
static void row_message(struct intake *intake, enum diagnostic_severity severity, const struct row *row,
                        const char *format, ...)
{
    struct place place = {.source = intake->source};
    const char *path = "";
    if (row->json != NULL) {
        place = json_place(row->json);
        path = json_path(intake->arena, row->json, NULL);
    } else {
        size_t size;
        place.at = (size_t)(source_line(intake->source, row->line, &size) - intake->source->text);
        place.end = place.at + size;
    }
    va_list arguments;
    va_start(arguments, format);
    tell(intake, severity, place, path, format, arguments);
    va_end(arguments);
}

/* At the file as a whole. */
static void file_warning(struct intake *intake, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void file_warning(struct intake *intake, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(intake, DIAGNOSTIC_WARNING, (struct place){.source = intake->source}, "", format, arguments);
    va_end(arguments);
}

static void file_error(struct intake *intake, const char *what)
{
    intake->has_error = true;
    diagnostics_add_file(intake->diagnostics, intake->source->name, false, "%s", what);
}

static const char *shown_time(const struct intake *intake, int64_t us)
{
    char *text = arena_take(intake->arena, TIME_SIZE);
    return clock_format(text, TIME_SIZE, us, us % US_PER_S != 0);
}

/* ---- Timestamps ---- */

/* Digits with at most one decimal point among them: seconds since 1970. */
static bool looks_like_epoch(const char *text)
{
    const size_t whole = strspn(text, "0123456789");
    const size_t decimals = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") + 1 : 0;
    return whole > 0 && text[whole + decimals] == '\0';
}

/* NULL, or what is wrong. What would lie beyond the year 9999 was not counted in seconds. */
static const char *time_from_epoch(double seconds, int64_t *us)
{
    if (seconds < 0)
        return "must be a time since 1970";
    if (seconds >= 253402300800.0)
        return "must be seconds since 1970 (these look like milliseconds or less)";
    *us = us_from_s(seconds);
    return NULL;
}

static const char *time_from_text(const char *text, int64_t *us, bool *is_epoch)
{
    *is_epoch = looks_like_epoch(text);
    if (*is_epoch)
        return time_from_epoch(strtod(text, NULL), us);
    return clock_parse(text, us) ? NULL
                                 : "must be the start of the period, as in 2026-01-31T09:05:00Z or in seconds "
                                   "since 1970";
}

/* ---- Rows ---- */

static void add_row(struct intake *intake, struct row row, bool is_epoch)
{
    if (intake->count == intake->capacity) {
        intake->capacity = intake->capacity > 0 ? 2 * intake->capacity : 1024;
        intake->rows = xrealloc(intake->rows, intake->capacity * sizeof *intake->rows);
    }
    if (intake->count == 0)
        intake->is_epoch = is_epoch;
    intake->has_samples |= !isnan(row.point.samples);
    row.order = intake->count;
    intake->rows[intake->count++] = row;
}

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->point.at != b->point.at)
        return a->point.at < b->point.at ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Of rows with the same timestamp, sorted, only the last one stays. */
static void drop_duplicates(struct intake *intake)
{
    size_t kept = 0;
    for (size_t i = 0; i < intake->count; i++) {
        const struct row *row = &intake->rows[i];
        if (kept > 0 && intake->rows[kept - 1].point.at == row->point.at) {
            kept--;
            row_message(intake, DIAGNOSTIC_WARNING, row, "%s was given before: the last one counts",
                        shown_time(intake, row->point.at));
        }
        intake->rows[kept++] = *row;
    }
    intake->count = kept;
}

static void check_spacing(struct intake *intake)
{
    const int64_t period = intake->alarm->period_s * US_PER_S;
    for (size_t i = 1; i < intake->count; i++) {
        const struct row *row = &intake->rows[i];
        const int64_t before = intake->rows[i - 1].point.at, gap = row->point.at - before;
        if (gap % period != 0)
            row_message(intake, DIAGNOSTIC_ERROR, row,
                        "%.15g s after %s: rows must be the alarm's Period apart, %d s or a multiple of it%s",
                        s_from_us(gap), shown_time(intake, before), intake->alarm->period_s,
                        gap < period ? " (record the metric with that Period)" : "");
    }
    const struct row *first = &intake->rows[0], *last = &intake->rows[intake->count - 1];
    if ((last->point.at - first->point.at) / period >= RECORDING_MAX_PERIODS)
        row_message(intake, DIAGNOSTIC_ERROR, last, "more than %d periods after the first, of %s",
                    RECORDING_MAX_PERIODS, shown_time(intake, first->point.at));
}

/* ---- CSV: timestamp,value[,samples] ---- */

enum { COLUMN_TIMESTAMP, COLUMN_VALUE, COLUMN_SAMPLES, COLUMNS };
static const struct csv_column columns[COLUMNS] = {
    [COLUMN_TIMESTAMP] = {"timestamp", false},
    [COLUMN_VALUE] = {"value", false},
    [COLUMN_SAMPLES] = {"samples", true},
};

static bool take_csv_row(void *context, const struct csv_row *from)
{
    struct intake *intake = context;
    const char *value = from->cells[COLUMN_VALUE], *samples = from->cells[COLUMN_SAMPLES];
    struct row row = {.point = {.samples = NAN, .present = value[0] != '\0'}, .line = from->line};
    bool is_epoch;
    const char *wrong = time_from_text(from->cells[COLUMN_TIMESTAMP], &row.point.at, &is_epoch);
    if (wrong != NULL) {
        csv_row_error(from, "timestamp %s, got \"%s\"", wrong, from->cells[COLUMN_TIMESTAMP]);
        return false;
    }
    if (row.point.present && !csv_number(value, &row.point.value)) {
        csv_row_error(from, "value must be a number, or empty where there is no datapoint, got \"%s\"", value);
        return false;
    }
    if (samples != NULL && samples[0] != '\0' && (!csv_number(samples, &row.point.samples) || row.point.samples < 0)) {
        csv_row_error(from, "samples must be a count, or empty where it is not known, got \"%s\"", samples);
        return false;
    }
    add_row(intake, row, is_epoch);
    return true;
}

/* ---- JSON: what `aws cloudwatch` prints ---- */

/* The list of that name, or NULL after a message. */
static const struct json *list_of(struct intake *intake, const struct json *object, const char *name)
{
    const struct json *list = json_get(object, name);
    if (list == NULL)
        json_error(intake, object, "has no %s", name);
    else if (!json_is_list(list)) {
        json_error(intake, list, "must be a list, got %s", json_shown(intake->arena, list));
        list = NULL;
    }
    return list;
}

static bool take_json_row(struct intake *intake, const struct json *timestamp, const struct json *value,
                          const struct json *samples)
{
    struct row row = {.point = {.samples = NAN, .present = true}, .json = timestamp};
    const bool is_text = json_is_text(timestamp);
    bool is_epoch = true;
    const char *wrong = "must be a time";
    if (is_text)
        wrong = time_from_text(json_text(timestamp), &row.point.at, &is_epoch);
    else if (json_is_number(timestamp))
        wrong = time_from_epoch(json_number(timestamp), &row.point.at);
    if (wrong != NULL)
        json_error(intake, timestamp, "%s, got %s", wrong, json_shown(intake->arena, timestamp));
    if (!json_is_number(value))
        json_error(intake, value, "must be a number, got %s", json_shown(intake->arena, value));
    if (samples != NULL && (!json_is_number(samples) || json_number(samples) < 0))
        json_error(intake, samples, "must be a count, got %s", json_shown(intake->arena, samples));
    if (intake->has_error)
        return false;
    row.point.value = json_number(value);
    if (samples != NULL)
        row.point.samples = json_number(samples);
    add_row(intake, row, is_epoch);
    return true;
}

static const char *id_of(const struct json *result)
{
    const struct json *id = json_get(result, "Id");
    return id != NULL && json_is_text(id) ? json_text(id) : "";
}

/* Ids of the results, as "m1, m2". */
static const char *list_ids(struct intake *intake, const struct json *results)
{
    const char *ids = "";
    for (const struct json *result = results->child; result != NULL; result = result->next)
        ids = arena_format(intake->arena, "%s%s%s", ids, ids[0] != '\0' ? ", " : "", id_of(result));
    return ids;
}

/* The result that the user means: the one that is there, or the one with that Id. */
static const struct json *choose_result(struct intake *intake, const struct json *results)
{
    if (results->child == NULL) {
        json_error(intake, results, "holds no result");
        return NULL;
    }
    if (intake->id == NULL) {
        if (results->child->next == NULL)
            return results->child;
        json_error(intake, results, "holds several results: choose one with --id (%s)", list_ids(intake, results));
        return NULL;
    }
    for (const struct json *result = results->child; result != NULL; result = result->next)
        if (strcmp(id_of(result), intake->id) == 0)
            return result;
    json_error(intake, results, "holds no result with the Id \"%s\", only %s", intake->id, list_ids(intake, results));
    return NULL;
}

/* get-metric-data: {"MetricDataResults": [{"Id", "Timestamps": [...], "Values": [...]}]}. */
static void take_metric_data(struct intake *intake, const struct json *root)
{
    const struct json *results = list_of(intake, root, "MetricDataResults");
    const struct json *result = results != NULL ? choose_result(intake, results) : NULL;
    if (result == NULL)
        return;
    const struct json *timestamps = list_of(intake, result, "Timestamps");
    const struct json *values = list_of(intake, result, "Values");
    if (timestamps == NULL || values == NULL)
        return;
    if (json_count(timestamps) != json_count(values)) {
        json_error(intake, values, "holds %zu values for %zu timestamps", json_count(values), json_count(timestamps));
        return;
    }
    const struct json *value = values->child;
    for (const struct json *timestamp = timestamps->child; timestamp != NULL; timestamp = timestamp->next) {
        if (!take_json_row(intake, timestamp, value, NULL))
            return;
        value = value->next;
    }
    const struct json *status = json_get(result, "StatusCode"), *more = json_get(root, "NextToken");
    if (status != NULL && json_is_text(status) && strcmp(json_text(status), "Complete") != 0)
        json_warning(intake, status, "the data is not complete");
    if (more != NULL && json_is_text(more))
        json_warning(intake, more, "there are more datapoints than this answer holds");
}

/* The names of the statistics that a datapoint of get-metric-statistics holds, as "Maximum, p99". */
static const char *list_statistics(struct intake *intake, const struct json *datapoint)
{
    const char *names = "";
    const struct json *extended = json_get(datapoint, "ExtendedStatistics");
    const struct json *const holders[] = {datapoint, extended};
    for (size_t i = 0; i < 2; i++) {
        if (holders[i] == NULL || !json_is_object(holders[i]))
            continue;
        for (const struct json *member = holders[i]->child; member != NULL; member = member->next)
            if (json_is_number(member) && strcmp(json_name(member), "Timestamp") != 0)
                names = arena_format(intake->arena, "%s%s%s", names, names[0] != '\0' ? ", " : "", json_name(member));
    }
    return names[0] != '\0' ? names : "none";
}

/* The statistic that the alarm is on: "Average", or "p99" among the extended ones, where "p99.0" is the same. */
static const struct json *own_statistic(const struct intake *intake, const struct json *datapoint)
{
    const struct statistic *own = &intake->alarm->statistic;
    if (own->kind != STATISTIC_PERCENTILE && own->kind != STATISTIC_TRIMMED_MEAN)
        return json_get(datapoint, intake->alarm->statistic_text);
    const struct json *extended = json_get(datapoint, "ExtendedStatistics");
    if (extended == NULL || !json_is_object(extended))
        return NULL;
    for (const struct json *member = extended->child; member != NULL; member = member->next) {
        struct statistic statistic;
        if (statistic_parse_extended(json_name(member), &statistic) == STATISTIC_OK && statistic.kind == own->kind &&
            statistic.fraction == own->fraction)
            return member;
    }
    return NULL;
}

/* get-metric-statistics: {"Datapoints": [{"Timestamp", "Average", "ExtendedStatistics": {"p99"}, "SampleCount"}]}. */
static void take_metric_statistics(struct intake *intake, const struct json *root)
{
    const struct json *datapoints = list_of(intake, root, "Datapoints");
    if (datapoints == NULL)
        return;
    if (intake->id != NULL)
        file_warning(intake, "--id is for get-metric-data: get-metric-statistics answers with one metric");
    for (const struct json *datapoint = datapoints->child; datapoint != NULL; datapoint = datapoint->next) {
        const struct json *timestamp = json_get(datapoint, "Timestamp");
        const struct json *value = own_statistic(intake, datapoint);
        if (timestamp == NULL)
            json_error(intake, datapoint, "has no Timestamp");
        else if (value == NULL)
            json_error(intake, datapoint, "has no %s, which the alarm is on, only %s", intake->alarm->statistic_text,
                       list_statistics(intake, datapoint));
        if (timestamp == NULL || value == NULL ||
            !take_json_row(intake, timestamp, value, json_get(datapoint, "SampleCount")))
            return;
    }
}

static void take_json(struct intake *intake, const struct json *root)
{
    if (json_get(root, "MetricDataResults") != NULL)
        take_metric_data(intake, root);
    else if (json_get(root, "Datapoints") != NULL)
        take_metric_statistics(intake, root);
    else if (json_get(root, "AlarmName") != NULL || json_get(root, "MetricAlarms") != NULL)
        json_error(intake, root, "is an alarm: the metric comes second, as in ALARM.json METRIC.csv");
    else
        json_error(intake, root, "must hold MetricDataResults (get-metric-data) or Datapoints (get-metric-statistics)");
}

/* ---- All together ---- */

static bool is_json(const struct source *source)
{
    const char first = source->text[strspn(source->text, " \t\r\n")];
    return first == '{' || first == '[';
}

/* The document stays open, since rows point into it. */
static struct json_document *take_json_file(struct intake *intake)
{
    if (intake->source->size > RECORDING_MAX_JSON_BYTES) {
        file_error(intake, "is larger than 64 MiB, more JSON than is read here: give CSV");
        return NULL;
    }
    const size_t errors = diagnostics_errors(intake->diagnostics);
    struct json_document *document = json_open(intake->arena, intake->source, intake->diagnostics);
    intake->has_error = document == NULL || diagnostics_errors(intake->diagnostics) > errors;
    if (!intake->has_error)
        take_json(intake, document->root);
    return document;
}

static void put_in_order(struct intake *intake)
{
    if (intake->count == 0) {
        file_error(intake, "holds no datapoint");
        return;
    }
    qsort(intake->rows, intake->count, sizeof *intake->rows, compare_rows);
    drop_duplicates(intake);
    check_spacing(intake);
    if (intake->alarm->ignores_low_samples && alarm_low_sample_limit(&intake->alarm->statistic) > 0 &&
        !intake->has_samples)
        file_warning(intake, "has no sample counts, so no datapoint is taken to have too few of them");
}

/* A recording that owns all it points to. */
static struct recording *keep(const struct intake *intake)
{
    struct arena *arena = arena_create();
    struct datapoint *points = arena_array(arena, intake->count, sizeof *points);
    for (size_t i = 0; i < intake->count; i++)
        points[i] = intake->rows[i].point;
    struct recording *recording = arena_take(arena, sizeof *recording);
    *recording = (struct recording){points, intake->count, intake->is_epoch, intake->has_samples, arena};
    return recording;
}

static struct recording *read_source(struct intake *intake)
{
    struct json_document *document = NULL;
    if (is_json(intake->source))
        document = take_json_file(intake);
    else
        intake->has_error = !csv_read(intake->source, intake->diagnostics, columns, COLUMNS, take_csv_row, intake);
    if (!intake->has_error)
        put_in_order(intake);
    struct recording *recording = intake->has_error ? NULL : keep(intake);
    json_close(document);
    free(intake->rows);
    return recording;
}

struct recording *recording_read(const char *path, const struct alarm_config *alarm, const char *id,
                                 struct diagnostics *diagnostics)
{
    struct intake intake = {.arena = arena_create(), .alarm = alarm, .id = id, .diagnostics = diagnostics};
    struct recording *recording = NULL;
    const char *why;
    intake.source = source_read(intake.arena, path, CSV_MAX_BYTES, &why);
    if (intake.source != NULL)
        recording = read_source(&intake);
    else
        diagnostics_add_file(diagnostics, path, true, "%s", why);
    arena_free(intake.arena);
    return recording;
}

struct recording *recording_read_text(const char *name, const char *text, size_t size, const struct alarm_config *alarm,
                                      const char *id, struct diagnostics *diagnostics)
{
    struct intake intake = {.arena = arena_create(), .alarm = alarm, .id = id, .diagnostics = diagnostics};
    intake.source = source_copy(intake.arena, name, text, size);
    struct recording *recording = read_source(&intake);
    arena_free(intake.arena);
    return recording;
}

void recording_free(struct recording *recording)
{
    if (recording != NULL)
        arena_free(recording->memory);
}
