#include "report/write_csv.h"

#include <string.h>

#include "report/emit.h"

static void put_group(FILE *to, const struct study *study, const struct group *group, bool with_baseline)
{
    const struct setting *setting = &study->scenario->setting;
    csv_put_text(to, study->scenario->name);
    fputc(',', to);
    if (with_baseline) {
        csv_put_text(to, setting->policies[study->baseline].name);
        fputc(',', to);
    }
    csv_put_text(to, group_policy(study, group));
    fputc(',', to);
    csv_put_text(to, group_version(study, group));
}

static void put_numbers(FILE *to, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputc(',', to);
        csv_put_number(to, values[i]);
    }
}

/* ---- trials.csv ---- */

static void trials_header(FILE *to)
{
    fputs("scenario,policy,version,replication", to);
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind != COLUMN_PROPORTION)
            fprintf(to, ",%s", columns[i].name);
    fputc('\n', to);
}

void csv_put_trial(FILE *to, const struct scenario *scenario, const struct trial *trial, uint64_t replication,
                   const struct outcome *outcome)
{
    const struct setting *setting = &scenario->setting;
    bool is_control = trial->policy == SIZE_MAX;
    const struct deployment_config *config = is_control ? NULL : &setting->policies[trial->policy].config;
    char text[COLUMN_TEXT_SIZE];
    csv_put_text(to, scenario->name);
    fputc(',', to);
    csv_put_text(to, is_control ? "(none)" : setting->policies[trial->policy].name);
    fputc(',', to);
    csv_put_text(to, setting->versions[is_control ? setting->current : trial->version].name);
    fprintf(to, ",%llu", (unsigned long long)replication);
    for (size_t i = 0; i < column_count; i++) {
        if (columns[i].kind == COLUMN_PROPORTION)
            continue;
        fputc(',', to);
        if (columns[i].kind == COLUMN_TEXT) {
            columns[i].put(text, sizeof text, outcome, config);
            csv_put_text(to, text);
        } else {
            csv_put_number(to, column_value(&columns[i], outcome));
        }
    }
    fputc('\n', to);
}

static void trials_rows(FILE *to, const struct study *study)
{
    const struct replicate_result *result = study->result;
    for (size_t t = 0; t < result->trial_count && !ferror(to); t++)
        for (uint64_t r = 0; r < result->replications; r++)
            csv_put_trial(to, study->scenario, &result->trials[t], r, &result->rows[r * result->trial_count + t]);
}

/* ---- summary.csv ---- */

static void summary_header(FILE *to)
{
    fputs("scenario,policy,version,metric,n,mean,ci95_low,ci95_high,sd,min,p50,p95,p99,max\n", to);
}

static void summary_rows(FILE *to, const struct study *study)
{
    for (size_t i = 0; i < study->summary_count; i++) {
        const struct summary_row *row = &study->summary[i];
        const struct summary *s = &row->figures;
        const double figures[] = {s->mean, s->interval.low, s->interval.high, s->sd, s->min,
                                  s->p50,  s->p95,          s->p99,           s->max};
        put_group(to, study, &study->groups[row->group], false);
        fprintf(to, ",%s,%llu", row->column->name, (unsigned long long)s->n);
        put_numbers(to, figures, sizeof figures / sizeof *figures);
        fputc('\n', to);
    }
}

/* ---- differences.csv ---- */

static void differences_header(FILE *to)
{
    fputs("scenario,baseline,policy,version,metric,n,mean_difference,ci95_low,ci95_high,correlation\n", to);
}

static void differences_rows(FILE *to, const struct study *study)
{
    for (size_t i = 0; i < study->difference_count; i++) {
        const struct difference_row *row = &study->differences[i];
        const struct paired *p = &row->figures;
        const double figures[] = {p->mean, p->interval.low, p->interval.high, p->correlation};
        put_group(to, study, &study->groups[row->group], true);
        fprintf(to, ",%s,%llu", row->column->name, (unsigned long long)p->n);
        put_numbers(to, figures, sizeof figures / sizeof *figures);
        fputc('\n', to);
    }
}

const struct csv_file csv_files[CSV_FILES] = {
    {"trials.csv", trials_header, trials_rows},
    {"summary.csv", summary_header, summary_rows},
    {"differences.csv", differences_header, differences_rows},
};
