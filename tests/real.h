/* What the tests on recorded data share: the folder of recorded data, its JSON and CSV files, and scenarios written
 * into the test's scratch folder.
 *
 * The data lies outside the repository, where BAKEOFF_SHARED_DATA says; a program that needs it skips, with a
 * message, where that is unset. */
#ifndef BAKEOFF_TESTS_REAL_H
#define BAKEOFF_TESTS_REAL_H

#include "tests/support.h"

#include "scenarios/json.h"
#include "scenarios/scenario.h"

/* Says so when it is; then main() returns REAL_SKIPPED. */
bool real_is_missing(void);
enum { REAL_SKIPPED = 77 };

/* For everything that a test reads; from real_setup to real_teardown, which belong to each test. */
struct arena *real_arena(void);
int real_setup(void **state);
int real_teardown(void **state);

/* A file of the recorded data. Belongs to the arena. */
const char *real_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Its root; anything wrong fails the test. */
const struct json *real_json(const char *path);
/* The member that must be there; a path of names that ends with NULL. */
const struct json *real_member(const struct json *value, ...) __attribute__((sentinel));

/* One column of a CSV file, in the order of its rows. `where_column` (may be NULL) keeps the rows with that cell;
 * `parse` NULL: the cells are numbers. */
struct real_column {
    double *values;
    size_t count;
};
struct real_column real_csv(const char *path, const char *column, const char *where_column, const char *cell,
                            bool (*parse)(const char *cell, double *value));

/* A scenario file, from disk or from a text (written to the scratch folder, as NAME.json). An error prints what is
 * wrong and fails the test. Freed with the arena. */
const struct scenario *real_scenario(const char *path);
const char *real_write(const char *name, const char *text);
const struct scenario *real_scenario_text(const char *name, const char *text);
/* What reading a text says that must be refused: all its errors, one a line. */
const char *real_refusal(const char *name, const char *text);

/* Every trial of a setting. Freed with the arena. */
struct replicate_result real_run(const struct setting *setting, uint64_t replications);
/* The column of a trial: the first of that policy's name and version's name. */
size_t real_trial(const struct setting *setting, const struct replicate_result *result, const char *policy,
                  const char *version);
static inline const struct outcome *real_row(const struct replicate_result *result, uint64_t replication, size_t trial)
{
    return &result->rows[replication * result->trial_count + trial];
}

#endif
