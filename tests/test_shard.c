/* --shard by hand and from the environments of engines: a table of variables and what they mean. */
#include "report/batch/shard.h"
#include "tests/support.h"

static const char *const *environment;

static char *get(const char *name)
{
    for (const char *const *at = environment; *at; at++) {
        size_t length = strlen(name);
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return (char *)*at + length + 1;
    }
    return NULL;
}

struct row {
    const char *text;
    const char *variables[6];
    uint64_t index, count; /* count 0: refused ... */
    const char *words;     /* ... with these words in it */
};

static const struct row rows[] = {
    {"0/1", {NULL}, 0, 1, NULL},
    {"6/7", {NULL}, 6, 7, NULL},
    {"0/1000000", {NULL}, 0, 1000000, NULL},
    {"7/7", {NULL}, 0, 0, "the last of 7 is 6/7"},
    {"0/0", {NULL}, 0, 0, "N from 1"},
    {"1", {NULL}, 0, 0, "must be I/N"},
    {"-1/4", {NULL}, 0, 0, "must be I/N"},
    {"1/4x", {NULL}, 0, 0, "must be I/N"},
    {"1/2/3", {NULL}, 0, 0, "must be I/N"},
    {"0/99999999999999999999", {NULL}, 0, 0, "must be I/N"},
    {"automatic", {NULL}, 0, 0, "must be I/N"},
    {"", {NULL}, 0, 0, "must be I/N"},
    {"auto", {NULL}, 0, 0, "none of SLURM_ARRAY_TASK_ID"},
    {"auto/4", {NULL}, 0, 0, "none of SLURM_ARRAY_TASK_ID"},
    /* Slurm: --array=0-6, 1-7, 10-30:10 */
    {"auto", {"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=7", "SLURM_ARRAY_TASK_MIN=0"}, 3, 7, NULL},
    {"auto", {"SLURM_ARRAY_TASK_ID=7", "SLURM_ARRAY_TASK_COUNT=7", "SLURM_ARRAY_TASK_MIN=1"}, 6, 7, NULL},
    {"auto",
     {"SLURM_ARRAY_TASK_ID=20", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=10", "SLURM_ARRAY_TASK_STEP=10"},
     1,
     3,
     NULL},
    /* --array=3,5: neither regular nor whole */
    {"auto", {"SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_COUNT=2", "SLURM_ARRAY_TASK_MIN=3"}, 0, 0, "say auto/N"},
    {"auto/7", {"SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_COUNT=2", "SLURM_ARRAY_TASK_MIN=3"}, 5, 7, NULL},
    {"auto/5", {"SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_COUNT=2"}, 0, 0, "no index below 5"},
    {"auto", {"SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_TASK_COUNT=7", "SLURM_ARRAY_TASK_MIN=3"}, 0, 0, "none of 7"},
    {"auto", {"SLURM_ARRAY_TASK_ID=2"}, 0, 0, "SLURM_ARRAY_TASK_COUNT is not set"},
    {"auto", {"SLURM_ARRAY_TASK_ID=two", "SLURM_ARRAY_TASK_COUNT=7"}, 0, 0, "must be a whole number"},
    {"auto", {"SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_TASK_COUNT=7", "SLURM_ARRAY_TASK_STEP=0"}, 0, 0, "in steps of 0"},
    {"auto", {"AWS_BATCH_JOB_ARRAY_INDEX=2", "AWS_BATCH_JOB_ARRAY_SIZE=5"}, 2, 5, NULL},
    {"auto", {"AWS_BATCH_JOB_ARRAY_INDEX=5", "AWS_BATCH_JOB_ARRAY_SIZE=5"}, 0, 0, "none of 5"},
    {"auto", {"AWS_BATCH_JOB_ARRAY_INDEX=2"}, 0, 0, "AWS_BATCH_JOB_ARRAY_SIZE is not set"},
    {"auto", {"AWS_BATCH_JOB_ARRAY_INDEX=2", "AWS_BATCH_JOB_ARRAY_SIZE=0"}, 0, 0, "is 0"},
    {"auto/5", {"JOB_COMPLETION_INDEX=4"}, 4, 5, NULL},
    {"auto", {"JOB_COMPLETION_INDEX=4"}, 0, 0, "say auto/N"},
    {"auto", {"JOB_COMPLETION_INDEX="}, 0, 0, "must be a whole number"},
    {"auto", {"OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=2"}, 1, 2, NULL},
    {"auto",
     {"OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=2", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=2"},
     0,
     0,
     "both SLURM_ARRAY_TASK_ID and OMPI_COMM_WORLD_RANK are set"},
    /* By hand counts, whatever is set. */
    {"1/3", {"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=2"}, 1, 3, NULL},
};

static void shards_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct shard shard = {0};
        char *why;
        environment = rows[i].variables;
        bool is_good = shard_parse(rows[i].text, get, &shard, &why);
        if (rows[i].count > 0 && (!is_good || shard.index != rows[i].index || shard.count != rows[i].count))
            fail_msg("row %zu, %s: %s", i, rows[i].text, why ? why : "another shard");
        if (rows[i].count == 0 && (is_good || !strstr(why, rows[i].words)))
            fail_msg("row %zu, %s: \"%s\" does not say \"%s\"", i, rows[i].text, why ? why : "", rows[i].words);
        free(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
