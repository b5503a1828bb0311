/* Parts on disk: what is written is read back; whatever is cut or changed is noticed. */
#include "report/batch/part.h"
#include "tests/support.h"

#include <unistd.h>

static struct scenario *scenario;
static struct agenda agenda;
static char *folder, *path, *other;

enum { REPLICATIONS = 3 };

static int prepare(void **state)
{
    (void)state;
    struct diagnostics diagnostics = {0};
    scenario = scenario_read("tests/cli/compare/tiny.json", &diagnostics);
    const char *temporary = getenv("TMPDIR");
    if (!scenario || asprintf(&folder, "%s/part-XXXXXX", temporary ? temporary : ".") < 0 || !mkdtemp(folder))
        return -1;
    scenario->replications = REPLICATIONS;
    char *record = record_write(scenario, NULL, 0), *text = record_join((const char *const *)&record, 1);
    bool is_good = agenda_read(&agenda, "test", text, strlen(text), &diagnostics);
    free(record);
    free(text);
    diagnostics_free(&diagnostics);
    return is_good && asprintf(&path, "%s/0.part", folder) > 0 && asprintf(&other, "%s/1.part", folder) > 0 ? 0 : -1;
}

static int clean(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    rmdir(folder);
    free(path);
    free(other);
    free(folder);
    agenda_free(&agenda);
    scenario_free(scenario);
    return 0;
}

static struct replicate_result simulate(void)
{
    struct replicate_result result;
    const struct replicate_options options = {.replications = REPLICATIONS, .threads = 1};
    assert_int_equal(replicate_run(&scenario->setting, &options, &result), 0);
    return result;
}

static char *load(const char *file, size_t *size)
{
    FILE *from = fopen(file, "r");
    assert_non_null(from);
    char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, from);
    fclose(from);
    return bytes;
}

static void figures_come_back(void **state)
{
    (void)state;
    const struct planned *planned = &agenda.items[0];
    struct replicate_result result = simulate();
    struct part part = {0};
    assert_int_equal(part_write(path, planned, 0, scenario, &result), 0);
    assert_int_equal(part_read_head(&part, path, planned, 0), PART_GOOD);
    assert_int_equal(part_read(&part, path, planned, 0), PART_GOOD);
    assert_int_equal(part.count, REPLICATIONS);
    size_t figures_seen = 0, absent = 0;
    for (size_t t = 0; t < planned->trial_count; t++)
        for (size_t f = 0; f < planned->figure_count; f++) {
            double values[REPLICATIONS];
            part_values(&part, planned, t, f, values);
            for (size_t r = 0; r < REPLICATIONS; r++) {
                double want =
                    column_value(&columns[planned->figure_column[f]], &result.rows[r * result.trial_count + t]);
                assert_true(isnan(want) ? isnan(values[r]) : values[r] == want);
                figures_seen++;
                absent += isnan(want);
            }
        }
    assert_true(absent > 0 && absent < figures_seen);
    part_free(&part);
    replicate_free(&result);
}

static enum part_state state_of(const char *bytes, size_t size)
{
    struct part part = {0};
    FILE *to = fopen(other, "w");
    assert_int_equal(fwrite(bytes, 1, size, to), size);
    fclose(to);
    enum part_state state = part_read(&part, other, &agenda.items[0], 0);
    part_free(&part);
    return state;
}

static void every_cut_and_every_changed_byte_is_noticed(void **state)
{
    (void)state;
    size_t size, step = at_length(37, 1);
    struct replicate_result result = simulate();
    assert_int_equal(part_write(path, &agenda.items[0], 0, scenario, &result), 0);
    replicate_free(&result);
    char *bytes = load(path, &size);
    assert_int_equal(state_of(bytes, size), PART_GOOD);
    for (size_t cut = 0; cut < size; cut += step)
        assert_int_equal(state_of(bytes, cut), PART_DAMAGED);
    for (size_t at = 0; at < size; at += step) {
        bytes[at] ^= 0x10;
        assert_int_equal(state_of(bytes, size), PART_DAMAGED);
        bytes[at] ^= 0x10;
    }
    /* What a crash of the machine may leave of a file: its length and no bytes. */
    char *zeros = calloc(size, 1);
    assert_int_equal(state_of(zeros, size), PART_DAMAGED);
    free(zeros);
    free(bytes);
}

static void other_results_are_foreign(void **state)
{
    (void)state;
    struct part part = {0};
    struct planned planned = agenda.items[0];
    struct replicate_result result = simulate();
    assert_int_equal(part_write(path, &planned, 0, scenario, &result), 0);
    replicate_free(&result);
    planned.text = "{\"name\": \"another\"}";
    assert_int_equal(part_read(&part, path, &planned, 0), PART_FOREIGN);
    assert_int_not_equal(part_read_head(&part, path, &planned, 0), PART_GOOD);
    planned = agenda.items[0];
    planned.scenario.replications = 2 * planned.block;
    assert_int_equal(part_read(&part, path, &planned, 1), PART_FOREIGN);
    unlink(path);
    assert_int_equal(part_read(&part, path, &agenda.items[0], 0), PART_MISSING);
    assert_int_equal(part_read(&part, folder, &agenda.items[0], 0), PART_UNREADABLE);
    part_free(&part);
}

int main(void)
{
    columns_announce();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_come_back),
        cmocka_unit_test(every_cut_and_every_changed_byte_is_noticed),
        cmocka_unit_test(other_results_are_foreign),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
