#include "report/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

double progress_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct progress progress_begin(const char *name, const char *unit, bool is_quiet, bool tells_tenths)
{
    return (struct progress){
        .is_on = !is_quiet,
        .is_terminal = isatty(STDERR_FILENO),
        .tells_tenths = tells_tenths,
        .name = name,
        .unit = unit,
        .start = progress_seconds(CLOCK_MONOTONIC),
    };
}

static bool is_due(struct progress *p, uint64_t done, uint64_t total, double now)
{
    if (!p->is_on || total == 0)
        return false;
    if (p->is_terminal) {
        bool is_early = now - p->shown < 0.1;
        p->shown = is_early ? p->shown : now;
        return !is_early;
    }
    int tenths = (int)(10 * done / total), before = (int)(10 * p->there / total);
    p->tenths = p->tenths < before ? before : p->tenths;
    bool is_next = p->tells_tenths && tenths > p->tenths;
    p->tenths = is_next ? tenths : p->tenths;
    return is_next;
}

void progress_show(struct progress *p, uint64_t done, uint64_t total)
{
    char line[200];
    double now = progress_seconds(CLOCK_MONOTONIC);
    if (!is_due(p, done, total, now))
        return;
    double rate = now > p->start ? (double)(done - p->there) / (now - p->start) : 0;
    int length = snprintf(line, sizeof line, "%.60s: %llu of %llu %s, %.*f a second", p->name, (unsigned long long)done,
                          (unsigned long long)total, p->unit, rate < 10 ? 1 : 0, rate);
    double left = rate > 0 ? (double)(total - done) / rate : 0;
    if (rate > 0 && left < 600)
        snprintf(line + length, sizeof line - (size_t)length, ", %.0f s left", left);
    else if (rate > 0)
        snprintf(line + length, sizeof line - (size_t)length, ", %.0f min left", left / 60);
    if (p->is_terminal)
        p->width = fprintf(stderr, "\r%-*s", p->width, line) - 1;
    else
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
}

void progress_erase(struct progress *p)
{
    if (p->width > 0)
        fprintf(stderr, "\r%*s\r", p->width, "");
    p->width = 0;
}
