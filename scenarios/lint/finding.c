#include "scenarios/lint/finding.h"

#include "scenarios/aws_deployment.h"

#include <stdlib.h>
#include <string.h>

const char *const finding_severity_names[FINDING_SEVERITIES] = {"error", "warning", "note"};

/* ---- adding ---- */

static void keep(struct lint *lint, struct finding finding, size_t at)
{
    struct found *found = arena_take(lint->arena, sizeof *found);
    *found = (struct found){.finding = finding, .at = at, .order = lint->count};
    *(lint->last != NULL ? &lint->last->next : &lint->first) = found;
    lint->last = found;
    lint->count++;
}

void finding_add(struct lint *lint, enum finding_severity severity, struct about about, const char *repair,
                 const char *format, ...)
{
    struct diagnostics *list = lint->subject->reader.diagnostics;
    struct place place = json_place(about.at);
    if (about.leaf != NULL)
        place.end = place.at + 1;
    va_list arguments;
    va_start(arguments, format);
    struct diagnostic *added = diagnostics_add(list, DIAGNOSTIC_WARNING, false, place,
                                               json_path(lint->scratch, about.at, about.leaf), format, arguments);
    va_end(arguments);
    added->rule = "";
    struct finding finding = {.severity = severity, .policy = about.policy, .alarm = about.alarm, .phase = about.phase};
    finding.repair = arena_text(lint->arena, repair);
    keep(lint, finding, list->count - 1);
}

/* ---- words ---- */

const char *say(const struct lint *lint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = xvformat(format, arguments);
    va_end(arguments);
    char *kept = arena_text(lint->scratch, text);
    free(text);
    return kept;
}

const char *say_percent(const struct lint *lint, double fraction)
{
    if (fraction > 0.999 && fraction < 1.0)
        return "over 99.9 %";
    if (fraction > 0.0 && fraction < 0.001)
        return "under 0.1 %";
    return say(lint, "%.3g %%", 100.0 * fraction);
}

const char *say_seconds(const struct lint *lint, double s)
{
    if (!(s < 1e9))
        return "never";
    return s < 600.0     ? say(lint, "%.0f s", s)
           : s < 36000.0 ? say(lint, "%.3g min", s / 60.0)
                         : say(lint, "%.3g h", s / 3600.0);
}

const char *say_condition(const struct lint *lint, const struct alarm_config *alarm)
{
    static const char *const signs[COMPARISONS] = {">=", ">", "<", "<="};
    return say(lint, "%s %s %.15g", alarm->statistic_text, signs[alarm->comparison], alarm->threshold);
}

const char *say_list(const struct lint *lint, const char *so_far, const char *next)
{
    return so_far[0] == '\0' ? next : say(lint, "%s, %s", so_far, next);
}

/* ---- what there is ---- */

bool finding_next_watch(const struct lint *lint, struct watch_rows *watch)
{
    const struct reach_table *table = lint->reach;
    const struct setting *setting = &lint->subject->setting;
    const struct reach_deployment *end = table->deployments + table->deployment_count;
    const struct reach_deployment *next = watch->deployment == NULL ? table->deployments : watch->deployment + 1;
    const struct reach *row = watch->deployment == NULL ? table->rows : watch->rows + watch->count;
    if (next == end || table->deployment_count == 0)
        return false;
    *watch = (struct watch_rows){.deployment = next, .rows = row};
    while (row + watch->count < table->rows + table->count && row[watch->count].policy == next->policy &&
           row[watch->count].alarm == next->alarm)
        watch->count++;
    watch->policy = &setting->policies[next->policy];
    watch->alarm = &setting->alarms[next->alarm];
    watch->entry = lint->subject->entries[next->alarm];
    return true;
}

const struct json *finding_policy_place(const struct lint *lint, size_t policy)
{
    const struct policy_list *list = &lint->subject->parts.policies;
    return list->values[policy] != NULL ? list->values[policy] : list->names[policy];
}

const struct json *finding_alarm_place(const struct alarm_entry *entry, const char *name)
{
    const struct json *member = json_get(entry->value, name);
    return member != NULL ? member : entry->value;
}

const char *finding_phase(const struct lint *lint, const struct reach *row)
{
    char text[32];
    return arena_text(lint->arena, phase_name(text, sizeof text, row->phase, row->phase_index));
}

struct about finding_about_watch(const struct lint *lint, const struct watch_rows *watch, const struct reach *row)
{
    const struct json *config = lint->subject->parts.policies.values[watch->deployment->policy];
    const struct json *at = finding_alarm_place(watch->entry, "Threshold");
    for (int i = 0; config != NULL && i < watch->policy->config.alarm_count; i++)
        if (strcmp(watch->policy->config.alarm_names[i], watch->alarm->name) == 0)
            at = aws_deployment_alarm(config, &watch->policy->config, i);
    return (struct about){.at = at,
                          .policy = watch->policy->name,
                          .alarm = watch->alarm->name,
                          .phase = row != NULL ? finding_phase(lint, row) : NULL};
}
