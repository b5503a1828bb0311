#include "report/headlines.h"

const char *headline_put(char text[DISPLAY_SIZE], const struct column *column, const struct summary *figures,
                         bool with_interval)
{
    if (column->kind == COLUMN_PROPORTION)
        return display_proportion(text, figures->mean, figures->interval, with_interval);
    if (column->headline.is_maximum)
        return display_value(text, column->format, figures->max);
    if (with_interval)
        return display_interval(text, column->format, figures->mean, figures->interval);
    return display_value(text, column->format, figures->mean);
}

static bool has_values(const struct study *study, const struct column *column)
{
    for (size_t g = 0; g < study->group_count; g++) {
        const struct summary *figures = &study_summary(study, g, column)->figures;
        if (figures->n > 0 && (figures->mean > 0 || !column->headline.only_if_seen))
            return true;
    }
    return false;
}

struct headlines headlines_at(const struct study *study, int step)
{
    struct headlines layout = {.count = 0, .has_total_interval = step <= 3};
    for (int place = 1; place <= MAX_HEADLINES; place++) {
        const struct column *chosen = NULL;
        for (size_t i = 0; i < column_count; i++)
            if (columns[i].headline.place == place && (!chosen || has_values(study, &columns[i])))
                chosen = &columns[i];
        if (!chosen || step > chosen->headline.until || layout.count == MAX_HEADLINES || !has_values(study, chosen))
            continue;
        layout.has_interval[layout.count] = chosen->headline.has_interval && step <= chosen->headline.interval_until;
        layout.columns[layout.count++] = chosen;
    }
    return layout;
}
