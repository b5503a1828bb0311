#include "scenarios/lint/lint.h"

#include "scenarios/lint/lint_rules.h"
#include "scenarios/nearest.h"

#include <stdlib.h>
#include <string.h>

const struct lint_rule_text *lint_rule_text(size_t index)
{
    return index < LINT_RULES ? &lint_rules[index].text : NULL;
}

/* ---- what reading found already ---- */

/* The name of the policy whose part of the file a diagnostic is about. */
static const char *policy_at(const struct lint_subject *subject, const struct diagnostic *item)
{
    const struct policy_list *list = &subject->parts.policies;
    for (size_t p = 0; p < list->count; p++) {
        const struct json *value = list->values[p] != NULL ? list->values[p] : list->names[p];
        bool is_inside = item->byte >= value->at && item->byte < value->end;
        if (is_inside && strcmp(value->document->source->name, item->file) == 0)
            return list->items[p].name;
    }
    return list->count == 1 ? list->items[0].name : NULL;
}

/* Errors of AWS's bounds are findings like others. */
static void take_over(struct lint *lint)
{
    const struct diagnostics *list = lint->subject->reader.diagnostics;
    size_t count = list->count;
    for (size_t i = 0; i < count; i++) {
        const struct diagnostic *item = &list->items[i];
        if (item->rule == NULL || strcmp(item->rule, lint->rule->text.id) != 0)
            continue;
        struct found *found = arena_take(lint->arena, sizeof *found);
        *found = (struct found){.at = i, .order = lint->count++};
        found->finding.rule = &lint->rule->text;
        found->finding.severity = item->severity == DIAGNOSTIC_ERROR ? FINDING_ERROR : FINDING_WARNING;
        found->finding.policy = policy_at(lint->subject, item);
        found->finding.repair = "AWS refuses it as it is: give what its API asks for";
        *(lint->last != NULL ? &lint->last->next : &lint->first) = found;
        lint->last = found;
    }
}

/* ---- the findings in order ---- */

static int by_weight(const void *a, const void *b)
{
    const struct found *x = *(const struct found *const *)a, *y = *(const struct found *const *)b;
    bool x_silent = x->finding.silenced != NULL, y_silent = y->finding.silenced != NULL;
    if (x_silent != y_silent)
        return x_silent ? 1 : -1;
    if (x->finding.severity != y->finding.severity)
        return x->finding.severity > y->finding.severity ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

static void hand_over(const struct lint *lint, struct lint_report *report)
{
    const struct diagnostics *list = lint->subject->reader.diagnostics;
    const struct found **order = arena_array(lint->scratch, lint->count, sizeof *order);
    size_t count = 0;
    for (const struct found *found = lint->first; found != NULL; found = found->next)
        order[count++] = found;
    qsort(order, count, sizeof *order, by_weight);
    struct finding *findings = arena_array(lint->arena, count, sizeof *findings);
    for (size_t i = 0; i < count; i++) {
        findings[i] = order[i]->finding;
        findings[i].at = &list->items[order[i]->at];
    }
    report->findings = findings;
    report->count = count;
}

static void silence(struct lint *lint)
{
    const struct silence_list *list = &lint->subject->scenario.silence;
    for (struct found *found = lint->first; found != NULL; found = found->next) {
        struct finding *finding = &found->finding;
        finding->silenced = silence_reason(list, finding->rule->id, finding->policy, finding->alarm);
    }
}

/* A rule that is silenced and that there is not. */
static void judge_silences(struct lint *lint)
{
    const struct silence_list *list = &lint->subject->scenario.silence;
    const struct json *at = json_get(lint->subject->root, "silence");
    for (size_t i = 0; i < list->count; i++)
        if (lint_rule_find(list->items[i].rule) == SIZE_MAX)
            reader_error(&lint->subject->reader, at, "there is no rule %s: they are L1 to %s (bakeoff lint --explain)",
                         list->items[i].rule, lint_rules[LINT_RULES - 1].text.id);
}

/* ---- one run ---- */

static void look(struct lint *lint)
{
    for (size_t i = 0; i < LINT_RULES; i++) {
        struct found *before = lint->last;
        lint->rule = &lint_rules[i];
        take_over(lint);
        lint->rule->look(lint);
        for (struct found *found = before != NULL ? before->next : lint->first; found != NULL; found = found->next)
            found->finding.rule = &lint->rule->text;
    }
    silence(lint);
}

/* The report of a subject that was read; ends it. NULL where reading failed. */
static struct lint_report *report_on(struct lint_subject *subject, bool is_read)
{
    struct arena *arena = subject->reader.arena;
    struct lint_report *report = NULL;
    struct lint lint = {.subject = subject, .arena = arena, .scratch = subject->reader.scratch};
    if (is_read) {
        judge_silences(&lint);
        is_read = diagnostics_plain_errors(subject->reader.diagnostics) == 0;
    }
    if (is_read) {
        report = arena_take(arena, sizeof *report);
        struct setting *setting = arena_take(arena, sizeof *setting);
        *setting = subject->setting;
        *report = (struct lint_report){.file = arena_text(arena, subject->root->document->source->name),
                                       .name = subject->scenario.name,
                                       .setting = setting,
                                       .has_versions = subject->is_scenario,
                                       .is_launch_assumed = subject->is_launch_assumed,
                                       .memory = arena};
        if (reach_make(setting, &report->reach) != 0)
            arena_exhausted();
        lint.reach = &report->reach;
        subject->reader.diagnostics->most = SIZE_MAX; /* of findings none may be lost */
        look(&lint);
        hand_over(&lint, report);
    }
    lint_subject_end(subject);
    if (report == NULL)
        arena_free(arena);
    return report;
}

struct lint_report *lint_scenario(const char *path, struct diagnostics *diagnostics)
{
    struct lint_subject subject;
    lint_subject_begin(&subject, diagnostics);
    bool is_read = lint_subject_scenario(&subject, reader_open(&subject.reader, path));
    return report_on(&subject, is_read);
}

struct lint_report *lint_scenario_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics)
{
    struct lint_subject subject;
    lint_subject_begin(&subject, diagnostics);
    bool is_read = lint_subject_scenario(&subject, reader_open_text(&subject.reader, name, text, size));
    return report_on(&subject, is_read);
}

struct lint_report *lint_scenario_sealed(const char *name, const char *text, size_t size,
                                         struct diagnostics *diagnostics)
{
    struct lint_subject subject;
    lint_subject_begin(&subject, diagnostics);
    subject.reader.is_sealed = true;
    bool is_read = lint_subject_scenario(&subject, reader_open_text(&subject.reader, name, text, size));
    return report_on(&subject, is_read);
}

struct lint_report *lint_files(const struct lint_files *files, struct diagnostics *diagnostics)
{
    struct lint_subject subject;
    lint_subject_begin(&subject, diagnostics);
    bool is_read = lint_subject_files(&subject, files);
    return report_on(&subject, is_read);
}

void lint_free(struct lint_report *report)
{
    if (report == NULL)
        return;
    reach_free(&report->reach);
    arena_free(report->memory);
}

size_t lint_count(const struct lint_report *report, enum finding_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += report->findings[i].severity == severity && report->findings[i].silenced == NULL;
    return count;
}

char *lint_example(const char *id)
{
    size_t rule = lint_rule_find(id);
    if (rule == SIZE_MAX)
        return NULL;
    struct arena *arena = arena_create();
    char *text = xtext(lint_rule_example(&lint_rules[rule], arena));
    arena_free(arena);
    return text;
}
