/* What changed from one folder of results to another: figure by figure of every policy with a version that both have.
 *
 * Where both have trials and the seed is not known to differ, replication r stands against replication r, for worlds are
 * named by seed and replication; otherwise two independent samples are compared (sim/contrast.h). A figure counts as changed
 * only where the interval of the difference leaves 0 out at a confidence at which, over all figures compared, one false alarm
 * in twenty reports is to be feared (Bonferroni); where only its own 95 % interval does, it may have. The (mix) follows from
 * its versions and is left out. */
#ifndef BAKEOFF_REPORT_CHANGES_H
#define BAKEOFF_REPORT_CHANGES_H

#include <stdint.h>

#include "report/stored/results.h"
#include "report/stored/sheet.h"

enum change_kind { CHANGE_NONE, CHANGE_NOISE, CHANGE_PERHAPS, CHANGE_CLEAR, CHANGE_KINDS };
extern const char *const change_names[CHANGE_KINDS];

struct change_list {
    const char **texts;
    size_t count, room;
};

struct changes {
    struct sheet sheet;
    /* Of the scenarios that are wanted: their names, and why those in both are not the same any more. */
    struct change_list added, gone, changed;
    /* Of scenarios that both have: "SCENARIO: POLICY with VERSION". */
    struct change_list groups_added, groups_gone;
    size_t groups, apart;         /* compared; of those, not replication by replication */
    uint64_t alone;               /* trials of the compared pairs that had no partner */
    size_t figures[CHANGE_KINDS]; /* how many */
    void *memory;
};

struct changes_options {
    const struct results *before, *after;
    const struct results_filter *filter;
    const struct column *const *figures;
    size_t figure_count;
    bool is_all; /* rows for all that was compared, else for what changed or may have */
};

/* False after errors. changes_free() in either case. */
bool changes_make(struct changes *changes, const struct changes_options *options, struct diagnostics *diagnostics);
void changes_free(struct changes *changes);

/* In words, malloc'd: how many figures changed and how they were compared; a list behind what it lists, NULL where it is empty.
 * NULL too when memory is not to be had. */
char *changes_count_words(const struct changes *changes);
char *changes_list_words(const char *what, const struct change_list *list);

#endif
