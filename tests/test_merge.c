/* Merging parts: the bytes that the same outcomes give in memory, time that grows with the rows and memory that does not. */
#include "report/batch/store.h"
#include "report/study.h"
#include "report/write_csv.h"
#include "scenarios/arena.h"
#include "tests/support.h"
#include "tests/synthetic.h"

static char *load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    assert_non_null(file);
    *size = 0;
    for (size_t got = 1; got > 0; *size += got) {
        bytes = xrealloc(bytes, *size + (1 << 16));
        got = fread(bytes + *size, 1, 1 << 16, file);
    }
    fclose(file);
    return bytes;
}

/* One of the three files, of outcomes in memory. */
static char *write_csv(const struct agenda *agenda, const struct csv_file *csv, size_t *size)
{
    char *bytes = NULL;
    FILE *file = open_memstream(&bytes, size);
    csv->header(file);
    for (size_t i = 0; i < agenda->count; i++) {
        struct replicate_result result;
        struct study study;
        struct scenario *scenario = synthetic_result(agenda, i, &result);
        assert_int_equal(study_init(&study, scenario, &result, 0), 0);
        csv->rows(file, &study);
        study_free(&study);
        replicate_free(&result);
        scenario_free(scenario);
    }
    fclose(file);
    return bytes;
}

/* Replications of all kinds: one, less than a block, and so many that quantiles are selected by digits and windows are
 * more than one. */
static void results_are_those_of_memory(void **state)
{
    (void)state;
    const uint64_t replications[] = {1, 24, 1500, at_length(4200, 20000)};
    struct agenda agenda;
    char *out = synthetic_folder();
    synthetic_agenda(&agenda, replications, sizeof replications / sizeof *replications);
    synthetic_write(&agenda, out);
    synthetic_merge(&agenda, out, 2);
    for (int i = 0; i < CSV_FILES; i++) {
        size_t wanted_size, size;
        char *path = store_file_path(out, csv_files[i].name);
        char *wanted = write_csv(&agenda, &csv_files[i], &wanted_size), *got = load(path, &size);
        assert_int_equal(size, wanted_size);
        assert_memory_equal(got, wanted, size);
        free(path);
        free(wanted);
        free(got);
    }
    synthetic_remove(out);
    agenda_free(&agenda);
}

/* Neighbours on the machine only add to what is measured: the least of some rounds counts. */
static struct synthetic_cost cost_of(uint64_t rows)
{
    enum { ROUNDS = 3 };
    const uint64_t replications = rows / 5;
    struct agenda agenda;
    char *out = synthetic_folder();
    synthetic_agenda(&agenda, &replications, 1);
    synthetic_write(&agenda, out);
    struct synthetic_cost cost = synthetic_merge(&agenda, out, 2);
    for (int i = 1; i < ROUNDS; i++) {
        struct synthetic_cost again = synthetic_merge(&agenda, out, 2);
        if (again.cpu_s < cost.cpu_s)
            cost = again;
    }
    assert_int_equal(cost.rows, rows);
    synthetic_remove(out);
    agenda_free(&agenda);
    return cost;
}

/* At full length ten million rows, of which at least 50 MB are merged in a second of CPU time. */
static void time_is_linear_and_memory_constant(void **state)
{
    (void)state;
    uint64_t few = at_length(50000, 1000000), many = at_length(200000, 10000000);
    struct synthetic_cost a = cost_of(few), b = cost_of(many);
    double growth = b.cpu_s / a.cpu_s / ((double)many / (double)few);
    double speed = (double)b.bytes * 1e-6 / b.cpu_s;
    print_message("%llu rows, %.0f MB: %.2f s, CPU %.2f s, %.0f MB/s of CPU; %ld KiB, %ld KiB with %llu rows\n",
                  (unsigned long long)many, (double)b.bytes * 1e-6, b.wall_s, b.cpu_s, speed, b.memory_kib,
                  a.memory_kib, (unsigned long long)few);
    if (getenv("BAKEOFF_SANITIZED"))
        return;
    assert_true(growth < (is_full() ? 1.5 : 3));
    assert_true(speed > (is_full() ? 50 : 20));
    /* Parts grow until they have some thousand rows, the windows of figures until they are full. */
    assert_true(b.memory_kib < a.memory_kib + 8 * 1024);
}

int main(void)
{
    columns_announce();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_those_of_memory),
        cmocka_unit_test(time_is_linear_and_memory_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
