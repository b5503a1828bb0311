#include "tests/synthetic.h"

#include "report/batch/merge.h"
#include "report/batch/store.h"
#include "scenarios/arena.h"
#include "tests/support.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const tiny = "tests/cli/compare/tiny.json";
enum { REAL = 25 };

static struct scenario *read_tiny(uint64_t replications, size_t index)
{
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = scenario_read(tiny, &diagnostics);
    assert_non_null(scenario);
    diagnostics_free(&diagnostics);
    scenario->name = arena_format(scenario->memory, "synthetic-%zu", index);
    scenario->replications = replications;
    return scenario;
}

void synthetic_agenda(struct agenda *agenda, const uint64_t *replications, size_t count)
{
    char **records = xalloc(count * sizeof *records);
    for (size_t i = 0; i < count; i++) {
        struct scenario *scenario = read_tiny(replications[i], i);
        records[i] = record_write(scenario, NULL, 0);
        scenario_free(scenario);
    }
    char *text = record_join((const char *const *)records, count);
    struct diagnostics diagnostics = {0};
    assert_true(agenda_read(agenda, "synthetic", text, strlen(text), &diagnostics));
    for (size_t i = 0; i < count; i++)
        free(records[i]);
    free(records);
    free(text);
}

/* Whole numbers stay whole, shares stay as they are, what is absent stays absent. */
static void move_about(struct outcome *outcome, uint64_t replication)
{
    double shift = (double)(replication * UINT64_C(0x9E3779B97F4A7C15) >> 40);
    outcome->requests += fmod(shift, 997);
    outcome->exposed_requests += fmod(shift, 499);
    outcome->excess_bad_responses += fmod(shift, 61);
    outcome->bad_responses += fmod(shift, 61);
    outcome->deployment_s += shift * 1e-6;
    outcome->first_bad_s += shift * 1e-5;
    outcome->last_exposed_s += shift * 1e-5;
    outcome->mean_latency_ms += shift * 1e-9;
    outcome->p99_latency_ms += shift * 1e-7;
    outcome->green_instance_s += shift * 1e-4;
    outcome->extra_cost_usd += shift * 1e-8;
    outcome->loss_usd += fmod(shift, 61) * 0.01;
}

static struct replicate_result run_real(const struct scenario *scenario)
{
    struct replicate_result real;
    const struct replicate_options options = {.replications = REAL, .threads = 1};
    assert_int_equal(replicate_run(&scenario->setting, &options, &real), 0);
    return real;
}

static void make_rows(const struct replicate_result *real, uint64_t first, uint64_t count, struct outcome *rows)
{
    for (uint64_t r = 0; r < count; r++)
        for (size_t t = 0; t < real->trial_count; t++) {
            struct outcome *row = &rows[r * real->trial_count + t];
            *row = real->rows[(first + r) % REAL * real->trial_count + t];
            move_about(row, first + r);
        }
}

struct scenario *synthetic_result(const struct agenda *agenda, size_t item, struct replicate_result *result)
{
    struct scenario *scenario = read_tiny(agenda->items[item].scenario.replications, item);
    struct replicate_result real = run_real(scenario);
    struct trial *trials;
    size_t trial_count = replicate_trials(&scenario->setting, &trials);
    *result =
        (struct replicate_result){.trials = trials, .trial_count = trial_count, .replications = scenario->replications};
    result->rows = xalloc(result->replications * result->trial_count * sizeof *result->rows);
    make_rows(&real, 0, result->replications, result->rows);
    replicate_free(&real);
    return scenario;
}

static void write_item(const struct planned *planned, const struct scenario *scenario, const char *out)
{
    struct replicate_result real = run_real(scenario), block = real;
    block.rows = xalloc(planned->block * real.trial_count * sizeof *block.rows);
    for (uint64_t b = 0; b < planned->block_count; b++) {
        char *path = store_part_path(out, planned, b);
        block.replications = agenda_size(planned, b);
        make_rows(&real, agenda_first(planned, b), block.replications, block.rows);
        assert_int_equal(part_write(path, planned, b, scenario, &block), 0);
        free(path);
    }
    free(block.rows);
    replicate_free(&real);
}

void synthetic_write(const struct agenda *agenda, const char *out)
{
    const char **records = xalloc(agenda->count * sizeof *records);
    for (size_t i = 0; i < agenda->count; i++)
        records[i] = agenda->items[i].text;
    char *text = record_join(records, agenda->count), *why;
    assert_int_equal(store_begin(out, agenda, text, &why), 0);
    free(text);
    free(records);
    for (size_t i = 0; i < agenda->count; i++) {
        struct scenario *scenario = read_tiny(agenda->items[i].scenario.replications, i);
        write_item(&agenda->items[i], scenario, out);
        scenario_free(scenario);
    }
}

static void tell(void *context, enum merge_event event, enum part_state state, const struct planned *planned,
                 uint64_t block, const char *path)
{
    (void)context, (void)event, (void)planned, (void)block;
    fprintf(stderr, "%s %s\n", path, part_state_words[state]);
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct synthetic_cost synthetic_merge(const struct agenda *agenda, const char *out, int threads)
{
    struct synthetic_cost cost = {0};
    double start = seconds(CLOCK_MONOTONIC);
    pid_t child = fork();
    if (child == 0) {
        struct merge_result result;
        const struct merge_options options = {
            .folders = &out, .folder_count = 1, .agenda = agenda, .out = out, .threads = threads, .tell = tell};
        _exit(merge_run(&options, &result) == MERGE_DONE ? 0 : 1);
    }
    int status;
    struct rusage usage;
    assert_true(child > 0 && wait4(child, &status, 0, &usage) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cost.wall_s = seconds(CLOCK_MONOTONIC) - start;
    cost.cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    cost.memory_kib = usage.ru_maxrss;
    for (size_t i = 0; i < agenda->count; i++)
        cost.rows += agenda->items[i].scenario.replications * agenda->items[i].trial_count;
    char *path = store_file_path(out, "trials.csv");
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    cost.bytes = (uint64_t)file.st_size;
    free(path);
    return cost;
}

char *synthetic_folder(void)
{
    const char *temporary = getenv("TMPDIR");
    char *folder = xformat("%s/synthetic-XXXXXX", temporary ? temporary : ".");
    assert_non_null(mkdtemp(folder));
    return folder;
}

void synthetic_remove(char *folder)
{
    store_clear(folder);
    rmdir(folder);
    free(folder);
}

/* Disks that sync are not what is measured, and there are thousands of parts. */
int fsync(int fd)
{
    return fcntl(fd, F_GETFD) == -1 ? -1 : 0;
}
