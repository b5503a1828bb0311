#include "report/cli/dry_run.h"

#include <errno.h>

#include "report/cli/commands.h"
#include "report/cli/merging.h"
#include "report/cli/options.h"
#include "report/cli/signals.h"
#include "report/grid.h"

enum { TEXT_SIZE = 64, MOST_MACHINES = 1024 };

/* Counts in groups of three digits. */
static char *put_count(char text[TEXT_SIZE], uint64_t count)
{
    char digits[TEXT_SIZE];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), to = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[i];
    }
    text[to] = '\0';
    return text;
}

struct unit {
    double least, size; /* from `least` on, counted in `size` */
    const char *name;
};

static const struct unit times[] = {{86400 * 2, 86400, "days"}, {3600 * 2, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
static const struct unit bytes[] = {{1e12, 1e12, "TB"}, {1e9, 1e9, "GB"}, {1e6, 1e6, "MB"}, {0, 1e3, "kB"}};

static char *put_size(char text[TEXT_SIZE], double value, const struct unit *unit)
{
    while (value < unit->least)
        unit++;
    snprintf(text, TEXT_SIZE, "%.*f %s", value < 10 * unit->size ? 1 : 0, value / unit->size, unit->name);
    return text;
}

static void put_line(const char *what, const char *value, const char *remark)
{
    printf("%-13s%10s   %s\n", what, value, remark);
}

static int put_machines(const struct pilot *pilot, int threads)
{
    struct grid grid;
    char text[TEXT_SIZE];
    bool is_enough = false;
    putchar('\n');
    grid_begin(&grid, stdout, options_width(stdout), false);
    grid_column(&grid, "machines", GRID_FIGURE);
    grid_column(&grid, "threads", GRID_FIGURE);
    grid_column(&grid, "time at best", GRID_FIGURE);
    for (uint64_t machines = 1; machines <= MOST_MACHINES && !is_enough; machines *= 2) {
        uint64_t all = machines * (uint64_t)threads;
        grid_line(&grid, NULL);
        grid_cell(&grid, put_count(text, machines));
        grid_cell(&grid, put_count(text, all));
        grid_cell(&grid, put_size(text, pilot_wall_s(pilot, all), times));
        is_enough = all >= pilot->blocks || pilot_wall_s(pilot, all) <= pilot->longest_block_s;
    }
    return grid_end(&grid);
}

static void put_estimate(const struct pilot *pilot, const struct agenda *agenda, int threads)
{
    char a[TEXT_SIZE], b[TEXT_SIZE], c[TEXT_SIZE], remark[4 * TEXT_SIZE];
    printf("%zu scenario%s, %s replications, ", agenda->count, agenda->count == 1 ? "" : "s",
           put_count(a, pilot->replications));
    printf("%s trials in %s block%s\n", put_count(a, pilot->trials), put_count(b, pilot->blocks),
           pilot->blocks == 1 ? "" : "s");
    printf("measured in %s: %s replication%s of %zu scenario%s\n\n", put_size(a, pilot->pilot_s, times),
           put_count(b, pilot->replications_measured), pilot->replications_measured == 1 ? "" : "s",
           pilot->scenarios_measured, pilot->scenarios_measured == 1 ? "" : "s");
    snprintf(remark, sizeof remark, "on one thread; the longest block %s", put_size(b, pilot->longest_block_s, times));
    put_line("CPU time", put_size(a, pilot->cpu_s, times), remark);
    snprintf(remark, sizeof remark, "%d thread%s, at best", threads, threads == 1 ? "" : "s");
    put_line("this machine", put_size(a, pilot_wall_s(pilot, (uint64_t)threads), times), remark);
    snprintf(remark, sizeof remark, "%s in parts, %s in trials.csv", put_size(b, pilot->part_bytes, bytes),
             put_size(c, pilot->trial_bytes, bytes));
    put_line("disk", put_size(a, pilot->part_bytes + pilot->trial_bytes, bytes), remark);
    put_line("", put_size(a, pilot->spool_bytes, bytes), "more while merging, at most");
}

int dry_run(const struct pilot_options *options, int threads)
{
    struct pilot pilot;
    errno = 0;
    if (pilot_run(options, &pilot))
        return caught_signal != 0 ? 128 + caught_signal : merging_no_memory();
    put_estimate(&pilot, options->agenda, threads);
    if (put_machines(&pilot, threads))
        return merging_no_memory();
    return STATUS_DONE;
}
