#include "report/verdict.h"

#include <math.h>
#include <stdlib.h>

#include "report/deployment_json.h"
#include "report/display.h"
#include "report/emit.h"

enum { NAME_SIZE = 256 };

/* The failing gates of the policy that comes first are told too, for its command follows. */
static void put_gates(FILE *to, const struct verdict *verdict, const struct gate_row *gates, size_t count)
{
    const size_t first = verdict->ranked[0].policy;
    size_t results[GATE_RESULTS] = {0}, own = 0;
    for (size_t i = 0; i < count; i++) {
        results[gates[i].result]++;
        own += gates[i].result == GATE_FAIL && verdict->study->groups[gates[i].group].policy == first;
    }
    if (results[GATE_FAIL] + results[GATE_UNDECIDED] == 0)
        return;
    fprintf(to, " Of %zu gate%s %zu fail%s and %zu %s undecided", count, count == 1 ? "" : "s", results[GATE_FAIL],
            results[GATE_FAIL] == 1 ? "s" : "", results[GATE_UNDECIDED], results[GATE_UNDECIDED] == 1 ? "is" : "are");
    char name[NAME_SIZE];
    if (own > 0)
        fprintf(to, "; %s itself fails %zu",
                emit_visible(name, sizeof name, verdict->study->scenario->setting.policies[first].name), own);
    fputc('.', to);
}

static void put_ranking(FILE *to, const struct verdict *verdict, size_t policies)
{
    char name[NAME_SIZE], other[NAME_SIZE], text[DISPLAY_SIZE];
    const struct policy *list = verdict->study->scenario->setting.policies;
    const struct ranked *first = &verdict->ranked[0], *second = &verdict->ranked[1];
    const struct criterion *by = &verdict->criterion;
    const char *over = by->is_mix ? "the (mix)" : "all versions alike";
    emit_visible(name, sizeof name, list[first->policy].name);
    display_interval(text, by->format, first->mean, first->interval);
    if (first->rank == 0) {
        fputs("No policy is ranked: every deployment was refused.", to);
        return;
    }
    if (policies == 1) {
        fprintf(to, "%s is the only policy: %s %s over %s.", name, text, by->words, over);
        return;
    }
    if (first->is_tied) {
        size_t tied = 0;
        while (tied < policies && verdict->ranked[tied].rank == 1)
            tied++;
        fprintf(to, "%zu policies are tied for the first place, %s having the lowest mean: %s %s over %s.", tied, name,
                text, by->words, over);
        return;
    }
    fprintf(to, "%s is ranked first: %s %s over %s", name, text, by->words, over);
    if (second->rank == 0) {
        fputs("; every deployment of the others was refused.", to);
        return;
    }
    fputs(", ", to);
    display_interval(text, by->format, second->behind.mean, second->behind.interval);
    fprintf(to, "%s less than %s.", text, emit_visible(other, sizeof other, list[second->policy].name));
}

const struct version_config *verdict_version(const struct study *study)
{
    const struct setting *setting = &study->scenario->setting;
    const struct version_config *best = NULL;
    for (size_t v = 0; v < study->versions; v++) {
        const struct version_config *version = &setting->versions[study->result->trials[1 + v].version];
        if (!best || version->probability > best->probability || isnan(best->probability))
            best = version;
    }
    return best;
}

/* A policy may come first because it lets nothing through, good versions included. */
static void put_rollbacks(FILE *to, const struct verdict *verdict)
{
    const struct setting *setting = &verdict->study->scenario->setting;
    const struct version_config *version = verdict_version(verdict->study);
    long group = study_group(verdict->study, verdict->ranked[0].policy, (size_t)(version - setting->versions));
    const struct summary *figures =
        &study_summary(verdict->study, (size_t)group, column_find("p_rolled_back"))->figures;
    char name[NAME_SIZE], other[NAME_SIZE], text[DISPLAY_SIZE];
    if (!(figures->mean > 0))
        return;
    fprintf(to, " %s rolls back %s%s in %s of the trials.",
            emit_visible(name, sizeof name, setting->policies[verdict->ranked[0].policy].name),
            emit_visible(other, sizeof other, version->name),
            version->probability >= 0 && verdict->study->versions > 1 ? ", the likeliest version," : "",
            display_proportion(text, figures->mean, figures->interval, true));
}

char *verdict_words(const struct verdict *verdict, const struct gate_row *gates, size_t gate_count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return NULL;
    put_ranking(memory, verdict, verdict->study->scenario->setting.policy_count);
    if (verdict->ranked[0].rank > 0)
        put_rollbacks(memory, verdict);
    put_gates(memory, verdict, gates, gate_count);
    if (fclose(memory) == 0 && text)
        return text;
    free(text);
    return NULL;
}

int verdict_command(FILE *to, const struct verdict *verdict)
{
    const struct setting *setting = &verdict->study->scenario->setting;
    const struct version_config *version = verdict_version(verdict->study);
    if (verdict->ranked[0].rank == 0)
        return 0;
    return update_command_put(to, setting->endpoint.endpoint_name, version ? version->endpoint_config_name : NULL,
                              &setting->policies[verdict->ranked[0].policy].config);
}
