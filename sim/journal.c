#include "sim/journal.h"

#include <stdlib.h>

/* Room for one more element of an array that grows by doubling; false when memory ran out. */
static bool make_room(void **items, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? 2 * *capacity : 256;
    void *moved = reallocarray(*items, larger, size);
    if (!moved)
        return false;
    *items = moved;
    *capacity = larger;
    return true;
}

struct journal_record *journal_append(struct journal *journal)
{
    if (!make_room((void **)&journal->records, &journal->capacity, journal->count, sizeof *journal->records)) {
        journal->failed = true;
        return NULL;
    }
    return &journal->records[journal->count++];
}

void journal_add_range(struct journal *journal, struct journal_record *record, const struct datapoint *range, int count)
{
    record->range_start = journal->point_count;
    record->range_count = count < JOURNAL_RANGE ? count : JOURNAL_RANGE;
    for (int i = 0; i < record->range_count; i++) {
        if (!make_room((void **)&journal->points, &journal->point_capacity, journal->point_count,
                       sizeof *journal->points)) {
            journal->failed = true;
            record->range_count = i;
            return;
        }
        journal->points[journal->point_count++] = range[i];
    }
}

/* A deletion is recorded as it is commanded, for the instant at which traffic will have settled. */
static bool is_after(const struct journal_record *a, const struct journal_record *b)
{
    return a->at > b->at || (a->at == b->at && a->kind == JOURNAL_DELETE && b->kind == JOURNAL_SETTLED);
}

/* Stable, so that what was recorded first at an instant stays first. */
void journal_sort(struct journal *journal)
{
    for (size_t i = 1; i < journal->count; i++) {
        struct journal_record record = journal->records[i];
        size_t j = i;
        for (; j > 0 && is_after(&journal->records[j - 1], &record); j--)
            journal->records[j] = journal->records[j - 1];
        journal->records[j] = record;
    }
}

void journal_free(struct journal *journal)
{
    free(journal->records);
    free(journal->points);
    *journal = (struct journal){0};
}
